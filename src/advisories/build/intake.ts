import { ecosystemNamed } from '../../ecosystems/index.ts';
import { printable } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { isTakenBack } from '../alias-classes.ts';
import type { RecordedDistribution } from '../distribution.ts';
import { type FeedStatement, type Release, readBounds, type VulnerabilityRecord } from '../feeds/index.ts';
import { earliestDay } from '../ids.ts';
import type { Sqlite } from '../store/index.ts';
import { BLOCK_BYTES, pack, packDistribution, packRecord, packStatement, packWheels } from '../store/index.ts';
import type { RecordedWheels } from '../wheels.ts';
import type { Contents } from './derive.ts';

/** A database that is being written: the numbers of its namespaces are at hand. */
export interface Writing {
  readonly sqlite: Sqlite;
  readonly namespaces: Map<string, number>;
}

/** Text of statements kept in memory while a document is read; beyond, it is laid down in the file and sorted there. */
const STAGED_BYTES = 96 * 1024 * 1024;

/** Collects what one document yields, apart from what is in service until `commit`. */
export interface Intake {
  readonly counts: { records: number; rejected: number };
  readonly examples: string[];
  statement(statement: FeedStatement): void;
  record(record: VulnerabilityRecord): void;
  release(release: Release): void;
  distribution(distribution: RecordedDistribution): void;
  wheels(wheels: RecordedWheels): void;
  covers(namespace: string): void;
  reject(id: string, reason: string): void;
  date(date: string, explicit: boolean): void;
  until(date: string): void;
  published(): string | undefined;
  /** The date that the document states, that of its newest record, and the latest that it can be of. */
  dates(): { readonly stated?: string; readonly newest?: string; readonly until?: string };
  /** Files everything under the feed's number; gives the number of statements. */
  commit(feed: number): number;
  abandon(): void;
}

/** Blocks are written under this number while their document is read. */
const UNCOMMITTED = -1;

/**
 * Begins the intake of one document: nothing of it is in service before `commit`.
 * Long because it is an object: its methods close over one state.
 */
export function createIntake(writing: Writing): Intake {
  const { sqlite } = writing;
  const staged = stage(writing);
  const blocks = blockWriter(sqlite);
  const claims: (readonly string[])[] = [];
  const withdrawn: (readonly string[])[] = [];
  const covered = new Set<string>();
  const releases: Release[] = [];
  const distributions: RecordedDistribution[] = [];
  const wheels: (readonly [module: string, name: string, packed: Buffer | string])[] = [];
  const counts = { records: 0, rejected: 0 };
  const examples: string[] = [];
  let stated: string | undefined;
  let newest: string | undefined;
  let until: string | undefined;
  let numbered = '';
  // A record dated in the future would otherwise make every later document "older".
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const reject = (id: string, reason: string) => {
    counts.rejected += 1;
    if (examples.length < LIMITS.feedRejectedNamed) examples.push(printable(`${id}: ${reason}`, 200));
  };
  const note = (date: string | undefined) => {
    if (date !== undefined && date < tomorrow && (newest === undefined || date > newest)) newest = date;
  };
  // Go's exports leave most dates out: a record of 2026 among dates of 2022 is not of 2022.
  const newestOf = () => (newest !== undefined && numbered > newest ? numbered : newest);
  return {
    counts,
    examples,
    reject,
    statement(statement) {
      const { statement: read, unread } = readBounds(statement);
      if (unread.length > 0)
        reject(statement.id, `${statement.package}: no versions of ${statement.namespace}: ${unread.join(' ')}`);
      if (read !== undefined && !staged.add(read))
        reject(statement.id, `no package or namespace can be called that: ${statement.namespace} ${statement.package}`);
      note(statement.modified);
    },
    record(record) {
      blocks.add(record);
      if (record.aliases !== undefined && record.aliases.length > 0)
        (isTakenBack(record) ? withdrawn : claims).push([record.id, ...record.aliases.slice(0, LIMITS.feedAliases)]);
      note(record.modified ?? record.published);
      const day = earliestDay(record.id) ?? '';
      if (day > numbered && day < tomorrow) numbered = day;
    },
    release: (release) => void releases.push(release),
    distribution: (distribution) => void distributions.push(distribution),
    wheels: (recorded) => void wheels.push([recorded.module, recorded.name, packWheels(recorded)]),
    covers: (namespace) => void covered.add(namespace),
    date(date) {
      if (date < tomorrow) stated = date;
    },
    until: (date) => {
      until = date;
    },
    published: () => stated ?? newestOf(),
    dates: () => ({
      ...(stated !== undefined && { stated }),
      ...(newest !== undefined && { newest: newestOf()! }),
      ...(until !== undefined && { until }),
    }),
    commit(feed) {
      const written = blocks.end();
      sqlite.query('UPDATE records SET feed = ? WHERE feed = ?').run([feed, UNCOMMITTED]);
      const contents: Contents = { blocks: written, claims, ...(withdrawn.length > 0 && { withdrawn }) };
      sqlite.query('INSERT INTO contents (feed, data) VALUES (?, ?)').run([feed, pack(JSON.stringify(contents))]);
      for (const name of covered) cover(writing, feed, name);
      for (const { namespace, released, endOfLife, endOfExtendedLife } of releases) {
        sqlite
          .query('INSERT OR REPLACE INTO releases (namespace, feed, released, eol, extended) VALUES (?, ?, ?, ?, ?)')
          .run([namespace, feed, released ?? null, endOfLife ?? null, endOfExtendedLife ?? null]);
      }
      const record = sqlite.query('INSERT OR REPLACE INTO distributions (package, feed, data) VALUES (?, ?, ?)');
      for (const distribution of distributions) record.run([distribution.name, feed, packDistribution(distribution)]);
      const know = sqlite.query('INSERT OR REPLACE INTO wheels (module, package, feed, data) VALUES (?, ?, ?, ?)');
      for (const [module, name, packed] of wheels) know.run([module, name, feed, packed]);
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
    add(statement: FeedStatement): boolean {
      const name = ecosystemNamed(statement.namespace)?.normalize(statement.package) ?? statement.package;
      if (!isName(statement.namespace, 100) || !isName(name, 500)) return false;
      const key = `${statement.namespace}\n${name}`;
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
