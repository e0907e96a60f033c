import type { DatabaseInfo, Statement, Vulnerability } from '../../model.ts';
import type { RecordedDistribution } from '../distribution.ts';
import type { RecordedWheels } from '../wheels.ts';

/** Dates (ISO 8601) of a release's life. */
export interface Support {
  readonly released?: string;
  /** End of the publisher's own security support. */
  readonly endOfLife?: string;
  /** End of extended (long-term) support, where there is one. */
  readonly endOfExtendedLife?: string;
}

/** What could not be told, as far as it came up: the answer may hold too much, or what is known today alone. */
export interface Undated {
  /** Statements whose vulnerability has no date of publication in any feed: taken as known. */
  readonly statements: number;
  /** Fixes without a date: taken as out. */
  readonly fixes: number;
  /** Statements that their publisher changed later: taken as they are today, since nobody keeps what they were. */
  readonly changed: number;
}

/**
 * What matching needs of the advisory database. The SQLite file is one implementation, an array in memory
 * (demo, tests) another.
 */
export interface AdvisoryStore {
  readonly info: DatabaseInfo;
  /** Two stores with the same text here answer alike; without one, answers are not to be kept. */
  readonly answersAs?: string;
  /** Every publisher's statements on a package; `namespace` as in `Debian:11`, `name` normalised. Empty when there are none. */
  statements(namespace: string, name: string): readonly Statement[];
  /** Every publisher's statements on an id or another of the same vulnerability, whatever the package and release. */
  statementsById(id: string): readonly Statement[];
  /** What is known of an id, and of others of the same vulnerability, whatever the package; undefined when no feed of this kind mentions it. */
  vulnerability(id: string): Vulnerability | undefined;
  /** Other ids of the same vulnerability: those of its record, quicker to have than the whole record. */
  aliases?(id: string): readonly string[];
  /** True when any feed of this namespace is in the database: without it, "nothing found" would be a lie. */
  covers(namespace: string): boolean;
  /** Names of the documents that speak of a namespace, in the order of their names. */
  feedsOn?(namespace: string): readonly string[];
  /** Until when a distribution's release is supported, where a feed says so: its packages get no fixes after that. */
  release?(namespace: string): Support | undefined;
  /** What a package index had of a Python distribution (normalised name) when the database was built; undefined where nobody was asked. */
  distribution?(name: string): RecordedDistribution | undefined;
  /** What is known of the files of wheels whose code is imported under this name. */
  wheels?(module: string): readonly RecordedWheels[];
  /** The moment it answers as of, where that is not today. */
  readonly moment?: string;
  /** When an id became known that nobody knew at that moment: a day, or `undefined` where no date is told. Absent of an id that was known, or that is unknown today. `about`: as a vulnerability of a package of that name. */
  knownSince?(id: string, about?: string): { readonly day: string | undefined } | undefined;
  /** Of that moment what could not be told. */
  undated?(): Undated;
  close(): void;
}

/** Other ids of the same vulnerability; none when nobody knows the id. */
export function aliasesIn(store: AdvisoryStore | undefined, id: string): readonly string[] {
  return store?.aliases?.(id) ?? store?.vulnerability(id)?.aliases ?? [];
}

/** What is known of these ids. A record speaks for its aliases too: the same is not asked again under another name. */
export function recordsOf(
  ids: Iterable<string>,
  recordOf: (id: string) => Vulnerability | undefined,
): readonly Vulnerability[] {
  const records: Vulnerability[] = [];
  const told = new Set<string>();
  for (const id of ids) {
    const record = told.has(id) ? undefined : recordOf(id);
    if (record === undefined) continue;
    records.push(record);
    for (const alias of record.aliases) told.add(alias);
  }
  return records;
}
