import type { Advisory, DatabaseInfo, Vulnerability } from '../model.ts';

/**
 * What matching needs of the advisory database. The SQLite file is one implementation, an array in memory
 * (demo, tests) another.
 */
export interface AdvisoryStore {
  readonly info: DatabaseInfo;
  /** Every publisher's statements on a package; `ecosystem` as in `Debian:11`, `name` normalised. Empty when there are none. */
  advisories(ecosystem: string, name: string): readonly Advisory[];
  /** What is known of an id whatever the package; undefined when no feed of this kind mentions it. */
  vulnerability(id: string): Vulnerability | undefined;
  /** True when any feed of this namespace is in the database: without it, "nothing found" would be a lie. */
  covers(ecosystem: string): boolean;
  close(): void;
}
