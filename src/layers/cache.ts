import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import type Database from 'libsql';
import type { Analyzer } from '../analyzers/analyzer.ts';
import { needFiles } from '../bounded-file.ts';
import { asPlimsollError } from '../errors.ts';
import { makeFolder } from '../home.ts';
import { LIMITS } from '../limits.ts';
import type { Layer } from '../model.ts';
import { deserializeIndex, type LayerIndex, serializeIndex } from './layer-index.ts';

/** Raise when `LayerIndex` or the reading of layers changes what is kept. */
const FORMAT = 11;

const HOUR_MS = 3_600_000;

/** Indexes of layers that were read before. Losing it costs time, never correctness: every failure reads as "not there". */
export interface LayerCache {
  get(key: string): LayerIndex | undefined;
  put(key: string, index: LayerIndex): void;
  /** What else was made of layers, under a key of its own: JSON. */
  text(key: string): string | undefined;
  putText(key: string, make: () => string): void;
  close(): void;
}

/** The key of a layer: its diffID, what else identifies bytes that nobody verified, and every analyzer's name and version. `undefined`: not to be cached. */
export function layerKey(layer: Layer, analyzers: readonly Analyzer[]): string | undefined {
  if (layer.identity === null) return undefined;
  const names = analyzers.map(({ name, version }) => `${name}@${version}`).sort();
  const fingerprint = createHash('sha256')
    .update([`format@${FORMAT}`, layer.identity, ...names].join('\n'))
    .digest('hex');
  return `${layer.diffID} ${fingerprint}`;
}

/** No cache: `--no-cache`. */
export const noCache: LayerCache = { get: () => undefined, put() {}, text: () => undefined, putText() {}, close() {} };

/**
 * Opens the cache in `folder`, making it where needed. SQLite in WAL mode: several processes read and write it at once, and a
 * process that is killed leaves it whole. A damaged file is thrown away; where none can be had, there is none (`problem` is told why).
 */
export async function openLayerCache(folder: string, problem: (message: string) => void): Promise<LayerCache> {
  const path = join(folder, 'layers.db');
  try {
    makeFolder(folder);
    needFiles();
    const { default: Sqlite } = await import('libsql');
    let database: Database.Database;
    try {
      database = prepare(new Sqlite(path, { timeout: 5_000 }));
    } catch (error) {
      if (!/malformed|not a database|corrupt/i.test(String(error))) throw error;
      problem(`the layer cache was damaged and is begun anew (${path})`);
      for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
      database = prepare(new Sqlite(path, { timeout: 5_000 }));
    }
    return cacheOver(database);
  } catch (error) {
    problem(`no layer cache: ${asPlimsollError(error, 'io').message} (${path})`);
    return noCache;
  }
}

function prepare(database: Database.Database): Database.Database {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(
    'CREATE TABLE IF NOT EXISTS layer (key TEXT PRIMARY KEY, used INTEGER NOT NULL, size INTEGER NOT NULL, value BLOB NOT NULL)',
  );
  return database;
}

function cacheOver(database: Database.Database): LayerCache {
  const quietly = <Value>(action: () => Value): Value | undefined => {
    try {
      return action();
    } catch {
      return undefined; // busy, full, damaged: the layer is read instead
    }
  };
  const read = <Value>(key: string, parse: (bytes: Buffer) => Value): Value | undefined =>
    quietly(() => {
      const row = database.prepare(SELECT).get(key) as { value: ArrayBuffer | Uint8Array; used: number } | undefined;
      if (!row) return undefined;
      const value = parse(unsealed(Buffer.from(row.value as Uint8Array)));
      // Reading must not wait for a writer: that a layer was used is noted once an hour.
      if (row.used < Date.now() - HOUR_MS)
        quietly(() => database.prepare('UPDATE layer SET used = ? WHERE key = ?').run(Date.now(), key));
      return value;
    });
  const write = (key: string, make: () => Buffer): void => {
    quietly(() => {
      const value = sealed(make());
      if (value.length > LIMITS.cacheBytes / 4) return;
      database.prepare('INSERT OR REPLACE INTO layer VALUES (?, ?, ?, ?)').run(key, Date.now(), value.length, value);
      prune(database);
    });
  };
  return {
    get: (key) => read(key, deserializeIndex),
    put: (key, index) => write(key, () => serializeIndex(index)),
    text: (key) => read(key, kept),
    putText: (key, make) => write(key, () => deflateSync(inAscii(make()), { level: 1 })),
    close: () => void quietly(() => database.close()),
  };
}

/**
 * JSON in ASCII: V8 holds a text in two bytes a character, and reads it half as quickly, for a single one beyond Latin-1. Such characters stand in strings
 * alone, where they have another spelling. https://www.rfc-editor.org/rfc/rfc8259#section-7
 */
const inAscii = (json: string): string =>
  json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Unpacked in a few pieces: of sixteen KiB each there would be dozens, which are copied once more. */
const PIECE_BYTES = 1024 * 1024;

function kept(bytes: Buffer): string {
  const text = inflateSync(bytes, { maxOutputLength: LIMITS.keptBytes, chunkSize: PIECE_BYTES });
  return text.toString(isAscii(text) ? 'latin1' : 'utf8');
}

/** Nothing is asked for as text: libsql ends the process for one that is not UTF-8, as in a damaged file. */
const SELECT = 'SELECT CAST(value AS BLOB) AS value, CAST(used AS INTEGER) AS used FROM layer WHERE key = ?';

const SUM_BYTES = 4;

/** With its sum in front: a changed byte could read as another index, and its packages as another image's. */
function sealed(value: Buffer): Buffer {
  const sum = Buffer.alloc(SUM_BYTES);
  sum.writeUInt32LE(crc32(value));
  return Buffer.concat([sum, value]);
}

function unsealed(bytes: Buffer): Buffer {
  const value = bytes.subarray(SUM_BYTES);
  if (bytes.length < SUM_BYTES || bytes.readUInt32LE(0) !== crc32(value)) throw new RangeError('damaged');
  return value;
}

/** Drops what was longest unused until the rest fits. */
function prune(database: Database.Database): void {
  const { total } = database.prepare('SELECT coalesce(sum(size), 0) AS total FROM layer').get() as { total: number };
  let over = total - LIMITS.cacheBytes;
  if (over <= 0) return;
  for (const { id, size } of database
    .prepare('SELECT rowid AS id, CAST(size AS INTEGER) AS size FROM layer ORDER BY used')
    .all() as {
    id: number;
    size: number;
  }[]) {
    database.prepare('DELETE FROM layer WHERE rowid = ?').run(id);
    over -= size;
    if (over <= 0) return;
  }
}
