/**
 * How pickle's text arguments spell strings and numbers.
 * https://github.com/python/cpython/blob/main/Modules/_pickle.c (load_string, load_unicode, load_int, load_long)
 */

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The content of a quoted Python 2 string literal (opcode STRING); undefined where an unpickler would refuse it. */
export function quotedText(line: string): string | undefined {
  const text = line.trimEnd();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote) return undefined;
  return unescapeBytes(text.slice(1, -1));
}

/** Resolves the escapes of a byte string literal. */
function unescapeBytes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|([\s\S]))/g, (whole, hex, octal, other) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    return SIMPLE_ESCAPES[other] ?? whole;
  });
}

/** Python's raw-unicode-escape (opcode UNICODE): only `\uXXXX` and `\UXXXXXXXX` mean something. */
export function rawUnicodeText(line: string): string {
  if (!line.includes('\\')) return line;
  return line.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g, (whole, short, long) => {
    const point = Number.parseInt(short ?? long, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

/** What Python's `int(text)` makes of a line; undefined where it raises. `prefixes`: 0x, 0o and 0b are understood. */
export function pythonInteger(line: string, prefixes: boolean): number | undefined {
  const text = line.trim().replace(/(?<=[0-9a-fA-FxXoObB])_(?=[0-9a-fA-F])/g, '');
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[0-9]+)$/.exec(text);
  if (!match) return undefined;
  const digits = match[2] as string;
  if (!prefixes && !/^[0-9]+$/.test(digits)) return undefined;
  const value = Number(digits);
  return match[1] === '-' ? -value : value;
}

/** Whether Python's `float(text)` takes a line. */
export const isPythonFloat = (line: string): boolean =>
  /^[+-]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*|inf|infinity|nan)(?:e[+-]?[0-9]+)?$/i.test(line.trim());

/** A little-endian two's complement integer of any length (LONG1, LONG4), as a number; beyond 2^53 rounded. */
export function longNumber(bytes: Buffer): number {
  if (bytes.length === 0) return 0;
  if (bytes.length <= 6) return bytes.readIntLE(0, bytes.length);
  let value = 0n;
  for (let index = Math.min(bytes.length, 64) - 1; index >= 0; index -= 1)
    value = (value << 8n) | BigInt(bytes[index] as number);
  return Number(BigInt.asIntN(Math.min(bytes.length, 64) * 8, value));
}
