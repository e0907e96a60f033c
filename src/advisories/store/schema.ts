/**
 * The layout of the database file. It is plain SQLite; `docs/database.md` says how to read it with other tools.
 * A change that old programs cannot read raises this number.
 */
export const SCHEMA = 3;

/** SQLite's own field for "what is this file": `Plim`. https://www.sqlite.org/fileformat.html#application_id */
export const APPLICATION_ID = 0x506c696d;

/** What a parser's version has behind the point where a document was read for some vulnerabilities only: whoever wants all of it reads it again. */
export const PARTLY = 0.5;

export const TABLES = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE feeds (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, plugin TEXT NOT NULL, version INTEGER NOT NULL,
  url TEXT, etag TEXT, last_modified TEXT, digest TEXT, bytes INTEGER,
  published TEXT, fetched TEXT, records INTEGER NOT NULL DEFAULT 0, statements INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0, examples TEXT, error TEXT);
CREATE TABLE namespaces (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE covers (feed INTEGER NOT NULL, namespace INTEGER NOT NULL, PRIMARY KEY (feed, namespace)) WITHOUT ROWID;
CREATE TABLE statements (
  namespace INTEGER NOT NULL, package TEXT NOT NULL, feed INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (namespace, package, feed)) WITHOUT ROWID;
CREATE TABLE records (id INTEGER PRIMARY KEY, feed INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE contents (feed INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE ids (id TEXT PRIMARY KEY, class INTEGER, blocks TEXT, packages TEXT) WITHOUT ROWID;
CREATE TABLE packages (id INTEGER PRIMARY KEY, namespace INTEGER NOT NULL, package TEXT NOT NULL);
CREATE TABLE classes (id INTEGER PRIMARY KEY, members TEXT NOT NULL);
CREATE TABLE disputes (id TEXT NOT NULL, claimed TEXT NOT NULL, feed TEXT NOT NULL, kept TEXT, PRIMARY KEY (id, claimed, feed)) WITHOUT ROWID;
CREATE TABLE releases (namespace TEXT NOT NULL, feed INTEGER NOT NULL, released TEXT, eol TEXT, extended TEXT,
  PRIMARY KEY (namespace, feed)) WITHOUT ROWID;
`;

/** Bytes of record text packed together: larger blocks are smaller on disk and slower to look one record up in. */
export const BLOCK_BYTES = 8_192;

/** Blocks pack to some 2 KiB: on pages of 4 KiB every second half would stay empty. */
export const PAGE_BYTES = 16_384;

/** A package's statements shorter than this are stored as text: packing them would make them longer. */
export const PACKED_FROM = 160;
