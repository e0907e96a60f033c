import { createHash } from 'node:crypto';
import { PlimsollError } from '../../errors.ts';
import type { Feed } from '../feeds/index.ts';
import { isoDate, type Sqlite } from '../store/index.ts';

/** What is remembered of a document, so that it is only read again when it changed. */
export interface Stamp {
  readonly url?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** sha256 of its bytes. */
  readonly digest: string;
  readonly bytes: number;
  readonly fetched: string;
  /** It came from its publisher's own address. */
  readonly own?: boolean;
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

/** What the database knows of a document; undefined where it has none of that name. */
export function feedRow(sqlite: Sqlite, name: string): FeedRow | undefined {
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

/** The number of a document, which has one from now on. */
export function feedId(sqlite: Sqlite, name: string, feed: Feed): number {
  sqlite.query('INSERT OR IGNORE INTO feeds (name, plugin, version) VALUES (?, ?, 0)').run([name, feed.name]);
  return feedRow(sqlite, name)!.id;
}

/** What is known of a part is the part: the same document read for other ids gives other answers. */
export const digestOfPart = (digest: string, ids: ReadonlySet<string>): string =>
  createHash('sha256')
    .update(`${digest} ${[...ids].sort().join(' ')}`)
    .digest('hex');

/** Going back is refused by the date that the publisher gives; where it gives none, by the host's for the same address. Throws `feed`. */
export function refuseOlder(old: FeedRow, published: string | undefined, stamp: Stamp): void {
  const stated = old.published !== undefined && published !== undefined;
  const [before, now] = stated
    ? [old.published, published]
    : old.published === undefined && published === undefined && old.url === stamp.url
      ? [isoDate(old.lastModified), isoDate(stamp.lastModified)]
      : [];
  if (before === undefined || now === undefined || now >= before) return;
  throw new PlimsollError('feed', `it is of ${now}, older than the ${before} in the database`, {
    hint: 'pass --allow-older to take it all the same',
  });
}

/** Documents of fewer records may lose most of them for good reason. */
const MANY_RECORDS = 100;

/** Publishers withdraw records, they do not lose half of them: a text cut in two at a line shows no other way. Throws `feed`. */
export function refuseLess(old: FeedRow, records: number): void {
  if (old.records < MANY_RECORDS || records * 2 >= old.records) return;
  throw new PlimsollError('feed', `it holds ${records} records, last time ${old.records}: it may be cut off`, {
    hint: 'pass --allow-older to take it all the same',
  });
}
