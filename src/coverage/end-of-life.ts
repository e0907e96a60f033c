import type { Support } from '../advisories/store/index.ts';
import { supportOf } from '../ecosystems/support.ts';
import type { OperatingSystem } from '../model.ts';

/** Where a release stands on a given day. */
interface EndOfLife {
  readonly state: 'supported' | 'extended' | 'ended';
  /** The day on which that state ends, or for `ended` the day it began. */
  readonly date: string;
  readonly source: string;
}

/**
 * Where the publisher's support of this release stands on that day; undefined for rolling releases (Wolfi, Debian
 * testing, Alpine edge) and for those that nobody knows: nothing is claimed of them. What the database says (`published`) goes before the table.
 */
export function endOfLife(os: OperatingSystem, on: Date, published: Support = {}): EndOfLife | undefined {
  const known = supportOf(os);
  const standard = published.endOfLife ?? known?.standard;
  const extended = published.endOfExtendedLife ?? known?.extended;
  if (standard === undefined) return undefined;
  const day = on.toISOString().slice(0, 10);
  const source = published.endOfLife === undefined ? (known?.source ?? '') : 'https://endoflife.date';
  if (day <= standard) return { state: 'supported', date: standard, source };
  if (extended !== undefined && day <= extended) return { state: 'extended', date: extended, source };
  const last = extended !== undefined && extended > standard ? extended : standard;
  return { state: 'ended', date: last, source };
}
