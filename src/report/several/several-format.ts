import type { RenderOptions } from '../report-format.ts';
import type { Scanned, Tallies } from './tally.ts';

/** A document of several images, written while they are scanned: its beginning, each image as its turn comes, its end. */
export interface SeveralFormat {
  /** As `-f` names it. */
  readonly name: string;
  /** It shows what to change of each image, also where not everything is asked for: the reports are to hold it. */
  readonly changes?: true;
  readonly begin: (created: Date) => Iterable<string>;
  /** `first`: no image stands before it. */
  readonly image: (scanned: Scanned, first: boolean, options: RenderOptions) => Iterable<string>;
  readonly end: (tallies: Tallies, options: RenderOptions) => Iterable<string>;
}
