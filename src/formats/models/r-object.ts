// Long because it is one grammar: the items of a serialized object, and its byte code.

import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { type Cursor, position, type Steps, Truncated } from '../cursor.ts';
import { HAS_ATTRIBUTES, HAS_TAG, NoRObject, openRObject, type RWords, R_TYPES as T } from './r-words.ts';

/** A piece of code in a serialized object. */
export interface RCode {
  /**
   * `promise`: not evaluated yet, so that R evaluates it when it is first looked at; `binding`: a function that is called whenever its name is
   * read (an active binding); `function`: runs when somebody calls it.
   */
  readonly kind: 'promise' | 'binding' | 'function';
  /** What it calls, by name, in their order; at most `LIMITS.rNames`. */
  readonly calls: ReadonlySet<string>;
  /** It calls by a name that it makes out of numbers, bytes or other letters (`do.call(intToUtf8(...), ...)`). */
  readonly isComputed: boolean;
  /** The name that it has where it lies in a list or an environment. */
  readonly name: string | undefined;
  /** In the variables of an environment: R keeps arguments there that no one looked at, and formulas take them along. */
  readonly isVariable: boolean;
  /** Offset in the (decompressed) body. */
  readonly at: number;
}

/** What was read of a serialized object. */
export interface RObject {
  readonly code: readonly RCode[];
  /** Why not all of it was read. */
  readonly problem: string | undefined;
}

/** Values without contents: NULL, the global environment and their like. */
const CONSTANTS: ReadonlySet<number> = new Set([241, 242, 250, 251, 252, 253, 254]);
/** Among the levels, which lie above the twelfth bit. */
const ACTIVE_BINDING = 1 << 27;

/** What an item is to whoever holds it: its type, and its text where it is a symbol or a string. */
interface Item {
  readonly type: number;
  readonly text?: string | undefined;
}

/** Where an item lies. */
interface Place {
  readonly depth: number;
  /** The names that are called, of the code that is being read. */
  readonly calls?: Set<string> | undefined;
  /** What else that code says. */
  readonly heard?: Heard | undefined;
  readonly name?: string | undefined;
  /** A chain of an environment's variables; one of them; the table of such chains. */
  readonly isFrame?: boolean;
  readonly isVariable?: boolean;
  readonly isTable?: boolean;
  readonly isBinding?: boolean;
}

/** What may be the name of what is called, where a call is of what another call gives: `asNamespace("base")[["system"]]("id")`. */
interface Heard {
  readonly texts: Set<string>;
  readonly symbols: Set<string>;
  callsResult: boolean;
}

/**
 * Reads an object that R serialized (`saveRDS`, `save`), decompressed: which code it carries, and what that calls. Nothing is evaluated.
 * Within `LIMITS.rItems` and `LIMITS.rNesting`; what goes beyond is told as a problem.
 */
export function* readRObject(cursor: Cursor): Steps<RObject> {
  const code: RCode[] = [];
  try {
    const words = yield* openRObject(cursor);
    yield* reader(cursor, words, code)({ depth: 0 });
    return { code, problem: undefined };
  } catch (error) {
    if (!(error instanceof NoRObject || error instanceof Truncated)) throw error;
    return { code, problem: error.message };
  }
}

