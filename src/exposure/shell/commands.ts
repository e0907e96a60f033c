import type { Command, CommandNode, Word } from 'unbash';
import { LIMITS } from '../../limits.ts';
import { pathFrom, untold } from '../programs.ts';
import { setArray, setText, unset } from './arrays.ts';
import { isMaybeCut, type Walk } from './machine.ts';
import { behindReturn, copied, type State, type Text, weight } from './state.ts';
import { trapped } from './traps.ts';
import { assign, fieldsOf } from './words.ts';

/** Variables that say where programs look for what they load. */
const LOOKED_IN = [
  'PATH',
  'PYTHONPATH',
  'PYTHONHOME',
  'NODE_PATH',
  'NODE_OPTIONS',
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'LD_AUDIT',
  'GCONV_PATH',
  'OPENSSL_CONF',
  'OPENSSL_ENGINES',
  'OPENSSL_MODULES',
  'CLASSPATH',
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  '_JAVA_OPTIONS',
  'OPENJ9_JAVA_OPTIONS',
  'IBM_JAVA_OPTIONS',
  'LOADER_PATH',
  'BASH_ENV',
  'ENV',
];

/** Commands of the shell itself that start nothing and tell us nothing. */
const QUIET = new Set(
  'echo pwd : true false ulimit umask wait alias unalias type hash test [ history jobs kill bg fg times popd pushd dirs disown enable bind complete compgen caller logout suspend export readonly return break continue'.split(
    ' ',
  ),
);

/** One command with its words: a builtin, a function of the script, or a program. */
export function simple(command: Command, state: State, isTail: boolean, walk: Walk): State[] {
  const scope = walk.around(state);
  if (command.redirects.some(isInput)) state.isFed = true;
  const before = command.prefix.filter((part) => part.type === 'Assignment');
  if (command.name === undefined) {
    for (const assignment of before) assign(assignment, scope);
    return [state];
  }
  // What stands before a command is in its environment alone.
  const inner = before.length > 0 ? copied(state) : state;
  for (const assignment of before) assign(assignment, walk.around(inner));
  const own = new Map(before.map(({ name }) => [name, inner.variables.get(name)]));
  for (const argument of command.args) if (argument.type === 'Assignment') assign(argument, scope);
  const fields = [command.name, ...command.args.filter((word): word is Word => word.type === 'Word')].flatMap((word) =>
    fieldsOf(word, scope).map((text) => ({ text, raw: word.text })),
  );
  const [first, ...rest] = fields;
  if (first === undefined) return [state];
  return invoke(first.text, first.raw, rest, { state, own, isTail }, walk);
}

/** `< file`, `<<EOF`, `<<< text`, `<&3`: what a command reads. */
export const isInput = ({ operator, descriptor }: Command['redirects'][number]): boolean =>
  operator.startsWith('<') && (descriptor === undefined || /^0?$/.test(String(descriptor)));

type Given = readonly { readonly text: Text; readonly raw: string }[];
interface Invocation {
  readonly state: State;
  readonly own: ReadonlyMap<string, Text>;
  readonly isTail: boolean;
}

function invoke(name: Text, raw: string, rest: Given, { state, own, isTail }: Invocation, walk: Walk): State[] {
  const texts = rest.map(({ text }) => text);
  if (name === undefined) {
    nameless(raw, state, isTail, walk);
    return [state];
  }
  if (/^(?:conda|mamba|micromamba)$/.test(name) && texts[0] === 'activate') {
    activate(texts[1] ?? 'base', state, walk);
    return [state];
  }
  const ran = state.functions.get(name);
  if (ran !== undefined) {
    const { parameters, canReturn, inLoop } = state;
    const after = walk.deeper(() => {
      state.parameters = texts;
      state.canReturn = true;
      state.inLoop = false;
      return walk.node(ran.body as CommandNode, state, isTail);
    });
    // What a function is given is its own: after it, the script has its parameters again.
    for (const left of after ?? []) left.parameters = parameters;
    return behindReturn(after ?? cut(state, walk), { canReturn, inLoop });
  }
  return builtin(name, raw, rest, { state, own, isTail }, walk);
}

