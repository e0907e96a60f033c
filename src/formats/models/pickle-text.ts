/**
 * How pickle's text arguments spell strings and numbers.
 * https://github.com/python/cpython/blob/main/Modules/_pickle.c (load_string, load_unicode, load_int, load_long)
 */

/** What a backslash and this byte stand for; 0 where they stand for themselves. */
const ESCAPED = new Uint8Array(256);
for (const [letter, meant] of Object.entries({
  '\\': 0x5c,
  "'": 0x27,
  '"': 0x22,
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
}))
  ESCAPED[letter.charCodeAt(0)] = meant;

const BACKSLASH = 0x5c;
const LETTER_X = 0x78;

/** The content of a quoted Python 2 string literal (opcode STRING); undefined where an unpickler would refuse it. */
export function quotedText(line: string): string | undefined {
  const text = line.trimEnd();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote) return undefined;
  return unescapeBytes(text.slice(1, -1));
}

/** Resolves the escapes of a byte string literal, which is Latin-1: byte by byte, since old arrays are a million escapes. */
function unescapeBytes(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes = Buffer.from(text, 'latin1');
  let made = 0;
  for (let at = 0; at < bytes.length; made += 1) {
    const byte = bytes[at] as number;
    // What is written lies behind what is still to be read.
    bytes[made] = byte;
    at += 1;
    if (byte !== BACKSLASH || at === bytes.length) continue;
    const next = bytes[at] as number;
    const [high, low] = next === LETTER_X ? [hexDigit(bytes[at + 1]), hexDigit(bytes[at + 2])] : [-1, -1];
    if (high >= 0 && low >= 0) {
      bytes[made] = high * 16 + low;
      at += 3;
    } else if (isOctal(next)) {
      let value = 0;
      for (const end = at + 3; at < end && isOctal(bytes[at]); at += 1)
        value = value * 8 + (bytes[at] as number) - 0x30;
      bytes[made] = value & 0xff;
    } else {
      at += 1;
      if (ESCAPED[next] === 0) bytes[++made] = next;
      else bytes[made] = ESCAPED[next] as number;
    }
  }
  return bytes.toString('latin1', 0, made);
}

const isOctal = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x37;

/** -1 for what is none. */
function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
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
  const trimmed = line.trim();
  const text = trimmed.includes('_') ? trimmed.replace(/(?<=[0-9a-fA-FxXoObB])_(?=[0-9a-fA-F])/g, '') : trimmed;
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
