import { addTo } from '../collections.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { type KeptModule, packModules } from '../formats/python/index.ts';
import { LIMITS } from '../limits.ts';
import { type ExposureClass, installationKey, type Package } from '../model.ts';
import type { World } from './model.ts';

/** Whether a package's modules are kept by themselves: wheels, and Python's own library in whatever it was packed. */
const hasModules = ({ type, name }: Package): boolean =>
  type === pypi.type || /^(?:lib)?python\d?(?:\.\d+)?(?:$|-)/.test(name);

/** Collects how near each module of Python's packages is, for what advisories say in prose. */
export function moduleKeeper(packages: readonly Package[]): {
  readonly add: (path: string, owners: readonly number[]) => void;
  readonly packed: (
    classOf: (path: string, at: number) => ExposureClass,
    definedIn: (path: string) => string | undefined,
  ) => string | undefined;
} {
  const files = new Map<number, string[]>();
  const areKept = packages.map(hasModules);
  let count = 0;
  return {
    add(path, owners) {
      if (!path.endsWith('.py') && !path.endsWith('.so')) return;
      for (const at of owners) {
        if (areKept[at] !== true) continue;
        count += 1;
        addTo(files, at, path);
      }
    },
    packed(classOf, definedIn) {
      if (count === 0 || count > LIMITS.namedModuleFiles) return undefined;
      const kept = new Map<string, ReadonlyMap<string, KeptModule>>();
      for (const [at, paths] of files)
        kept.set(
          installationKey(packages[at] as Package),
          new Map(
            paths.map((path) => {
              const defines = definedIn(path);
              return [path, { class: classOf(path, at), ...(defines !== undefined && { defines }) }];
            }),
          ),
        );
      return packModules(kept);
    },
  };
}

/** Names that a module of Python has, where it was read; '*' among them where it takes names from elsewhere. */
export function definedIn(path: string, world: World): string | undefined {
  const text = path.endsWith('.py') ? world.code(path, 'python') : undefined;
  if (text === undefined) return undefined;
  const names: string[] = [];
  // Lines in the body of a function or class are not the module's.
  let inside = Number.POSITIVE_INFINITY;
  for (const line of text.split('\n')) {
    const words = line.trimStart();
    const depth = line.length - words.length;
    if (depth <= inside) inside = Number.POSITIVE_INFINITY;
    if (depth > inside) continue;
    const [kind, module = '', taken = ''] = words.split(' ');
    if (kind === 'def' || kind === 'class') inside = depth;
    else if (kind === 'from') names.push(...taken.split(','));
    else if (kind === 'import') names.push(...module.split(',').map((name) => name.split('.')[0] as string));
    else if (kind === 'defines') names.push(words.slice('defines '.length));
    else if (kind === 'lazy' || kind === 'runs' || kind === 'script') names.push('*');
  }
  return names.join(' ');
}
