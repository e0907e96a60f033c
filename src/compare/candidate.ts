import { revisionsOf } from '../advisories/ids.ts';
import { lastKnownEnd } from '../advisories/publishers.ts';
import { go } from '../ecosystems/go.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { idsOf } from '../matching/by-vulnerability.ts';
import { judge } from '../matching/judge.ts';
import type { AffectedRange, Candidate, Considered, Package, Statement } from '../model.ts';
import { publicVersion } from '../versions/pep440.ts';

/**
 * True when a statement concerns the package under any reading that some scanner has: source or binary version, with or without
 * local part, taken back or not yet determined.
 */
export function concerns({ statement, lookup, judgement }: Considered, installed: Package): boolean {
  if (judgement.affected) return true;
  if (statement.state === 'not-affected') return false;
  const ecosystem = ecosystemNamed(lookup.namespace);
  if (ecosystem === undefined) return false;
  const versions = new Set([lookup.version, sourceOf(installed).version, installed.version]);
  if (installed.type === pypi.type) versions.add(publicVersion(installed.version));
  // Some scanners take what is open for all versions, also where a fix is named.
  const read = readable(withoutKnownEnd(openEnded(statement)));
  return [...versions].some((version) => judge(read, version, { ...ecosystem, madeUp: 'compared' }).affected);
}

/** What a distribution calls open, without the version at which its fix is to come; any other statement as it is. */
export function openEnded(statement: Statement): Statement {
  const coming =
    statement.state !== 'fixed' &&
    statement.ranges.some((range) => range.limit !== undefined) &&
    ecosystemNamed(statement.namespace)?.system !== undefined;
  return coming ? { ...statement, ranges: [{}] } : statement;
}

/** Of GitHub's ranges that end without a fix, as OSV's own evaluation has it: they go on. */
export function withoutKnownEnd(statement: Statement): Statement {
  const end = lastKnownEnd(statement.note);
  if (end === undefined) return statement;
  const isEnd = ({ limit, lastAffected }: AffectedRange): boolean =>
    limit === end.limit && lastAffected === end.lastAffected;
  const ranges = statement.ranges.map((range): AffectedRange => {
    const { limit: _, lastAffected: __, ...rest } = range;
    return isEnd(range) ? rest : range;
  });
  return { ...statement, ranges };
}

/** A statement as `judge` takes it: withdrawn and undetermined ones are for the lens to drop. */
export function readable(statement: Statement): Statement {
  const { withdrawn: _, platforms, ...others } = statement;
  // That a package of Go is built for another system alone no other scanner asks.
  const rest = { ...others, ...(platforms !== undefined && statement.namespace !== go.name && { platforms }) };
  return statement.state === 'undetermined' || statement.state === 'withdrawn' ? { ...rest, state: 'open' } : rest;
}

/** A test for statements that name any of these ids, in whatever case they were typed: as their own, as an alias, or as that of the record they were taken from. */
export function naming(ids: Iterable<string>): (considered: Considered) => boolean {
  const wanted = new Set([...ids].map((id) => id.toUpperCase()));
  const names = (id: string): boolean => wanted.has(id.toUpperCase());
  return (considered) => idsOf(considered).some(names);
}

/** A test for statements that a bulletin brought, in any revision where none is named: one of a distribution speaks of many vulnerabilities, and is no name of any. */
export function broughtBy(bulletin: string): (considered: Considered) => boolean {
  const wanted = new Set([bulletin.toUpperCase(), ...revisionsOf(bulletin)]);
  return ({ statement }) => statement.bulletin !== undefined && wanted.has(statement.bulletin.toUpperCase());
}

/** The candidate with what its statements and records say of the vulnerability itself. */
export function described(candidate: Candidate): Candidate {
  const { statements, records } = candidate;
  const first = <Value>(values: readonly (Value | undefined)[]): Value | undefined =>
    values.find((value) => value !== undefined);
  const published = [...records, ...statements].flatMap((source) => source.published ?? []).sort()[0];
  const title = first([...statements, ...records].map((source) => source.title));
  return {
    ...candidate,
    ...(published !== undefined && { published }),
    ...(title !== undefined && { title }),
  };
}
