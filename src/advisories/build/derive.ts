import { createHash } from 'node:crypto';
import { type AliasClaim, aliasClasses } from '../alias-classes.ts';
import { mentionedIds, openSqlite, SCHEMA, type Sqlite, unpack } from '../store/index.ts';

/** What one document holds, kept to derive alias classes and the index of ids without reading it again. */
export interface Contents {
  /** Block number and the ids of the records in it. */
  readonly blocks: readonly (readonly [number, readonly string[]])[];
  /** An id and what it claims to be the same as. */
  readonly claims: readonly (readonly string[])[];
  /** Claims of records that were taken back. */
  readonly withdrawn?: readonly (readonly string[])[];
}

/**
 * Derives what follows from all documents together (index of ids, alias classes, digest) when any of them changed, notes when
 * that was, and ends the transaction: the file is complete after it.
 */
export function finish(sqlite: Sqlite, built: string, changed: boolean): void {
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
}

/**
 * Gives back the room of what was replaced, where it is much. On a connection of its own: VACUUM is refused while any statement
 * of the same one has not been run to its end.
 */
export function compact(path: string): void {
  const sqlite = openSqlite(path, 'write');
  sqlite.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
  const [free, pages] = [pragma(sqlite, 'freelist_count'), pragma(sqlite, 'page_count')];
  if (free * 20 > pages) sqlite.exec('VACUUM');
  sqlite.close();
}

/** sha256 over what the documents are and how they were read: the same digest means the same answers. */
function contentsDigest(sqlite: Sqlite): string {
  const hash = createHash('sha256');
  const rows = sqlite.query('SELECT name, version, digest FROM feeds WHERE digest IS NOT NULL ORDER BY name').all([]);
  for (const row of rows) hash.update(`${row.join(' ')}\n`);
  return hash.digest('hex');
}

function pragma(sqlite: Sqlite, name: string): number {
  return Number(sqlite.query(`PRAGMA ${name}`).all([])[0]?.[0] ?? 0);
}

/** The index of ids, alias classes and disputes, from what all documents hold; and which packages are spoken of under each id. */
export function deriveIds(sqlite: Sqlite): void {
  const blocks = new Map<string, string>();
  const claims: AliasClaim[] = [];
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
    for (const [id, ...aliases] of contents.withdrawn ?? [])
      claims.push({ id: id!, aliases, feed: String(name), withdrawn: true });
  }
  const { classes, disputes } = aliasClasses(claims);
  sqlite.exec('DELETE FROM ids; DELETE FROM classes; DELETE FROM disputes');
  const classOf = new Map<string, number>();
  const addClass = sqlite.query('INSERT INTO classes (id, members) VALUES (?, ?)');
  for (const [index, members] of classes.entries()) {
    addClass.run([index + 1, members.join(' ')]);
    for (const id of members) classOf.set(id, index + 1);
  }
  const packages = derivePackages(sqlite);
  const addId = sqlite.query('INSERT INTO ids (id, class, blocks, packages) VALUES (?, ?, ?, ?)');
  for (const id of [...new Set([...blocks.keys(), ...classOf.keys(), ...packages.keys()])].sort()) {
    addId.run([id, classOf.get(id) ?? null, blocks.get(id) ?? null, packages.get(id)?.join(',') ?? null]);
  }
  const addDispute = sqlite.query('INSERT OR IGNORE INTO disputes (id, claimed, feed, kept) VALUES (?, ?, ?, ?)');
  for (const { id, claimed, feed, kept } of disputes) addDispute.run([id, claimed, feed, kept ?? null]);
}

/** Numbers the packages that statements are on, and gives for each id that these mention the numbers of its packages. */
function derivePackages(sqlite: Sqlite): ReadonlyMap<string, readonly number[]> {
  sqlite.exec('DELETE FROM packages');
  const add = sqlite.query('INSERT INTO packages (id, namespace, package) VALUES (?, ?, ?)');
  const byId = new Map<string, number[]>();
  let current = '';
  let number = 0;
  // By the names of namespaces, whose numbers tell in which order documents came: statements by id are given in this order.
  const rows = sqlite
    .query(
      'SELECT namespace, package, data FROM statements JOIN namespaces ON namespaces.id = namespace ORDER BY namespaces.name, package',
    )
    .iterate([]);
  for (const [namespace, name, data] of rows) {
    const key = `${namespace} ${name}`;
    if (key !== current) {
      current = key;
      number += 1;
      add.run([number, Number(namespace), String(name)]);
    }
    for (const id of mentionedIds(data)) {
      const numbers = byId.get(id);
      if (numbers === undefined) byId.set(id, [number]);
      else if (numbers.at(-1) !== number) numbers.push(number);
    }
  }
  return byId;
}
