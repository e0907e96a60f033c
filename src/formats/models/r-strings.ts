import { LIMITS } from '../../limits.ts';
import { type Cursor, type Steps, Truncated } from '../cursor.ts';
import { HAS_ATTRIBUTES, HAS_TAG, NoRObject, openRObject, R_TYPES, type RWords } from './r-words.ts';

/**
 * The strings that a list which R serialized (`saveRDS`), decompressed, begins with, by their names: of `Meta/package.rds` the fields of the package's
 * DESCRIPTION, as far as `LIMITS.rNameBytes` of each. Undefined where it does not begin so.
 */
export function* firstNamedStrings(cursor: Cursor): Steps<ReadonlyMap<string, string> | undefined> {
  try {
    const words = yield* openRObject(cursor);
    if (((yield* words.int()) & 0xff) !== R_TYPES.VEC || (yield* words.int()) < 1) return undefined;
    const values = yield* strings(words, HAS_ATTRIBUTES);
    const attribute = yield* words.int();
    if ((attribute & 0xff) !== R_TYPES.LIST || (attribute & HAS_TAG) === 0) return undefined;
    if (((yield* words.int()) & 0xff) !== R_TYPES.SYM || (yield* string(words)) !== 'names') return undefined;
    const names = yield* strings(words, 0);
    return new Map(names.map((name, index) => [name, values[index] ?? '']));
  } catch (error) {
    if (error instanceof NoRObject || error instanceof Truncated) return undefined;
    throw error;
  }
}

/** A vector of strings that has these marks. */
function* strings(words: RWords, marks: number): Steps<readonly string[]> {
  const flags = yield* words.int();
  if ((flags & 0xff) !== R_TYPES.STR || (flags & marks) !== marks) throw new NoRObject('it has no strings there');
  const count = yield* words.int();
  if (count > LIMITS.rdsStrings) throw new NoRObject('it has too many strings');
  const all: string[] = [];
  while (all.length < count) all.push(yield* string(words));
  return all;
}

function* string(words: RWords): Steps<string> {
  if (((yield* words.int()) & 0xff) !== R_TYPES.CHAR) throw new NoRObject('a string is none');
  return yield* words.text(yield* words.int());
}
