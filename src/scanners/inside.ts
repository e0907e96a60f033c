import { isObject, type Json, object } from '../formats/text/index.ts';
import { type JsonFormat, jsonFormat } from './scanner.ts';

/** A report that another document holds under these keys: recognised, cut and read as it would be by itself. */
export function inside(format: JsonFormat, name: string, keys: readonly string[]): JsonFormat {
  const held = (document: Json | undefined): Json | undefined =>
    keys.reduce<Json | undefined>((value, key) => (isObject(value) ? object(value)[key] : undefined), document);
  const prefixed = (pattern: string): string => [...keys, pattern].join('.');
  return jsonFormat({
    name,
    ...(format.quick && { quick: format.quick }),
    recognise(head) {
      const value = held(head);
      return value !== undefined && format.recognise(value);
    },
    rows: Object.fromEntries(Object.entries(format.rows ?? {}).map(([pattern, cut]) => [prefixed(pattern), cut])),
    skip: (format.skip ?? []).map(prefixed),
    read: ({ root, rows }) =>
      format.read({
        root: held(root) ?? null,
        rows: (pattern) => rows(prefixed(pattern)).map(({ at, value }) => ({ at: at.slice(keys.length), value })),
      }),
  });
}
