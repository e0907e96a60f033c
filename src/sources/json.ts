import { PlimsollError } from '../errors.ts';

/** A JSON object from outside: its values are anything. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The object that bytes from outside hold; `corrupt` when they are no JSON or no object. Keys named `__proto__` are
 * left out, so that no later copy can be tricked into changing a prototype.
 */
export function jsonObject(bytes: Uint8Array, where: string, what: string): JsonObject {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  let value: unknown;
  try {
    const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    value =
      plain.includes('__proto__') || plain.includes('\\u') ? JSON.parse(plain, withoutPrototype) : JSON.parse(plain);
  } catch (cause) {
    throw new PlimsollError('corrupt', `the ${what} is not JSON`, { where, cause });
  }
  if (isObject(value)) return value;
  throw new PlimsollError('corrupt', `the ${what} is not a JSON object`, { where });
}

const withoutPrototype = (key: string, value: unknown): unknown => (key === '__proto__' ? undefined : value);

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value where it is a text that is not empty. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The texts of a list; undefined where it is no list. */
export function textsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
}

/** The members of an object that are texts; undefined where it is no object. */
export function textMapOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
