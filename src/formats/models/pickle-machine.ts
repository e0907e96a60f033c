// Long because it is one machine: what its opcodes do to one stack.
import { LIMITS } from '../../limits.ts';
import type { Cursor } from '../cursor.ts';
import type { Opcode } from './pickle-opcodes.ts';
import { NEWEST_PROTOCOL, OPCODES } from './pickle-opcodes.ts';
import { passPlain } from './pickle-plain.ts';
import { MachineState, type PickleArgument, type PickleEvent, UNDERFLOW } from './pickle-state.ts';
import { isPythonFloat, longNumber, pythonInteger, quotedText, rawUnicodeText } from './pickle-text.ts';
import {
  ANY,
  addItems,
  container,
  DATA,
  describeValue,
  EMPTY_TUPLE,
  FALSE,
  type GlobalValue,
  globalName,
  integerValue,
  NONE,
  type PickleValue,
  TRUE,
} from './pickle-values.ts';

/**
 * A symbolic unpickler: it keeps the stack, the marks and the memo as CPython's does and evaluates nothing.
 * https://github.com/python/cpython/blob/main/Modules/_pickle.c
 */
export interface PickleMachine {
  readonly stack: PickleValue[];
  readonly events: Map<string, PickleEvent>;
  /** Highest protocol named by PROTO, -1 where none is. */
  protocol: number;
  /** What a budget left out. */
  readonly omissions: Set<string>;
  /** Executes one opcode symbolically; returns why an unpickler would stop there, undefined where it goes on. */
  apply(opcode: Opcode, argument: PickleArgument, offset: number): string | undefined;
  /** Passes over at most so many opcodes that only move values about, and returns how many it did. */
  plain(cursor: Cursor, most: number): number;
}

/**
 * `lenient`: whatever is missing on the stack or in the memo is taken to be there.
 * `persistent` is told each persistent id.
 */
export function pickleMachine(lenient = false, persistent?: (id: PickleValue) => void): PickleMachine {
  const state = new MachineState(lenient, persistent);
  return {
    stack: state.stack,
    events: state.events,
    omissions: state.omissions,
    get protocol() {
      return state.protocol;
    },
    plain: (cursor, most) => passPlain(cursor, state, most),
    apply(opcode, argument, offset) {
      state.offset = offset;
      state.opcode = opcode.name;
      const effect = EFFECT_OF[opcode.code];
      if (!effect) return `no meaning for ${opcode.name}`;
      const problem = effect(state, argument);
      if (problem !== undefined) return problem;
      return state.stack.length > LIMITS.pickleStack ? 'the stack is over its budget' : undefined;
    },
  };
}

type Effect = (state: MachineState, argument: PickleArgument) => string | undefined;

const NO_MARK = 'an opcode looks for a MARK that is not there';

const pop = (state: MachineState, use: (value: PickleValue) => string | undefined): string | undefined => {
  const value = state.pop();
  return value === undefined ? UNDERFLOW : use(value);
};

const constant =
  (value: PickleValue): Effect =>
  (state) =>
    state.push(value);

const text: Effect = (state, argument) =>
  state.push({
    kind: 'text',
    text: argument.text ?? argument.content.toString('utf8'),
    cut: argument.text === undefined && argument.length > argument.content.length,
  });

const bytes: Effect = (state, { content, length }) =>
  state.push({ kind: 'bytes', length, text: content.toString('latin1', 0, 160) });

const line = (content: Buffer): string => content.toString('latin1');

const integer = (state: MachineState, { number }: PickleArgument): undefined => state.push(integerValue(number));

const tuple =
  (size: number): Effect =>
  (state) => {
    const items: PickleValue[] = new Array(size);
    for (let index = size - 1; index >= 0; index -= 1) {
      const value = state.pop();
      if (value === undefined) return UNDERFLOW;
      items[index] = value;
    }
    return state.push(container('tuple', items));
  };

const collect =
  (kind: 'tuple' | 'list' | 'dict' | 'set'): Effect =>
  (state) => {
    const items = state.popMark();
    if (!items) return NO_MARK;
    if (kind === 'dict' && items.length % 2 === 1) return 'a dictionary has a key without a value';
    return state.push(container(kind, items));
  };

/** APPENDS, SETITEMS, ADDITEMS: what lies above the mark goes into what lies below it. */
const extend =
  (how: string): Effect =>
  (state) => {
    const items = state.popMark();
    if (!items) return NO_MARK;
    if (how === 'items are set' && items.length % 2 === 1) return 'a dictionary has a key without a value';
    return into(state, items, how);
  };

