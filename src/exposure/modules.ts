import { addTo } from '../collections.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { type ModuleFiles, packModules } from '../formats/python/index.ts';
import { LIMITS } from '../limits.ts';
import { type ExposureClass, installationKey, type Package } from '../model.ts';

/** Whether a package's modules are kept by themselves: wheels, and Python's own library in whatever it was packed. */
const hasModules = ({ type, name }: Package): boolean =>
  type === pypi.type || /^(?:lib)?python\d?(?:\.\d+)?(?:$|-)/.test(name);

/** Collects how near each module of Python's packages is, for what advisories say in prose. */
export function moduleKeeper(packages: readonly Package[]): {
  readonly add: (path: string, owners: readonly number[]) => void;
  readonly packed: (classOf: (path: string, at: number) => ExposureClass) => string | undefined;
} {
  const files = new Map<number, string[]>();
  let count = 0;
  return {
    add(path, owners) {
      if (!/\.(?:py|so)$/.test(path)) return;
      for (const at of owners) {
        if (!hasModules(packages[at] as Package)) continue;
        count += 1;
        addTo(files, at, path);
      }
    },
    packed(classOf) {
      if (count === 0 || count > LIMITS.namedModuleFiles) return undefined;
      const kept = new Map<string, ModuleFiles>();
      for (const [at, paths] of files)
        kept.set(installationKey(packages[at] as Package), new Map(paths.map((path) => [path, classOf(path, at)])));
      return packModules(kept);
    },
  };
}
