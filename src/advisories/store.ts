import type { Advisory, DatabaseInfo, Vulnerability } from '../model.ts';

/** Dates (ISO 8601) of a release's life. */
export interface Support {
  readonly released?: string;
  /** End of the publisher's own security support. */
  readonly endOfLife?: string;
  /** End of extended (long-term) support, where there is one. */
  readonly endOfExtendedLife?: string;
}

/**
 * What matching needs of the advisory database. The SQLite file is one implementation, an array in memory
 * (demo, tests) another.
 */
export interface AdvisoryStore {
  readonly info: DatabaseInfo;
  /** Every publisher's statements on a package; `ecosystem` as in `Debian:11`, `name` normalised. Empty when there are none. */
  advisories(ecosystem: string, name: string): readonly Advisory[];
  /** Every publisher's statements on an id or another of the same vulnerability, whatever the package and release. */
  statements?(id: string): readonly Advisory[];
  /** What is known of an id whatever the package; undefined when no feed of this kind mentions it. */
  vulnerability(id: string): Vulnerability | undefined;
  /** True when any feed of this namespace is in the database: without it, "nothing found" would be a lie. */
  covers(ecosystem: string): boolean;
  /** Until when a distribution's release is supported, where a feed says so: its packages get no fixes after that. */
  release?(ecosystem: string): Support | undefined;
  close(): void;
}
