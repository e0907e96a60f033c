import { ecosystemNamed } from '../../ecosystems/index.ts';
import { sameName } from '../../ecosystems/names.ts';
import { isInUse, type Package } from '../../model.ts';
import type { PackageDifference } from './noun.ts';

/** A package of one side: whatever copies and builds of it there are. */
interface Held {
  readonly type: string;
  readonly name: string;
  readonly namespace?: string;
  readonly versions: Set<string>;
  readonly licences: Set<string>;
}

/** What tells packages of two sides apart: their type and name. */
export const packageKey = (type: string, name: string): string => `${type}\0${sameName(type, name).toLowerCase()}`;

/** The packages of a side by `packageKey`. */
export function heldPackages(packages: readonly Package[]): ReadonlyMap<string, Held> {
  const held = new Map<string, Held>();
  for (const pkg of packages) {
    // Caches, lock files and files of tests come and go without anybody's doing.
    if (!isInUse(pkg)) continue;
    const { type, name, namespace } = pkg;
    const key = packageKey(type, name);
    const known = held.get(key) ?? {
      type,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      versions: new Set<string>(),
      licences: new Set<string>(),
    };
    known.versions.add(pkg.version);
    for (const licence of pkg.licenses ?? []) known.licences.add(licence);
    held.set(key, known);
  }
  return held;
}

/** What came, went or is another version; and how many packages are the same. */
export function packageDifferences(
  before: readonly Package[],
  after: readonly Package[],
): { readonly packages: readonly PackageDifference[]; readonly unchanged: number } {
  const [old, now] = [heldPackages(before), heldPackages(after)];
  const packages: PackageDifference[] = [];
  let unchanged = 0;
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const change = difference(old.get(key), now.get(key));
    if (change === undefined) unchanged += 1;
    else packages.push(change);
  }
  return { packages: packages.sort((a, b) => ORDER[a.kind] - ORDER[b.kind] || (a.name < b.name ? -1 : 1)), unchanged };
}

const ORDER: Readonly<Record<PackageDifference['kind'], number>> = {
  added: 0,
  removed: 1,
  upgraded: 2,
  downgraded: 3,
  changed: 4,
};

function difference(before: Held | undefined, after: Held | undefined): PackageDifference | undefined {
  const held = (after ?? before)!;
  const [old, now] = [sorted(before?.versions), sorted(after?.versions)];
  const [was, is] = [sorted(before?.licences), sorted(after?.licences)];
  // A side that says nothing of licences says nothing of a change.
  const relicensed = was.length > 0 && is.length > 0 && was.join('\0') !== is.join('\0');
  const licences = relicensed ? { licences: { before: was, after: is } } : {};
  const facts = { type: held.type, name: held.name, before: old, after: now, ...licences };
  if (before === undefined) return { ...facts, kind: 'added' };
  if (after === undefined) return { ...facts, kind: 'removed' };
  if (old.join('\0') === now.join('\0')) return relicensed ? { ...facts, kind: 'changed' } : undefined;
  return { ...facts, kind: direction(old, now, held.namespace) };
}

const sorted = (values: Iterable<string> | undefined): string[] => [...(values ?? [])].sort();

/** Which way a single version went, in the order of its ecosystem. */
function direction(old: readonly string[], now: readonly string[], namespace: string | undefined) {
  const ecosystem = namespace === undefined ? undefined : ecosystemNamed(namespace);
  if (ecosystem === undefined || old.length !== 1 || now.length !== 1) return 'changed';
  const order = ecosystem.compare(old[0]!, now[0]!);
  return order < 0 ? 'upgraded' : order > 0 ? 'downgraded' : 'changed';
}
