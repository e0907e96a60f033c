import { IN_NAME } from './python-bytes.ts';
import type { CallPlaces } from './python-call-places.ts';

/** A statement with a body, in what it stands in. */
export interface Definition {
  readonly kind: string;
  readonly name: string;
  readonly from: number;
  readonly end: number;
  /** Something in it bears on what the file imports. */
  readonly isWritten: boolean;
  /** The function or class around it. */
  readonly around: Definition | undefined;
}

/** Functions of a file that are called while it is loaded, by their names and those of their classes. */
interface Called {
  /** By a statement at the left margin. */
  readonly sure: readonly string[];
  /** Under a condition, or by a function that is called so. */
  readonly likely: readonly string[];
}

/** Functions whose callers are looked for in one file, places where each is named, and functions that call each other. */
const SOUGHT = 64;
const PLACES = 100;
const CHAIN = 12;
/** How far back the statement is looked for that a line stands in. */
const BLOCK_BYTES = 4_000;

/** Bytes before a bracket in which a class is looked for. */
const OWNER_BYTES = 100;

type How = 'sure' | 'likely' | 'no';

/**
 * Which of the functions that import or start something run while the file is loaded: they are called at its level, or by functions that are. Of calls
 * those by the bare name count, of methods those by `self`, `cls` and the class, and a class that is called runs its `__init__`. `definitions` stand as
 * the file has them.
 */
export function calledOnLoading(bytes: Buffer, definitions: readonly Definition[], calls: CallPlaces): Called {
  const known = new Map<Definition, How>();
  let left = SOUGHT;
  const sure: string[] = [];
  const likely: string[] = [];
  for (const definition of definitions) {
    if (definition.kind !== 'def' || !definition.isWritten) continue;
    const how = howCalled(definition, 0);
    if (how !== 'no') (how === 'sure' ? sure : likely).push(fullName(definition));
  }
  return { sure, likely };

  function howCalled(definition: Definition, depth: number): How {
    const before = known.get(definition);
    if (before !== undefined) return before;
    known.set(definition, 'no');
    if (depth >= CHAIN || left <= 0 || !isReadable(definition)) return 'no';
    left -= 1;
    let best: How = 'no';
    for (const { place, isOwn } of callsOf(bytes, definition, calls)) {
      const caller = functionAt(definitions, place);
      if (caller === definition || (isOwn && caller?.around !== definition.around)) continue;
      const how = caller === undefined ? atLevel(bytes, place) : howCalled(caller, depth + 1);
      if (how === 'sure' && caller === undefined) {
        best = 'sure';
        break;
      }
      if (how !== 'no') best = 'likely';
    }
    known.set(definition, best);
    return best;
  }
}

/** Functions of the module and methods of its classes; those within functions are called where nobody looks. */
const isReadable = ({ name, around }: Definition): boolean =>
  name !== '' && (around === undefined || (around.kind === 'class' && around.around === undefined));

const fullName = ({ name, around }: Definition): string => (around === undefined ? name : `${around.name}.${name}`);

/** Where a function is called, as far as its name tells; `isOwn`: by `self` or `cls`, which is another class elsewhere. */
function* callsOf(
  bytes: Buffer,
  { name, around }: Definition,
  calls: CallPlaces,
): Generator<{ place: number; isOwn: boolean }> {
  const isMade = around !== undefined && (name === '__init__' || name === '__new__');
  const called = Buffer.from(around === undefined ? name : isMade ? around.name : `.${name}`, 'latin1');
  let places = PLACES;
  for (const at of calls.of(bytes, called)) {
    if (places === 0) return;
    places -= 1;
    const before = bytes[at - 1] ?? 0x0a;
    const written = bytes.toString('latin1', Math.max(0, at - OWNER_BYTES), at);
    // `x.f(`, `def f(` and `class C(` are no calls of it.
    if (around === undefined || isMade) {
      if (IN_NAME[before] !== 1 && before !== DOT && !DEFINES.test(written)) yield { place: at, isOwn: false };
    } else if (/(?:^|[^\w.])(?:self|cls)$/.test(written)) yield { place: at, isOwn: true };
    else if (endsAsWord(written, around.name)) yield { place: at, isOwn: false };
  }
}

const endsAsWord = (text: string, word: string): boolean =>
  text.endsWith(word) && !/[\w.]/.test(text[text.length - word.length - 1] ?? ' ');

/** How many places from the first on something holds for, which holds for none behind the first for which it does not. */
function countUpTo(size: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The function that a place stands in; undefined at the level of the module, and of its classes. */
function functionAt(definitions: readonly Definition[], place: number): Definition | undefined {
  let around = definitions[countUpTo(definitions.length, (at) => (definitions[at] as Definition).from <= place) - 1];
  while (around !== undefined && (place >= around.end || around.kind === 'class')) around = around.around;
  return around;
}

/** How sure a call at the level of the module is: a statement of its own, one within another, or one for who runs the file as a program. */
function atLevel(bytes: Buffer, place: number): How {
  const near = bytes.subarray(Math.max(0, place - BLOCK_BYTES), place);
  let start = near.lastIndexOf(LINE) + 1;
  // Of a line that is longer nobody looks at the beginning.
  if (start === 0 && near.length < place) return 'likely';
  const text = near.toString('latin1', start);
  if (/^\s*#/.test(text)) return 'no';
  if (CALLED.test(text)) return 'sure';
  while (start > 0 && WITHIN.has(near[start] as number)) start = start < 2 ? 0 : near.lastIndexOf(LINE, start - 2) + 1;
  return /^(?:if\s+__name__|[\s#])/.test(near.toString('latin1', start, start + 20)) ? 'no' : 'likely';
}

const DOT = 0x2e;
const LINE = 0x0a;
const DEFINES = /(?:^|[^\w.])(?:def|class)[ \t]+$/;
/** What stands before the name of a function that a statement at the margin calls: nothing, or what is assigned. */
const CALLED = /^(?:[A-Za-z_][\w., ]{0,80} ?= ?)?$/;
/** First letters of lines that begin no statement of the module. */
const WITHIN: ReadonlySet<number> = new Set([...' \t\r\n#)]}'].map((letter) => letter.charCodeAt(0)));
