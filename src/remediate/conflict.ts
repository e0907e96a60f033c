/** Why a package cannot be brought to a version that clears it. */
export interface Conflict {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  /** The version that would have cleared it; absent: there is none. */
  readonly wanted?: string;
  readonly environment?: string;
  /** `tensorflow 2.12.0 requires numpy<1.24,>=1.22`, one for each constraint in the way. */
  readonly because: readonly string[];
  /** Ids of the findings that stay because of it. */
  readonly keeps: readonly string[];
}

/** One of the least bad ways out of a conflict. */
export interface Option {
  /** The package in conflict, and its environment. */
  readonly name: string;
  readonly environment?: string;
  readonly kind: 'force' | 'remove' | 'major' | 'accept';
  readonly title: string;
  readonly command?: string;
  readonly clears: readonly string[];
  readonly breaks: readonly string[];
}
