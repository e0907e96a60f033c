import { addTo } from '../../collections.ts';
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
  const byName = new Map<string, Now[]>();
  for (const finding of now) for (const key of namedKeys(finding)) addTo(byName, key, finding);
  const alike = (finding: EarlierFinding): Set<Now> =>
    new Set(namedKeys(finding).flatMap((key) => byName.get(key) ?? []));
  const there = new Map(
    then.map((finding) => [finding, [...alike(finding)].filter((other) => sharePlace(finding, other))] as const),
  );
  const had = new Set([...there.values()].flat());
  const moved = new Set<Now>();
  const cleared = then.filter((finding) => {
    if (there.get(finding)!.length > 0) return false;
    const elsewhere = [...alike(finding)].filter((other) => !had.has(other) && !isUntold(other));
    for (const other of elsewhere) moved.add(other);
    return elsewhere.length === 0;
  });
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
  const byName = new Map<string, EarlierFinding[]>();
  for (const finding of others) for (const key of namedKeys(finding)) addTo(byName, key, finding);
  return findings.filter((finding) =>
    namedKeys(finding).some((key) => byName.get(key)?.some((other) => sharePlace(finding, other)) === true),
  );
}

/** A finding by its names alone. */
export const namedKeys = ({ id, aliases, name, binaries = [] }: EarlierFinding): string[] =>
  [id, ...aliases].flatMap((id) => [name, ...binaries].map((name) => `${plainName(name)}\0${id}`));

/** A name as scanners spell it: in any case, with any of the signs that Python takes for one. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

const isNowhere = ({ places }: EarlierFinding): boolean => places.every((place) => place === '');

const sharePlace = (a: EarlierFinding, b: EarlierFinding): boolean =>
  isNowhere(a) || isNowhere(b) || a.places.some((place) => b.places.includes(place));
