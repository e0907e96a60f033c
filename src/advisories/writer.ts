import { createHash } from 'node:crypto';
import { ecosystemNamed } from '../ecosystems/index.ts';
import { PlimsollError, printable } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { aliasClasses, type Claim } from './aliases.ts';
import { packRecord, packStatement } from './codec.ts';
import type { Feed, FeedDocument, Release, Statement, VulnerabilityRecord } from './feeds/feed.ts';
import { pack, unpack } from './packing.ts';
import { APPLICATION_ID, BLOCK_BYTES, PAGE_BYTES, SCHEMA, TABLES } from './schema.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';

/** What is remembered of a document, so that it is only read again when it changed. */
export interface Stamp {
  readonly url?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** sha256 of its bytes. */
  readonly digest: string;
  readonly bytes: number;
  readonly fetched: string;
}

/** A document as the database knows it. */
export interface FeedRow {
  readonly id: number;
  readonly name: string;
  readonly plugin: string;
  readonly version: number;
  readonly url?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly digest?: string;
  readonly published?: string;
  readonly records: number;
}

/** What became of one document. */
export interface Outcome {
  readonly records: number;
  readonly statements: number;
  readonly rejected: number;
  readonly published?: string;
}

/** Writes into a database file that nobody else reads yet. */
export interface Writer {
  feed(name: string): FeedRow | undefined;
  names(): readonly string[];
  /**
   * Reads a document and puts its statements in place of what the same document said before. When it cannot be read as a
   * whole, the error is thrown and what was there stays.
   */
  replace(
    feed: Feed,
    document: FeedDocument,
    stamp: Stamp,
    allowOlder: boolean,
    progress?: (records: number) => void,
  ): Promise<Outcome>;
  /** The document is what it was. */
  confirm(name: string, fetched: string, stamp?: Partial<Stamp>): void;
  /** The document could not be had or read: the reason is kept beside the data of last time. */
  fail(name: string, feed: Feed, url: string | undefined, reason: string): void;
  remove(name: string): void;
  /** Derives what follows from all documents together (`changed`: any of them was replaced); the file is complete after it. */
  finish(built: string, changed: boolean): void;
  close(): void;
}

/** What one document holds, kept to derive alias classes and the index of ids without reading it again. */
interface Contents {
  /** Block number and the ids of the records in it. */
  readonly blocks: readonly (readonly [number, readonly string[]])[];
  /** An id and what it claims to be the same as. */
  readonly claims: readonly (readonly string[])[];
}

/** Text of statements kept in memory while a document is read; beyond, it is laid down in the file and sorted there. */
const STAGED_BYTES = 96 * 1024 * 1024;

/** Opens a database for writing: a copy of the old one, or an empty file that gets its tables. */
export function openWriter(path: string, isNew: boolean): Writer {
  const sqlite = openSqlite(path, 'write');
  // The file is thrown away when anything goes wrong, so no journal has to protect it.
  sqlite.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536');
  if (isNew) {
    sqlite.exec(
      `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA}`,
    );
    sqlite.exec(TABLES);
  }
  sqlite.exec('BEGIN');
  const namespaces = new Map(
    sqlite
      .query('SELECT name, id FROM namespaces')
      .all([])
      .map(([name, id]) => [String(name), Number(id)]),
  );
  const writer: Writing = { sqlite, namespaces };
  return {
    feed: (name) => feedRow(sqlite, name),
    names: () =>
      sqlite
        .query('SELECT name FROM feeds ORDER BY name')
        .all([])
        .map(([name]) => String(name)),
    replace: (feed, document, stamp, allowOlder, progress) =>
      replace(writer, feed, document, stamp, allowOlder, progress ?? (() => {})),
    confirm(name, fetched, stamp = {}) {
      sqlite
        .query(
          'UPDATE feeds SET fetched = ?, error = NULL, etag = coalesce(?, etag), last_modified = coalesce(?, last_modified), url = coalesce(?, url) WHERE name = ?',
        )
        .run([fetched, stamp.etag ?? null, stamp.lastModified ?? null, stamp.url ?? null, name]);
    },
    fail(name, feed, url, reason) {
      feedId(sqlite, name, feed);
      sqlite
        .query('UPDATE feeds SET error = ?, url = coalesce(?, url) WHERE name = ?')
        .run([reason, url ?? null, name]);
    },
    remove(name) {
      const row = feedRow(sqlite, name);
      if (row) clear(sqlite, row.id);
      sqlite.query('DELETE FROM feeds WHERE name = ?').run([name]);
    },
    finish: (built, changed) => finish(writer, built, changed),
    close: () => sqlite.close(),
  };
}

