import { lastKnownEnd } from '../advisories/publishers.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import type { FixState } from '../model.ts';
import type { FixRule, Lens } from '../scanners/lens.ts';
import type { Affected } from './lens-version.ts';
import type { Universe } from './universe.ts';

/** What a lens says of a fix: the version for the installed branch, and all versions that it lists. */
export interface LensFix {
  readonly state: FixState;
  readonly version?: string;
  readonly versions?: readonly string[];
}

/** What a lens says of a fix, of the statements by which it holds the package affected. */
export function fixOf({ fix }: Lens, type: string, affected: readonly Affected[], universe: Universe): LensFix {
  const listed = listedFixes(fix, type, affected, universe);
  const fixing = affected.find((affecting) => affecting.fixed !== undefined);
  const state = fix.states.fixed ?? 'fixed';
  if (fixing !== undefined || listed.length > 0) {
    if (state !== 'fixed') return { state };
    return { state, version: fixing?.fixed ?? listed[0]!, ...(listed.length > 0 && { versions: listed }) };
  }
  // A record of a language has a fix for some branch, and none for the installed one.
  if (
    affected.some(
      ({ statement: { state: said, ranges, namespace } }) =>
        said === 'fixed' && !(isBranched(namespace) && ranges.length > 0),
    )
  )
    return { state };
  const states = affected
    .map(
      ({ statement }) =>
        (statement.note === undefined ? undefined : fix.noted?.[statement.state]) ??
        fix.ofSystem?.[universe.os?.id ?? '']?.[statement.state] ??
        fix.states[statement.state],
    )
    .filter((state) => state !== undefined);
  return { state: states[0] ?? 'not-fixed' };
}

/** A release of a distribution is one branch. */
const isBranched = (namespace: string): boolean => ecosystemNamed(namespace)?.system === undefined;

/** All fixed versions that a record names, for scanners that list them whatever branch is installed; none for the others. */
function listedFixes(fix: FixRule, type: string, affected: readonly Affected[], universe: Universe): readonly string[] {
  const listsAll = typeof fix.branches === 'object' ? fix.branches.types.includes(type) : fix.branches === 'all';
  const chosen = affected.find(({ fixed }) => fixed !== undefined) ?? affected[0];
  if (!listsAll || chosen === undefined || !isBranched(chosen.statement.namespace)) return [];
  // A record may speak of one package several times, once for each branch.
  const all = [chosen.statement, ...universe.record(chosen.statement)];
  const fixes = all.flatMap(({ ranges }) => ranges.flatMap((range) => range.fixed ?? []));
  // Of what has none, that from which on it is not known to be affected.
  const ends = all.flatMap(({ note }) => lastKnownEnd(note)?.limit ?? []);
  return [...new Set(fixes.length > 0 || fix.branches !== 'all' ? fixes : ends)];
}
