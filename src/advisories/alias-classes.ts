import { LIMITS } from '../limits.ts';
import { compareText } from '../versions/order.ts';
import { isCve } from './ids.ts';

/** A record says that these ids are the same vulnerability as its own. */
export interface AliasClaim {
  readonly id: string;
  readonly aliases: readonly string[];
  /** The document the record stands in, where disputes have to name it. */
  readonly feed?: string;
  /** The record was taken back: it still tells of other names, and where they are disputed those that stand are followed first. */
  readonly withdrawn?: boolean;
}

/** Whether a record was taken back by who wrote it, or its CVE rejected. */
export const isTakenBack = ({ state }: { readonly state?: string }): boolean =>
  state === 'withdrawn' || state === 'rejected';

/** A claim that was not followed, because it would have made one vulnerability of two. */
export interface Dispute {
  /** The record that claims. */
  readonly id: string;
  /** What it claims to be. */
  readonly claimed: string;
  readonly feed: string;
  /** The CVE that the record was left with, or another name of it where that has as many as are followed; absent: it names several and was given to none. */
  readonly kept?: string;
}

/** Ids sorted by vulnerability. */
interface AliasClasses {
  /** Ids of the same vulnerability, the CVE first; only classes of two and more. */
  readonly classes: readonly (readonly string[])[];
  readonly disputes: readonly Dispute[];
  /** What the class of an id goes by; the id itself where nobody claims anything of it. */
  nameOf(id: string): string;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly feed: string;
  /** How many records that stand say so: higher is followed first. */
  readonly support: number;
  /** How many say so that were taken back: these decide between what nobody who stands says. */
  readonly withdrawn: number;
}

/**
 * Sorts ids into classes of the same vulnerability. A CVE is one vulnerability by definition, so a class never holds two:
 * claims are followed from the best supported to the least, and one that would glue two CVEs together is not
 * followed but reported, with the record that made it. A record that was taken back no longer says what is so (https://ossf.github.io/osv-schema/#withdrawn-field):
 * one that was withdrawn as a duplicate is still found under its names, but against records that stand it has no weight. A record that names several CVEs is a bulletin about them and
 * belongs to none; a class has `LIMITS.aliasClass` ids at most. Where a bulletin has to be put somewhere (a row of a report) it is the `first` that it names. The result does not
 * depend on the order of the claims.
 */
export function aliasClasses(claims: Iterable<AliasClaim>, bulletins: 'apart' | 'first' = 'apart'): AliasClasses {
  const disputes: Dispute[] = [];
  const edges = supportedEdges(claims, disputes, bulletins);
  const parents = new Map<string, string>();
  const cves = new Map<string, string>(); // root -> the CVE of its class
  const sizes = new Map<string, number>(); // root -> ids in its class, where there are several
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
    const size = (sizes.get(a) ?? 1) + (sizes.get(b) ?? 1);
    if (size > LIMITS.aliasClass) {
      disputes.push({ id: from, claimed: to, feed, kept: left ?? a });
      continue;
    }
    sizes.set(a, size);
    parents.set(b, a);
    const cve = left ?? right;
    if (cve !== undefined) cves.set(a, cve);
  }
  const classes = members(edges, root);
  let names: ReadonlyMap<string, string> | undefined;
  return {
    classes,
    disputes,
    nameOf(id) {
      names ??= new Map(
        classes.flatMap((ids) => {
          const name = preferredId(ids);
          return ids.map((member) => [member, name] as const);
        }),
      );
      return names.get(id) ?? id;
    },
  };
}

/** Every pair that a record claims, with how many say so; CVEs first among equals, then by name. */
function supportedEdges(
  claims: Iterable<AliasClaim>,
  disputes: Dispute[],
  bulletins: 'apart' | 'first',
): readonly Edge[] {
  const edges = new Map<string, { -readonly [K in keyof Edge]: Edge[K] } & { toCve: boolean }>();
  for (const { id, aliases, feed = '', withdrawn = false } of claims) {
    const weight = { support: withdrawn ? 0 : 1, withdrawn: withdrawn ? 1 : 0 };
    const named = [...new Set(aliases)].filter((alias) => alias !== id);
    const cves = named.filter(isCve);
    const several = !isCve(id) && cves.length > 1;
    if (several) disputes.push({ id, claimed: cves.join(' '), feed });
    for (const alias of named) {
      if (several && isCve(alias) && (bulletins === 'apart' || alias !== cves[0])) continue;
      const key = id < alias ? `${id} ${alias}` : `${alias} ${id}`;
      const known = edges.get(key);
      if (known) {
        known.support += weight.support;
        known.withdrawn += weight.withdrawn;
        // Of several that claim it, the first by name stands for the claim, in whichever order they came.
        if (compareText(id, known.from) < 0 || (id === known.from && compareText(feed, known.feed) < 0)) {
          Object.assign(known, { from: id, to: alias, feed, toCve: isCve(alias) });
        }
      } else edges.set(key, { from: id, to: alias, feed, ...weight, toCve: isCve(alias) });
    }
  }
  return [...edges.values()].sort(
    (a, b) =>
      b.support - a.support ||
      b.withdrawn - a.withdrawn ||
      Number(b.toCve) - Number(a.toCve) ||
      compareText(a.from, b.from) ||
      compareText(a.to, b.to),
  );
}

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
    .map((set) => [...set].sort((a, b) => Number(isCve(b)) - Number(isCve(a)) || compareText(a, b)))
    .sort((a, b) => compareText(a[0]!, b[0]!));
}

const PREFERENCE = [/^CVE-/, /^GHSA-/, /^PYSEC-/, /^(?:GO|RUSTSEC|OSV)-/];

/** The id a vulnerability goes by: its CVE where there is one, then GitHub's, then the publisher's. Throws for no ids at all. */
export function preferredId(ids: Iterable<string>): string {
  let best: { readonly id: string; readonly rank: number } | undefined;
  for (const id of ids) {
    const index = PREFERENCE.findIndex((pattern) => pattern.test(id));
    const rank = index < 0 ? PREFERENCE.length : index;
    if (best === undefined || rank < best.rank || (rank === best.rank && id < best.id)) best = { id, rank };
  }
  if (best === undefined) throw new RangeError('a vulnerability has an id');
  return best.id;
}