interface Writing {
  readonly sqlite: Sqlite;
  readonly namespaces: Map<string, number>;
}

function feedRow(sqlite: Sqlite, name: string): FeedRow | undefined {
  const row = sqlite
    .query('SELECT id, plugin, version, url, etag, last_modified, digest, published, records FROM feeds WHERE name = ?')
    .get([name]);
  if (!row) return undefined;
  const [id, plugin, version, url, etag, lastModified, digest, published, records] = row;
  const optional = (key: string, value: unknown) => (typeof value === 'string' ? { [key]: value } : {});
  return {
    id: Number(id),
    name,
    plugin: String(plugin),
    version: Number(version),
    ...optional('url', url),
    ...optional('etag', etag),
    ...optional('lastModified', lastModified),
    ...optional('digest', digest),
    ...optional('published', published),
    records: Number(records),
  };
}

function feedId(sqlite: Sqlite, name: string, feed: Feed): number {
  sqlite.query('INSERT OR IGNORE INTO feeds (name, plugin, version) VALUES (?, ?, 0)').run([name, feed.name]);
  return feedRow(sqlite, name)!.id;
}

function clear(sqlite: Sqlite, id: number): void {
  for (const table of ['statements', 'records', 'contents', 'covers', 'releases']) {
    sqlite.query(`DELETE FROM ${table} WHERE feed = ?`).run([id]);
  }
}

async function replace(
  writing: Writing,
  feed: Feed,
  document: FeedDocument,
  stamp: Stamp,
  allowOlder: boolean,
  progress: (records: number) => void,
): Promise<Outcome> {
  const { sqlite } = writing;
  const old = feedRow(sqlite, document.name);
  const intake = createIntake(writing);
  try {
    await readAll(feed, document, intake, progress);
    const published = intake.published();
    if (!allowOlder && old?.published !== undefined && published !== undefined && published < old.published) {
      throw new PlimsollError('feed', `it is of ${published}, older than the ${old.published} in the database`, {
        hint: 'pass --allow-older to take it all the same',
      });
    }
    const id = feedId(sqlite, document.name, feed);
    clear(sqlite, id);
    const statements = intake.commit(id);
    const { counts, examples } = intake;
    sqlite
      .query(
        `UPDATE feeds SET plugin = ?, version = ?, url = ?, etag = ?, last_modified = ?, digest = ?, bytes = ?, published = ?,
         fetched = ?, records = ?, statements = ?, rejected = ?, examples = ?, error = NULL WHERE id = ?`,
      )
      .run([
        feed.name,
        feed.version,
        stamp.url ?? null,
        stamp.etag ?? null,
        stamp.lastModified ?? null,
        stamp.digest,
        stamp.bytes,
        published ?? null,
        stamp.fetched,
        counts.records,
        statements,
        counts.rejected,
        examples.length === 0 ? null : JSON.stringify(examples),
        id,
      ]); // prettier-ignore
    return {
      records: counts.records,
      statements,
      rejected: counts.rejected,
      ...(published !== undefined && { published }),
    };
  } catch (error) {
    intake.abandon();
    throw error;
  }
}

/** Progress is told in such steps. */
const PROGRESS_RECORDS = 500;

