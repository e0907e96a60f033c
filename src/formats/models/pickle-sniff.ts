import { type Cursor, drive } from '../cursor.ts';
import { type PickleWalk, walkPickle } from './pickle.ts';
import { OPCODES } from './pickle-opcodes.ts';

/** Opcodes with which nothing can begin: they take something from an empty stack, or from a loader's own storage (PERSID). */
const NEVER_FIRST = new Set(
  ['STOP', 'PERSID', 'POP', 'POP_MARK', 'DUP', 'REDUCE', 'BUILD', 'APPEND', 'APPENDS', 'DICT', 'LIST', 'TUPLE', 'TUPLE1', 'TUPLE2',
    'TUPLE3', 'SETITEM', 'SETITEMS', 'ADDITEMS', 'FROZENSET', 'NEWOBJ', 'NEWOBJ_EX', 'OBJ', 'INST', 'STACK_GLOBAL',
    'BINPERSID', 'GET', 'BINGET', 'LONG_BINGET', 'PUT', 'BINPUT', 'LONG_BINPUT', 'MEMOIZE', 'READONLY_BUFFER'], // biome-ignore format: a list of names
);
const FIRST: readonly boolean[] = OPCODES.map((opcode) => opcode !== undefined && !NEVER_FIRST.has(opcode.name));

/** The bytes that a pickle can begin with. */
export const PICKLE_BEGINS: readonly number[] = [...FIRST.keys()].filter((byte) => FIRST[byte]);

/**
 * Whether a body that begins with `head` is a pickle, by walking what there is of it: its opcodes have to make sense
 * up to STOP or to the end of `head`, or something has to be imported before they cease to. Extensions do not count:
 * `pickle.load` does not look at them either. `whole`: nothing follows `head`.
 */
export function looksLikePickle(head: Buffer, whole: boolean): boolean {
  if (!mayBeginPickle(head) || isLongText(head)) return false;
  const first = head[0] as number;
  const second = head[1] as number;
  const walk = walkHead(head);
  const imported = walk.events.filter((event) => event.kind === 'import');
  const imports = imported.some((event) => plausible(event.module, event.name));
  // Lines of C++ (`case 0x1: return ENOSYS;`) import what no loader would find.
  if (!imports && first !== 0x80 && imported.some(({ module, name }) => PROSE.test(module + name))) return false;
  // No pickle of protocol 0 or 1 begins with PROTO; Type 1 fonts do.
  const announced = first === 0x80 && second >= 2;
  // Without PROTO short texts walk by chance: a lone `N.` is a pickle and does not matter,
  // nor does any other that imports nothing, unless another pickle follows it.
  if (walk.end === 'stop') return imports || announced || looksLikePickle(head.subarray(walk.to), whole);
  if (walk.end === 'truncated' && !whole) return announced ? walk.opcodes > 1 : walk.opcodes > (imports ? 3 : 8);
  if (announced) return imports || walk.opcodes > 3;
  // Words in lines can look like an import; a call of it before the break is no coincidence.
  return imports && walk.events.some((event) => event.kind === 'call');
}

/** The opcode first, then a length of four bytes: BINSTRING, BINUNICODE, BINBYTES. */
const TEXTS: ReadonlySet<number> = new Set(Buffer.from('TXB', 'latin1'));

/** Whether all there is of a body is one text of it, which is no sign of a pickle: each file of time zones begins so (`TZif`). */
const isLongText = (head: Buffer): boolean =>
  head.length >= 5 && TEXTS.has(head[0] as number) && head.readUInt32LE(1) > head.length - 5;

/** Whether a pickle can begin with these bytes at all: two tell. */
export function mayBeginPickle(start: Buffer): boolean {
  const first = start[0];
  return first !== undefined && FIRST[first] === true && (first !== 0x80 || (start[1] as number) <= 5);
}

/**
 * The same where the file's name says that it is one: then its first opcode is enough, or one import in a pickle without PROTO.
 * A loader believes the name too, and what stands before a break has happened by then.
 */
export function beginsLikePickle(head: Buffer): boolean {
  if (head[0] === 0x80) return head.length >= 2 && (head[1] as number) <= 5;
  if (!FIRST[head[0] as number]) return false;
  return walkHead(head).events.some((event) => event.kind === 'import' && plausible(event.module, event.name));
}

/** What stands in no name of a module. */
const PROSE = /[\s;:(){}="']/;

const plausible = (module: string, name: string): boolean => isDotted(module) && isDotted(name);

/** A Python name with dots, in any alphabet. */
const isDotted = (name: string): boolean => /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(name);

function walkHead(head: Buffer): PickleWalk {
  const reader = drive((cursor: Cursor) => walkPickle(cursor, { budget: { opcodes: 10_000 } }), head.length);
  reader.push(head, 0);
  return reader.end();
}
