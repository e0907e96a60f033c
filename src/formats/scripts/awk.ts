import { addTo } from '../../collections.ts';
import { type AwkToken, awkTokens, functionsOf, isKeyword, partners } from './awk-tokens.ts';
import { awkValues, type Held, type Slice } from './awk-values.ts';
import { PROGRAMS, type StartedPrograms, type StartedWords } from './started.ts';

/** What a program of awk starts, and what else it is made of. */
export interface AwkNames extends StartedPrograms {
  /** Other texts that are part of it (`@include`), and libraries (`@load`). https://www.gnu.org/software/gawk/manual/html_node/Include-Files.html */
  readonly includes: readonly string[];
  readonly libraries: readonly string[];
}

/** A command that is run, by its parts, and where: in BEGIN or END, in a function, and whether that need not be. */
interface Run {
  readonly what: Slice;
  readonly place: string;
  readonly isSure: boolean;
}
/** Parts of one expression. */
const PARTS = 500;
/** Files of gawk that are connections. https://www.gnu.org/software/gawk/manual/html_node/TCP_002fIP-Networking.html */
const CONNECTION = /^\/inet[46]?\//;
/** What writes into one of its arguments. https://www.gnu.org/software/gawk/manual/html_node/String-Functions.html */
const WRITES = new Set(['sub', 'gsub', 'split', 'match', 'asort', 'asorti', 'patsplit', 'getline']);
const SURE = /^(?:BEGIN|END)$/;

/**
 * Reads a program of awk for what it starts: `system(...)`, `"command" | getline`, `print | "command"`, `|&`. A command is told where it is put together
 * of constants, also by way of variables, elements of arrays and parameters, all of whose values count; `given` are those of the command line, which hide
 * nothing that the program gives them itself. Each is run by a shell.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/awk.html
 * Long because it is an object: its functions close over the tokens of one program.
 */
