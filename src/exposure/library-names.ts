import { addTo } from '../collections.ts';
import { fileNameOf } from '../formats/paths.ts';
import { matchesPattern, patternBudget } from './matching-names.ts';
import type { World } from './model.ts';

const known = new WeakMap<object, ReadonlyMap<string, readonly string[]>>();

/** Where libraries lie that are called so, by the names of their files. */
export function librariesByName({ tree }: Pick<World, 'tree'>): ReadonlyMap<string, readonly string[]> {
  const before = known.get(tree);
  if (before !== undefined) return before;
  const names = new Map<string, string[]>();
  for (const path of tree.paths()) {
    const name = fileNameOf(path);
    if (name.includes('.so')) addTo(names, name, path);
  }
  known.set(tree, names);
  return names;
}

/** Libraries that a pattern of file names means, of `*`, `?` and digits in brackets: `libcublas.so.*[0-9]`. Wherever they lie. */
export function librariesLike(pattern: string, world: Pick<World, 'tree'>): readonly string[] {
  const names = librariesByName(world);
  if (!/[*?[]/.test(pattern)) return names.get(pattern) ?? [];
  const plain = pattern.replace(/\[[^\]]{1,20}\]/g, '?');
  const budget = patternBudget(world.tree);
  return [...names].flatMap(([name, paths]) => (matchesPattern(plain, name, budget) ? paths : []));
}

/** Extension modules that say so in their names are imported as a rule, and not opened. https://peps.python.org/pep-3149/ */
const MODULE = /\.(?:cpython|pypy|graalpy)\d*-|\.abi3\./;
/** Of a package that has no more of them they are taken for libraries too, as torchvision opens its own `_C.cpython-311-x86_64-linux-gnu.so`. */
const FEW = 16;
/** Libraries of a package that it may open. */
const OWN = 200;

/** Libraries that a package brings in a folder of its own: those that it opens by paths which it puts together. */
export function ownLibraries(folder: string, world: Pick<World, 'tree'>): readonly string[] {
  const own: string[] = [];
  const modules: string[] = [];
  for (const [name, paths] of librariesByName(world))
    (MODULE.test(name) ? modules : own).push(...paths.filter((path) => path.startsWith(`${folder}/`)));
  return [...own.sort(), ...(modules.length <= FEW ? modules.sort() : [])].slice(0, OWN);
}
