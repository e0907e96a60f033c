import { IN_NAME } from './python-bytes.ts';

/** The longest name that is looked for, and names of one file. */
const NAME_LENGTH = 120;
const NAMES = 500;
const DOT = 0x2e;
/** What every module made by cffi imports. https://cffi.readthedocs.io/en/stable/cdef.html */
const CFFI = '_cffi_backend';
const CFFI_TEXT = Buffer.from(`\0${CFFI}\0`);
const MODULE = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/;

/**
 * Dotted names among the texts of a compiled module: what it imports from C is among them (`PyImport_ImportModule("numpy.core._methods")`,
 * `PyCapsule_Import("datetime.datetime_CAPI")`, the modules whose types a Cython module uses). The file passes by once.
 */
export function extensionNames(): { push(chunk: Buffer): void; end(): string[] } {
  const names = new Set<string>();
  let tail = Buffer.alloc(0);
  return {
    push(chunk) {
      const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
      namesWithDots(bytes, names);
      if (bytes.includes(CFFI_TEXT)) names.add(CFFI);
      // A name that the next piece goes on with is seen whole then.
      tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - NAME_LENGTH - 2)));
    },
    end: () => [...names],
  };
}

/** Adds what is a name with dots in it and ends as texts in C do. */
function namesWithDots(bytes: Buffer, names: Set<string>): void {
  const size = bytes.length;
  for (let dot = 1; dot < size; dot += 1)
    // Most dots are no text's.
    if (bytes[dot] === DOT && IN_NAME[bytes[dot - 1] as number] === 1 && IN_NAME[bytes[dot + 1] as number] !== 0)
      dot = nameAround(bytes, dot, names) - 1;
}

/** The text with a dot at `dot`, if it is a name. Returns where it ends. */
function nameAround(bytes: Buffer, dot: number, names: Set<string>): number {
  let from = dot;
  while (from > 0 && dot - from < NAME_LENGTH && isNamed(bytes[from - 1] as number)) from -= 1;
  let to = dot + 1;
  while (to < bytes.length && to - from < NAME_LENGTH && isNamed(bytes[to] as number)) to += 1;
  if (bytes[to] === 0 && bytes[from - 1] === 0 && names.size < NAMES) {
    const name = bytes.toString('latin1', from, to);
    if (MODULE.test(name)) names.add(name);
  }
  return to;
}

const isNamed = (byte: number): boolean => IN_NAME[byte] === 1 || byte === DOT;