function into(state: MachineState, items: PickleValue[], how: string): string | undefined {
  const target = state.top();
  if (target === undefined) return UNDERFLOW;
  state.changed(target, how);
  if (target.kind === 'list' || target.kind === 'dict' || target.kind === 'set') addItems(target, items);
  return undefined;
}

const setItem: Effect = (state) => {
  const value = state.pop();
  const key = value && state.pop();
  return value && key ? into(state, [key, value], 'items are set') : UNDERFLOW;
};

const stackGlobal: Effect = (state) => {
  const name = state.pop();
  const module = name && state.pop();
  if (!name || !module) return UNDERFLOW;
  if (name.kind === 'text' && module.kind === 'text' && !name.cut && !module.cut) {
    return state.pushGlobal(module.text, name.text);
  }
  // Both have to be strings; what is certainly none stops an unpickler, a computed one does not.
  const possible = (value: PickleValue): boolean => ['text', 'any', 'call', 'persistent'].includes(value.kind);
  if (!possible(name) || !possible(module)) return 'an import whose name is no string';
  if (!state.lenient) state.record('import', undefined, () => `${describeValue(module)} . ${describeValue(name)}`);
  return state.push(ANY);
};

const reduce: Effect = (state) => {
  const argument = state.pop();
  const callee = argument && state.pop();
  return argument && callee ? state.pushCall(callee, argument) : UNDERFLOW;
};

const newObjectWithKeywords: Effect = (state) => {
  const keywords = state.pop();
  const argument = keywords && state.pop();
  const callee = argument && state.pop();
  return keywords && argument && callee ? state.pushCall(callee, argument, true) : UNDERFLOW;
};

/** `cls.__new__(cls, *args)`: no constructor runs. */
const newObject: Effect = (state) => {
  const argument = state.pop();
  const callee = argument && state.pop();
  return argument && callee ? state.pushCall(callee, argument, true) : UNDERFLOW;
};

const build: Effect = (state) => {
  const given = state.pop();
  const target = given && state.top();
  if (!given || !target) return UNDERFLOW;
  // Only then: to write down what each of ten thousand objects gets takes as long as all of the rest.
  if (target.kind === 'global') state.changed(target, `gets the state ${describeValue(given)}`);
  if (target.kind === 'call') target.state = given;
  return undefined;
};

const extension: Effect = (state, { number }) => {
  if (number <= 0) return 'an extension code is not positive';
  return state.pushGlobal('copyreg extension', String(number));
};

/** C decodes both lines as UTF-8. A name longer than what is kept (attribute paths can go in circles) stays unresolved. */
function named(state: MachineState, { content, second, length }: PickleArgument): GlobalValue | undefined {
  const shown = `${content.toString('utf8', 0, 100)}.${second?.toString('utf8', 0, 100) ?? ''}`;
  if (length <= content.length + (second?.length ?? 0)) {
    return { kind: 'global', module: content.toString('utf8'), name: second?.toString('utf8') ?? '' };
  }
  if (!state.lenient) state.record('import', undefined, () => `${shown}... (${length} bytes)`);
  return undefined;
}

const global: Effect = (state, argument) => {
  const value = named(state, argument);
  return value ? state.pushGlobal(value.module, value.name) : state.push(ANY);
};

const instance: Effect = (state, argument) => {
  const items = state.popMark();
  if (!items) return NO_MARK;
  const callee = named(state, argument);
  if (callee) state.record('import', callee, () => globalName(callee));
  return state.pushCall(callee ?? ANY, container('tuple', items));
};

const object: Effect = (state) => {
  const items = state.popMark();
  if (!items) return NO_MARK;
  const [callee, ...rest] = items;
  return callee ? state.pushCall(callee, container('tuple', rest)) : UNDERFLOW;
};

const numberLine =
  (kind: 'INT' | 'LONG'): Effect =>
  (state, { content, length }) => {
    const written = line(content);
    if (kind === 'INT' && (written === '00' || written === '01')) return state.push(written === '01' ? TRUE : FALSE);
    if (length > content.length) return state.push(ANY);
    const value = pythonInteger(kind === 'LONG' ? written.replace(/L$/, '') : written, true);
    return value === undefined ? 'a number that is none' : state.push({ kind: 'number', value });
  };

const memoLine =
  (action: 'get' | 'put'): Effect =>
  (state, { content }) => {
    const index = pythonInteger(line(content), false);
    if (index === undefined) return 'a memo index that is no number';
    return action === 'get' ? state.get(index) : state.put(index);
  };

function persist(state: MachineState, id: PickleValue): undefined {
  state.persistent?.(id);
  return state.push({ kind: 'persistent', id });
}