/** Long because it is one table: what each command of the shell itself does; whatever is none of them is a program. */
function builtin(name: string, raw: string, rest: Given, { state, own, isTail }: Invocation, walk: Walk): State[] {
  const texts = rest.map(({ text }) => text);
  switch (name) {
    case 'exec':
    case 'command':
    case 'builtin':
    case 'nohup': {
      const at = texts.findIndex((text) => text === undefined || !text.startsWith('-'));
      if (at < 0 || /^-[vV]$/.test(texts[0] ?? '')) return [state];
      const [next, ...more] = rest.slice(at) as [Given[number], ...Given];
      if (name !== 'exec') return invoke(next.text, next.raw, more, { state, own, isTail }, walk);
      start(next.text, next.raw, more, { state, own, isTail: true }, walk);
      state.isOver = true;
      return [state];
    }
    case 'exit':
      state.isOver = true;
      state.isFailed = /^[1-9]\d*$/.test(texts[0] ?? '');
      return [state];
    case 'return':
      // Elsewhere it is an error, and the script goes on.
      if (state.canReturn) state.leaves = { by: 'return', levels: 1 };
      return [state];
    case 'break':
    case 'continue':
      if (state.inLoop) state.leaves = { by: name, levels: /^[1-9]\d?$/.test(texts[0] ?? '') ? Number(texts[0]) : 1 };
      return [state];
    case '.':
    case 'source':
      return sourced(rest, state, isTail, walk);
    case 'eval':
      if (texts.includes(undefined) || texts.join('').trim() === '')
        walk.machine.unclear(`${walk.zero} runs what it puts together itself (eval)`);
      else return nested(texts.join(' '), 'what is given to eval', state, isTail, walk);
      return [state];
    case 'cd': {
      const target = texts.filter((text) => text === undefined || !text.startsWith('-'))[0];
      if (target !== undefined) {
        const path = pathFrom(state.folder, target);
        // Longer ones are no folder of any system: `cd` fails.
        if (path.length <= LIMITS.pathBytes) state.folder = path;
      }
      return [state];
    }
    case 'set':
      state.parameters = setParameters(texts) ?? state.parameters;
      return [state];
    case 'shift': {
      const count = Number(texts[0] ?? 1);
      walk.machine.spend(state.parameters?.length ?? 0);
      state.parameters = Number.isInteger(count) ? state.parameters?.slice(count) : undefined;
      return [state];
    }
    case 'trap':
      walk.traps(trapped(rest));
      return [state];
    case 'unset':
      for (const text of texts) if (text !== undefined) unset(text, state);
      return [state];
    case 'shopt':
      if (texts.includes('nullglob'))
        state.isNullGlob = texts[0] === '-s' ? true : texts[0] === '-u' ? false : state.isNullGlob;
      return [state];
    case 'read':
    case 'mapfile':
    case 'readarray':
    case 'getopts':
    case 'printf':
    case 'let':
    case 'declare':
    case 'local':
    case 'typeset':
      setsUntold(name, texts, state);
      return [state];
    default:
      if (!QUIET.has(name)) start(name, raw, rest, { state, own, isTail }, walk);
      return [state];
  }
}

/** Names to which a command of the shell gives what it reads or works out. */
function setsUntold(command: string, texts: readonly Text[], state: State): void {
  const [first = '', second] = texts;
  if (command === 'printf') {
    if (first === '-v' && second !== undefined) setText(second, undefined, state);
  } else if (command === 'getopts') {
    for (const name of [second ?? '', 'OPTARG', 'OPTIND']) setText(name, undefined, state);
  } else if (command === 'let') {
    for (const text of texts) setText(/^\w+/.exec(text ?? '')?.[0] ?? '', undefined, state);
  } else if (command === 'read') {
    const names = texts.filter((text) => text !== undefined && /^[A-Za-z_]\w*$/.test(text)) as string[];
    const isArray = texts.some((text) => /^-\w*a$/.test(text ?? ''));
    for (const name of names) (isArray ? setArray : setText)(name, undefined, state);
  } else if (command === 'mapfile' || command === 'readarray') {
    const name = texts.at(-1);
    setArray(name !== undefined && /^[A-Za-z_]\w*$/.test(name) ? name : 'MAPFILE', undefined, state);
  } else if (texts.some((text) => /^-\w*A/.test(text ?? ''))) {
    // Arrays by names are not followed.
    for (const text of texts) if (text !== undefined && !text.startsWith('-')) setArray(text, undefined, state);
  }
}

/**
 * The parameters that `set` gives a script: what stands behind `--`, `-`, or the last option; undefined where it only sets options.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#set
 */
