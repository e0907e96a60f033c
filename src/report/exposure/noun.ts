import type { Package, Seen, StartPicture, Subject } from '../../model.ts';

/** A file that is reached, as a report needs it. */
export interface ReachedFile {
  readonly path: string;
  readonly reach: 'loaded' | 'importable' | 'callable';
  readonly how: string;
  readonly from?: ReachedFile;
  readonly seen?: Seen;
}

/** What a report on exposure is made from. */
export interface ExposureReport {
  readonly subject: Subject;
  readonly start: StartPicture;
  readonly packages: readonly Package[];
  readonly reached: ReadonlyMap<string, ReachedFile>;
  readonly owners: ReadonlyMap<string, readonly number[]>;
}
