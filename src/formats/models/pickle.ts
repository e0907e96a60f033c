// Long because it is the table of the pickle machine: an entry for each opcode.
import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { type Cursor, fill, peek, position, readWhole, type Steps, skip, within } from '../cursor.ts';
import { type InlineArray, inlineArray } from './joblib-array.ts';
import { type PickleMachine, pickleMachine } from './pickle-machine.ts';
import { type ArgumentKind, OPCODES, type Opcode } from './pickle-opcodes.ts';
import type { PickleArgument, PickleEvent } from './pickle-state.ts';
import { quotedText, rawUnicodeText } from './pickle-text.ts';
import { DATA, type PickleValue } from './pickle-values.ts';

/** What a walk through one pickle found. Nothing of it was executed. */
export interface PickleWalk {
  readonly events: readonly PickleEvent[];
  /** `stop`: whole; `truncated`: the body ended first; `broken`: an unpickler would raise; `budget`: given up. */
  readonly end: 'stop' | 'truncated' | 'broken' | 'budget';
  /** Why it did not end with STOP, with the offset. */
  readonly reason?: string;
  /** Offset of the first byte and of the first byte behind it. */
  readonly from: number;
  readonly to: number;
  readonly opcodes: number;
  /** As PROTO says, -1 without one. */
  readonly protocol: number;
  /** The pickled object, as far as it is known; absent when the walk did not reach STOP. */
  readonly value?: PickleValue;
  /** Budgets that left something out. */
  readonly omissions: readonly string[];
  /** Pickles that lie in this one as bytes or text, as `torch.storage._load_from_bytes` takes them. */
  readonly carried: readonly CarriedPickle[];
  /** What the bytes of inline arrays would import or call if a loader read them as opcodes. */
  readonly disguised: readonly PickleEvent[];
}

/** A pickle inside the bytes or text at this offset of the outer one. */
interface CarriedPickle {
  readonly at: number;
  readonly walks: readonly PickleWalk[];
}

export interface PickleOptions {
  /** Opcodes that may still be walked; counted down. */
  readonly budget: { opcodes: number };
  /** Pass over the arrays that joblib writes between opcodes. */
  readonly arrays?: boolean;
  readonly lenient?: boolean;
  /** Is told each persistent id. */
  readonly persistent?: (id: PickleValue) => void;
  /** How to walk the pickles in bytes that look like some; without it they are bytes. */
  readonly carried?: (cursor: Cursor, options: PickleOptions) => Steps<readonly PickleWalk[]>;
  /** How deep this pickle lies inside others. */
  readonly depth?: number;
}

/** A walk under way. */
interface Walk {
  readonly machine: PickleMachine;
  readonly options: PickleOptions;
  readonly from: number;
  readonly nested: PickleEvent[];
  readonly disguised: PickleEvent[];
  readonly carried: CarriedPickle[];
  /** The machine keeps no argument, so one is enough: a large pickle has a million. */
  readonly held: ArgumentAtHand;
  opcodes: number;
}

/** Walks one pickle from where the cursor stands to its STOP, or as far as an unpickler would get. */
export function* walkPickle(cursor: Cursor, options: PickleOptions): Steps<PickleWalk> {
  const walk: Walk = {
    machine: pickleMachine(options.lenient, options.persistent),
    options,
    from: position(cursor),
    nested: [],
    disguised: [],
    carried: [],
    held: new ArgumentAtHand(),
    opcodes: 0,
  };
  for (;;) {
    const problem = walkAtHand(cursor, walk);
    if (problem !== undefined) return finish(walk, cursor, 'broken', problem);
    const ended = yield* walkOne(cursor, walk);
    if (ended) return ended;
  }
}

/** Opcodes between two looks at the clock, at most. */
const ROUND = 1_000;
const STOP = 0x2e;
const BUILD = 0x62;

