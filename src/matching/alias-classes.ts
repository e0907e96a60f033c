import type { Considered } from '../model.ts';

/**
 * Groups statements that speak of the same vulnerability: those that share an id, their own or an alias. Two CVEs are two
 * vulnerabilities whatever a third record says: a bulletin or a wrong alias must not glue them together.
 */
export function aliasClasses<C extends Pick<Considered, 'statement'>>(
  considered: readonly C[],
  moreAliases: (id: string) => readonly string[],
): C[][] {
  const idsOf = considered.map(
    ({ statement }) => new Set([statement.id, ...statement.aliases, ...moreAliases(statement.id)]),
  );
  const parent = considered.map((_, index) => index);
  const cves = idsOf.map((ids) => new Set([...ids].filter((id) => id.startsWith('CVE-'))));
  const root = (index: number): number => {
    let current = index;
    while (parent[current] !== current) current = parent[current] as number;
    return current;
  };
  const join = (a: number, b: number): void => {
    const [one, other] = [cves[a] as Set<string>, cves[b] as Set<string>];
    if (a === b || (one.size > 0 && other.size > 0 && ![...one].some((id) => other.has(id)))) return;
    for (const id of one) other.add(id);
    parent[a] = b;
  };
  // CVEs first: they say what belongs together, other ids then join what they can.
  for (const isCve of [true, false]) {
    const owner = new Map<string, number>();
    for (const [index, ids] of idsOf.entries()) {
      for (const id of ids) {
        if (id.startsWith('CVE-') !== isCve) continue;
        const other = owner.get(id);
        if (other === undefined) owner.set(id, index);
        else join(root(index), root(other));
      }
    }
  }
  const groups = new Map<number, C[]>();
  for (const [index, one] of considered.entries()) {
    const key = root(index);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

const ORDER = [/^CVE-/, /^GHSA-/, /^PYSEC-/, /^(GO|RUSTSEC|OSV)-/];

/** The id a finding goes by: its CVE where there is one, then GitHub's, then the publisher's. */
export function preferredId(ids: Iterable<string>): string {
  const rank = (id: string): number => {
    const index = ORDER.findIndex((pattern) => pattern.test(id));
    return index < 0 ? ORDER.length : index;
  };
  return [...ids].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))[0] as string;
}
