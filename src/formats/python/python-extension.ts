import { IN_NAME } from './python-bytes.ts';

/** The longest name that is looked for, and names of one file. */
const NAME_LENGTH = 120;
const NAMES = 500;
const DOT = 0x2e;
/** What every module made by cffi imports. https://cffi.readthedocs.io/en/stable/cdef.html */
const CFFI = '_cffi_backend';
/** Searched for without the zero before it: binary files are full of zeros, and each would be a place to look at. */
const CFFI_TEXT = Buffer.from(`${CFFI}\0`);
const MODULE = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/;
/** A file that it was compiled from, as the table of symbols has it: `rows.c`. What a program has under that name it knows nothing of. */
const SOURCE =
  /^\w+\.(?:[chsS]|cc|cpp|cxx|c\+\+|hh|hpp|hxx|cu|cuh|inc|ipp|f|f90|F|F90|rs|go|m|mm|py|pyx|pxd|pxi|asm|o|obj|so|a)$/;
/** What of a piece the next one may go on with: a name with the zeros around it. */
const SEAM = NAME_LENGTH + 2;

/**
 * Dotted names among the texts of a compiled module: what it imports from C is among them (`PyImport_ImportModule("numpy.core._methods")`,
 * `PyCapsule_Import("datetime.datetime_CAPI")`, the modules whose types a Cython module uses). The file passes by once.
 */
export function extensionNames(): { push(chunk: Buffer): void; end(): string[] } {
  const names = new Set<string>();
  let tail = Buffer.alloc(0);
  const look = (bytes: Buffer): void => namesWithDots(bytes, names);
  return {
    push(chunk) {
      // What lies across two pieces is looked for where they meet, so that neither has to be copied.
      const seam = tail.length === 0 ? tail : Buffer.concat([tail, chunk.subarray(0, SEAM)]);
      look(seam);
      look(chunk);
      if (hasCffi(seam) || hasCffi(chunk)) names.add(CFFI);
      const last = chunk.length < SEAM ? Buffer.concat([tail, chunk]) : chunk;
      tail = Buffer.from(last.subarray(Math.max(0, last.length - SEAM)));
    },
    end: () => [...names],
  };
}

function hasCffi(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(CFFI_TEXT); at >= 0; at = bytes.indexOf(CFFI_TEXT, at + 1))
    if (bytes[at - 1] === 0) return true;
  return false;
}

/** Adds what is a name with dots in it and ends as texts in C do. */
function namesWithDots(bytes: Buffer, names: Set<string>): void {
  const size = bytes.length;
  for (let dot = bytes.indexOf(DOT, 1); dot > 0; dot = bytes.indexOf(DOT, dot + 1)) {
    // Most dots are no text's.
    if (IN_NAME[bytes[dot - 1] as number] !== 1 || dot + 1 >= size || IN_NAME[bytes[dot + 1] as number] === 0) continue;
    dot = nameAround(bytes, dot, names) - 1;
  }
}

/** The text with a dot at `dot`, if it is a name. Returns where it ends. */
function nameAround(bytes: Buffer, dot: number, names: Set<string>): number {
  let from = dot;
  while (from > 0 && dot - from < NAME_LENGTH && isNamed(bytes[from - 1] as number)) from -= 1;
  let to = dot + 1;
  while (to < bytes.length && to - from < NAME_LENGTH && isNamed(bytes[to] as number)) to += 1;
  if (bytes[to] === 0 && bytes[from - 1] === 0 && names.size < NAMES) {
    const name = bytes.toString('latin1', from, to);
    if (MODULE.test(name) && !SOURCE.test(name)) names.add(name);
  }
  return to;
}

const isNamed = (byte: number): boolean => IN_NAME[byte] === 1 || byte === DOT;
