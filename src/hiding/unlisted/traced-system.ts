import type { SystemTraceFact } from '../../analyzers/analyzer.ts';
import { distributionOf, ecosystems, namespaceOf } from '../../ecosystems/index.ts';
import type { VisibleFact } from '../../layers/read-image.ts';
import type { OperatingSystem } from '../../model.ts';
import type { Contradiction } from '../system.ts';

/** The type of package that a system of this name has. */
export const typeOfSystem = (id: string): string | undefined =>
  ecosystems.find(({ system }) => system?.ids.includes(id))?.type;

/** Systems whose settings name the family they were built from, and not themselves. */
const FAMILY: ReadonlySet<string> = new Set(['rhel']);

/**
 * What traces beside release files and packages say of the operating system (sources and keys of its package manager, how its C library was
 * built, notes in programs), where no package database accounts for it. One kind of trace is enough against a release file that is missing
 * or names no system that anybody publishes on; against one that does, two kinds have to agree.
 */
export function tracedSystem(
  stated: OperatingSystem | undefined,
  facts: readonly VisibleFact[],
): Contradiction | undefined {
  const traces = facts.flatMap(({ fact }) => (fact.kind === 'system-trace' ? [fact] : []));
  const best = strongest(traces);
  if (best === undefined) return undefined;
  const { os, type, of } = best;
  const shown = namespaceOf(type, os);
  const said = stated && namespaceOf(typeOfSystem(stated.id) ?? type, stated);
  if (shown === undefined || said === shown || (said !== undefined && of.length < 2)) return undefined;
  return {
    kind: stated === undefined ? 'missing' : said === undefined ? 'unknown' : 'contradicted',
    ...(stated === undefined ? {} : { stated }),
    proven: {
      os,
      because: `${of.join(' and ')} ${of.length === 1 ? 'speaks' : 'speak'} of ${os.name}`,
      decisive: false,
    },
  };
}

interface Traced {
  readonly os: OperatingSystem;
  readonly type: string;
  readonly of: readonly string[];
}

/** The type of package that most kinds of traces speak for; undefined where two are told by as many. */
export function tracedType(facts: readonly VisibleFact[]): string | undefined {
  const kinds = new Map<string, Set<string>>();
  for (const { fact } of facts) {
    const type = fact.kind === 'system-trace' ? typeOfSystem(fact.id) : undefined;
    if (fact.kind === 'system-trace' && type !== undefined)
      kinds.set(type, (kinds.get(type) ?? new Set()).add(fact.of));
  }
  const [first, second] = [...kinds].sort((a, b) => b[1].size - a[1].size);
  return first === undefined || first[1].size === second?.[1].size ? undefined : first[0];
}

/** The system that most kinds of traces speak of; undefined where none tells a release, or two are told by as many. */
function strongest(traces: readonly SystemTraceFact[]): Traced | undefined {
  const ids = new Map<string, Set<string>>();
  for (const { id, of } of traces) ids.set(id, (ids.get(id) ?? new Set()).add(of));
  // What speaks of the family speaks for each of its members that something else names.
  for (const [id, of] of ids)
    for (const [family, said] of ids)
      if (FAMILY.has(family) && !FAMILY.has(id) && typeOfSystem(id) === typeOfSystem(family))
        for (const voice of said) of.add(voice);
  const own = [...ids].filter(
    ([id]) =>
      !FAMILY.has(id) || ![...ids.keys()].some((other) => other !== id && typeOfSystem(other) === typeOfSystem(id)),
  );
  const ranked = own.sort((a, b) => b[1].size - a[1].size);
  const [first, second] = ranked;
  if (first === undefined || first[1].size === second?.[1].size) return undefined;
  const [id] = first;
  const type = typeOfSystem(id);
  if (type === undefined) return undefined;
  const kin = traces.filter((trace) => trace.id === id || (FAMILY.has(trace.id) && typeOfSystem(trace.id) === type));
  const releases = new Map<string, { os: OperatingSystem; of: Set<string> }>();
  for (const { versionId, codename, of } of kin) {
    const number = versionId ?? distributionOf({ id })?.system?.codenames?.get(codename ?? '');
    const os: OperatingSystem = {
      id,
      name: [distributionOf({ id })?.name ?? id, number].filter(Boolean).join(' '),
      ...(number === undefined ? {} : { versionId: number }),
    };
    const namespace = number === undefined && codename !== undefined ? undefined : namespaceOf(type, os);
    if (namespace === undefined || (number === undefined && kin.some((trace) => trace.versionId ?? trace.codename)))
      continue;
    const known = releases.get(namespace) ?? { os, of: new Set() };
    releases.set(namespace, { os: known.os, of: known.of.add(of) });
  }
  const [best, rival] = [...releases.values()].sort((a, b) => b.of.size - a.of.size);
  if (best === undefined || best.of.size === rival?.of.size) return undefined;
  const all = new Set([...best.of, ...first[1]]);
  return { os: best.os, type, of: [...all].sort() };
}