function setParameters(texts: readonly Text[]): readonly Text[] | undefined {
  for (let at = 0; at < texts.length; at += 1) {
    const text = texts[at];
    if (text === '--') return texts.slice(at + 1);
    if (text === '-') return at + 1 < texts.length ? texts.slice(at + 1) : undefined;
    if (text === undefined || !/^[-+]/.test(text)) return texts.slice(at);
    if (/^[-+]\w*o$/.test(text)) at += 1;
  }
  return undefined;
}

/** What the function that conda defines does: it runs what conda itself prints. https://docs.conda.io/projects/conda/en/stable/dev-guide/deep-dives/activation.html */
function activate(name: string, state: State, walk: Walk): void {
  const programs = walk.machine.condaPrograms(name, state);
  if (programs === undefined) {
    walk.machine.unclear(`${walk.zero} activates the conda environment ${name}, which is not found`);
    return;
  }
  const path = state.variables.get('PATH');
  setText('PATH', `${programs}:${path ?? ''}`, state);
  setText('CONDA_PREFIX', programs.replace(/\/bin$/, ''), state);
}

function start(name: Text, raw: string, rest: Given, { state, own, isTail }: Invocation, walk: Walk): void {
  if (name === undefined) {
    nameless(raw, state, isTail, walk);
    return;
  }
  walk.machine.spend(2 * weight(state));
  const environment = new Map<string, string>();
  for (const [key, text] of [...state.variables, ...own]) if (text !== undefined) environment.set(key, text);
  for (const key of LOOKED_IN)
    if ([state.variables, own].some((variables) => variables.has(key) && variables.get(key) === undefined))
      walk.machine.unclear(`${walk.zero} sets ${key} to what cannot be told`);
  const words = [name, ...rest.map(({ text, raw: written }) => text ?? untold(written))];
  const { folder, isFed = false } = state;
  walk.machine.spend(4 * words.reduce((sum, word) => sum + word.length, 0));
  const key = JSON.stringify([walk.machine.finds(name, state) ?? name, words, folder, isTail, isFed]);
  walk.happens(state, key, (isSure) =>
    walk.machine.call({ words, isSure, isLast: isTail, isFed, environment, folder }),
  );
}

/** Any program may be meant; one that need not run, and does not take the script's place, may be called. */
function nameless(raw: string, state: State, isTail: boolean, walk: Walk): void {
  walk.happens(state, `nameless ${raw}`, (isSure) =>
    walk.machine.unclear(
      `${walk.zero} runs a program whose name cannot be told: ${raw.slice(0, 80)}`,
      isSure || isTail ? undefined : 'callable',
    ),
  );
}

function nested(source: string, where: string, state: State, isTail: boolean, walk: Walk): State[] {
  return walk.deeper(() => walk.list(walk.parsed(source, where).commands, [state], isTail)) ?? cut(state, walk);
}

/** Deeper than is followed: it is said, and the script goes on. */
function cut(state: State, walk: Walk): State[] {
  walk.cutShort();
  return [state];
}

function sourced([file, ...more]: Given, state: State, isTail: boolean, walk: Walk): State[] {
  if (file?.text === undefined) {
    walk.machine.unclear(`${walk.zero} reads a script whose name cannot be told: ${(file?.raw ?? '').slice(0, 80)}`);
    return [state];
  }
  const path = pathFrom(state.folder, file.text);
  const source = walk.machine.script(path);
  if (source === undefined) {
    // Where it need not be run it may be what somebody brings along, as `[ -f extra ] && . extra`.
    if (state.isSure)
      walk.machine.unclear(`${walk.zero} reads /${path}, which the image does not have, or which is no script`);
    return [state];
  }
  if (isMaybeCut(source)) walk.machine.unclear(`/${path} is longer than is read`);
  walk.happens(state, `reads ${path}`, (isSure) => walk.machine.reads(path, isSure));
  const { canReturn, inLoop, parameters, source: outer } = state;
  if (more.length > 0) state.parameters = more.map(({ text }) => text);
  state.canReturn = true;
  state.source = `/${path}`;
  const after = nested(source, `/${path}`, state, isTail, walk);
  for (const way of after) {
    way.source = outer;
    // What it is given is its own; without that, it shares the script's.
    if (more.length > 0) way.parameters = parameters;
  }
  return behindReturn(after, { canReturn, inLoop });
}
