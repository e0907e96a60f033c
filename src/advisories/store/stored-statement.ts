import { withoutUndefined } from '../../collections.ts';
import {
  type AffectedImport,
  type AffectedRange,
  type Rating,
  STATEMENT_STATES,
  type Statement,
  type StatementState,
} from '../../model.ts';
import { pageOf } from '../publishers.ts';
import { STATEMENT, unpackImports, unpackRanges, unpackRatings, unpackTexts } from './codec.ts';
import { ratingsWithRecords } from './documents.ts';
import type { FiledRecord, RecordReader } from './records.ts';

/** A plain object: what lies in a file reads on demand, and is more than its own members. */
export const plainStatement = (statement: Statement): Statement =>
  'toJSON' in statement && typeof statement.toJSON === 'function' ? (statement.toJSON() as Statement) : statement;

/** The row a statement stands in. */
export interface Row {
  readonly namespace: string;
  readonly package: string;
  readonly feed: string;
  readonly records: RecordReader;
}

/**
 * A statement as it lies in the file, seen as the noun. A class, unlike everything else here: a scan looks at tens of
 * thousands of statements and compares the version of each, while texts, ratings and aliases are asked of the few that
 * apply, so those are accessors of the prototype that read on demand. It is a `Statement` wherever it is handed on; that it `implements` one
 * stays unsaid, since an accessor of what may be missing is none to whoever compiles with `exactOptionalPropertyTypes`.
 */
export class StoredStatement {
  readonly id: string;
  readonly source: string;
  readonly namespace: string;
  readonly package: string;
  readonly feed: string;
  readonly state: StatementState;
  readonly ranges: readonly AffectedRange[];
  readonly versions?: readonly string[];
  readonly modules?: readonly string[];
  readonly platforms?: readonly string[];
  readonly #raw: readonly unknown[];
  readonly #records: RecordReader;
  #bulletin: string | undefined;
  #fixDate: string | undefined;
  #record: FiledRecord | undefined | null = null;
  #aliases: readonly string[] | undefined;

  constructor(raw: readonly unknown[], row: Row, id: string, bulletin: string | undefined) {
    this.id = id;
    this.source = String(raw[STATEMENT.source]);
    this.namespace = row.namespace;
    this.package = row.package;
    this.feed = row.feed;
    this.state = STATEMENT_STATES[Number(raw[STATEMENT.state] ?? 0)] ?? 'undetermined';
    this.ranges = unpackRanges(raw[STATEMENT.ranges]);
    if (Array.isArray(raw[STATEMENT.versions])) this.versions = unpackTexts(raw[STATEMENT.versions]);
    const [modules, platforms] = [raw[STATEMENT.modules], raw[STATEMENT.platforms]];
    if (Array.isArray(modules) || modules === '*') this.modules = unpackTexts(modules);
    if (Array.isArray(platforms)) this.platforms = unpackTexts(platforms);
    this.#raw = raw;
    this.#records = row.records;
    this.#bulletin = bulletin;
    this.#fixDate = this.#text(STATEMENT.fixDate);
  }

  /** The id under which the publisher's record is filed: the bulletin's, where one speaks of several vulnerabilities. */
  get recorded(): string {
    return this.#text(STATEMENT.bulletin) ?? String(this.#raw[STATEMENT.id]);
  }

  get aliases(): readonly string[] {
    // Planning asks again for every version that a package may become.
    this.#aliases ??= this.#records.members(this.id).filter((id) => id !== this.id);
    return this.#aliases;
  }

  get ratings(): readonly Rating[] {
    const { id, recorded } = this;
    return ratingsWithRecords({ id, recorded, ratings: unpackRatings(this.#raw[STATEMENT.ratings]) }, (name) =>
      name === recorded ? this.#found() : this.#records.of(name, this.feed)[0],
    );
  }

  get imports(): readonly AffectedImport[] | undefined {
    const packed = this.#raw[STATEMENT.imports];
    return Array.isArray(packed) ? unpackImports(packed, this.package) : undefined;
  }

  get title(): string | undefined {
    return this.#found()?.title;
  }

  get url(): string {
    return this.#text(STATEMENT.url) ?? pageOf(this.source, this.bulletin ?? this.id);
  }

  get note(): string | undefined {
    return this.#text(STATEMENT.note);
  }

  get published(): string | undefined {
    return this.#text(STATEMENT.published) ?? this.#found()?.published;
  }

  get modified(): string | undefined {
    return this.#text(STATEMENT.modified) ?? this.#found()?.modified;
  }

  get withdrawn(): string | undefined {
    return this.#text(STATEMENT.withdrawn);
  }

  get bulletin(): string | undefined {
    return this.#bulletin;
  }

  get fixDate(): string | undefined {
    return this.#fixDate;
  }

  /** Takes over which bulletin brought the fix, and when, from another statement of the same publisher. */
  complete({ bulletin, fixDate }: Pick<StoredStatement, 'bulletin' | 'fixDate'>): this {
    this.#bulletin = bulletin;
    this.#fixDate = fixDate ?? this.#fixDate;
    return this;
  }

  /** All of it, for JSON. */
  toJSON(): Statement {
    const { id, source, namespace, package: name, feed, state, ranges, versions, modules, platforms } = this;
    const { aliases, ratings, imports, title, url, note, published, modified, withdrawn, bulletin, fixDate } = this;
    const texts = { title, url, note, published, modified, withdrawn, bulletin, fixDate, feed };
    const known = withoutUndefined(texts);
    return {
      id,
      source,
      namespace,
      package: name,
      aliases,
      state,
      ranges,
      ...(versions && { versions }),
      ...(modules && { modules }),
      ...(platforms && { platforms }),
      ...(imports && { imports }),
      ratings,
      ...known,
    };
  }

  #text(position: number): string | undefined {
    const value = this.#raw[position];
    return typeof value === 'string' ? value : undefined;
  }

  /** The document's own record: what others say of the same id is the store's `vulnerability` to tell. */
  #found(): FiledRecord | undefined {
    if (this.#record === null) this.#record = this.#records.of(this.recorded, this.feed)[0];
    return this.#record;
  }
}
