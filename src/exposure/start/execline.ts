import { fileNameOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import type { Edge, Language, Note, Process, World } from '../model.ts';
import { commandText, PATH, pathFrom, started, whyNotStarted } from '../programs.ts';

/**
 * execline, in which the scripts of s6 are written: words, each program of which does its part and turns into the rest; blocks in braces are run
 * beside it. https://skarnet.org/software/execline/
 */
export const execline: Language = {
  name: 'execline',
  begin(process, world, note) {
    const names = [process.calledAs ?? process.program, process.program].map((path) => fileNameOf(path));
    if (!names.includes('execlineb')) return undefined;
    const given = scriptOf(process, world);
    if (given === undefined) {
      note({ message: 'execlineb is to run a script that the image does not have', widens: 'all', isAbsent: true });
      return undefined;
    }
    const edges: Edge[] = [];
    if (given.path !== undefined) edges.push({ to: given.path, reach: 'loaded', how: 'the script it runs' });
    const search = [process.environment.get('PATH') ?? PATH, ...OWN_FOLDERS].join(':');
    const around = { ...process, environment: new Map(process.environment).set('PATH', search) };
    const cut = (): void =>
      note({ message: 'a script of execline is longer than is read: what else it starts is unknown', widens: 'all' });
    follow(substituted(wordsOf(given.text, cut), given, cut), { process: around, world, note, edges });
    if (edges.length >= LIMITS.startedPrograms) cut();
    return { starts: edges, follow: () => [] };
  },
};

/** Where distributions and s6-overlay keep its programs; `execlineb` puts them into PATH. */
const OWN_FOLDERS = ['/usr/lib/execline/bin', '/command'];

/** Options of a chained program that have a value of their own word, and words that come before what it turns into. */
const CHAINED: ReadonlyMap<string, { readonly valued?: string; readonly skip?: number }> = new Map([
  ...['foreground', 'background', 'if', 'ifelse', 'ifte', 'ifthenelse', 'pipeline', 'wait', 'emptyenv'].map(
    (name) => [name, {}] as const,
  ),
  ...['multisubstitute', 'elgetpositionals', 'getpid', 'with-contenv', 's6-overlay-stage2-wait'].map(
    (name) => [name, {}] as const,
  ),
  ['exec', { valued: 'a' }],
  ['cd', { skip: 1 }],
  ['export', { skip: 2 }],
  ['unexport', { skip: 1 }],
  ['umask', { skip: 1 }],
  ['define', { valued: 'd', skip: 2 }],
  ['importas', { valued: 'dD', skip: 2 }],
  ['backtick', { valued: 'D', skip: 1 }],
  ['elglob', { skip: 2 }],
  ['homeof', { skip: 1 }],
  ['fdmove', { skip: 2 }],
  ['fdswap', { skip: 2 }],
  ['fdclose', { skip: 1 }],
  ['fdreserve', { skip: 1 }],
  ['fdblock', { skip: 1 }],
  ['redirfd', { skip: 2 }],
  ['heredoc', { skip: 2 }],
  ['forx', { valued: 'o', skip: 1 }],
  ['forbacktickx', { valued: 'o', skip: 1 }],
  ['forstdin', { valued: 'o', skip: 1 }],
  ['loopwhilex', { valued: 'o' }],
  ['trap', { valued: 't' }],
  ['envfile', { skip: 1 }],
  ['s6-setuidgid', { skip: 1 }],
  ['s6-applyuidgid', { valued: 'ugG' }],
  ['s6-envuidgid', { valued: 'D', skip: 1 }],
  ['s6-envdir', { valued: 'l', skip: 1 }],
  ['s6-softlimit', { valued: 'acdfhlmoprst' }],
  ['s6-notifyoncheck', { valued: 'dstTnwc3' }],
  ['s6-fghack', {}],
  ['s6-setsid', {}],
  ['s6-ioconnect', {}],
]);

/** Words of a script, and blocks within blocks, that are read. */
const WORDS = 5_000;
const DEPTH = 50;

interface Surrounding {
  readonly process: Process;
  readonly world: World;
  readonly note: (note: Note) => void;
  readonly edges: Edge[];
}

/** A script as its words; a block is a list of its own. */
type Word = string | readonly Word[];

function follow(words: readonly Word[], around: Surrounding): void {
  const { world, note, edges } = around;
  let { process } = around;
  const plain = (word: Word): word is string => typeof word === 'string';
  let at = 0;
  while (at < words.length && edges.length < LIMITS.startedPrograms) {
    const word = words[at]!;
    if (!plain(word)) {
      follow(word, { ...around, process });
      at += 1;
      continue;
    }
    const chained = CHAINED.get(fileNameOf(word));
    const rest = chained === undefined ? words.slice(at).filter(plain) : [word];
    const edge = started(rest, { ...process, world }, 'loaded', commandText(rest));
    if (edge !== undefined) edges.push(edge);
    else if (word.includes('${'))
      note({ message: `a program is run whose name cannot be told: ${commandText([word])}`, widens: 'all' });
    else {
      const why = whyNotStarted([word], { ...process, world });
      note({ message: `${commandText([word])} is to be run, ${why}`, widens: 'all', isAbsent: true });
    }
    if (chained === undefined) return;
    const next = behind(words, at + 1, chained);
    process = changed(process, fileNameOf(word), words.slice(at + 1, next).filter(plain));
    at = next;
  }
}

/** What a chained program makes of what is around it: its folder, and variables whose value can be told. */
function changed(process: Process, name: string, words: readonly string[]): Process {
  const [first, second] = words;
  if (first === undefined || words.some((word) => word.includes('${'))) return process;
  if (name === 'cd') return { ...process, folder: pathFrom(process.folder, first) };
  if (name !== 'export' || second === undefined) return process;
  return { ...process, environment: new Map(process.environment).set(first, second) };
}

/** Where the words go on that a chained program turns into, blocks of its own included. */
function behind(
  words: readonly Word[],
  from: number,
  { valued = '', skip = 0 }: { valued?: string; skip?: number },
): number {
  let at = from;
  for (let word = words[at]; typeof word === 'string' && /^-\w/.test(word); word = words[at])
    at += word.length === 2 && valued.includes(word[1]!) ? 2 : 1;
  return at + skip;
}

/** A script, and the words that `$0`, `$1`, `$@` stand for in it; `words` is undefined where they stand for themselves. */
interface Script {
  readonly text: string;
  readonly path?: string;
  readonly zero: string;
  readonly words?: readonly string[];
  /** How many words `$@` leaves out. */
  readonly shifted: number;
}

/** What it is to run: the text behind `-c`, or the script that it is given. https://skarnet.org/software/execline/execlineb.html */
function scriptOf({ arguments: words, folder }: Process, world: World): Script | undefined {
  let at = 0;
  let text: string | undefined;
  let substitutes: { readonly shifted: number } | undefined;
  for (; words[at]?.startsWith('-') === true; at += 1) {
    const word = words[at]!;
    const place = word.search(/[csS]/);
    if (place < 0) continue;
    const letter = word[place];
    const own = word.slice(place + 1);
    if (own === '') at += 1;
    const value = own === '' ? words[at] : own;
    if (letter === 'c') text = value;
    else substitutes = { shifted: letter === 'S' ? Math.min(Number.parseInt(value ?? '0', 10) || 0, 100) : 0 };
  }
  const isText = text !== undefined;
  const name = isText ? undefined : words[at];
  const path = name === undefined ? undefined : pathFrom(folder, name);
  text ??= path === undefined ? undefined : world.code(path, 'script');
  if (text === undefined) return undefined;
  return {
    text,
    ...(path !== undefined && { path }),
    zero: name ?? 'execlineb',
    ...(substitutes !== undefined && { words: words.slice(isText ? at : at + 1) }),
    shifted: substitutes?.shifted ?? 0,
  };
}

/** Its words with what it is given in their place: `-s` and `-S` of `execlineb` do it in the whole script, blocks included. */
function substituted(script: readonly Word[], { words, zero, shifted }: Script, cut: () => void): readonly Word[] {
  if (words === undefined) return script;
  let left = WORDS;
  let characters: number = LIMITS.scriptBytes;
  const put = (word: Word): readonly Word[] => {
    if (typeof word !== 'string') return [word.flatMap(put)];
    const into = /^\$(?:@|\{@\})$/.test(word) ? words.slice(shifted) : [numbered(word)];
    left -= into.length;
    return left < 0 ? [] : into;
  };
  const numbered = (word: string): string =>
    word.replace(/\$(?:\{(\d{1,3})\}|(\d{1,3}))/g, (_, braced?: string, bare?: string) => {
      const number = Number(braced ?? bare);
      const value = number === 0 ? zero : (words[number - 1] ?? '');
      characters -= value.length;
      return characters < 0 ? '' : value;
    });
  const whole = script.flatMap(put);
  if (left < 0 || characters < 0) cut();
  return whole;
}

/** https://skarnet.org/software/execline/el_language.html: words between blanks, quotes with backslashes, remarks from `#` on, blocks in braces. */
function wordsOf(text: string, cut: () => void): readonly Word[] {
  const open: Word[][] = [[]];
  const token = /#[^\n]*|"((?:[^"\\]|\\[\s\S])*)"?|(?:\$\{[\w@]{1,100}\}|[^\s"{}])+|[{}]/g;
  let words = 0;
  for (const [all, quoted] of text.slice(0, LIMITS.scriptBytes).matchAll(token)) {
    if (all.startsWith('#')) continue;
    words += 1;
    if (words > WORDS || open.length > DEPTH) {
      cut();
      break;
    }
    const last = open.at(-1)!;
    if (all === '{') {
      const block: Word[] = [];
      last.push(block);
      open.push(block);
    } else if (all === '}') {
      if (open.length > 1) open.pop();
    } else last.push(quoted === undefined ? all : quoted.replace(/\\([\s\S])/g, '$1'));
  }
  return open[0]!;
}
