import type { ForeignFinding } from '../scanners/scanner.ts';
import type { AlignedRow } from './align.ts';
import type { Side } from './side.ts';
import type { TwoFormats } from './two-formats.ts';
import type { Universe } from './universe.ts';

/** A row that one side has and the other has not. */
export interface AbsenceQuestion {
  readonly row: AlignedRow;
  /** The side that has it. */
  readonly has: Side;
  /** The side that has not. */
  readonly lacks: Side;
  readonly universe: Universe;
  /** The images are known to differ. */
  readonly otherImage: boolean;
  /** Both are one scanner's, in two formats. */
  readonly formats?: TwoFormats;
}

export const rows = ({ row, has }: AbsenceQuestion): readonly ForeignFinding[] => row.cells[has.index]?.findings ?? [];
