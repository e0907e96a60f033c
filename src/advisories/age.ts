import { PlimsollError } from '../errors.ts';
import type { DatabaseInfo } from '../model.ts';

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

/** Throws `database-stale` when the database was last brought up to date longer ago than `maximum` milliseconds. */
export function checkAge({ built, path }: DatabaseInfo, maximum: number, now: number = Date.now()): void {
  const age = now - Date.parse(built);
  if (!(age > maximum)) return;
  throw new PlimsollError(
    'database-stale',
    `the advisory database is of ${built}, ${ageText(age)} old; ${ageText(maximum)} are allowed`,
    {
      where: path,
      hint: 'run: plimsoll db update',
    },
  );
}

/** `3 days`, `5 hours`. */
export function ageText(milliseconds: number): string {
  const hours = Math.floor(milliseconds / 3_600_000);
  const [amount, noun] = hours < 48 ? [hours, 'hour'] : [Math.floor(hours / 24), 'day'];
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
