import { type AwkNames, awkNames } from '../formats/scripts/index.ts';
import { LIMITS } from '../limits.ts';
import type { Edge, Language, Note, Process, Session, World } from './model.ts';
import { isUntold, pathFrom } from './programs.ts';
import { absentScript, givenNothing, isCalled, unreadScript } from './scripts.ts';
import { programsOf } from './started-programs.ts';

/** What awk is given to run. https://www.gnu.org/software/gawk/manual/html_node/Options.html, https://invisible-island.net/mawk/manpage/mawk.html */
interface AwkCommand {
  /** The program in parts, one behind the other: texts of the command line, and files. */
  readonly parts: readonly { readonly text?: string; readonly file?: string }[];
  readonly libraries: readonly string[];
  /** Variables that the command line sets; undefined: to what cannot be told. */
  readonly given: ReadonlyMap<string, string | undefined>;
  /** It may start nothing: `--sandbox`. */
  readonly isShut: boolean;
}

const AWK = /^(?:[gmno]|pg|original-)?awk(?:-[\d.]+)?$/;
const LETTERS: Readonly<Record<string, string>> = {
  file: 'f',
  assign: 'v',
  'field-separator': 'F',
  source: 'e',
  exec: 'E',
  include: 'i',
  load: 'l',
  sandbox: 'S',
};
/** Options that take the rest of their word, or the next one. */
const VALUED = /[fvFeEilW]/;
/** What only tells of it. */
const TELLS = /^-(?:[hV]|W ?version|-(?:version|help|usage|copyright))$/;
/** Texts that one program includes. */
const INCLUDED = 100;

/** awk, of whichever make: the programs that its own program starts, and the libraries that it loads. */
export const awk: Language = {
  name: 'awk',
  begin(process, world, note) {
    if (isCalled(process, AWK)) return session(process, process.arguments, world, note);
    // busybox is what its first word says.
    const [name, ...rest] = process.arguments;
    return isCalled(process, /^busybox$/) && name === 'awk' ? session(process, rest, world, note) : undefined;
  },
};

