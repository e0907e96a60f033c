import { pypi } from '../ecosystems/pypi.ts';
import { grouped } from '../formats/grouped.ts';
import { fileNameOf } from '../formats/paths.ts';
import type { PackageRole, Remark, Risk } from '../model.ts';
import type { PackageItem } from './package-items.ts';

/**
 * Takes out the models that the tests of an installed package read (the onnx wheel has a thousand): nobody deploys them. Each such package
 * becomes one remark.
 */
export function withoutTestModels(items: readonly PackageItem[]): {
  readonly items: readonly PackageItem[];
  readonly remarks: readonly Remark[];
} {
  const groups = packageGroups(items);
  const rest = items.filter(
    ({ fact, path }) =>
      fact.properties?.kind !== 'machine-learning-model' ||
      !groups.take(path, fact.role === 'test' ? 'test' : undefined),
  );
  return { items: rest, remarks: groups.remarks('not counted as packages') };
}

/**
 * Takes out the lesser risks of models that the tests of an installed package read (gensim's have 46 pickles of its own old classes), by the same
 * rule: one remark for each package. Whatever calls or runs something stays.
 */
export function withoutTestRisks(
  risks: readonly Risk[],
  items: readonly PackageItem[],
  roleOf: (path: string) => PackageRole | undefined,
): { readonly risks: readonly Risk[]; readonly remarks: readonly Remark[] } {
  const groups = packageGroups(items);
  const rest = risks.filter(
    ({ category, severity, evidence: { path } }) =>
      category !== 'model' || severity !== 'LOW' || !groups.take(path, roleOf(path)),
  );
  return { risks: rest, remarks: groups.remarks('what loading them makes is rated LOW, and not counted as a risk') };
}

/** Files that tests read, by the installed package whose tests they are. */
function packageGroups(items: readonly PackageItem[]): {
  /** Whether a file is one. */
  take(path: string, role: PackageRole | undefined): boolean;
  remarks(what: string): readonly Remark[];
} {
  const groups = new Map<string, { name: string; paths: string[] }>();
  const installed = installedFolders(items);
  return {
    take(path, role) {
      const target = role === 'test' ? undefined : testedIn(path, installed);
      if (role !== 'test' && target === undefined) return false;
      const [, folder = '', name = path] =
        /^(.*(?:(?:site|dist)-packages|node_modules)\/((?:@[^/]+\/)?[^/]+))\//.exec(path) ??
        (target === undefined ? [] : ['', target, fileNameOf(target)]);
      const group = groups.get(folder) ?? { name, paths: [] };
      groups.set(folder, group);
      group.paths.push(path);
      return true;
    },
    remarks: (what) =>
      [...groups.values()].map(({ name, paths }): Remark => {
        const count = new Set(paths).size;
        const models = count === 1 ? '1 model' : `${grouped(count)} models`;
        return { path: commonFolder(paths), message: `${models} that the tests of ${name} read: ${what}` };
      }),
  };
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