/**
 * Walks on as long as all that an opcode needs is at hand, which is nearly always; leaves what is special to `walkOne`, of which nothing is used up then.
 * No generator, and nothing in it ends a walk but its return: V8 would compile a loop with all that anew for each way to end that it had not seen.
 */
function walkAtHand(cursor: Cursor, walk: Walk): string | undefined {
  const { machine, options, held } = walk;
  for (;;) {
    passed(walk, machine.plain(cursor, Math.min(options.budget.opcodes, ROUND)));
    if (cursor.at >= cursor.end || options.budget.opcodes <= 0) return undefined;
    const from = cursor.at;
    const opcode = OPCODES[cursor.bytes[from] as number];
    if (!opcode || opcode.code === STOP || (opcode.code === BUILD && options.arrays)) return undefined;
    cursor.at = from + 1;
    const argument =
      options.carried && mayCarry(cursor, opcode) ? undefined : argumentAtHand(cursor, opcode.argument, held);
    if (!argument) {
      cursor.at = from;
      return undefined;
    }
    passed(walk, 1);
    const at = cursor.start + from;
    const problem = machine.apply(opcode, argument, at);
    if (problem !== undefined) return broken(problem, opcode, at);
  }
}

function passed(walk: Walk, opcodes: number): void {
  walk.options.budget.opcodes -= opcodes;
  walk.opcodes += opcodes;
  tick(opcodes);
}

const broken = (problem: string, { name }: Opcode, at: number): string => `${problem} (${name} at ${at})`;

/** Walks one opcode, whatever it waits for; returns the walk where it ends. */
function* walkOne(cursor: Cursor, walk: Walk): Steps<PickleWalk | undefined> {
  const { machine, options } = walk;
  if (cursor.at >= cursor.end && !(yield* fill(cursor, 1)))
    return finish(walk, cursor, 'truncated', 'it ends before STOP');
  const at = position(cursor);
  const opcode = OPCODES[cursor.bytes[cursor.at] as number];
  if (!opcode) return finish(walk, cursor, 'broken', `byte 0x${hex(cursor)} at ${at} is no opcode`);
  if (options.budget.opcodes <= 0) return finish(walk, cursor, 'budget', `more than ${LIMITS.pickleOpcodes} opcodes`);
  passed(walk, 1);
  cursor.at += 1;
  const argument =
    (options.carried && mayCarry(cursor, opcode) ? yield* walkCarried(cursor, walk, opcode) : undefined) ??
    argumentAtHand(cursor, opcode.argument, walk.held) ??
    (yield* readArgument(cursor, opcode.argument));
  if (!argument) return { ...finish(walk, cursor, 'truncated', `${opcode.name} at ${at} is cut short`), to: at };
  const problem = machine.apply(opcode, argument, at);
  if (problem !== undefined) return finish(walk, cursor, 'broken', broken(problem, opcode, at));
  if (opcode.code === STOP) return finish(walk, cursor, 'stop');
  if (opcode.code !== BUILD || !options.arrays) return undefined;
  const trouble = yield* passInlineArray(cursor, walk);
  return trouble ? finish(walk, cursor, 'broken', `${trouble} at ${at}`) : undefined;
}

const NO_ARGUMENT: PickleArgument = { number: 0, content: Buffer.alloc(0), length: 0 };

const hex = (cursor: Cursor): string => (cursor.bytes[cursor.at] as number).toString(16).padStart(2, '0');

function finish(walk: Walk, cursor: Cursor, end: PickleWalk['end'], reason?: string): PickleWalk {
  const { machine } = walk;
  const value = end === 'stop' ? machine.stack.at(-1) : undefined;
  return {
    events: [...machine.events.values(), ...walk.nested],
    end,
    ...(reason === undefined ? {} : { reason }),
    from: walk.from,
    to: position(cursor),
    opcodes: walk.opcodes,
    protocol: machine.protocol,
    ...(value === undefined ? {} : { value }),
    omissions: [...machine.omissions],
    carried: walk.carried,
    disguised: walk.disguised,
  };
}