/** POP takes a value, or the MARK itself where nothing lies above it. */
const popOne: Effect = (state) => {
  if (state.marks.at(-1) === state.stack.length) {
    state.marks.pop();
    return undefined;
  }
  return pop(state, () => undefined);
};

const EFFECTS: Readonly<Record<string, Effect>> = Object.assign(Object.create(null), {
  PROTO: (state, { number }) => {
    if (number > NEWEST_PROTOCOL) return `protocol ${number} does not exist`;
    state.protocol = Math.max(state.protocol, number);
    return undefined;
  },
  FRAME: () => undefined,
  MARK: (state) => {
    if (state.marks.length >= LIMITS.pickleStack) return 'the marks are over their budget';
    state.marks.push(state.stack.length);
    return undefined;
  },
  POP: popOne,
  POP_MARK: (state) => (state.popMark() ? undefined : NO_MARK),
  DUP: (state) => {
    const value = state.top();
    return value === undefined ? UNDERFLOW : state.push(value);
  },
  NONE: constant(NONE),
  NEWTRUE: constant(TRUE),
  NEWFALSE: constant(FALSE),
  BININT: integer,
  BININT1: integer,
  BININT2: integer,
  BINFLOAT: constant(DATA),
  INT: numberLine('INT'),
  LONG: numberLine('LONG'),
  LONG1: (state, { content }) => state.push({ kind: 'number', value: longNumber(content) }),
  LONG4: (state, { content, length }) =>
    state.push(length > content.length ? ANY : { kind: 'number', value: longNumber(content) }),
  FLOAT: (state, { content }) =>
    isPythonFloat(line(content))
      ? state.push({ kind: 'number', value: Number(line(content)) })
      : 'a number that is none',
  STRING: (state, { content, length }) => {
    if (length > content.length) return state.push({ kind: 'text', text: line(content), cut: true });
    const value = quotedText(line(content));
    return value === undefined ? 'a string without its quotes' : state.push({ kind: 'text', text: value, cut: false });
  },
  UNICODE: (state, { content, length }) =>
    state.push({ kind: 'text', text: rawUnicodeText(line(content)), cut: length > content.length }),
  BINSTRING: text,
  SHORT_BINSTRING: text,
  BINUNICODE: text,
  SHORT_BINUNICODE: text,
  BINUNICODE8: text,
  BINBYTES: bytes,
  SHORT_BINBYTES: bytes,
  BINBYTES8: bytes,
  BYTEARRAY8: bytes,
  NEXT_BUFFER: constant(DATA),
  READONLY_BUFFER: (state) => (state.top() === undefined ? UNDERFLOW : undefined),
  PERSID: (state, { content }) => persist(state, { kind: 'text', text: line(content), cut: false }),
  BINPERSID: (state) => pop(state, (id) => persist(state, id)),
  EMPTY_LIST: (state) => state.push(container('list')),
  EMPTY_TUPLE: constant(EMPTY_TUPLE),
  EMPTY_DICT: (state) => state.push(container('dict')),
  EMPTY_SET: (state) => state.push(container('set')),
  LIST: collect('list'),
  TUPLE: collect('tuple'),
  DICT: collect('dict'),
  FROZENSET: collect('set'),
  TUPLE1: tuple(1),
  TUPLE2: tuple(2),
  TUPLE3: tuple(3),
  APPEND: (state) => pop(state, (value) => into(state, [value], 'gets an item')),
  APPENDS: extend('gets items'),
  ADDITEMS: extend('gets items'),
  SETITEM: setItem,
  SETITEMS: extend('items are set'),
  GET: memoLine('get'),
  BINGET: (state, { number }) => state.get(number),
  LONG_BINGET: (state, { number }) => state.get(number),
  PUT: memoLine('put'),
  BINPUT: (state, { number }) => state.put(number),
  LONG_BINPUT: (state, { number }) => state.put(number),
  MEMOIZE: (state) => state.put(state.memo.size),
  EXT1: extension,
  EXT2: extension,
  EXT4: extension,
  GLOBAL: global,
  STACK_GLOBAL: stackGlobal,
  INST: instance,
  OBJ: object,
  NEWOBJ: newObject,
  NEWOBJ_EX: newObjectWithKeywords,
  REDUCE: reduce,
  BUILD: build,
  STOP: (state) => pop(state, (value) => state.push(value)),
} satisfies Record<string, Effect>);

/** By code: a name would be looked up for every opcode. */
const EFFECT_OF: readonly (Effect | undefined)[] = OPCODES.map((opcode) => opcode && EFFECTS[opcode.name]);
