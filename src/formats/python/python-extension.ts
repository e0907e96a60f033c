import { IN_NAME } from './python-bytes.ts';

/** The longest name that is looked for, and names of one file. */
const NAME_LENGTH = 120;
const NAMES = 500;
const DOT = 0x2e;
/** What every module made by cffi imports. https://cffi.readthedocs.io/en/stable/cdef.html */
const CFFI = '_cffi_backend';
const MODULE = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/;

/**
 * Dotted names among the texts of a compiled module: what it imports from C is among them (`PyImport_ImportModule("numpy.core._methods")`,
 * `PyCapsule_Import("datetime.datetime_CAPI")`, the modules whose types a Cython module uses). The file passes by once.
 */
export function extensionNames(): { push(chunk: Buffer): void; end(): string[] } {
  const names = new Set<string>();
  let tail = Buffer.alloc(0);

  /** The text with a dot at `dot`, if it is a name and ends as texts in C do. */
  function around(bytes: Buffer, dot: number): number {
    let from = dot;
    while (
      from > 0 &&
      dot - from < NAME_LENGTH &&
      (IN_NAME[bytes[from - 1] as number] === 1 || bytes[from - 1] === DOT)
    )
      from -= 1;
    let to = dot + 1;
    while (to < bytes.length && to - from < NAME_LENGTH && (IN_NAME[bytes[to] as number] === 1 || bytes[to] === DOT))
      to += 1;
    if (bytes[to] === 0 && bytes[from - 1] === 0 && to - from > 2) {
      const name = bytes.toString('latin1', from, to);
      if (names.size < NAMES && MODULE.test(name)) names.add(name);
    }
    return to;
  }

  return {
    push(chunk) {
      const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
      for (let dot = bytes.indexOf(DOT); dot >= 0; dot = bytes.indexOf(DOT, around(bytes, dot)));
      if (bytes.includes(`\0${CFFI}\0`, 0, 'latin1')) names.add(CFFI);
      // A name that the next piece goes on with is seen whole then.
      tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - NAME_LENGTH - 2)));
    },
    end: () => [...names],
  };
}
