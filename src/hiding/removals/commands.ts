import { fileNameOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import { find } from './find.ts';
import { isRelease, knownBy, NOTHING, namesOf } from './known.ts';

/** What is known while a script is gone through. */
export interface Standing {
  /** The folder it is in. */
  folder: readonly string[];
  readonly variables: Map<string, readonly string[]>;
  /** Known files that are gone. */
  readonly gone: Set<string>;
}

/** What a command is called with. */
export interface Started {
  readonly words: readonly string[];
  /** What the command before it in the pipeline prints, in words. */
  readonly input: readonly string[];
  readonly state: Standing;
  /** Goes through another script. */
  readonly script: (text: string) => void;
}

/** What a command prints, in words, where later commands may take it for paths. */
type Output = readonly string[];

const isOption = (word: string): boolean => /^-./.test(word);
const operands = (words: readonly string[]): readonly string[] => {
  const end = words.indexOf('--');
  return end < 0
    ? words.filter((word) => !isOption(word))
    : [...words.slice(0, end).filter((word) => !isOption(word)), ...words.slice(end + 1)];
};

function take(words: readonly string[], folders: boolean, { folder, gone }: Standing): void {
  for (const word of words) for (const path of knownBy(namesOf(word, folder), folders)) gone.add(path);
}

/** Folders in which much besides lies: what is put there brings nothing back by itself. */
const SHARED = /^(?:etc|lib|var(?:\/lib)?|usr(?:\/lib(?:\/sysimage)?|\/share)?)?$/;

/** What is put where a known file was brings it back. */
function bring(sources: readonly string[], target: string, { folder, gone }: Standing): void {
  const names = namesOf(target, folder);
  const places = sources.map((source) => [...names, fileNameOf(source)]);
  if (!SHARED.test(names.join('/'))) places.push([...names]);
  for (const place of places) for (const path of knownBy(place, true)) gone.delete(path);
}

/** A file is made empty, which for scanners is as if it were gone. */
export const emptied = (words: readonly string[], state: Standing): void => take(words, false, state);

/** A file is written anew: a list of packages with something else. A release file that lies is told by what it says. */
export function write(words: readonly string[], { folder, gone }: Standing): void {
  for (const word of words)
    for (const path of knownBy(namesOf(word, folder), false)) if (!isRelease(path)) gone.add(path);
}

const isRecursive = (words: readonly string[]): boolean =>
  words.some((word) => /^-[a-zA-Z]*[rR]|^--recursive$/.test(word));

function move({ words, state }: Started): Output {
  const named = words.findIndex((word) => word === '-t' || word === '--target-directory');
  const paths = operands(named < 0 ? words : words.filter((_, at) => at !== named && at !== named + 1));
  const target = named < 0 ? paths.at(-1) : words[named + 1];
  const sources = named < 0 ? paths.slice(0, -1) : paths;
  take(sources, true, state);
  if (target !== undefined) bring(sources, target, state);
  return [];
}

function copy({ words, state }: Started): Output {
  const paths = operands(words);
  const target = paths.at(-1);
  if (target === undefined || paths.length < 2) return [];
  if (paths[0] === '/dev/null') emptied([target], state);
  else bring(paths.slice(0, -1), target, state);
  return [];
}

function search(call: Started): Output {
  const { paths, deletes, commands } = find(call.words, call.state.folder);
  if (deletes) take(paths, false, call.state);
  for (const words of commands) {
    const given = words.flatMap((word) => (word === '{}' ? paths : [word]));
    if (/(?:^|\/)(?:ba|da|a)?sh$/.test(words[0] ?? '')) {
      // `sh -c 'rm "$1"' _ {}`, `sh -c 'rm {}'`
      call.state.variables.set('1', paths).set('0', paths).set('@', paths);
      call.script((words[2] ?? '').replaceAll('{}', '$1'));
    } else perform(given, call);
  }
  return paths;
}

/** Words in quotation marks of a program's text. */
const QUOTED = /"([^"\\\n]{1,200})"|'([^'\\\n]{1,200})'/g;
const REMOVES =
  /\b(?:rmtree|remove|removedirs|unlink(?:Sync)?|rmdir(?:Sync)?|rm(?:Sync|_rf?|_r)?|truncate(?:Sync)?|rename|move|system|run|call|Popen|exec(?:Sync)?)\b/;

/** A program in another language that removes something: every text in it that names what scanners read is taken for removed. */
export function program(text: string, { state, script }: Pick<Started, 'state' | 'script'>): void {
  if (!REMOVES.test(text)) return;
  for (const [, double, single] of text.matchAll(QUOTED)) {
    const word = double ?? single ?? '';
    if (/^rm\s/.test(word)) script(word);
    else if (word.startsWith('/')) take([word], true, state);
  }
}