/** Long because it is an object: its methods close over one process. */
function session(process: Process, words: readonly string[], world: World, note: (note: Note) => void): Session {
  return { starts: starts(), follow: () => [] };

  function* starts(): Generator<Edge> {
    const command = awkCommand(words);
    if (words.some((word) => TELLS.test(word))) return;
    if (command.parts.length === 0) for (const told of givenNothing(process)) note(told);
    const seen = new Set<string>();
    const texts: string[] = [];
    for (const { text, file } of command.parts)
      if (text !== undefined) texts.push(written(text));
      else if (isUntold(file) || file === '-' || file === '/dev/stdin')
        note({ message: `/${process.program} is given a program that cannot be told`, widens: 'all' });
      else yield* part(pathFrom(process.folder, file as string), file as string, texts, seen);
    const variables = new Map([
      ...[...process.environment].map(([name, value]) => [`ENVIRON ${name}`, value] as const),
      ...command.given,
    ]);
    let told = awkNames(texts.join('\n'), variables);
    for (const file of told.includes) yield* included(file, texts, seen);
    if (told.includes.length > 0) told = awkNames(texts.join('\n'), variables);
    for (const name of [...command.libraries, ...told.libraries]) yield* library(name);
    const [only] = command.parts;
    const path = only?.file === undefined ? '' : pathFrom(process.folder, only.file);
    if (!command.isShut) yield* programsOf(told as AwkNames, path, { process, world, note });
  }

  /** A text of the command line. What a shell puts into it is a value as a rule; it may be any part of a program. */
  function written(text: string): string {
    if (!isUntold(text)) return text.slice(0, LIMITS.codeTextBytes);
    const source = text.slice(1).replace(/^"(.*)"$/s, '$1');
    const isAll = /^\$\{?\w+\}?$|^\$\(/.test(source);
    note({
      message: `/${process.program} is given a program that cannot be told, or a part of one`,
      widens: 'all',
      ...(!isAll && { as: 'callable' as const }),
    });
    return source.replace(
      /\\([$`"\\])|\$(?:\{[^}]{0,200}\}|\([^)]{0,200}\)|\w+)/g,
      (_, plain?: string) => plain ?? '0',
    );
  }

  /** A file that is a part of the program. */
  function* part(path: string, name: string, texts: string[], seen: Set<string>): Generator<Edge> {
    const file = world.tree.real(path) ?? inPath(name);
    if (file === undefined) return note(absentScript(path, process));
    if (seen.has(file)) return;
    seen.add(file);
    const text = world.code(file, 'script');
    if (text === undefined) note(unreadScript(file, process));
    else texts.push(text);
    yield { to: file, reach: 'loaded', how: 'the program it runs' };
  }

  function* included(name: string, texts: string[], seen: Set<string>): Generator<Edge> {
    const todo = [name];
    for (let next = todo.pop(); next !== undefined && seen.size < INCLUDED; next = todo.pop()) {
      const before = texts.length;
      yield* part(pathFrom(process.folder, next), next, texts, seen);
      for (const text of texts.slice(before)) todo.push(...awkNames(text).includes);
    }
  }

  /** Where gawk looks for programs that are named without a folder. https://www.gnu.org/software/gawk/manual/html_node/AWKPATH-Variable.html */
  function inPath(name: string): string | undefined {
    if (name.includes('/')) return undefined;
    const places = (process.environment.get('AWKPATH') ?? '.:/usr/share/awk:/usr/local/share/awk').split(':');
    for (const place of places.slice(0, LIMITS.searchFolders))
      for (const ending of ['', '.awk']) {
        const file = world.tree.real(pathFrom(process.folder, `${place === '' ? '.' : place}/${name}${ending}`));
        if (file !== undefined) return file;
      }
    return undefined;
  }

  /** https://www.gnu.org/software/gawk/manual/html_node/AWKLIBPATH-Variable.html */
  function* library(name: string): Generator<Edge> {
    const own = ['usr', 'usr/local'].flatMap((root) => [
      `${root}/lib/gawk`,
      `${root}/lib64/gawk`,
      ...world.tree.list(`${root}/lib`).map((machine) => `${root}/lib/${machine}/gawk`),
    ]);
    const named = process.environment.get('AWKLIBPATH');
    const places = named === undefined ? own : named.split(':').map((place) => pathFrom(process.folder, place));
    for (const place of places.slice(0, LIMITS.searchFolders)) {
      const file = world.tree.real(`${place}/${name.replace(/\.so$/, '')}.so`);
      if (file !== undefined) return yield { to: file, reach: 'loaded', how: `@load "${name}"` };
    }
  }
}

function awkCommand(words: readonly string[]): AwkCommand {
  const parts: { text?: string; file?: string }[] = [];
  const libraries: string[] = [];
  const given = new Map<string, string | undefined>();
  let isShut = false;
  let at = 0;
  let isEnded = false;
  const assign = (word: string): boolean => {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
    if (name !== undefined) given.set(name, value);
    return name !== undefined;
  };
  const take = (letter: string, value: string): void => {
    if (letter === 'f' || letter === 'E' || letter === 'i') parts.push({ file: value });
    else if (letter === 'e') parts.push({ text: value });
    else if (letter === 'l') libraries.push(value);
    // `-v name="$value"`: the name stands before what a shell puts in.
    else if (letter === 'v' && !assign(value)) given.set(/^\W*(\w+)=/.exec(value)?.[1] ?? '', undefined);
    isEnded ||= letter === 'E';
  };
  for (; at < words.length && !isEnded; at += 1) {
    const word = words[at] as string;
    const long = /^--([\w-]+)(?:=(.*))?$/s.exec(word);
    if (word === '--') {
      at += 1;
      break;
    }
    if (!word.startsWith('-') || word === '-') break;
    // mawk has `-Wexec file`.
    const exec = /^-W ?(?:e|exec)(?:=(.*))?$/s.exec(word);
    const letter = exec ? 'E' : long ? (LETTERS[long[1] as string] ?? '') : (word[1] as string);
    if (letter === 'S') isShut = true;
    if (!exec && !(letter !== '' && VALUED.test(letter))) continue;
    const attached = exec ? exec[1] : long ? long[2] : word.length > 2 ? word.slice(2) : undefined;
    if (attached === undefined) at += 1;
    if (letter !== 'W') take(letter, attached ?? words[at] ?? '');
  }
  const isProgram = parts.length === 0 && words[at] !== undefined;
  if (isProgram) parts.push({ text: words[at] as string });
  // `name=value` among the files that it reads sets a variable.
  for (const word of words.slice(at + (isProgram ? 1 : 0), at + LIMITS.startedWords)) assign(word);
  return { parts, libraries, given, isShut };
}
