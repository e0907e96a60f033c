import type { Vulnerability } from '../../model.ts';
import type { VulnerabilityRecord } from '../feeds/index.ts';
import { isCve } from '../ids.ts';
import { distinctRatings } from '../ratings/index.ts';
import { unpackRecord } from './codec.ts';
import { unpackBytes } from './packing.ts';
import type { Sqlite } from './sqlite.ts';

/** A record with the document it stands in. */
export interface FiledRecord extends VulnerabilityRecord {
  readonly feed: string;
}

/** Looks records up by id. */
export interface RecordReader {
  /** Every id of the same vulnerability, this one included. */
  members(id: string): readonly string[];
  /** What each document, or only this one, says of exactly this id. */
  of(id: string, feed?: string): readonly FiledRecord[];
  /** What all say of it together, under whatever id; undefined when nobody does. */
  vulnerability(id: string): Vulnerability | undefined;
}

/** Blocks kept unpacked: neighbours in a scan are often neighbours in the file. */
const BLOCKS_KEPT = 256;

const LINE_FEED = 0x0a;

/** Records of one document, a line each; unpacked when the first is looked for. */
interface Block {
  readonly feed: string;
  readonly data: unknown;
  bytes?: Buffer;
}

/** What is kept at hand: rows of ids, and what all documents say of an id. */
const ROWS_KEPT = 100_000;
const RECORDS_KEPT = 2_000;

/**
 * Reads records of an open database; `feeds` gives the documents' names by their numbers.
 * Long because it is an object: its methods close over one state.
 */
export function recordReader(sqlite: Sqlite, feeds: ReadonlyMap<number, { readonly name: string }>): RecordReader {
  const selectId = sqlite.query('SELECT class, blocks FROM ids WHERE id = ?');
  const selectClass = sqlite.query('SELECT members FROM classes WHERE id = ?');
  const selectBlock = sqlite.query('SELECT feed, data FROM records WHERE id = ?');
  const blocks = new Map<number, Block>();
  const told = new Map<string, readonly FiledRecord[]>();
  const merged = new Map<string, Vulnerability | undefined>();

  const rows = new Map<string, readonly unknown[] | undefined>();
  const rowOf = (id: string): readonly unknown[] | undefined => {
    if (!rows.has(id)) {
      if (rows.size >= ROWS_KEPT) rows.clear();
      rows.set(id, selectId.get([id]));
    }
    return rows.get(id);
  };
  const block = (number: number) => {
    const known = blocks.get(number);
    if (known) return known;
    const row = selectBlock.get([number]);
    if (!row) throw new Error(`block ${number} is missing`);
    const read: Block = { feed: feeds.get(Number(row[0]))?.name ?? '?', data: row[1] };
    if (blocks.size >= BLOCKS_KEPT) blocks.delete(blocks.keys().next().value!);
    blocks.set(number, read);
    return read;
  };
  const inBlock = (number: number, id: string, only: string | undefined): FiledRecord[] => {
    const records: FiledRecord[] = [];
    const filed = block(number);
    if (only !== undefined && filed.feed !== only) return records;
    filed.bytes ??= unpackBytes(filed.data);
    const { feed, bytes } = filed;
    const mark = Buffer.from(`[${JSON.stringify(id)}`);
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
      if (at > 0 && bytes[at - 1] !== LINE_FEED) continue;
      const end = bytes.indexOf(LINE_FEED, at);
      records.push({ ...unpackRecord(JSON.parse(bytes.toString('utf8', at, end < 0 ? undefined : end))), feed });
    }
    return records;
  };
  const of = (id: string, only?: string): readonly FiledRecord[] => {
    const known = told.get(id);
    if (known) return only === undefined ? known : known.filter(({ feed }) => feed === only);
    const numbers = rowOf(id)?.[1];
    if (typeof numbers !== 'string') return [];
    const records = numbers.split(',').flatMap((number) => inBlock(Number(number), id, only));
    if (only !== undefined) return records;
    if (told.size >= RECORDS_KEPT) told.clear();
    told.set(id, records);
    return records;
  };
  const members = (id: string): readonly string[] => {
    const number = rowOf(id)?.[0];
    if (typeof number !== 'number') return [id];
    const row = selectClass.get([number]);
    return typeof row?.[0] === 'string' ? row[0].split(' ') : [id];
  };
  return {
    members,
    of,
    vulnerability(id) {
      if (merged.has(id)) return merged.get(id);
      const names = members(id);
      const vulnerability = mergedRecords(id, names, [
        ...of(id),
        ...names.filter((name) => name !== id).flatMap((name) => of(name)),
      ]);
      merged.set(id, vulnerability);
      return vulnerability;
    },
  };
}

/** What all records of a vulnerability say together. NVD's description of a CVE, the publisher's own of any other id: what stands under the id itself goes first. */
export function mergedRecords(
  id: string,
  names: readonly string[],
  records: readonly (VulnerabilityRecord & { readonly feed?: string })[],
): Vulnerability | undefined {
  const aliases = names.filter((name) => name !== id);
  if (records.length === 0) return aliases.length === 0 ? undefined : { id, aliases, ratings: [] };
  const own = records.filter((record) => record.id === id);
  const first = <K extends keyof VulnerabilityRecord>(key: K): Pick<VulnerabilityRecord, K> | object => {
    const record = records.find((candidate) => candidate[key] !== undefined);
    return record === undefined ? {} : { [key]: record[key] };
  };
  const all = (key: 'cwes' | 'references') => {
    const values = [...new Set(records.flatMap((record) => record[key] ?? []))];
    return values.length === 0 ? {} : { [key]: values };
  };
  const dates = records.flatMap(({ published }) => published ?? []).sort();
  const byNvd = records.flatMap(({ feed, published }) => (feed?.startsWith('nvd/') ? (published ?? []) : [])).sort();
  const changes = records.flatMap(({ modified }) => modified ?? []).sort();
  // NVD speaks for the CVE; that one of several aliases was withdrawn does not withdraw the vulnerability.
  const state =
    own.find((record) => record.state !== undefined)?.state ??
    (isCve(id) ? undefined : records.find(({ state }) => state === 'rejected')?.state);
  return {
    id,
    aliases,
    ...first('title'),
    ...first('description'),
    ratings: distinctRatings(records.flatMap(({ ratings }) => ratings ?? [])),
    ...all('cwes'),
    ...all('references'),
    ...(dates.length > 0 && { published: dates[0]! }),
    ...(byNvd.length > 0 ? { publishedByNvd: byNvd[0]! } : first('publishedByNvd')),
    ...(changes.length > 0 && { modified: changes.at(-1)! }),
    ...(state !== undefined && { state }),
    ...first('exploited'),
    ...first('epss'),
    ...first('epssPercentile'),
  };
}
