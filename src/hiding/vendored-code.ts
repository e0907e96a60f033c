import type { PackageFact } from '../analyzers/analyzer.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { folderOf } from '../formats/paths.ts';
import type { VisibleFact } from '../layers/read-image.ts';
import { publicVersion } from '../versions/pep440.ts';
import { importedFrom } from './python-names.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/**
 * Holds the lists of what pip and setuptools carry along (`_vendor/vendor.txt`) to the copies beside them: a copy that states another version than
 * its list is what it states, since that is what is imported, and bears the list's word (`contradictedBy`); so is a well-known library that the list
 * leaves out. Copies without a list are not heard: distributions ship such, and what carries them is judged.
 */
export function heldToCopies(items: readonly PackageItem[]): {
  readonly items: readonly PackageItem[];
  readonly recovered: readonly PackageItem[];
} {
  const copies = items.filter(isCopy);
  if (copies.length === 0) return { items, recovered: [] };
  const lists = new Map<string, Map<string, PackageItem>>();
  for (const item of items.filter(isListed)) {
    const folder = folderOf(item.path);
    const list = lists.get(folder) ?? new Map<string, PackageItem>();
    lists.set(folder, list.set(pypi.normalize(item.fact.name), item));
  }
  const recovered = new Map<string, PackageItem>();
  const wrong = new Set<PackageItem>();
  for (const item of copies) {
    const name = importedFrom(item.fact.name);
    const list = lists.get(folderOf(folderOf(item.path)));
    if (list === undefined || name === '') continue;
    const listed = list.get(name);
    if (listed === undefined ? isNamed(name, list) : isThatVersion(item.fact.version, listed.fact.version)) continue;
    if (listed !== undefined) wrong.add(listed);
    recovered.set(`${folderOf(item.path)}\0${name}`, {
      ...item,
      fact: {
        ...item.fact,
        name,
        certainty: listed === undefined ? 'content' : 'name',
        properties: {
          ...(listed ?? [...list.values()][0])?.fact.properties,
          ...(listed === undefined ? {} : { contradictedBy: listed.fact.version }),
        },
      },
    });
  }
  return { items: items.filter((item) => !isCopy(item) && !wrong.has(item)), recovered: [...recovered.values()] };
}

const isCopy = ({ fact }: PackageItem): boolean =>
  fact.type === pypi.type && fact.role === 'vendored' && fact.recovered === 'code';

const isListed = ({ path, fact }: PackageItem): boolean =>
  fact.type === pypi.type &&
  fact.recovered === undefined &&
  /\/(?:vendor|vendored|requirements|patched)\.txt$/.test(path);

/** Under the name that a fork or another build of it has: `msgpack-python` is imported as `msgpack`. */
const isNamed = (name: string, list: ReadonlyMap<string, PackageItem>): boolean =>
  [...list.keys()].some((other) => other.startsWith(`${name}-`) || other.endsWith(`-${name}`));

/** `2023.05.07` is `2023.5.7`; a copy that somebody patched has a label of its own (`1.26.8+debian`). */
const isThatVersion = (stated: string, listed: string): boolean =>
  pypi.isVersion?.(stated) !== true ||
  pypi.isVersion?.(listed) !== true ||
  pypi.compare(publicVersion(stated), publicVersion(listed)) === 0;