/** Long because it is one closure over one state: the table of what may be referred to, and the count of items. */
function reader(cursor: Cursor, words: RWords, code: RCode[]): (place: Place) => Steps<Item> {
  const references: Item[] = [];
  let items = 0;

  const refer = (item: Item): Item => {
    references.push(item);
    return item;
  };

  function* length(): Steps<number> {
    const short = yield* words.int();
    if (short >= 0) return short;
    if (short !== -1) throw new NoRObject('a length is negative');
    return (yield* words.int()) * 2 ** 32 + ((yield* words.int()) >>> 0);
  }

  function* item(place: Place): Steps<Item> {
    const at = position(cursor);
    return yield* itemOf(yield* words.int(), place, at);
  }

  function* itemOf(flags: number, place: Place, at: number): Steps<Item> {
    tick();
    if (++items > LIMITS.rItems) throw new NoRObject('it has too many parts');
    if (place.depth > LIMITS.rNesting) throw new NoRObject('its parts lie too deep inside each other');
    const type = flags & 0xff;
    if (CONSTANTS.has(type)) return { type };
    const inner: Place = {
      depth: place.depth + 1,
      calls: place.calls,
      heard: place.heard,
      isFrame: type === T.VEC && place.isTable === true,
    };
    if (type === T.LIST || type === T.LANG || type === T.DOT) return yield* pairs(flags, place);
    if (type === T.PROM || type === T.CLO) return yield* codeOf(flags, place, at);
    const result = yield* contents(type, flags, inner);
    if (type !== T.REF && type !== T.SYM && type !== T.ENV && type !== T.ALTREP && flags & HAS_ATTRIBUTES)
      yield* item(inner);
    return result;
  }

  function* contents(type: number, flags: number, inner: Place): Steps<Item> {
    switch (type) {
      case T.REF: {
        const index = flags >>> 8 || (yield* words.int());
        return references[index - 1] ?? { type };
      }
      case T.SYM:
        return refer({ type, text: (yield* item(inner)).text });
      case T.CHAR:
        return { type, text: yield* words.text(yield* words.int()) };
      case T.ENV:
        yield* words.int();
        refer({ type });
        for (let part = 0; part < 4; part++) yield* item({ ...inner, isFrame: part === 1, isTable: part === 2 });
        return { type };
      case T.PERSIST:
      case T.PACKAGE:
      case T.NAMESPACE: {
        yield* words.int();
        const count = yield* words.int();
        for (let at = 0; at < count; at++) yield* item(inner);
        return refer({ type });
      }
      case T.SPECIAL:
      case T.BUILTIN: {
        const text = yield* words.text(yield* words.int());
        inner.calls?.add(text);
        return { type, text };
      }
      case T.LGL:
      case T.INT:
        yield* words.pass(yield* length(), 4, 1);
        return { type };
      case T.REAL:
        yield* words.pass(yield* length(), 8, 1);
        return { type };
      case T.CPLX:
        yield* words.pass(yield* length(), 16, 2);
        return { type };
      case T.RAW:
        yield* words.pass(yield* length(), 1, 1);
        return { type };
      case T.STR:
      case T.VEC:
      case T.EXPR: {
        const count = yield* length();
        let text: string | undefined;
        for (let at = 0; at < count; at++) text = (yield* item(inner)).text;
        return { type, text: type === T.STR ? text : undefined };
      }
      case T.BCODE:
        yield* words.int();
        yield* byteCode(inner);
        return { type };
      case T.EXTPTR:
        refer({ type });
        yield* item(inner);
        yield* item(inner);
        return { type };
      case T.WEAKREF:
        return refer({ type });
      case T.S4:
        return { type };
      case T.ALTREP:
        for (let part = 0; part < 3; part++) yield* item(inner);
        return { type };
      default:
        throw new NoRObject(`it has a part of type ${type}`);
    }
  }

  /** A chain of pairs: a list with names, or a call, whose first is what is called. */
  function* pairs(first: number, place: Place): Steps<Item> {
    const type = first & 0xff;
    const inner: Place = { depth: place.depth + 1, calls: place.calls, heard: place.heard };
    // Arguments that nobody looked at yet, of a function that hands them on.
    const isVariable = place.isFrame === true || (type === T.DOT && place.isVariable === true);
    let called: string | undefined;
    let pasted: string | undefined;
    for (let flags = first, at = 0; ; at++) {
      if (flags & HAS_ATTRIBUTES) yield* item(inner);
      const name = flags & HAS_TAG ? (yield* item(inner)).text : undefined;
      const isBinding = (flags & ACTIVE_BINDING) !== 0;
      const value = yield* item({ ...inner, name, isVariable, isBinding });
      if (type === T.LANG && at === 0) {
        called = calledBy(value, place);
        if (value.type === T.LANG && place.heard) place.heard.callsResult = true;
        if (called === 'paste0') pasted = '';
      } else {
        if (called !== undefined && NAMING.has(called) && value.text !== undefined) place.calls?.add(value.text);
        if (value.text !== undefined) note(value, place.heard);
        pasted = value.type === T.STR && pasted !== undefined ? joined(pasted, value.text) : undefined;
      }
      const start = position(cursor);
      flags = yield* words.int();
      const next = flags & 0xff;
      if (next !== T.LIST && next !== T.LANG && next !== T.DOT) {
        yield* itemOf(flags, inner, start);
        return { type, text: pasted === '' ? undefined : pasted };
      }
      tick();
      if (++items > LIMITS.rItems) throw new NoRObject('it has too many parts');
    }
  }

  function note({ type, text }: Item, heard: Heard | undefined): void {
    const among = type === T.SYM ? heard?.symbols : heard?.texts;
    if (among !== undefined && text !== undefined && among.size < LIMITS.rNames) among.add(text);
  }

  function calledBy({ type, text }: Item, { calls }: Place): string | undefined {
    if (text === undefined || type !== T.SYM) return text;
    if (calls && calls.size < LIMITS.rNames) calls.add(text);
    return text;
  }

  function* codeOf(flags: number, place: Place, at: number): Steps<Item> {
    const type = flags & 0xff;
    const inner: Place = { depth: place.depth + 1 };
    const calls = new Set<string>();
    const heard: Heard = { texts: new Set(), symbols: new Set(), callsResult: false };
    if (flags & HAS_ATTRIBUTES) yield* item(inner);
    if (flags & HAS_TAG) yield* item(inner);
    const first = yield* item(type === T.CLO ? { ...inner, calls, heard } : inner);
    const body = yield* item({ ...inner, calls, heard });
    if (body.type === T.LANG && body.text !== undefined) note(body, heard);
    const isComputed = [...calls].some((name) => MAKING.has(name)) && [...calls].some((name) => NAMING.has(name));
    if (heard.callsResult) {
      for (const text of heard.texts) calls.add(text);
      if ([...calls].some((name) => NAMESPACES.has(name))) for (const symbol of heard.symbols) calls.add(symbol);
    }
    const isPending = type === T.PROM && first.type === T.UNBOUND;
    if (type === T.CLO || isPending) {
      if (code.length >= LIMITS.rCode) throw new NoRObject('it carries too much code');
      const kind = isPending ? 'promise' : place.isBinding ? 'binding' : 'function';
      code.push({ kind, calls, isComputed, name: place.name, isVariable: place.isVariable === true, at });
    }
    // What a function within a function does, that one does.
    if (place.calls) for (const name of calls) if (place.calls.size < LIMITS.rNames) place.calls.add(name);
    return { type };
  }

  function* byteCode(place: Place): Steps<void> {
    yield* item(place);
    const count = yield* words.int();
    for (let at = 0; at < count; at++) {
      const type = yield* words.int();
      if (type === T.BCODE) yield* byteCode({ ...place, depth: place.depth + 1 });
      else if (LANGUAGE.has(type)) yield* language(type, place);
      else calledBy(yield* item({ ...place, depth: place.depth + 1 }), place);
    }
  }

  /** Code among the constants of byte code, in which what comes several times is written once. */
  function* language(type: number, place: Place): Steps<Item> {
    tick();
    if (++items > LIMITS.rItems) throw new NoRObject('it has too many parts');
    if (place.depth > LIMITS.rNesting) throw new NoRObject('its parts lie too deep inside each other');
    const inner = { ...place, depth: place.depth + 1 };
    if (type === T.BCREPREF) {
      yield* words.int();
      return { type };
    }
    if (!LANGUAGE.has(type)) return yield* item(inner);
    let own = type;
    if (type === T.BCREPDEF) {
      yield* words.int();
      own = yield* words.int();
    }
    if (own === T.ATTRLANG || own === T.ATTRLIST) yield* item(inner);
    yield* item(inner);
    const value = yield* language(yield* words.int(), inner);
    if (own === T.LANG || own === T.ATTRLANG) calledBy(value, place);
    else if (value.text !== undefined && value.type === T.STR) place.calls?.add(value.text);
    yield* language(yield* words.int(), inner);
    return { type: own };
  }

  return item;
}

