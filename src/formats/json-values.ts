import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** A JSON object from outside: its values are anything. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/** True for an object, and nothing else. */
export const isObject = (value: unknown): value is UnknownRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What a document of JSON from outside says. Throws a `SyntaxError` for what is none, and `limit` for one of more objects, lists and members
 * than `LIMITS.jsonSigns`: three bytes (`{},`) take a hundred in memory, and a minute of collecting them.
 */
export function readJson(text: string, reviver?: (key: string, value: unknown) => unknown): unknown {
  // No more signs than letters.
  if (text.length > LIMITS.jsonSigns && signsOf(text) > LIMITS.jsonSigns)
    throw new PlimsollError(
      'limit',
      `a JSON document of more than ${LIMITS.jsonSigns} objects and members is not read`,
    );
  return JSON.parse(text, reviver);
}

const [BRACE, BRACKET, COLON, QUOTE, SPACE] = [0x7b, 0x5b, 0x3a, 0x22, 0x20];

/** Why a text could not be taken for JSON, in words: what `readJson` threw. */
export const whyNoJson = (error: unknown): string => (error instanceof PlimsollError ? error.message : 'no JSON');

/** Opening brackets and members: what is written as text within them hardly counts. */
function signsOf(text: string): number {
  let count = 0;
  let before = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BRACE || code === BRACKET || (code === COLON && before === QUOTE)) count++;
    if (code > SPACE) before = code;
  }
  return count;
}

/** What a text of JSON says; undefined where it is none, or too much. */
export function jsonOf(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

/** The value where it is an object, else one without members. */
export const objectOf = (value: unknown): UnknownRecord => (isObject(value) ? value : {});

/** The objects of a list; none where it is no list. */
export const objectsOf = (value: unknown): readonly UnknownRecord[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

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
