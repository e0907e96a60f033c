import { LIMITS } from '../../limits.ts';
import { type Cursor, type Steps, take } from '../cursor.ts';

/**
 * The header of a NumPy array file. What follows it is the array's bytes, or a pickle when its type holds objects.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
interface NpyHeader {
  /** A pickle follows. */
  readonly objects: boolean;
}

export const NPY_MAGIC = Buffer.from('\x93NUMPY', 'latin1');

/** Reads the header, from its magic on; undefined where it is none. Throws `Truncated`. */
export function* readNpyHeader(cursor: Cursor): Steps<NpyHeader | undefined> {
  const magic = yield* take(cursor, 8, 'the header');
  if (!magic.subarray(0, 6).equals(NPY_MAGIC)) return undefined;
  const wide = (magic[6] as number) >= 2;
  const length = yield* take(cursor, wide ? 4 : 2, 'the header');
  const size = wide ? length.readUInt32LE(0) : length.readUInt16LE(0);
  if (size > LIMITS.npyHeaderBytes) return undefined;
  const text = (yield* take(cursor, size, 'the header')).toString(wide ? 'utf8' : 'latin1');
  const start = text.search(/['"]descr['"]/);
  const rest = start < 0 ? text : text.slice(start + 7);
  const end = rest.search(/['"]fortran_order['"]|['"]shape['"]/);
  // A type character O, alone, in a list of fields or in a comma-separated string. Names of fields may match too: what
  // follows is then no pickle, which is seen when it is read.
  return { objects: /O|object/.test(end < 0 ? rest : rest.slice(0, end)) };
}
