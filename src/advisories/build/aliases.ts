import { isCve } from '../values.ts';

/** A record says that these ids are the same vulnerability as its own. */
export interface Claim {
  readonly id: string;
  readonly aliases: readonly string[];
  /** The document the record stands in. */
  readonly feed: string;
}

/** A claim that was not followed, because it would have made one vulnerability of two. */
export interface Dispute {
  /** The record that claims. */
  readonly id: string;
  /** What it claims to be. */
  readonly claimed: string;
  readonly feed: string;
  /** The CVE that the record was left with; absent: it names several and was given to none. */
  readonly kept?: string;
}

export interface Classes {
  /** Ids of the same vulnerability, the CVE first; only classes of two and more. */
  readonly classes: readonly (readonly string[])[];
  readonly disputes: readonly Dispute[];
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly feed: string;
  /** How many records say so: higher is followed first. */
  readonly support: number;
}

/**
 * Sorts ids into classes of the same vulnerability. A CVE is one vulnerability by definition, so a class never holds two:
 * claims are followed from the best supported to the least, and one that would glue two CVEs together is not
 * followed but reported, with the record that made it. A record that names several CVEs is a bulletin about them and
 * belongs to none. The result does not depend on the order of the claims.
 */
export function aliasClasses(claims: Iterable<Claim>): Classes {
  const disputes: Dispute[] = [];
  const edges = supportedEdges(claims, disputes);
  const parents = new Map<string, string>();
  const cves = new Map<string, string>(); // root -> the CVE of its class
  const root = (id: string): string => {
    let at = id;
    for (let up = parents.get(at); up !== undefined && up !== at; up = parents.get(at)) {
      const above = parents.get(up) ?? up;
      parents.set(at, above); // path halving: chains stay short
      at = above;
    }
    return at;
  };
  for (const { from, to, feed } of edges) {
    const [a, b] = [root(from), root(to)];
    if (a === b) continue;
    const [left, right] = [isCve(a) ? a : cves.get(a), isCve(b) ? b : cves.get(b)];
    if (left !== undefined && right !== undefined && left !== right) {
      disputes.push({ id: from, claimed: to, feed, kept: left });
      continue;
    }
    parents.set(b, a);
    const cve = left ?? right;
    if (cve !== undefined) cves.set(a, cve);
  }
  return { classes: members(edges, root), disputes };
}

/** Every pair that a record claims, with how many say so; CVEs first among equals, then by name. */
function supportedEdges(claims: Iterable<Claim>, disputes: Dispute[]): readonly Edge[] {
  const edges = new Map<string, { from: string; to: string; feed: string; support: number; toCve: boolean }>();
  for (const { id, aliases, feed } of claims) {
    const named = [...new Set(aliases)].filter((alias) => alias !== id);
    const cves = named.filter(isCve);
    const several = !isCve(id) && cves.length > 1;
    if (several) disputes.push({ id, claimed: cves.join(' '), feed });
    for (const alias of named) {
      if (several && isCve(alias)) continue;
      const key = id < alias ? `${id} ${alias}` : `${alias} ${id}`;
      const known = edges.get(key);
      if (known) {
        known.support += 1;
        // Of several that claim it, the first by name stands for the claim, in whichever order they came.
        if (order(id, known.from) < 0 || (id === known.from && order(feed, known.feed) < 0)) {
          Object.assign(known, { from: id, to: alias, feed, toCve: isCve(alias) });
        }
      } else edges.set(key, { from: id, to: alias, feed, support: 1, toCve: isCve(alias) });
    }
  }
  return [...edges.values()].sort(
    (a, b) => b.support - a.support || Number(b.toCve) - Number(a.toCve) || order(a.from, b.from) || order(a.to, b.to),
  );
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function members(edges: readonly Edge[], root: (id: string) => string): readonly (readonly string[])[] {
  const byRoot = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    for (const id of [from, to]) {
      const top = root(id);
      const set = byRoot.get(top);
      if (set) set.add(id);
      else byRoot.set(top, new Set([id]));
    }
  }
  return [...byRoot.values()]
    .filter((set) => set.size > 1)
    .map((set) => [...set].sort((a, b) => Number(isCve(b)) - Number(isCve(a)) || order(a, b)))
    .sort((a, b) => order(a[0]!, b[0]!));
}