/** Texts out of which a name can be made, so that it stands nowhere. */
const MAKING: ReadonlySet<string> = new Set(['intToUtf8', 'rawToChar', 'chartr', 'strtoi']);
/** They hand out everything that R has. */
const NAMESPACES: ReadonlySet<string> = new Set([
  'asNamespace',
  'getNamespace',
  '.getNamespace',
  'baseenv',
  'topenv',
  'as.environment',
]);
const joined = (left: string, right: string | undefined): string | undefined =>
  right === undefined || left.length + right.length > LIMITS.nameBytes ? undefined : left + right;

/** What is called by them is named by what they are given. */
const NAMING: ReadonlySet<string> = new Set([
  '::',
  ':::',
  'do.call',
  'match.fun',
  'get',
  'get0',
  'getFunction',
  'Reduce',
  'lapply',
  'sapply',
  'Map',
  'mget',
  'getFromNamespace',
  'getExportedValue',
  'as.name',
  'as.symbol',
  'Negate',
  'outer',
  'Vectorize',
  'Find',
  'Position',
  'getAnywhere',
]);
const LANGUAGE: ReadonlySet<number> = new Set([T.LANG, T.LIST, T.BCREPDEF, T.BCREPREF, T.ATTRLANG, T.ATTRLIST]);
