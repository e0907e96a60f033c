import { pypi } from '../ecosystems/pypi.ts';
import { grouped } from '../formats/grouped.ts';
import { fileNameOf } from '../formats/paths.ts';
import type { Remark } from '../model.ts';
import type { PackageItem } from './package-items.ts';

/**
 * Takes out the models that the tests of an installed package read (the onnx wheel has a thousand): nobody deploys them. Each such package
 * becomes one remark; what is dangerous in a file stays a risk of that file.
 */
export function withoutTestModels(items: readonly PackageItem[]): {
  readonly items: readonly PackageItem[];
  readonly remarks: readonly Remark[];
} {
  const groups = new Map<string, { name: string; paths: string[] }>();
  const installed = installedFolders(items);
  const rest = items.filter(({ fact, path }) => {
    if (fact.properties?.kind !== 'machine-learning-model') return true;
    const target = fact.role === 'test' ? undefined : testedIn(path, installed);
    if (fact.role !== 'test' && target === undefined) return true;
    const [, folder = '', name = path] =
      /^(.*(?:(?:site|dist)-packages|node_modules)\/((?:@[^/]+\/)?[^/]+))\//.exec(path) ??
      (target === undefined ? [] : ['', target, fileNameOf(target)]);
    const group = groups.get(folder) ?? { name, paths: [] };
    groups.set(folder, group);
    group.paths.push(path);
    return false;
  });
  const remarks = [...groups.values()].map(({ name, paths }): Remark => {
    const models = paths.length === 1 ? '1 model' : `${grouped(paths.length)} models`;
    return { path: commonFolder(paths), message: `${models} that the tests of ${name} read: not counted as packages` };
  });
  return { items: rest, remarks };
}

/** Folders into which pip put distributions, whatever they are called (`pip install --target`): each has their metadata. */
function installedFolders(items: readonly PackageItem[]): ReadonlySet<string> {
  return new Set(
    items.flatMap(({ fact, path }) => {
      const folder =
        fact.type === pypi.type ? /^(?:(.*)\/)?[^/]+\.dist-info\/METADATA$/.exec(path)?.slice(1) : undefined;
      return folder === undefined ? [] : [folder[0] ?? ''];
    }),
  );
}

const TEST_FOLDER = /\/(?:tests?|testing|test[-_]?data|fixtures)\//;

/** The package of such a folder in whose tests a file lies; undefined: in none. */
function testedIn(path: string, folders: ReadonlySet<string>): string | undefined {
  for (let slash = path.indexOf('/'), parent = ''; slash >= 0; slash = path.indexOf('/', slash + 1)) {
    const folder = path.slice(0, slash);
    if (folders.has(parent) && TEST_FOLDER.test(path.slice(slash))) return folder;
    parent = folder;
  }
  return undefined;
}

function commonFolder(paths: readonly string[]): string {
  let common = (paths[0] as string).split('/').slice(0, -1);
  for (const path of paths) {
    const parts = path.split('/');
    const differs = common.findIndex((part, at) => parts[at] !== part);
    if (differs >= 0) common = common.slice(0, differs);
  }
  return common.join('/');
}