export function awkNames(source: string, given: ReadonlyMap<string, string | undefined> = new Map()): AwkNames {
  const tokens = awkTokens(source);
  const brackets = partners(tokens);
  const functions = functionsOf(tokens);
  const held = new Map<string, Held>();
  const runs: Run[] = [];
  const called: { readonly name: string; readonly place: string; readonly isSure: boolean }[] = [];
  const includes: string[] = [];
  const libraries: string[] = [];
  let isIndirect = false;
  for (const name of given.keys()) heldBy(name);

  const signAt = (at: number, ...texts: readonly string[]): boolean => {
    const token = tokens[at];
    return token?.kind === 'sign' && texts.includes(token.text);
  };
  const nameAt = (at: number, ...texts: readonly string[]): boolean => {
    const token = tokens[at];
    return token?.kind === 'name' && (texts.length === 0 || texts.includes(token.text));
  };

  walk();
  return told();

  function heldBy(key: string): Held {
    const known = held.get(key) ?? { parts: [], isWorkedOut: false };
    held.set(key, known);
    return known;
  }

  /** Whose a variable is: of the function that has a parameter of that name, or the program's. */
  function keyOf(name: string, place: string): string {
    return functions.get(place)?.includes(name) ? `${place}.${name}` : name;
  }

  /** Goes through the program once. Long because it is one: what stands before a statement says whether it is run. */
  function walk(): void {
    let place = '';
    let depth = 0;
    let isSure = true;
    let head = -1;
    for (let at = 0; at < tokens.length; at += 1) {
      const token = tokens[at] as AwkToken;
      if (token.kind === 'sign') {
        if (token.text === '{') {
          if (depth === 0) place = placeBefore(at);
          depth += 1;
          // What stands in braces behind a condition is as sure as that.
          if (depth === 1) isSure = true;
        } else if (token.text === '}') {
          depth = Math.max(0, depth - 1);
          isSure = depth <= 1;
          if (depth === 0) place = '';
        } else if (head < 0 && (token.text === ';' || (token.text === '\n' && !goesOn(at)))) isSure = depth <= 1;
        else if (/^(?:&&|\|\||\?)$/.test(token.text)) isSure = false;
        else if (at === head) {
          head = -1;
          isSure = false;
        } else if (token.text === '|' || token.text === '|&') piped(at, place, isSure);
        else if (token.text === '@') directive(at);
        else if (/^(?:[-+*/%^]|\*\*)=$|^\+\+$|^--$/.test(token.text)) counted(at, place);
        else if (token.text === '=') assigned(at, place);
        continue;
      }
      if (token.kind !== 'name') continue;
      if (nameAt(at, 'if', 'while', 'for', 'switch') && signAt(at + 1, '(')) head = brackets.get(at + 1) ?? head;
      else if (nameAt(at, 'else', 'case')) isSure = false;
      else if (nameAt(at, 'system') && signAt(at + 1, '('))
        put({ from: at + 2, to: brackets.get(at + 1) ?? tokens.length, place }, place, isSure);
      else if (nameAt(at, 'in')) counts(at, place);
      else if (WRITES.has(token.text)) written(at, place);
      else if (token.isCall && functions.has(token.text) && !nameAt(at - 1, 'function', 'func')) {
        called.push({ name: token.text, place, isSure });
        argumentsOf(token.text, at + 1, place);
      }
    }
  }

  function put(what: Slice, place: string, isSure: boolean): void {
    if (runs.length < PROGRAMS) runs.push({ what, place, isSure });
  }

  /** BEGIN, END, the name of a function, or `{`: a rule, which is run for each line that it is for. */
  function placeBefore(at: number): string {
    for (let here = at - 1; here >= 0 && !signAt(here, '}', ';', '{'); here -= 1) {
      if (nameAt(here, 'BEGIN', 'END')) return (tokens[here] as { text: string }).text;
      if (nameAt(here, 'function', 'func') && nameAt(here + 1)) return (tokens[here + 1] as { text: string }).text;
    }
    return '{';
  }

  /** Whether a statement goes on behind the end of a line. */
  function goesOn(at: number): boolean {
    let before = at - 1;
    while (signAt(before, '\n')) before -= 1;
    if (signAt(before, '&&', '||', ',', '{') || nameAt(before, 'else', 'do')) return true;
    if (!signAt(before, ')')) return false;
    const open = brackets.get(before) ?? 0;
    return nameAt(open - 1, 'if', 'while', 'for');
  }

  /** `for (key in array)`. */
  function counts(at: number, place: string): void {
    if (signAt(at - 2, '(') && nameAt(at - 3, 'for')) heldBy(nameBefore(at, place)).isWorkedOut = true;
  }

  /** `command | getline`, `print | command`. */
  function piped(at: number, place: string, isSure: boolean): void {
    if (runs.length >= PROGRAMS) return;
    if (nameAt(at + 1, 'getline')) put({ from: operandBefore(at), to: at, place }, place, isSure);
    else put({ from: at + 1, to: expressionEnd(at + 1), place }, place, isSure);
  }

  /** Where the values begin that are put together before a stroke. */
  function operandBefore(end: number): number {
    let at = end;
    while (at > 0 && end - at < PARTS) {
      const token = tokens[at - 1] as AwkToken;
      if (token.kind === 'sign') {
        if (token.text === '$') at -= 1;
        else if (token.text === ')' || token.text === ']') at = brackets.get(at - 1) ?? 0;
        else break;
        // `if ("date" | getline)`: the bracket is the condition's; `f(x) | getline`: the name is of its value.
        if (nameAt(at - 1) && !isKeyword(tokens[at - 1]) && signAt(at, '[', '(')) at -= 1;
      } else if (isKeyword(token) || token.kind === 'pattern') break;
      else at -= 1;
    }
    return at;
  }

  /** Where an expression ends that begins there. */
  function expressionEnd(from: number): number {
    const last = Math.min(tokens.length, from + PARTS);
    for (let at = from; at < last; at += 1) {
      if (signAt(at, '(', '[')) at = brackets.get(at) ?? tokens.length;
      else if (signAt(at, ';', '\n', '}', '{', ')', ']', ',')) return at;
    }
    return last;
  }

  function assigned(at: number, place: string): void {
    const key = nameBefore(at, place);
    if (key !== '') heldBy(key).parts.push({ from: at + 1, to: expressionEnd(at + 1), place });
  }

  /** The variable before a sign; of an element all elements of the array. */
  function nameBefore(at: number, place: string): string {
    const isElement = signAt(at - 1, ']');
    const here = isElement ? (brackets.get(at - 1) ?? 0) - 1 : at - 1;
    const token = tokens[here];
    return token?.kind === 'name' && !isKeyword(token) ? keyOf(token.text, place) : '';
  }

  /** `n += 1`, `i++`, `++i`. */
  function counted(at: number, place: string): void {
    const before = nameBefore(at, place);
    const behind = tokens[at + 1];
    if (before !== '') heldBy(before).isWorkedOut = true;
    else if (behind?.kind === 'name') heldBy(keyOf(behind.text, place)).isWorkedOut = true;
  }

  /** `getline line`, `split(text, parts)`. */
  function written(at: number, place: string): void {
    const isRead = nameAt(at, 'getline');
    if (!isRead && !signAt(at + 1, '(')) return;
    const end = isRead ? at + 2 : Math.min(at + PARTS, brackets.get(at + 1) ?? tokens.length);
    for (let here = at + 1; here < end; here += 1) {
      const token = tokens[here];
      // The first argument is read alone.
      const isTarget = isRead || signAt(here - 1, ',');
      if (isTarget && token?.kind === 'name' && !isKeyword(token)) heldBy(keyOf(token.text, place)).isWorkedOut = true;
    }
  }

  /** What a function of the program is given is what its parameters hold. */
  function argumentsOf(name: string, open: number, place: string): void {
    const end = brackets.get(open) ?? tokens.length;
    let from = open + 1;
    for (const parameter of functions.get(name) ?? []) {
      if (from >= end) return;
      const to = Math.min(expressionEnd(from), end);
      heldBy(`${name}.${parameter}`).parts.push({ from, to, place });
      from = to + 1;
    }
  }

  /** `@include "x"`, `@load "x"`, `@name(...)`. */
  function directive(at: number): void {
    const [name, text] = [tokens[at + 1], tokens[at + 2]];
    if (name?.kind !== 'name') return;
    if (text?.kind === 'text' && name.text === 'include') includes.push(text.text);
    else if (text?.kind === 'text' && name.text === 'load') libraries.push(text.text);
    // A function by a name that a variable holds: it may be `system`.
    else if (name.isCall) isIndirect = true;
  }

  function told(): AwkNames {
    const lists = { starts: new Map<string, StartedWords>(), calls: new Map<string, StartedWords>() };
    const running = functionsRun();
    const valuesOf = awkValues({ tokens, brackets, held, given, keyOf, expressionEnd, signAt });
    for (const { what, place, isSure } of runs) {
      const isRun = isSure && (SURE.test(place) || running.has(place));
      const list = isRun ? lists.starts : lists.calls;
      for (const text of valuesOf(what)) {
        if (CONNECTION.test(text)) continue;
        const words = commandOf(text);
        list.set(JSON.stringify(words), words);
      }
    }
    if (isIndirect) lists.calls.set('[]', []);
    return { starts: [...lists.starts.values()], calls: [...lists.calls.values()], includes, libraries };
  }

  /** Functions that BEGIN or END call for sure, and those that these call. */
  function functionsRun(): ReadonlySet<string> {
    const running = new Set<string>();
    const byPlace = new Map<string, string[]>();
    for (const { name, place, isSure } of called) if (isSure) addTo(byPlace, SURE.test(place) ? '' : place, name);
    const todo = [''];
    for (let place = todo.pop(); place !== undefined; place = todo.pop())
      for (const name of byPlace.get(place) ?? [])
        if (!running.has(name)) {
          running.add(name);
          todo.push(name);
        }
    return running;
  }
}

/** A command is a text for a shell; one whose first word is worked out is not told at all. */
function commandOf(text: string): StartedWords {
  const command = text.trim();
  return command === '' || /^[^\s;&|]*\$_worked_out/.test(command) ? [] : ['sh', '-c', command];
}
