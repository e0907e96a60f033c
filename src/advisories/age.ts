import { PlimsollError } from '../errors.ts';
import type { DatabaseInfo, NeededFeed } from '../model.ts';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 7 * 86_400_000],
]);

/** `36h`, `7d`, `2w`, or a bare number of days, in milliseconds. Throws `usage`. */
export function parseAge(text: string): number {
  const match = /^(\d{1,6})\s*([hdw]?)$/.exec(text.trim().toLowerCase());
  if (!match) throw new PlimsollError('usage', `"${text}" is no age`, { hint: 'write it as 36h, 7d or 2w' });
  return Number(match[1]) * UNITS.get(match[2] || 'd')!;
}

/**
 * Throws `database-stale` when the oldest data that an image needed is older than `maximum` milliseconds. When it was asked for is
 * another matter: a mirror that was asked today may serve what its publisher said last year.
 */
export function checkAge(
  needed: readonly NeededFeed[],
  { path, built }: Pick<DatabaseInfo, 'path' | 'built'>,
  maximum: number,
  now: number = Date.now(),
): void {
  const oldest = needed[0];
  const date = oldest?.dataDate ?? built;
  const age = now - Date.parse(date);
  if (!(age > maximum)) return;
  throw new PlimsollError(
    'database-stale',
    `${oldest === undefined ? 'the advisory database' : `the data of ${oldest.name}`} is of ${date}, ${ageText(age)} old; ${ageText(maximum)} are allowed`,
    { where: path, hint: oldest === undefined ? 'run: plimsoll db update' : renewalHint(oldest, now) },
  );
}

/** What may help against old data: asking, asking somebody else, or nothing at all. */
export function renewalHint({ checked, fromPublisher }: NeededFeed, now: number): string {
  if (checked === undefined || now - Date.parse(checked) > DAY_MS) return 'run: plimsoll db update';
  return fromPublisher
    ? `its publisher was asked on ${checked.slice(0, 10)} and had nothing newer`
    : `it was asked for on ${checked.slice(0, 10)}: the mirror itself has nothing newer`;
}

const DAY_MS = 86_400_000;

/** `3 days`, `5 hours`. */
export function ageText(milliseconds: number): string {
  const hours = Math.floor(milliseconds / 3_600_000);
  const [amount, noun] = hours < 48 ? [hours, 'hour'] : [Math.floor(hours / 24), 'day'];
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