const NUMBER_BYTES: Readonly<Partial<Record<ArgumentKind, number>>> = { u1: 1, u2: 2, i4: 4, u4: 4, u8: 8, f8: 8 };
const LENGTH_BYTES: Readonly<Partial<Record<ArgumentKind, number>>> = { bytes1: 1, bytes4: 4, bytes8: 8 };

/** An argument among the bytes at hand. */
class ArgumentAtHand implements PickleArgument {
  number = 0;
  length = 0;
  private bytes = NO_ARGUMENT.content;
  private from = 0;

  hold(number: number, bytes: Buffer, from: number, length: number): this {
    this.number = number;
    this.bytes = bytes;
    this.from = from;
    this.length = length;
    return this;
  }
  get content(): Buffer {
    return this.bytes.subarray(this.from, this.from + this.length);
  }
  get text(): string {
    return this.bytes.toString('utf8', this.from, this.from + this.length);
  }
}

/** The argument, where all of it is at hand: nearly always, and much faster than the general way. */
function argumentAtHand(cursor: Cursor, kind: ArgumentKind, held: ArgumentAtHand): PickleArgument | undefined {
  if (kind === 'none') return NO_ARGUMENT;
  if (kind === 'line') return lineAtHand(cursor);
  if (kind === 'lines') return undefined;
  const { at, bytes, end } = cursor;
  const length = LENGTH_BYTES[kind];
  const size = length ?? (NUMBER_BYTES[kind] as number);
  if (end - at < size) return undefined;
  const number = readNumber(bytes, at, kind);
  const from = at + size;
  if (length === undefined) {
    cursor.at = from;
    return held.hold(number, NO_ARGUMENT.content, 0, 0);
  }
  if (number > LIMITS.pickleText || end - from < number) return undefined;
  cursor.at = from + number;
  return held.hold(number, bytes, from, number);
}

/** A line that ends in the bytes at hand, and of which all is kept. */
function lineAtHand(cursor: Cursor): PickleArgument | undefined {
  const { at, bytes, end } = cursor;
  const stop = bytes.indexOf(0x0a, at);
  if (stop < 0 || stop >= end || stop - at > LIMITS.pickleText) return undefined;
  cursor.at = stop + 1;
  return { number: 0, content: bytes.subarray(at, stop), length: stop - at };
}

function* readArgument(cursor: Cursor, kind: ArgumentKind): Steps<PickleArgument | undefined> {
  if (kind === 'line') {
    const line = yield* readLine(cursor);
    return line && { number: 0, content: line.kept, length: line.length };
  }
  if (kind === 'lines') {
    const first = yield* readLine(cursor);
    if (!first) return undefined;
    const content = Buffer.from(first.kept);
    const second = yield* readLine(cursor);
    return second && { number: 0, content, second: second.kept, length: first.length + second.length };
  }
  const size = NUMBER_BYTES[kind] ?? (LENGTH_BYTES[kind] as number);
  if (cursor.end - cursor.at < size && !(yield* fill(cursor, size))) return undefined;
  const number = readNumber(cursor.bytes, cursor.at, kind);
  cursor.at += size;
  if (NUMBER_BYTES[kind] !== undefined) return { number, content: NO_ARGUMENT.content, length: 0 };
  const kept = Math.min(number, LIMITS.pickleText);
  if (cursor.end - cursor.at < kept && !(yield* fill(cursor, kept))) return undefined;
  const content = cursor.bytes.subarray(cursor.at, cursor.at + kept);
  cursor.at += kept;
  if (number > kept) {
    const copy = Buffer.from(content);
    return (yield* skip(cursor, number - kept)) ? { number, content: copy, length: number } : undefined;
  }
  return { number, content, length: number };
}

