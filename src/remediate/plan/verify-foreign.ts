import { addTo } from '../../collections.ts';
import { plainName } from '../../ecosystems/names.ts';
import type { EarlierFinding } from '../verification.ts';

/** What of today's findings another scanner's report had, by what that says of names and places. */
export interface Pairing<Now extends EarlierFinding> {
  readonly cleared: readonly EarlierFinding[];
  readonly remaining: readonly Now[];
  readonly fresh: readonly Now[];
  /** What its rules leave out, and the report did not have where it lies. */
  readonly untold: readonly Now[];
}

/**
 * Lays today's findings beside those of another scanner. The same vulnerability of a package of the same name remains where it lies in the place that
 * the report names, or where one of the two does not say its place. What the scanner would report and lies somewhere else was moved (a newer Python), unless the
 * report had that one as well. What its rules leave out is a finding of its own: the copy within a newer pip does not mean that the package beside it was not
 * upgraded.
 */
export function pair<Now extends EarlierFinding>(
  then: readonly EarlierFinding[],
  now: readonly Now[],
  isUntold: (finding: Now) => boolean,
): Pairing<Now> {
  const known = byWords(now);
  const had = new Set<Now>();
  // Rows of one name can be thousands: each word is gone through once, however many ask for it.
  const takeAll = perWord((word) => {
    for (const other of known.get(word) ?? []) had.add(other);
    return known.has(word);
  });
  const isThere = then.map((finding) => asksFor(finding).map(takeAll).includes(true));
  const moved = new Set<Now>();
  const movesAny = perWord((word) => {
    const elsewhere = (known.get(word) ?? []).filter((other) => !had.has(other) && !isUntold(other));
    for (const other of elsewhere) moved.add(other);
    return elsewhere.length > 0;
  });
  const cleared = then.filter((finding, at) => !isThere[at] && !namedKeys(finding).map(movesAny).includes(true));
  const rest = now.filter((finding) => !had.has(finding) && !moved.has(finding));
  return {
    cleared,
    remaining: now.filter((finding) => had.has(finding) || moved.has(finding)),
    fresh: rest.filter((finding) => !isUntold(finding)),
    untold: rest.filter(isUntold),
  };
}

/** Of findings those that are among others: of the same vulnerability in a package of the same name, in the same place where both say it. */
export function stillThere(
  findings: readonly EarlierFinding[],
  others: readonly EarlierFinding[],
): readonly EarlierFinding[] {
  const known = byWords(others);
  return findings.filter((finding) => asksFor(finding).some((word) => known.has(word)));
}

const perWord = (work: (word: string) => boolean): ((word: string) => boolean) => {
  const told = new Map<string, boolean>();
  return (word) => {
    const answer = told.get(word) ?? work(word);
    told.set(word, answer);
    return answer;
  };
};

const NOWHERE = '\0nowhere';
const at = (place: string): string => `\0in ${place}`;

/** Findings by name, by name and place, and by name where they say no place. */
function byWords<Finding extends EarlierFinding>(findings: readonly Finding[]): ReadonlyMap<string, Finding[]> {
  const words = new Map<string, Finding[]>();
  for (const finding of findings) {
    const where = ['', ...(isNowhere(finding) ? [NOWHERE] : new Set(finding.places.map(at)))];
    for (const key of new Set(namedKeys(finding))) for (const place of where) addTo(words, `${key}${place}`, finding);
  }
  return words;
}

/** Under which words the findings stand that lie in the place of this one, or where one of the two does not say its place. */
function asksFor(finding: EarlierFinding): string[] {
  const where = isNowhere(finding) ? [''] : [NOWHERE, ...finding.places.map(at)];
  return namedKeys(finding).flatMap((key) => where.map((place) => `${key}${place}`));
}

/** A finding by its names alone. */
export const namedKeys = ({ id, aliases, name, binaries = [] }: EarlierFinding): string[] =>
  [id, ...aliases].flatMap((id) => [name, ...binaries].map((name) => `${plainName(name)}\0${id}`));

const isNowhere = ({ places }: EarlierFinding): boolean => places.every((place) => place === '');
