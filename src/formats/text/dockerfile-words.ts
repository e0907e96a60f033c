/**
 * Words and variables of Dockerfile instructions: splitting by shell quoting rules and `$name` / `${name...}` expansion.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
import { LIMITS } from '../../limits.ts';
import { matchesGlob } from './glob.ts';

/** A word as it is written, with its place in the text that was split. */
export interface RawWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const blank = (character: string | undefined) =>
  character === ' ' || character === '\t' || character === '\r' || character === '\n';

/** Splits at white space outside quotes; quotes and escapes stay in the words. An unclosed quote runs to the end. */
export function splitWords(text: string, escapeMark: string): RawWord[] {
  const words: RawWord[] = [];
  let at = 0;
  while (at < text.length) {
    while (blank(text[at])) at++;
    if (at >= text.length) break;
    const start = at;
    at = wordEnd(text, at, escapeMark);
    words.push({ text: text.slice(start, at), start, end: at });
  }
  return words;
}

/** Where the word that begins at `start` ends. */
export function wordEnd(text: string, start: number, escapeMark: string): number {
  let at = start;
  let quote = '';
  while (at < text.length) {
    const character = text[at]!;
    if (quote === '') {
      if (blank(character)) break;
      if (character === "'" || character === '"') quote = character;
      else if (character === escapeMark) at++;
    } else if (character === quote) quote = '';
    else if (character === escapeMark && quote === '"') at++;
    at++;
  }
  return Math.min(at, text.length);
}

/** Variables by name; what is not there is unset. */
export interface Variables {
  get(name: string): string | undefined;
}

/** What is left for the variables of one file: bytes that they may add, and steps of their patterns. Below 0: used up. */
interface ExpansionBudget {
  bytes: number;
  steps: number;
}

export const expansionBudget = (): ExpansionBudget => ({
  bytes: LIMITS.dockerfileExpandedBytes,
  steps: LIMITS.dockerfilePatternSteps,
});

/** A word with its quotes removed and its variables replaced. `unset` names variables that nothing defined. */
interface ExpandedWord {
  readonly value: string;
  readonly unset: readonly string[];
}

interface Cursor {
  readonly text: string;
  readonly escape: string;
  readonly variables: Variables;
  readonly unset: Set<string>;
  readonly budget: ExpansionBudget;
  at: number;
  /** Steps that are left: an unclosed brace is read to the end and then once more as text, in each brace around it. */
  steps: number;
  /** Where braces were found to be none. */
  readonly plain: Set<number>;
}

/** Steps for each character; a word whose braces are closed takes one. */
const STEPS = 4;

/**
 * Removes quotes and replaces variables as the builder does: nothing within single quotes; `${x:-w}`, `${x:+w}`, `${x:?w}`
 * (with or without colon), `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`, `${x/p/r}`, `${x//p/r}`. What is malformed stays as written,
 * and so does every word once the budget is used up.
 */
export function expandWord(
  text: string,
  variables: Variables,
  escapeMark = '\\',
  budget: ExpansionBudget = expansionBudget(),
): ExpandedWord {
  const asWritten = { value: text.slice(0, LIMITS.dockerfileWordBytes), unset: [] };
  if (budget.bytes < 0 || budget.steps < 0) return asWritten;
  const steps = STEPS * (text.length + 256);
  const cursor: Cursor = {
    ...{ text, escape: escapeMark, variables, budget, unset: new Set(), plain: new Set() },
    ...{ at: 0, steps },
  };
  const value = expandUntil(cursor, '', 0);
  budget.bytes -= Math.max(0, value.length - text.length);
  // Beyond all sense: as it is written.
  if (cursor.steps < 0 || budget.bytes < 0 || budget.steps < 0) return asWritten;
  return { value, unset: [...cursor.unset] };
}

function expandUntil(cursor: Cursor, stop: string, depth: number): string {
  let out = '';
  let quote = '';
  while (cursor.at < cursor.text.length && out.length <= LIMITS.dockerfileWordBytes && cursor.steps-- > 0) {
    const character = cursor.text[cursor.at]!;
    if (quote === '' && stop.includes(character) && stop !== '') break;
    if (quote === "'") {
      if (character === "'") quote = '';
      else out += character;
      cursor.at++;
    } else if (character === '"' || (character === "'" && quote === '')) {
      quote = quote === character ? '' : character;
      cursor.at++;
    } else if (character === cursor.escape) {
      out += escaped(cursor, quote);
    } else if (character === '$') {
      out += variable(cursor, depth);
    } else {
      out += character;
      cursor.at++;
    }
  }
  return out.slice(0, LIMITS.dockerfileWordBytes);
}