function readNumber(bytes: Buffer, at: number, kind: ArgumentKind): number {
  switch (kind) {
    case 'u1':
    case 'bytes1':
      return bytes[at] as number;
    case 'u2':
      return bytes.readUInt16LE(at);
    case 'i4':
      return bytes.readInt32LE(at);
    case 'u4':
    case 'bytes4':
      return bytes.readUInt32LE(at);
    case 'f8':
      return bytes.readDoubleBE(at);
    default:
      // Beyond 2^53 the number is not exact, and no body is that long.
      return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
  }
}

/** A line without its line feed: what is kept of it, and its length. Undefined when the body ends first. */
function* readLine(
  cursor: Cursor,
  keep: number = LIMITS.pickleText,
): Steps<{ readonly kept: Buffer; readonly length: number } | undefined> {
  const parts: Buffer[] = [];
  let kept = 0;
  let length = 0;
  for (;;) {
    if (cursor.at >= cursor.end && !(yield* fill(cursor, 1))) return undefined;
    const index = cursor.bytes.indexOf(0x0a, cursor.at);
    const stop = index < 0 || index >= cursor.end ? cursor.end : index;
    const part = cursor.bytes.subarray(cursor.at, Math.min(stop, cursor.at + keep - kept));
    length += stop - cursor.at;
    kept += part.length;
    const over = stop < cursor.end;
    cursor.at = over ? stop + 1 : stop;
    if (over && parts.length === 0) return { kept: part, length };
    if (part.length > 0) parts.push(Buffer.from(part));
    if (over) return { kept: Buffer.concat(parts), length };
  }
}

/** Opcodes whose content may be a pickle: bytes as they are, text as Latin-1 in UTF-8 or in a line (protocols 0 to 2). */
const CARRIERS: readonly ('bytes' | 'text' | 'line' | undefined)[] = byCode(
  (
    [
      ['BINBYTES', 'bytes'],
      ['SHORT_BINBYTES', 'bytes'],
      ['BINBYTES8', 'bytes'],
      ['BYTEARRAY8', 'bytes'],
      ['BINSTRING', 'bytes'],
      ['SHORT_BINSTRING', 'bytes'],
      ['BINUNICODE', 'text'],
      ['SHORT_BINUNICODE', 'text'],
      ['BINUNICODE8', 'text'],
      ['UNICODE', 'line'],
      ['STRING', 'line'],
    ] as const
  ).map(([name, how]) => [OPCODES.find((opcode) => opcode?.name === name)?.code as number, how]),
);

/** An array, for it is asked once for each opcode. */
function byCode<Value>(entries: readonly (readonly [code: number, value: Value])[]): readonly (Value | undefined)[] {
  const table: (Value | undefined)[] = new Array(256).fill(undefined);
  for (const [code, value] of entries) table[code] = value;
  return table;
}

/** The quick look: nearly no argument gets further. */
function mayCarry(cursor: Cursor, opcode: Opcode): boolean {
  const how = CARRIERS[opcode.code];
  if (how === undefined) return false;
  const at = cursor.at + (LENGTH_BYTES[opcode.argument] ?? 0);
  return cursor.end < at + 4 || carries(cursor.bytes, at, how);
}

