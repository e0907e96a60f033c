import type { AlignedRow } from './align.ts';
import type { ComparedRow } from './comparison.ts';

/**
 * A row of the result that is worked out when it is looked at: of half a million rows a page shows a few thousand. It is
 * not kept, so that what is written row by row takes no more memory than one row.
 */
export class LazyRow implements ComparedRow {
  readonly #row: AlignedRow;
  readonly #make: (row: AlignedRow) => ComparedRow;

  constructor(row: AlignedRow, make: (row: AlignedRow) => ComparedRow) {
    this.#row = row;
    this.#make = make;
  }
  get key(): string {
    return this.#row.key;
  }
  get id(): string {
    return this.#row.id;
  }
  get aliases(): readonly string[] {
    return this.#row.aliases;
  }
  get package(): string {
    return this.#row.package;
  }
  get version(): string {
    return this.#row.version;
  }
  get type(): string | undefined {
    return this.#row.type;
  }
  get title(): string | undefined {
    return this.#make(this.#row).title;
  }
  get reportedBy(): ComparedRow['reportedBy'] {
    return this.#make(this.#row).reportedBy;
  }
  get agreement(): ComparedRow['agreement'] {
    return this.#make(this.#row).agreement;
  }
  get evidence(): ComparedRow['evidence'] {
    return this.#make(this.#row).evidence;
  }
  get evidenceSays(): string {
    return this.#make(this.#row).evidenceSays;
  }
  get severity(): ComparedRow['severity'] {
    return this.#make(this.#row).severity;
  }
  get severitySource(): string {
    return this.#make(this.#row).severitySource;
  }
  toJSON(): ComparedRow {
    return this.#make(this.#row);
  }
}
