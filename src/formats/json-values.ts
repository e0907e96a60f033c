/** A JSON object from outside: its values are anything. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/** True for an object, and nothing else. */
export const isObject = (value: unknown): value is UnknownRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a text of JSON says; undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
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