async function readAll(
  feed: Feed,
  document: FeedDocument,
  intake: Intake,
  progress: (records: number) => void,
): Promise<void> {
  for await (const item of feed.parse(document)) {
    if (item.kind === 'statement') intake.statement(item.statement);
    else if (item.kind === 'record') intake.record(item.record);
    else if (item.kind === 'counted') {
      intake.counts.records += item.records ?? 1;
      if (intake.counts.records % PROGRESS_RECORDS === 0) progress(PROGRESS_RECORDS);
    } else if (item.kind === 'rejected') intake.reject(item.id, item.reason);
    else if (item.kind === 'published') intake.date(item.date, true);
    else if (item.kind === 'covers') intake.covers(item.namespace);
    else intake.release(item.release);
  }
  const { records, rejected } = intake.counts;
  if (records === 0) throw new PlimsollError('feed', 'it holds no records');
  if (rejected >= records || (rejected > 10 && rejected * 2 > records)) {
    throw new PlimsollError('feed', `${rejected} of its ${records} records cannot be read (${intake.examples[0]})`);
  }
}

/** Collects what one document yields, apart from what is in service until `commit`. */
interface Intake {
  readonly counts: { records: number; rejected: number };
  readonly examples: string[];
  statement(statement: Statement): void;
  record(record: VulnerabilityRecord): void;
  release(release: Release): void;
  covers(namespace: string): void;
  reject(id: string, reason: string): void;
  date(date: string, explicit: boolean): void;
  published(): string | undefined;
  /** Files everything under the feed's number; gives the number of statements. */
  commit(feed: number): number;
  abandon(): void;
}

/** Blocks are written under this number while their document is read. */
const UNCOMMITTED = -1;

function createIntake(writing: Writing): Intake {
  const { sqlite } = writing;
  const staged = stage(writing);
  const blocks = blockWriter(sqlite);
  const claims: (readonly string[])[] = [];
  const covered = new Set<string>();
  const releases: Release[] = [];
  const counts = { records: 0, rejected: 0 };
  const examples: string[] = [];
  let stated: string | undefined;
  let newest: string | undefined;
  // A record dated in the future would otherwise make every later document "older".
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const reject = (id: string, reason: string) => {
    counts.rejected += 1;
    if (examples.length < LIMITS.feedRejectedNamed) examples.push(printable(`${id}: ${reason}`, 200));
  };
  const note = (date: string | undefined) => {
    if (date !== undefined && date < tomorrow && (newest === undefined || date > newest)) newest = date;
  };
  return {
    counts,
    examples,
    reject,
    statement(statement) {
      if (!staged.add(statement))
        reject(statement.id, `no package or namespace can be called that: ${statement.ecosystem} ${statement.package}`);
      note(statement.modified);
    },
    record(record) {
      blocks.add(record);
      if (record.aliases !== undefined && record.aliases.length > 0)
        claims.push([record.id, ...record.aliases.slice(0, LIMITS.feedAliases)]);
      note(record.modified ?? record.published);
    },
    release: (release) => void releases.push(release),
    covers: (namespace) => void covered.add(namespace),
    date(date) {
      if (date < tomorrow) stated = date;
    },
    published: () => stated ?? newest,
    commit(feed) {
      const written = blocks.end();
      sqlite.query('UPDATE records SET feed = ? WHERE feed = ?').run([feed, UNCOMMITTED]);
      const contents: Contents = { blocks: written, claims };
      sqlite.query('INSERT INTO contents (feed, data) VALUES (?, ?)').run([feed, pack(JSON.stringify(contents))]);
      for (const name of covered) cover(writing, feed, name);
      for (const { namespace, released, endOfLife, endOfExtendedLife } of releases) {
        sqlite
          .query('INSERT OR REPLACE INTO releases (namespace, feed, released, eol, extended) VALUES (?, ?, ?, ?, ?)')
          .run([namespace, feed, released ?? null, endOfLife ?? null, endOfExtendedLife ?? null]);
      }
      return staged.commit(feed);
    },
    abandon() {
      sqlite.query('DELETE FROM records WHERE feed = ?').run([UNCOMMITTED]);
      staged.abandon();
    },
  };
}

