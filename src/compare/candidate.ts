import type { Package, Rating, Statement, Vulnerability } from '../model.ts';

/** One vulnerability that somebody says concerns one package: what a lens decides about. */
export interface Candidate {
  /** The CVE where there is one. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: Package;
  /** All statements on it, of all publishers, also those that only few scanners read. */
  readonly statements: readonly Statement[];
  /** What is known of the id whatever the package. */
  readonly ratings: readonly Rating[];
  readonly validity?: 'rejected' | 'disputed' | 'withdrawn';
  /** NVD has not rated it: known, not only unknown to us. */
  readonly unrated?: boolean;
  readonly published?: string;
  readonly title?: string;
  /** True: known only because a report says so; its statements are made of that report's rows. */
  readonly reported: boolean;
}

/** Puts together what statements and records say of one vulnerability in one package. */
export function candidate(
  id: string,
  ids: ReadonlySet<string>,
  found: Package,
  statements: readonly Statement[],
  records: readonly Vulnerability[],
  reported: boolean,
): Candidate {
  const validity =
    records.map((one) => one.state).find((state) => state !== undefined) ??
    (statements.every((one) => one.withdrawn !== undefined) && statements.length > 0 ? 'withdrawn' : undefined);
  const published =
    records.map((one) => one.published).find((date) => date !== undefined) ??
    statements.map((one) => one.published).find((date) => date !== undefined);
  const title =
    statements.map((one) => one.title).find((one) => one !== undefined) ??
    records.map((one) => one.title).find((one) => one !== undefined);
  return {
    id,
    aliases: [...ids].filter((alias) => alias !== id).sort(),
    package: found,
    statements,
    ratings: records.flatMap((one) => one.ratings),
    ...(validity !== undefined && { validity }),
    ...(published !== undefined && { published }),
    ...(title !== undefined && { title }),
    reported,
  };
}

/** Each rating once. */
export function distinct(ratings: readonly Rating[]): readonly Rating[] {
  const seen = new Map(
    ratings.map((rating) => [
      [rating.source, rating.method, rating.original, rating.vector, rating.score].join('|'),
      rating,
    ]),
  );
  return [...seen.values()];
}
