import type { Hit } from './judge.ts';

/** Groups statements that speak of the same vulnerability: those that share an id, their own or an alias. */
export function aliasClasses(hits: readonly Hit[], moreAliases: (id: string) => readonly string[]): Hit[][] {
  const parent = hits.map((_, index) => index);
  const root = (index: number): number => {
    let current = index;
    while (parent[current] !== current) current = parent[current] as number;
    return current;
  };
  const owner = new Map<string, number>();
  for (const [index, { advisory }] of hits.entries()) {
    for (const id of new Set([advisory.id, ...advisory.aliases, ...moreAliases(advisory.id)])) {
      const other = owner.get(id);
      if (other === undefined) owner.set(id, index);
      else parent[root(index)] = root(other);
    }
  }
  const groups = new Map<number, Hit[]>();
  for (const [index, hit] of hits.entries()) {
    const key = root(index);
    const group = groups.get(key);
    if (group) group.push(hit);
    else groups.set(key, [hit]);
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
