/**
 * Python's source text, byte by byte: what ends a string, and what a byte means where no string and no comment is.
 * https://docs.python.org/3/reference/lexical_analysis.html
 */

/** What a byte means in code; everything else is passed over. */
export const CODE = {
  plain: 0,
  line: 1,
  quote: 2,
  comment: 3,
  open: 4,
  close: 5,
  backslash: 6,
  semicolon: 7,
  colon: 8,
};

/** The meaning of each byte. */
export const MEANING = new Uint8Array(256);
MEANING[0x0a] = CODE.line;
MEANING[0x0d] = CODE.line;
MEANING[0x22] = CODE.quote;
MEANING[0x27] = CODE.quote;
MEANING[0x23] = CODE.comment;
for (const open of '([{') MEANING[open.charCodeAt(0)] = CODE.open;
for (const close of ')]}') MEANING[close.charCodeAt(0)] = CODE.close;
MEANING[0x5c] = CODE.backslash;
MEANING[0x3b] = CODE.semicolon;
MEANING[0x3a] = CODE.colon;

/** Bytes that names are made of: letters, digits, `_`, and all that is not ASCII. */
export const IN_NAME = new Uint8Array(256);
for (let byte = 0; byte < 256; byte += 1)
  IN_NAME[byte] =
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x5f ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte >= 0x80
      ? 1
      : 0;

/** Strings in braces of strings in braces: beyond it they are read as if they had no braces. */
const FORMAT_NESTING = 20;

/** A string literal: what is between its quotes, where it ends, and whether it holds expressions. */
export interface Literal {
  from: number;
  to: number;
  end: number;
  formatted: boolean;
}

/** Reads string literals of one file after another. */
interface StringReader {
  /** A file, and its bytes as letters: V8 looks for what ends a long string faster than any loop of ours, from the first file on. */
  begin(file: Uint8Array, written: string): void;
  read(at: number, literal: Literal): void;
}

/**
 * Reads string literals. `read(at, literal)` is given the place of the opening quote and fills in `literal`, which the
 * caller keeps, since a large image has a hundred million of them. One reader is for all files: V8 forgets what it compiled when the
 * last function of that code is garbage, and functions of a file's own would be compiled ten times in a scan.
 * Long because it is an object: its methods close over one file.
 */