function namespaceId({ sqlite, namespaces }: Writing, name: string): number {
  const known = namespaces.get(name);
  if (known !== undefined) return known;
  const id = Number(sqlite.query('INSERT INTO namespaces (name) VALUES (?)').run([name]).lastInsertRowid);
  namespaces.set(name, id);
  return id;
}

function cover(writing: Writing, feed: number, namespace: string): void {
  writing.sqlite
    .query('INSERT OR IGNORE INTO covers (feed, namespace) VALUES (?, ?)')
    .run([feed, namespaceId(writing, namespace)]);
}

/** Records packed together, in the order in which they come. */
function blockWriter(sqlite: Sqlite) {
  const written: (readonly [number, readonly string[]])[] = [];
  let lines: string[] = [];
  let ids: string[] = [];
  let length = 0;
  const flush = () => {
    if (lines.length === 0) return;
    const insert = sqlite.query('INSERT INTO records (feed, data) VALUES (?, ?)');
    const { lastInsertRowid } = insert.run([UNCOMMITTED, pack(lines.join('\n'), 9)]);
    written.push([Number(lastInsertRowid), ids]);
    lines = [];
    ids = [];
    length = 0;
  };
  return {
    add(record: VulnerabilityRecord) {
      const line = JSON.stringify(packRecord(record));
      lines.push(line);
      ids.push(record.id);
      length += line.length;
      if (length >= BLOCK_BYTES) flush();
    },
    end() {
      flush();
      return written;
    },
  };
}

/** Statements by namespace and package; in memory, and in a table of the file where they are too many. */
function stage(writing: Writing) {
  const { sqlite } = writing;
  let groups = new Map<string, string[]>();
  let bytes = 0;
  let spilled = false;
  let count = 0;
  const spill = () => {
    if (!spilled) sqlite.exec('CREATE TABLE staging (key TEXT NOT NULL, data TEXT NOT NULL)');
    spilled = true;
    const insert = sqlite.query('INSERT INTO staging (key, data) VALUES (?, ?)');
    for (const [key, lines] of groups) insert.run([key, lines.join(',')]);
    groups = new Map();
    bytes = 0;
  };
  return {
    add(statement: Statement): boolean {
      const name = ecosystemNamed(statement.ecosystem)?.normalize(statement.package) ?? statement.package;
      if (!isName(statement.ecosystem, 100) || !isName(name, 500)) return false;
      const key = `${statement.ecosystem}\n${name}`;
      const line = JSON.stringify(packStatement(statement));
      const lines = groups.get(key);
      if (lines) lines.push(line);
      else groups.set(key, [line]);
      bytes += line.length + (lines ? 8 : key.length + 64);
      count += 1;
      if (bytes > STAGED_BYTES) spill();
      return true;
    },
    commit(feed: number): number {
      if (spilled) spill();
      const insert = sqlite.query('INSERT INTO statements (namespace, package, feed, data) VALUES (?, ?, ?, ?)');
      const write = (key: string, lines: string) => {
        const [namespace, name] = key.split('\n') as [string, string];
        insert.run([namespaceId(writing, namespace), name, feed, pack(`[${lines}]`)]);
      };
      if (!spilled) for (const key of [...groups.keys()].sort()) write(key, groups.get(key)!.join(','));
      else for (const [key, lines] of spilledGroups(sqlite)) write(key, lines);
      const covered = sqlite.query(
        'INSERT OR IGNORE INTO covers (feed, namespace) SELECT DISTINCT feed, namespace FROM statements WHERE feed = ?',
      );
      covered.run([feed]);
      if (spilled) sqlite.exec('DROP TABLE staging');
      return count;
    },
    abandon() {
      groups = new Map();
      if (spilled) sqlite.exec('DROP TABLE staging');
    },
  };
}

