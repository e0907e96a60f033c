import { preferredId } from '../advisories/alias-classes.ts';
import type { Candidate, Considered } from '../model.ts';
import { isAffected } from './finding.ts';

/** What is judged affected decides what a candidate is, where there is any: whatever else is asked for joins it. */
export const decisiveOf = (group: readonly Considered[]): readonly Considered[] =>
  group.some(isAffected) ? group.filter(isAffected) : group;

/**
 * No two vulnerabilities of a package go by one name, by which formats, gates and plans tell them apart. Where records contradict each other two of
 * them may be said to be a third: it is the one that has a statement of that id, else the first; the other goes by its own, and is not called
 * by a name that is told apart from it. What is affected is named first, so that a finding has the same name whatever else is asked for.
 */
export function withNamesOfTheirOwn(candidates: readonly Candidate[]): readonly Candidate[] {
  if (areApart(candidates)) return candidates;
  const names = new Map<string, Candidate>();
  const isFound = ({ considered }: Candidate): boolean => considered.some(isAffected);
  const renamed = new Map([
    ...named(candidates.filter(isFound), names),
    ...named(
      candidates.filter((candidate) => !isFound(candidate)),
      names,
    ),
  ]);
  return candidates.map((candidate) => renamed.get(candidate) ?? candidate);
}

const areApart = (candidates: readonly Candidate[]): boolean =>
  new Set(candidates.map(({ id }) => id)).size === candidates.length;

/** Those that have to go by another name than they would, as they are then; `names`: whose each name is, which grows. */
function named(candidates: readonly Candidate[], names: Map<string, Candidate>): ReadonlyMap<Candidate, Candidate> {
  if (names.size === 0 && areApart(candidates)) {
    for (const candidate of candidates) names.set(candidate.id, candidate);
    return new Map();
  }
  const owned = ({ considered }: Candidate): readonly string[] =>
    decisiveOf(considered).map(({ statement }) => statement.id);
  // Every statement is in one of them, and those of one id are together: what nobody else may take is always left.
  const owners = new Map(candidates.flatMap((candidate) => owned(candidate).map((id) => [id, candidate] as const)));
  const owns = (candidate: Candidate): boolean => owners.get(candidate.id) === candidate;
  const chosen = [...candidates]
    .sort((a, b) => Number(owns(b)) - Number(owns(a)))
    .map((candidate): readonly [Candidate, string] => {
      const isFree = (id: string): boolean => !names.has(id) && (owners.get(id) ?? candidate) === candidate;
      const others = [[candidate.id], owned(candidate), candidate.aliases].map((ids) => ids.filter(isFree));
      const id = preferredId(others.find((ids) => ids.length > 0) ?? [candidate.id]);
      if (!names.has(id)) names.set(id, candidate);
      return [candidate, id];
    });
  const taken = new Set(names.keys());
  return new Map(
    chosen.flatMap(([candidate, id]) =>
      id === candidate.id
        ? []
        : [[candidate, { ...candidate, id, aliases: candidate.aliases.filter((alias) => !taken.has(alias)) }] as const],
    ),
  );
}
