import { PlimsollError } from '../../errors.ts';
import type { DatabaseInfo } from '../../model.ts';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 7 * 86_400_000],
]);

/** `36h`, `7d`, `2w`, or a bare number of days, in milliseconds. Throws `usage`. */
export function parseAge(text: string): number {
  const match = /^(\d{1,6})\s*([hdw]?)$/.exec(text.trim().toLowerCase());
  if (!match) throw new PlimsollError('usage', `${text} is no age`, { hint: 'write it as 36h, 7d or 2w' });
  return Number(match[1]) * UNITS.get(match[2] || 'd')!;
}

/** Since when a database is no longer up to date, and which feed makes it so: absent when all of it is of one update. */
interface Freshness {
  readonly date: string;
  readonly feed?: string;
}

/**
 * A database is as old as the oldest data in it: an update of some feeds, or one in which a feed failed, does not make
 * the others younger. Feeds that hold nothing do not count.
 */
export function freshness({ built, feeds }: Pick<DatabaseInfo, 'built' | 'feeds'>): Freshness {
  let oldest: Freshness = { date: built };
  for (const { name, fetched, records } of feeds)
    if (records > 0 && fetched !== undefined && isEarlier(fetched, oldest)) oldest = { date: fetched, feed: name };
  return oldest;
}

/** Feeds of one update are fetched within minutes of each other. */
const ONE_UPDATE_MS = 3_600_000;

const isEarlier = (date: string, than: Freshness): boolean =>
  Date.parse(date) < Date.parse(than.date) - (than.feed === undefined ? ONE_UPDATE_MS : 0);

/**
 * Throws `database-stale` when any feed of the database was last brought up to date longer ago than `maximum` milliseconds.
 */
export function checkAge(info: DatabaseInfo, maximum: number, now: number = Date.now()): void {
  const { date, feed } = freshness(info);
  const age = now - Date.parse(date);
  if (!(age > maximum)) return;
  throw new PlimsollError(
    'database-stale',
    `${feed === undefined ? 'the advisory database' : `${feed} in the advisory database`} is of ${date}, ${ageText(age)} old; ${ageText(maximum)} are allowed`,
    {
      where: info.path,
      hint:
        feed === undefined ? 'run: plimsoll db update' : 'plimsoll db status says why; db update --fresh forgets it',
    },
  );
}

/** `3 days`, `5 hours`. */
export function ageText(milliseconds: number): string {
  const hours = Math.floor(milliseconds / 3_600_000);
  const [amount, noun] = hours < 48 ? [hours, 'hour'] : [Math.floor(hours / 24), 'day'];
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