export function stringReader(): StringReader {
  let bytes: Uint8Array = new Uint8Array(0);
  let size = 0;
  let letters = '';
  /** After one formatted string that does not end, braces are not looked at any more: each would be followed to the end of the file. */
  let braces = true;

  function begin(file: Uint8Array, written: string): void {
    bytes = file;
    letters = written;
    size = file.length;
    braces = true;
  }

  function read(at: number, literal: Literal, nesting = 0): void {
    const quote = bytes[at] as number;
    const triple = bytes[at + 1] === quote && bytes[at + 2] === quote;
    const prefix = prefixBefore(bytes, at);
    literal.from = at + (triple ? 3 : 1);
    literal.formatted = (prefix & FORMATTED) !== 0;
    if (literal.formatted && braces && nesting < FORMAT_NESTING) {
      const end = formattedEnd(literal.from, quote, triple, (prefix & RAW) !== 0, nesting);
      if (end >= 0) {
        literal.end = end;
        literal.to = end - (triple ? 3 : 1);
        return;
      }
      braces = false;
    }
    literal.end = triple ? tripleEnd(bytes, letters, literal.from) : singleEnd(bytes, literal.from, quote);
    literal.to = Math.max(literal.from, literal.end - (triple ? 3 : 1));
  }

  /** Behind the closing quote of a formatted string; -1 where there is none. */
  function formattedEnd(from: number, quote: number, triple: boolean, raw: boolean, nesting: number): number {
    for (let at = from; at < size; at += 1) {
      const byte = bytes[at] as number;
      if (byte === 0x5c) {
        // \N{GREEK SMALL LETTER ALPHA} is a character; a brace behind any other backslash begins an expression as ever.
        if (!raw && bytes[at + 1] === 0x4e && bytes[at + 2] === 0x7b) while (at < size && bytes[at] !== 0x7d) at += 1;
        else if (bytes[at + 1] !== 0x7b && bytes[at + 1] !== 0x7d) at += 1;
      } else if (byte === quote) {
        if (!triple) return at + 1;
        if (bytes[at + 1] === quote && bytes[at + 2] === quote) return at + 3;
      } else if (byte === 0x7b) {
        if (bytes[at + 1] === 0x7b) at += 1;
        else {
          at = expressionEnd(at + 1, quote, triple, raw, nesting);
          if (at < 0) return -1;
        }
      } else if (!triple && (byte === 0x0a || byte === 0x0d)) return -1;
    }
    return -1;
  }

  const inner: Literal = { from: 0, to: 0, end: 0, formatted: false };

  /** The closing brace of an expression within a formatted string; -1 where there is none. */
  function expressionEnd(from: number, quote: number, triple: boolean, raw: boolean, nesting: number): number {
    let depth = 0;
    for (let at = from; at < size; at += 1) {
      const byte = bytes[at] as number;
      const meaning = MEANING[byte];
      if (meaning === CODE.plain) {
        if (byte === 0x21 && depth === 0 && bytes[at + 1] !== 0x3d)
          return formatEnd(at + 1, quote, triple, raw, nesting);
      } else if (meaning === CODE.quote) {
        read(at, inner, nesting + 1);
        at = inner.end - 1;
      } else if (meaning === CODE.open) depth += 1;
      else if (meaning === CODE.close) {
        if (depth === 0) return byte === 0x7d ? at : -1;
        depth -= 1;
      } else if (meaning === CODE.comment) {
        while (at < size && MEANING[bytes[at] as number] !== CODE.line) at += 1;
      } else if (meaning === CODE.colon && depth === 0) return formatEnd(at + 1, quote, triple, raw, nesting);
    }
    return -1;
  }

  /** The closing brace behind a conversion or a format, in which further expressions may stand; -1 where there is none. */
  function formatEnd(from: number, quote: number, triple: boolean, raw: boolean, nesting: number): number {
    if (nesting >= FORMAT_NESTING) return -1;
    for (let at = from; at < size; at += 1) {
      const byte = bytes[at] as number;
      if (byte === 0x7d) return at;
      if (byte === 0x7b) {
        at = expressionEnd(at + 1, quote, triple, raw, nesting + 1);
        if (at < 0) return -1;
      } else if (byte === quote && (!triple || (bytes[at + 1] === quote && bytes[at + 2] === quote))) return -1;
      else if (byte === 0x5c) at += 1;
      else if (!triple && (byte === 0x0a || byte === 0x0d)) return -1;
    }
    return -1;
  }

  return { begin, read };
}

const FORMATTED = 1;
const RAW = 2;

/** What the letters before a quote say: `rb""`, `f""`. No prefix has more than two letters. */
function prefixBefore(bytes: Uint8Array, quote: number): number {
  let said = 0;
  let at = quote - 1;
  for (; at >= 0 && at >= quote - 3 && IN_NAME[bytes[at] as number] === 1; at -= 1) {
    const letter = (bytes[at] as number) | 0x20;
    // f and t (3.14), r; b and u say nothing that matters here.
    if (letter === 0x66 || letter === 0x74) said |= FORMATTED;
    else if (letter === 0x72) said |= RAW;
    else if (letter !== 0x62 && letter !== 0x75) return 0;
  }
  return at >= 0 && at < quote - 3 ? 0 : said;
}

/** Behind the closing quote of a string of one line; at the line's end where there is none. */
function singleEnd(bytes: Uint8Array, from: number, quote: number): number {
  const size = bytes.length;
  for (let at = from; at < size; at += 1) {
    const byte = bytes[at] as number;
    if (byte === quote) return at + 1;
    if (byte === 0x5c) {
      // A line that goes on; CR and LF are one line end.
      if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) at += 1;
      at += 1;
    } else if (byte === 0x0a || byte === 0x0d) return at;
  }
  return size;
}

/** Behind the three quotes that end what three quotes before `from` begin. */
function tripleEnd(bytes: Uint8Array, letters: string, from: number): number {
  const quotes = bytes[from - 1] === 0x22 ? '"""' : "'''";
  for (let at = letters.indexOf(quotes, from); at >= 0; at = letters.indexOf(quotes, at + 1))
    if (!isEscaped(bytes, at, from)) return at + 3;
  return bytes.length;
}

/** Whether an odd number of backslashes stands before a quote of a string that begins at `from`. */
function isEscaped(bytes: Uint8Array, quote: number, from: number): boolean {
  let at = quote;
  while (at > from && bytes[at - 1] === 0x5c) at -= 1;
  return ((quote - at) & 1) === 1;
}
