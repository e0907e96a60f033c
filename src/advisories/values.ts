/**
 * Reading of untrusted JSON: every accessor gives undefined (or an empty list) for what is not of the wanted type, and
 * only ever looks at own properties.
 */

/** The member of an object; undefined for anything that is no object. */
export function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

/** A string that is not empty, cut at `limit` characters. */
export function textWithin(value: unknown, limit = 100_000): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length > limit ? value.slice(0, limit) : value;
}

/** The text of a member. */
export function textMember(value: unknown, key: string, limit?: number): string | undefined {
  return textWithin(member(value, key), limit);
}

/** An array, or an empty one; at most `limit` items. */
export function listWithin(value: unknown, limit = 100_000): readonly unknown[] {
  if (!Array.isArray(value)) return [];
  return value.length > limit ? value.slice(0, limit) : value;
}

/** The array of a member, or an empty one. */
export function listMember(value: unknown, key: string, limit?: number): readonly unknown[] {
  return listWithin(member(value, key), limit);
}

/** The texts of an array. */
export function textsWithin(value: unknown, limit = 10_000): readonly string[] {
  return listWithin(value, limit).flatMap((item) => textWithin(item) ?? []);
}

/** A plain object, as its own entries. */
export function entries(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value);
}

/** A finite number. */
export function finiteNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/**
 * A date as ISO 8601 in UTC, to the second (`2021-02-04T06:15:00Z`), a plain day as it is. Undefined for what is no date and for
 * the year 1 and 1970 that stand for "nobody knows".
 */
export function date(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(value);
  if (!match || match[1]! < '1971') return undefined;
  const [, day, minutes, seconds, zone] = match;
  if (minutes === undefined) return day;
  const local = `${day}T${minutes}:${seconds ?? '00'}Z`;
  if (zone === undefined || zone === 'Z') return local;
  const parsed = new Date(value);
  return Number.isNaN(parsed.getTime()) ? undefined : `${parsed.toISOString().slice(0, 19)}Z`;
}

/** An id as publishers write them (`CVE-2021-44228`, `GHSA-...`, `ALSA-2024:10831`, `VU#257161` of CERT/CC): printable ASCII without spaces. */
export function identifier(value: unknown): string | undefined {
  return typeof value === 'string' && /^(?:VU#\d{1,9}|[A-Za-z0-9][A-Za-z0-9:._+~-]{2,119})$/.test(value)
    ? value
    : undefined;
}
