import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';

/** What a module's own code says a name is: a text, or a tuple of numbers and texts. */
type PycValue = string | readonly (string | number)[];

/** How one version of Python writes compiled modules. */
interface Dialect {
  /** The first of the numbers that stand for it in the file's head. */
  readonly from: number;
  /** Bytes before the module's code. */
  readonly header: number;
  /** Numbers of a code object before its instructions. */
  readonly counts: number;
  /** Objects behind the number of its first line: lines, and since 3.11 exceptions. */
  readonly tail: number;
  readonly loadConst: number;
  readonly storeName: number;
  /** What leaves the value for a further name: `a = b = 1`. */
  readonly copy: number;
  readonly extend: number;
}

/**
 * Python 3.6 to 3.14, newest first. https://github.com/python/cpython/blob/main/Include/internal/pycore_magic_number.h,
 * PEP 552 (the head), https://docs.python.org/3/library/dis.html
 */
const DIALECTS: readonly Dialect[] = [
  { from: 3600, header: 16, counts: 5, tail: 2, loadConst: 82, storeName: 116, copy: 59, extend: 69 },
  { from: 3560, header: 16, counts: 5, tail: 2, loadConst: 83, storeName: 114, copy: 61, extend: 71 },
  { from: 3495, header: 16, counts: 5, tail: 2, loadConst: 100, storeName: 90, copy: 120, extend: 144 },
  { from: 3410, header: 16, counts: 6, tail: 1, loadConst: 100, storeName: 90, copy: 4, extend: 144 },
  { from: 3392, header: 16, counts: 5, tail: 1, loadConst: 100, storeName: 90, copy: 4, extend: 144 },
  { from: 3370, header: 12, counts: 5, tail: 1, loadConst: 100, storeName: 90, copy: 4, extend: 144 },
];
/** The first number of Python 3.15, whose instructions were not seen. */
const UNSEEN = 3650;

type Marshalled = string | number | Buffer | null | Code | readonly Marshalled[];

interface Code {
  readonly instructions: Buffer;
  readonly constants: readonly Marshalled[];
  readonly names: readonly Marshalled[];
}

/**
 * What a compiled module assigns to its names, where that is written there as it stands: `__version__ = '2.25.0'`, and
 * nowhere else worked out. Of a version of Python that is not known (before 3.6, after 3.14) nothing. Throws an `Error` where the file is damaged.
 */
export function pycAssignments(bytes: Buffer): ReadonlyMap<string, PycValue> {
  const assigned = new Map<string, PycValue>();
  // Every version ends its number with a line's end, so that a file that was copied as text is noticed.
  if (bytes.length < 16 || bytes.readUInt16LE(2) !== 0x0a0d) return assigned;
  const magic = bytes.readUInt16LE(0);
  const dialect = magic >= UNSEEN ? undefined : DIALECTS.find(({ from }) => magic >= from);
  if (dialect === undefined) return assigned;
  const code = unmarshal(bytes.subarray(dialect.header), dialect);
  if (!isCode(code)) throw new Error('no code in a compiled module');
  const { instructions, constants, names } = code;
  const worked = new Set<string>();
  let value: PycValue | undefined;
  let more = 0;
  for (let at = 0; at + 1 < instructions.length; at += 2) {
    tick();
    const operation = instructions[at]!;
    const number = more | instructions[at + 1]!;
    more = operation === dialect.extend ? (number << 8) >>> 0 : 0;
    if (operation === dialect.loadConst) value = assignable(constants[number]);
    else if (operation === dialect.storeName) {
      const name = names[number];
      if (typeof name === 'string') {
        // Given another value elsewhere, a fallback by its look: `try: __version__ = version('x')`, `except PackageNotFoundError: __version__ = '1.0'`.
        if (value === undefined) worked.add(name);
        else if (assigned.size < LIMITS.pycNames) assigned.set(name, value);
      }
    } else if (operation !== dialect.extend && operation !== dialect.copy) value = undefined;
  }
  for (const name of worked) assigned.delete(name);
  return assigned;
}

const isCode = (value: Marshalled): value is Code =>
  typeof value === 'object' && value !== null && 'instructions' in value;

function assignable(constant: Marshalled | undefined): PycValue | undefined {
  if (typeof constant === 'string') return constant;
  const isFlat = (item: Marshalled): item is string | number => typeof item === 'string' || typeof item === 'number';
  return Array.isArray(constant) && constant.every(isFlat) ? constant : undefined;
}

const FLAG_REF = 0x80;
const DEPTH = 100;

/** What Python's `marshal` wrote, as far as compiled modules have it. Long because it is a table with a line for each kind. https://github.com/python/cpython/blob/main/Python/marshal.c */
function unmarshal(bytes: Buffer, { counts, tail }: Dialect): Marshalled {
  let at = 0;
  const references: Marshalled[] = [];
  const taken = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw new Error('a compiled module is cut short');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const passed = (length: number): null => {
    taken(length);
    return null;
  };
  const integer = (): number => taken(4).readInt32LE(0);
  const many = (count: number, depth: number): Marshalled[] => {
    if (count < 0 || count > bytes.length - at) throw new Error('a compiled module is cut short');
    return Array.from({ length: count }, () => object(depth + 1));
  };
  const readers: Readonly<Record<string, (depth: number) => Marshalled>> = {
    i: integer,
    I: () => Number(taken(8).readBigInt64LE(0)),
    g: () => taken(8).readDoubleLE(0),
    f: () => passed(taken(1)[0]!),
    y: () => passed(16),
    x: () => passed(taken(1)[0]!) ?? passed(taken(1)[0]!),
    l: () => passed(Math.abs(integer()) * 2),
    s: () => taken(integer()),
    t: () => taken(integer()).toString('utf8'),
    u: () => taken(integer()).toString('utf8'),
    a: () => taken(integer()).toString('latin1'),
    A: () => taken(integer()).toString('latin1'),
    z: () => taken(taken(1)[0]!).toString('latin1'),
    Z: () => taken(taken(1)[0]!).toString('latin1'),
    '(': (depth) => many(integer(), depth),
    ')': (depth) => many(taken(1)[0]!, depth),
    '[': (depth) => many(integer(), depth),
    '<': (depth) => many(integer(), depth),
    '>': (depth) => many(integer(), depth),
    ':': (depth) => many(3, depth),
    '{': (depth) => {
      while (bytes[at] !== 0x30) many(2, depth);
      at += 1;
      return null;
    },
    r: () => references[integer()] ?? null,
    c: (depth) => {
      for (let count = 0; count < counts; count += 1) integer();
      const [instructions, constants, names] = many(3, depth);
      // Names and kinds of variables, file and name.
      many(5, depth);
      integer();
      many(tail, depth);
      return {
        instructions: Buffer.isBuffer(instructions) ? instructions : Buffer.alloc(0),
        constants: Array.isArray(constants) ? constants : [],
        names: Array.isArray(names) ? names : [],
      };
    },
  };
  function object(depth: number): Marshalled {
    tick();
    if (depth > DEPTH) throw new Error('a compiled module is nested too deeply');
    const byte = taken(1)[0]!;
    const type = String.fromCharCode(byte & ~FLAG_REF);
    const reference = byte & FLAG_REF ? references.push(null) - 1 : -1;
    const read = readers[type];
    // `N`, `T`, `F`, `.` and `S` are values without a body, `0` ends a dictionary.
    if (read === undefined && !'NTF.S0'.includes(type))
      throw new Error(`a compiled module holds an object of no kind: ${byte}`);
    const value = read === undefined ? null : read(depth);
    if (reference >= 0) references[reference] = value;
    return value;
  }
  return object(0);
}
