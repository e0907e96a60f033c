import { LIMITS } from '../limits.ts';

/** Types of items, and the marks in their flags. https://cran.r-project.org/doc/manuals/r-release/R-ints.html#Serialization-Formats */
const [SYMBOL, PAIRS, CHARACTERS, STRINGS, LIST] = [1, 2, 9, 16, 19];
const HAS_ATTRIBUTES = 0x200;
const HAS_TAG = 0x400;

/**
 * The strings that a list in R's own form (`saveRDS`, unpacked) begins with, by their names: of `Meta/package.rds` the fields of the package's DESCRIPTION.
 * Undefined where it does not begin so. `X` is the form with the greater byte first, in which R writes.
 */
export function firstNamedStrings(bytes: Buffer): ReadonlyMap<string, string> | undefined {
  let at = 0;
  const int = (): number => {
    at += 4;
    return bytes.readInt32BE(at - 4);
  };
  const text = (): string | undefined => {
    if ((int() & 0xff) !== CHARACTERS) return undefined;
    const length = int();
    if (length < 0) return '';
    at += length;
    return at > bytes.length ? undefined : bytes.toString('utf8', at - length, at);
  };
  const texts = (): readonly string[] | undefined => {
    const count = int();
    const all: string[] = [];
    for (; all.length < count; ) {
      const value = count > LIMITS.rdsStrings ? undefined : text();
      if (value === undefined) return undefined;
      all.push(value);
    }
    return all;
  };
  try {
    if (bytes.toString('latin1', 0, 2) !== 'X\n') return undefined;
    at = 2;
    const version = int();
    at += 8;
    // The third version says in which letters it is.
    if (version === 3) {
      const letters = int();
      at += letters;
    }
    if ((int() & 0xff) !== LIST || int() < 1) return undefined;
    const flags = int();
    if ((flags & 0xff) !== STRINGS || (flags & HAS_ATTRIBUTES) === 0) return undefined;
    const values = texts();
    const pair = int();
    if (values === undefined || (pair & 0xff) !== PAIRS || (pair & HAS_TAG) === 0) return undefined;
    if ((int() & 0xff) !== SYMBOL || text() !== 'names' || (int() & 0xff) !== STRINGS) return undefined;
    const names = texts();
    return names && new Map(names.map((name, index) => [name, values[index] ?? '']));
  } catch {
    return undefined;
  }
}
