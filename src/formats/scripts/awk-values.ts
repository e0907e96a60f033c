import { LIMITS } from '../../limits.ts';
import { type AwkToken, isKeyword } from './awk-tokens.ts';
import { PUT } from './started.ts';

/** A part of the program, and the function that it stands in. */
export interface Slice {
  readonly from: number;
  readonly to: number;
  readonly place: string;
}
/** What a variable may hold: parts of the program; what is read, counted or cut from elsewhere. */
export interface Held {
  readonly parts: Slice[];
  isWorkedOut: boolean;
}

/** A program of awk as it was taken apart, and what is known of its variables. */
interface Known {
  readonly tokens: readonly AwkToken[];
  readonly brackets: ReadonlyMap<number, number>;
  readonly held: ReadonlyMap<string, Held>;
  /** Variables of the command line and, as `ENVIRON name`, of the environment; undefined: they are not known. */
  readonly given: ReadonlyMap<string, string | undefined>;
  /** Whose a variable is: of the function that has a parameter of that name, or the program's. */
  keyOf(name: string, place: string): string;
  /** Where an expression ends that begins there. */
  expressionEnd(from: number): number;
  signAt(at: number, ...texts: readonly string[]): boolean;
}

/** Values of one expression that are followed, and expressions within expressions. */
const [VALUES, DEPTH] = [16, 12] as const;
/** Characters of a command. */
const COMMAND = 1_000;

/**
 * Tells what an expression may come to: all that its constants and variables may make of it, whatever is run before.
 * Long because it is an object: its functions close over one program.
 */
export function awkValues({
  tokens,
  brackets,
  held,
  given,
  keyOf,
  expressionEnd,
  signAt,
}: Known): (what: Slice) => readonly string[] {
  const all = { left: LIMITS.scriptNames };
  return (what) => valuesOf(what, DEPTH, all);

  /** The texts that an expression may come to; what is worked out stands in them as a variable that nobody sets. */
  function valuesOf({ from, to, place }: Slice, depth: number, steps: { left: number }): readonly string[] {
    steps.left -= 1 + to - from;
    if (depth === 0 || steps.left < 0) return [PUT];
    let [begin, end] = [from, to];
    while (begin < end && signAt(begin, '\n')) begin += 1;
    while (signAt(begin, '(') && brackets.get(begin) === end - 1) [begin, end] = [begin + 1, end - 1];
    const parted = branches(begin, end, place);
    if (parted.length > 0) return distinct(parted.flatMap((part) => valuesOf(part, depth - 1, steps)));
    let texts: readonly string[] = [''];
    for (let at = begin; at < end; ) {
      const [values, next] = valueAt(at, place, depth, steps);
      at = next;
      texts = distinct(texts.flatMap((before) => values.map((value) => before + value)));
    }
    return texts;
  }

  /** `a ? "b" : "c"` is one of two, `x = "a"` what x becomes; none: it is neither. */
  function branches(from: number, to: number, place: string): readonly Slice[] {
    let question = -1;
    for (let at = from; at < to; at += 1) {
      if (signAt(at, '(', '[')) at = brackets.get(at) ?? to;
      else if (signAt(at, '=')) return [{ from: at + 1, to, place }];
      else if (signAt(at, '?') && question < 0) question = at;
      else if (signAt(at, ':') && question >= 0)
        return [
          { from: question + 1, to: at, place },
          { from: at + 1, to, place },
        ];
    }
    return [];
  }

  /** What one operand comes to, and where the next begins. */
  function valueAt(at: number, place: string, depth: number, steps: { left: number }): [readonly string[], number] {
    const token = tokens[at] as AwkToken;
    if (token.kind === 'text' || token.kind === 'number') return [[token.text], at + 1];
    if (signAt(at, '(')) {
      const end = brackets.get(at) ?? tokens.length;
      return [valuesOf({ from: at + 1, to: end, place }, depth - 1, steps), end + 1];
    }
    if (token.text === '$' && !signAt(at + 1, '(')) return [[PUT], skipped(at + 1)];
    if (token.kind !== 'name' || isKeyword(token)) return [[PUT], skipped(at)];
    if (token.isCall && token.text === 'sprintf') return [formatted(at + 1, place, depth, steps), skipped(at)];
    if (signAt(at + 1, '(')) return [[PUT], skipped(at)];
    const next = signAt(at + 1, '[') ? skipped(at) : at + 1;
    if (token.text === 'ENVIRON') {
      const name = tokens[at + 2];
      const value = name?.kind === 'text' ? given.get(`ENVIRON ${name.text}`) : undefined;
      return [[value ?? PUT], next];
    }
    return [variable(token.text, place, depth, steps), next];
  }

  /** Behind an operand and the brackets that belong to it. */
  function skipped(at: number): number {
    return signAt(at + 1, '(', '[') ? (brackets.get(at + 1) ?? tokens.length) + 1 : at + 1;
  }

  function variable(name: string, place: string, depth: number, steps: { left: number }): readonly string[] {
    const key = keyOf(name, place);
    const known = held.get(key);
    // Nobody sets it: of a builtin one (NF, FILENAME) the program has nothing to say.
    if (steps.left < 0) return [PUT];
    if (known === undefined) return [/^[A-Z]+$/.test(name) || key !== name ? PUT : ''];
    const values: string[] = [];
    for (const part of known.parts) {
      values.push(...valuesOf(part, depth - 1, steps));
      if (steps.left < 0) break;
    }
    if (known.isWorkedOut) values.push(PUT);
    if (given.has(key)) values.push(given.get(key) ?? PUT);
    return distinct(values);
  }

  /** `sprintf("git log %s", x)`: its format, with what is worked out where it is put in. */
  function formatted(open: number, place: string, depth: number, steps: { left: number }): readonly string[] {
    const end = Math.min(expressionEnd(open + 1), brackets.get(open) ?? tokens.length);
    return valuesOf({ from: open + 1, to: end, place }, depth - 1, steps).map((text) =>
      text.replace(/%[-+ #0]{0,5}[\d.*]{0,9}[a-zA-Z%]/g, (sign) => (sign === '%%' ? '%' : PUT)),
    );
  }
}

/** As many of different texts as are followed; more of them are not told. */
function distinct(texts: readonly string[]): readonly string[] {
  const all = [...new Set(texts.map((text) => (text.length > COMMAND ? PUT : text)))];
  return all.length > VALUES ? [...all.slice(0, VALUES - 1), PUT] : all;
}
