import { grouped } from '../formats/grouped.ts';
import type { Remark } from '../model.ts';
import type { PackageItem } from './assemble.ts';

/**
 * Takes out the models that the tests of an installed package read (the onnx wheel has a thousand): nobody deploys them. Each such package
 * becomes one remark; what is dangerous in a file stays a risk of that file.
 */
export function withoutTestModels(items: readonly PackageItem[]): {
  readonly items: readonly PackageItem[];
  readonly remarks: readonly Remark[];
} {
  const groups = new Map<string, { name: string; paths: string[] }>();
  const rest = items.filter(({ fact, path }) => {
    if (fact.role !== 'test' || fact.properties?.kind !== 'machine-learning-model') return true;
    const [, folder = '', name = path] =
      /^(.*(?:(?:site|dist)-packages|node_modules)\/((?:@[^/]+\/)?[^/]+))\//.exec(path) ?? [];
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

function commonFolder(paths: readonly string[]): string {
  let common = (paths[0] as string).split('/').slice(0, -1);
  for (const path of paths) {
    const parts = path.split('/');
    const differs = common.findIndex((part, at) => parts[at] !== part);
    if (differs >= 0) common = common.slice(0, differs);
  }
  return common.join('/');
}