/** Walks the pickle that an argument may hold; returns the argument when that consumed it. */
function* walkCarried(cursor: Cursor, walk: Walk, opcode: Opcode): Steps<PickleArgument | undefined> {
  const { options } = walk;
  const how = CARRIERS[opcode.code];
  const at = position(cursor);
  const size = LENGTH_BYTES[opcode.argument] ?? 0;
  if (cursor.end - cursor.at < size + 4 && !(yield* fill(cursor, size + 4))) return undefined;
  if (!carries(cursor.bytes, cursor.at + size, how) || !options.carried) return undefined;
  const inner: PickleOptions = { ...options, depth: (options.depth ?? 0) + 1 };
  if ((inner.depth as number) > LIMITS.pickleNesting) {
    walk.machine.omissions.add('pickles lie too deep inside each other');
    return undefined;
  }
  if (how === 'line') {
    const line = yield* readLine(cursor, LIMITS.pickleCarried);
    if (!line) return undefined;
    const written = line.kept.toString('latin1');
    const text = opcode.name === 'STRING' ? quotedText(written) : rawUnicodeText(written);
    keepCarried(walk, at, Buffer.from(text ?? '', 'latin1'), inner);
    return { number: 0, content: line.kept.subarray(0, LIMITS.pickleText), length: line.length };
  }
  const number = readNumber(cursor.bytes, cursor.at, opcode.argument);
  if (how === 'text') {
    if (number > LIMITS.pickleCarried) {
      walk.machine.omissions.add(`a pickle in a text of ${number} bytes`);
      return undefined;
    }
    if (!(yield* fill(cursor, size + number))) return undefined;
    const text = cursor.bytes.toString('utf8', cursor.at + size, cursor.at + size + number);
    keepCarried(walk, at, Buffer.from(text, 'latin1'), inner);
    return undefined;
  }
  const head = yield* peek(cursor, size + Math.min(number, LIMITS.pickleText));
  if (head.length < size + Math.min(number, LIMITS.pickleText)) return undefined;
  if (position(cursor) + size + number > cursor.limit) return undefined;
  cursor.at += size;
  const walks = yield* within(cursor, number, () => (options.carried as Carrier)(cursor, inner));
  if (walks.length > 0) walk.carried.push({ at, walks });
  return { number, content: head.subarray(size), length: number };
}

type Carrier = NonNullable<PickleOptions['carried']>;

/** Whether content begins with PROTO, as every pickle since protocol 2 does. */
function carries(bytes: Buffer, at: number, how: 'bytes' | 'text' | 'line' | undefined): boolean {
  const first = bytes[at];
  if (how === 'bytes') return first === 0x80 && (bytes[at + 1] as number) <= 5;
  if (how === 'text') return first === 0xc2 && bytes[at + 1] === 0x80;
  return first === 0x80 || ((first === 0x27 || first === 0x22) && (bytes[at + 1] === 0x80 || bytes[at + 1] === 0x5c));
}

function keepCarried(walk: Walk, at: number, body: Buffer, options: PickleOptions): void {
  const walks = readWhole(body, (cursor) => (options.carried as Carrier)(cursor, options));
  if (walks.length > 0) walk.carried.push({ at, walks });
}

/** joblib reads an array's bytes from between the opcodes when BUILD has finished its wrapper. */
function* passInlineArray(cursor: Cursor, walk: Walk): Steps<string | undefined> {
  const { machine, options } = walk;
  const top = machine.stack.at(-1);
  const array: InlineArray | string | undefined = top && inlineArray(top);
  if (array === undefined) return undefined;
  if (typeof array === 'string') return array;
  machine.stack[machine.stack.length - 1] = DATA;
  const depth = (options.depth ?? 0) + 1;
  if (depth > LIMITS.pickleNesting) return 'pickles lie too deep inside each other';
  if (array.kind === 'objects') {
    const inner = yield* walkPickle(cursor, { ...options, depth });
    walk.nested.push(...inner.events);
    return inner.end === 'stop' ? undefined : `an array of objects inside: ${inner.reason}`;
  }
  let size = array.bytes;
  if (array.padded) {
    if (!(yield* fill(cursor, 1))) return 'an array is cut short';
    size += 1 + (cursor.bytes[cursor.at] as number);
  }
  if (position(cursor) + size > cursor.limit) return `an array of ${size} bytes is cut short`;
  // A plain unpickler would go on executing here, so the array's bytes are looked at as opcodes too.
  const plain = yield* within(cursor, size, () => walkPickle(cursor, { budget: options.budget, lenient: true }));
  walk.disguised.push(...plain.events);
  return undefined;
}
