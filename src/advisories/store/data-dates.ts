import type { FeedInfo } from '../../model.ts';
import { isoDate } from './http-date.ts';
import type { Sqlite } from './sqlite.ts';

/** Of when the data of a document is, where its newest record or its own word is not all that tells. Files of before have no such table. */
export const DATA_DATES = `CREATE TABLE IF NOT EXISTS data_dates (
  feed INTEGER PRIMARY KEY, date TEXT NOT NULL, basis TEXT NOT NULL, own INTEGER NOT NULL);`;

/** What tells the date: the document itself, its newest record, its publisher's own host, or the file that was found. */
type Basis = 'stated' | 'record' | 'publisher' | 'file';

/** What is known of a document when it was had. */
interface Had {
  /** The date that the document states. */
  readonly stated?: string;
  /** The date of the newest record in it. */
  readonly newest?: string;
  /** The latest that its data can be of, as what is in it tells. */
  readonly until?: string;
  /** `Last-Modified` of the host, or the time of the file. */
  readonly lastModified?: string;
  /** When it was asked for. */
  readonly checked: string;
  /** It came from its publisher's own address, not from a mirror. */
  readonly own?: boolean;
}

/**
 * Of when data is. A date that the document states counts. Else the newest record; where the publisher itself was asked, it says
 * by its `Last-Modified` (or, without one, by its answer) until when it had nothing newer to say. The time of a copy in a mirror says
 * nothing of what was copied, and counts only where nothing else tells: then it is the latest that the data can be of, as is what the
 * document's own ids tell (a tracker without a CVE of this year is of last year).
 */
export function dataDate({ stated, newest, until, lastModified, checked, own }: Had): {
  readonly date: string;
  readonly basis: Basis;
} {
  const host = isoDate(lastModified);
  if (stated !== undefined) return { date: stated, basis: 'stated' };
  if (own) {
    const told = host ?? checked;
    return newest !== undefined && newest > told
      ? { date: newest, basis: 'record' }
      : { date: told, basis: 'publisher' };
  }
  if (newest !== undefined) return { date: newest, basis: 'record' };
  const day = host ?? checked;
  return { date: until !== undefined && until < day ? until : day, basis: 'file' };
}

/** Files the date of a document that was read. */
export function writeDataDate(sqlite: Sqlite, feed: number, had: Had): void {
  const { date, basis } = dataDate(had);
  sqlite
    .query('INSERT OR REPLACE INTO data_dates (feed, date, basis, own) VALUES (?, ?, ?, ?)')
    .run([feed, date, basis, had.own ? 1 : 0]);
}

/** A document was asked for and is what it was: what it states and its records stand, its host's word may be a newer one. */
export function confirmDataDate(
  sqlite: Sqlite,
  feed: number,
  had: Pick<Had, 'lastModified' | 'checked' | 'own'>,
): void {
  const [date, basis] = sqlite.query('SELECT date, basis FROM data_dates WHERE feed = ?').get([feed]) ?? [];
  if (basis === undefined || basis === 'stated') return;
  const known = String(date);
  // The host of a mirror may have touched the file: it is still what it was.
  if (!had.own) return;
  writeDataDate(sqlite, feed, { ...had, newest: known });
}

/** What is known of documents, by their numbers; empty in a file that has none. */
export function readDataDates(
  sqlite: Sqlite,
): ReadonlyMap<number, Pick<FeedInfo, 'fromPublisher' | 'undated'> & { readonly dataDate: string }> {
  const table = sqlite.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'data_dates'").get([]);
  if (table === undefined) return new Map();
  const rows = sqlite.query('SELECT feed, date, own, basis FROM data_dates').all([]);
  return new Map(
    rows.map(([feed, date, own, basis]) => [
      Number(feed),
      {
        dataDate: String(date),
        ...(Number(own) === 1 && { fromPublisher: true as const }),
        ...(basis === 'file' && { undated: true as const }),
      },
    ]),
  );
}