function xargs(call: Started): Output {
  const { words, input } = call;
  let at = 0;
  let place: string | undefined;
  for (; at < words.length && isOption(words[at]!); at += 1) {
    if (words[at] === '-I') place = words[at + 1];
    if (/^-[InLPsdaE]$/.test(words[at]!)) at += 1;
  }
  const rest = words.slice(at);
  const given = place === undefined ? [...rest, ...input] : rest.flatMap((word) => (word === place ? input : [word]));
  return perform(given, { ...call, input: [] });
}

const afterFlag = (words: readonly string[], flag: RegExp): string | undefined => {
  const at = words.findIndex((word) => flag.test(word));
  return at < 0 ? undefined : words[at + 1];
};

function shell({ words, input, script }: Started): Output {
  const text = afterFlag(words, /^-\w*c$/);
  if (text !== undefined) script(text);
  // What is piped into a shell is its script.
  else if (operands(words).every((word) => word === '-') && input.length > 0) script(input.join(' '));
  return [];
}

/** What a text in base64 holds, where a command is asked to decode what it is given. */
function decoded({ words, input }: Started): Output {
  const isDecoding = words.some((word) => /^-\w*[dD]$|^--decode$/.test(word));
  const text = input.join('');
  return isDecoding && text.length <= LIMITS.pathBytes * 4 ? [Buffer.from(text, 'base64').toString('utf8')] : [];
}

/** With `--delete` the target becomes what the source is; with `--remove-source-files` the source goes. */
function synchronise({ words, state }: Started): Output {
  const paths = operands(words);
  if (words.some((word) => /^--delete(?:-\w+)?$/.test(word))) take(paths.slice(-1), true, state);
  if (words.includes('--remove-source-files')) take(paths.slice(0, -1), true, state);
  return [];
}

function interpreter(call: Started): Output {
  const text = afterFlag(call.words, /^-\w*[cepE]$/);
  if (text !== undefined) program(text, call);
  return [];
}

/** Commands that run another one: how many words of their own come before it. */
const WRAPPERS: Readonly<Record<string, (words: readonly string[]) => number>> = Object.fromEntries(
  'sudo doas env command exec nohup nice time busybox toybox builtin eatmydata fakeroot ionice setsid'
    .split(' ')
    .map((name) => [
      name,
      (words: readonly string[]) => {
        const at = words.findIndex((word) => !isOption(word) && !/^\w+=/.test(word));
        return at < 0 ? words.length : at;
      },
    ]),
);

const COMMANDS: Readonly<Record<string, (call: Started) => Output>> = {
  rm({ words, state }) {
    take(operands(words), isRecursive(words), state);
    return [];
  },
  unlink({ words, state }) {
    take(operands(words), false, state);
    return [];
  },
  shred: ({ words, state }) => {
    emptied(operands(words), state);
    return [];
  },
  mv: move,
  cp: copy,
  ln: copy,
  install: copy,
  truncate({ words, state }) {
    if (
      words.some(
        (word, at) => /^(?:-s|--size=)0$/.test(word) || (/^(?:-s|--size)$/.test(word) && words[at + 1] === '0'),
      )
    )
      emptied(operands(words), state);
    return [];
  },
  dd({ words, state }) {
    emptied(
      words.flatMap((word) => (word.startsWith('of=') ? [word.slice(3)] : [])),
      state,
    );
    return [];
  },
  base64: decoded,
  openssl: decoded,
  rsync: synchronise,
  tee({ words, input, state }) {
    if (input.length === 1 && input[0] === NOTHING) emptied(operands(words), state);
    if (!words.some((word) => word === '-a' || word === '--append')) write(operands(words), state);
    return [];
  },
  tar({ words, state }) {
    if (words.includes('--remove-files')) take(operands(words), true, state);
    return [];
  },
  cd({ words, state }) {
    state.folder = namesOf(operands(words)[0] ?? '/root', state.folder);
    return [];
  },
  find: search,
  xargs,
  eval({ words, script }) {
    script(words.join(' '));
    return [];
  },
  ...Object.fromEntries(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh'].map((name) => [name, shell])),
  ...Object.fromEntries(['echo', 'printf', 'ls'].map((name) => [name, ({ words }: Started) => operands(words)])),
  ...Object.fromEntries(['python', 'perl', 'ruby', 'node', 'php', 'lua'].map((name) => [name, interpreter])),
};

/** Does to the state what a command does to files that scanners read; gives what it prints. */
export function perform(words: readonly string[], call: Started): Output {
  const [first = '', ...rest] = words;
  const name = fileNameOf(first).replace(/^\\/, '');
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (wrapper !== undefined) return rest.length === 0 ? [] : perform(rest.slice(wrapper(rest)), call);
  const plain = /^(?:python|perl|ruby|node|php|lua)/.exec(name)?.[0] ?? name;
  return Object.hasOwn(COMMANDS, plain) ? COMMANDS[plain]!({ ...call, words: rest }) : call.input;
}

/** Whether a text could be what a package database holds. */
export const isListing = (text: string): boolean => /^(?:Package|P):/m.test(text);