function* spilledGroups(sqlite: Sqlite): Generator<readonly [string, string]> {
  sqlite.exec('CREATE INDEX staging_key ON staging (key)');
  let current: string | undefined;
  let lines: string[] = [];
  for (const [key, data] of sqlite.query('SELECT key, data FROM staging ORDER BY key').iterate([])) {
    if (key !== current && current !== undefined) {
      yield [current, lines.join(',')];
      lines = [];
    }
    current = String(key);
    lines.push(String(data));
  }
  if (current !== undefined) yield [current, lines.join(',')];
}

function isName(name: string, limit: number): boolean {
  return name.length > 0 && name.length <= limit && !/[\u0000-\u001f]/.test(name);
}

function finish({ sqlite }: Writing, built: string, changed: boolean): void {
  const meta = sqlite.query('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
  meta.run(['checked', built]);
  if (changed) {
    deriveIds(sqlite);
    sqlite.exec('DELETE FROM namespaces WHERE id NOT IN (SELECT namespace FROM covers)');
    meta.run(['built', built]);
    meta.run(['schema', String(SCHEMA)]);
    meta.run(['digest', contentsDigest(sqlite)]);
  }
  sqlite.exec('COMMIT');
  if (!changed) return;
  const [free, pages] = [pragma(sqlite, 'freelist_count'), pragma(sqlite, 'page_count')];
  if (free * 20 > pages) sqlite.exec('VACUUM');
}

/** sha256 over what the documents are and how they were read: the same digest means the same answers. */
function contentsDigest(sqlite: Sqlite): string {
  const hash = createHash('sha256');
  const rows = sqlite.query('SELECT name, version, digest FROM feeds WHERE digest IS NOT NULL ORDER BY name').all([]);
  for (const row of rows) hash.update(`${row.join(' ')}\n`);
  return hash.digest('hex');
}

function pragma(sqlite: Sqlite, name: string): number {
  return Number(sqlite.query(`PRAGMA ${name}`).get([])?.[0] ?? 0);
}

/** The index of ids, alias classes and disputes, from what all documents hold. */
function deriveIds(sqlite: Sqlite): void {
  const blocks = new Map<string, string>();
  const claims: Claim[] = [];
  const rows = sqlite
    .query('SELECT feeds.name, contents.data FROM contents JOIN feeds ON feeds.id = contents.feed ORDER BY feeds.name')
    .iterate([]);
  for (const [name, data] of rows) {
    const contents: Contents = JSON.parse(unpack(data));
    for (const [block, ids] of contents.blocks) {
      for (const id of ids) {
        const before = blocks.get(id);
        blocks.set(id, before === undefined ? String(block) : `${before},${block}`);
      }
    }
    for (const [id, ...aliases] of contents.claims) claims.push({ id: id!, aliases, feed: String(name) });
  }
  const { classes, disputes } = aliasClasses(claims);
  sqlite.exec('DELETE FROM ids; DELETE FROM classes; DELETE FROM disputes');
  const classOf = new Map<string, number>();
  const addClass = sqlite.query('INSERT INTO classes (id, members) VALUES (?, ?)');
  for (const [index, members] of classes.entries()) {
    addClass.run([index + 1, members.join(' ')]);
    for (const id of members) classOf.set(id, index + 1);
  }
  const addId = sqlite.query('INSERT INTO ids (id, class, blocks) VALUES (?, ?, ?)');
  for (const id of [...new Set([...blocks.keys(), ...classOf.keys()])].sort()) {
    addId.run([id, classOf.get(id) ?? null, blocks.get(id) ?? null]);
  }
  const addDispute = sqlite.query('INSERT OR IGNORE INTO disputes (id, claimed, feed, kept) VALUES (?, ?, ?, ?)');
  for (const { id, claimed, feed, kept } of disputes) addDispute.run([id, claimed, feed, kept ?? null]);
}
