import type { AlignedRow } from './align.ts';
import type { ComparedCell, ComparedRow } from './comparison.ts';

/** How what a row does not hold itself is worked out. */
export interface RowParts {
  cells(row: AlignedRow): readonly ComparedCell[];
  agreement(row: AlignedRow): ComparedRow['agreement'];
  title(row: AlignedRow): string | undefined;
  proof(row: AlignedRow): {
    readonly evidence: ComparedRow['evidence'];
    readonly says: string;
    readonly severity: ComparedRow['severity'];
    readonly severitySource: string;
  };
}

/**
 * A row of the result that is worked out when it is looked at, part by part: of half a million rows a page shows a few
 * thousand. Nothing is kept, so that what is written row by row takes no more memory than one row.
 */
export class LazyRow implements ComparedRow {
  readonly #row: AlignedRow;
  readonly #parts: RowParts;

  constructor(row: AlignedRow, parts: RowParts) {
    this.#row = row;
    this.#parts = parts;
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
    return this.#parts.title(this.#row);
  }
  get reportedBy(): ComparedRow['reportedBy'] {
    return this.#parts.cells(this.#row);
  }
  get agreement(): ComparedRow['agreement'] {
    return this.#parts.agreement(this.#row);
  }
  get evidence(): ComparedRow['evidence'] {
    return this.#parts.proof(this.#row).evidence;
  }
  get evidenceSays(): string {
    return this.#parts.proof(this.#row).says;
  }
  get severity(): ComparedRow['severity'] {
    return this.#parts.proof(this.#row).severity;
  }
  get severitySource(): string {
    return this.#parts.proof(this.#row).severitySource;
  }
  toJSON(): ComparedRow {
    return wholeRow(this.#row, this.#parts);
  }
}

/** A row with all its parts. */
export function wholeRow(row: AlignedRow, parts: RowParts): ComparedRow {
  const { evidence, says, severity, severitySource } = parts.proof(row);
  const title = parts.title(row);
  return {
    key: row.key,
    id: row.id,
    aliases: row.aliases,
    package: row.package,
    version: row.version,
    ...(row.type !== undefined && { type: row.type }),
    ...(title !== undefined && { title }),
    reportedBy: parts.cells(row),
    agreement: parts.agreement(row),
    evidence,
    evidenceSays: says,
    severity,
    severitySource,
  };
}
