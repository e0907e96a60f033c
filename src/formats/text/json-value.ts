import { isObject } from '../json-values.ts';

export { isObject } from '../json-values.ts';

/** A JSON value as `jsonReader` gives it: objects without a prototype. */
export type Json = string | number | boolean | null | JsonObject | readonly Json[];
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

const nothing: JsonObject = Object.freeze(Object.create(null));

/** The object, or one without keys. */
export function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : nothing;
}

/** The array, or an empty one. */
export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The text, trimmed; undefined when it is no string or says nothing. A number becomes its text. */
export function text(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** The number, also when it is written as text; undefined otherwise. */
export function number(value: Json | undefined): number | undefined {
  const parsed =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : undefined;
}

/** The texts of an array; a single text counts as one. */
export function texts(value: Json | undefined): readonly string[] {
  const all = Array.isArray(value) ? value : [value];
  return all.map((value) => text(value as Json | undefined)).filter((value) => value !== undefined);
}