function escaped(cursor: Cursor, quote: string): string {
  const next = cursor.text[cursor.at + 1];
  cursor.at += next === undefined ? 1 : 2;
  if (next === undefined) return cursor.escape;
  if (quote === '"' && next !== '"' && next !== '$' && next !== cursor.escape) return cursor.escape + next;
  return next;
}

function variable(cursor: Cursor, depth: number): string {
  const rest = cursor.text.slice(cursor.at + 1, cursor.at + 1 + 256);
  if (rest.startsWith('{') && depth < LIMITS.dockerfileNesting && !cursor.plain.has(cursor.at))
    return braced(cursor, depth);
  const name = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?!$-])/.exec(rest)?.[0];
  if (name === undefined) {
    cursor.at++;
    return '$';
  }
  cursor.at += 1 + name.length;
  return lookup(cursor, name) ?? '';
}

function lookup(cursor: Cursor, name: string): string | undefined {
  const value = cursor.variables.get(name);
  if (value === undefined) cursor.unset.add(name);
  return value;
}

function braced(cursor: Cursor, depth: number): string {
  const begin = cursor.at;
  cursor.at += 2;
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(cursor.text.slice(cursor.at, cursor.at + 256))?.[0];
  if (name === undefined) return verbatim(cursor, begin);
  cursor.at += name.length;
  const operator = /^(?:\}|:[-+?]|[-+?]|##?|%%?|\/\/?)/.exec(cursor.text.slice(cursor.at, cursor.at + 2))?.[0];
  if (operator === undefined) return verbatim(cursor, begin);
  cursor.at += operator.length;
  if (operator === '}') return lookup(cursor, name) ?? '';
  const word = expandUntil(cursor, operator.startsWith('/') ? '/}' : '}', depth + 1);
  let replacement = '';
  if (operator.startsWith('/') && cursor.text[cursor.at] === '/') {
    cursor.at++;
    replacement = expandUntil(cursor, '}', depth + 1);
  }
  if (cursor.text[cursor.at] !== '}') return verbatim(cursor, begin);
  cursor.at++;
  return operate(cursor, name, operator, word, replacement);
}

function verbatim(cursor: Cursor, begin: number): string {
  cursor.plain.add(begin);
  cursor.at = begin + 1;
  return '$';
}

function operate(cursor: Cursor, name: string, operator: string, word: string, replacement: string): string {
  const value = cursor.variables.get(name);
  const present = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  switch (operator.at(-1)) {
    case '-':
      return present ? value! : word;
    case '+':
      return present ? word : '';
    case '?':
      return present ? value! : (lookup(cursor, name) ?? '');
  }
  const text = lookup(cursor, name) ?? '';
  // The removals try every cut: quadratic, so only for values a build argument plausibly has.
  if (text.length > LIMITS.dockerfilePatternBytes || word.length > LIMITS.dockerfilePatternBytes) return text;
  const fits: Fits = (part) => matchesGlob(part, word, cursor.budget);
  if (operator.startsWith('/')) return word === '' ? text : substitute(text, fits, replacement, operator === '//');
  return operator.startsWith('#') ? cutPrefix(text, fits, operator === '##') : cutSuffix(text, fits, operator === '%%');
}

type Fits = (text: string) => boolean;

function cutPrefix(text: string, fits: Fits, longest: boolean): string {
  for (let count = 0; count <= text.length; count++) {
    const length = longest ? text.length - count : count;
    if (fits(text.slice(0, length))) return text.slice(length);
  }
  return text;
}

function cutSuffix(text: string, fits: Fits, longest: boolean): string {
  for (let count = 0; count <= text.length; count++) {
    const start = longest ? count : text.length - count;
    if (fits(text.slice(start))) return text.slice(0, start);
  }
  return text;
}

function substitute(text: string, fits: Fits, replacement: string, all: boolean): string {
  let out = '';
  let at = 0;
  while (at < text.length && out.length <= LIMITS.dockerfileWordBytes) {
    let end = text.length;
    while (end > at && !fits(text.slice(at, end))) end--;
    if (end > at) {
      out += replacement;
      at = end;
      if (!all) break;
    } else out += text[at++];
  }
  return out + text.slice(at);
}
