import { PlimsollError } from '../../errors.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { prepareShell, shellScript } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { matchingNames } from '../matching-names.ts';
import type { Bound, Edge, Language, Note, Process, Session, World } from '../model.ts';
import { bootedPex } from '../pex-boot.ts';
import { commandText, condaFolders, isUntold, pathFrom, programNamed, started, whyNotStarted } from '../programs.ts';
import { userNamed } from '../users.ts';
import { interpret } from './interpret.ts';
import type { Machine, ShellStart } from './machine.ts';
import type { State } from './state.ts';

/** Effort that is left for the shells of one image. */
const left = new WeakMap<object, { effort: number }>();

/** Shells: what a script starts, as far as it can be told without running it. */
export const shell: Language = {
  name: 'the shell',
  prepare: prepareShell,
  begin(process, world, note) {
    const words = shellWords(process);
    return words === undefined ? undefined : session(process, words, world, note);
  },
};

const NAMES = /^(?:sh|bash|rbash|dash|ash|ksh|mksh|zsh|posh|yash)(?:-?[\d.]+)?(?:-static)?$/;

/** The arguments of a shell; undefined where the program is none. busybox is one by its first word. */
function shellWords({ program, calledAs = program, arguments: words }: Process): readonly string[] | undefined {
  const names = [calledAs, program].map((path) => fileNameOf(path));
  if (names.some((name) => NAMES.test(name))) return words;
  if (names.some((name) => /^busybox(?:\.\w+)?$/.test(name)) && NAMES.test(words[0] ?? '')) return words.slice(1);
  return undefined;
}

/** How a shell is called: a script, a command line, or nothing at all. */
interface ShellCall {
  readonly text?: string;
  readonly zero: string;
  readonly parameters: readonly string[];
  readonly isLogin: boolean;
}

function session(process: Process, words: readonly string[], world: World, note: (note: Note) => void): Session {
  const edges: Edge[] = [];
  const call = shellCall(words, process, world);
  const said = (message: string, as?: Bound): void => note({ message, widens: 'all', ...(as && { as }) });
  const absent = (message: string): void => note({ message, widens: 'all', isAbsent: true });
  if (call === undefined) prompt(process, note);
  else if (isUntold(call.text) || call.text?.trim() === '') said('the shell is to run a text that cannot be told');
  else if (call.text === undefined && isUntold(fileNameOf(call.zero)))
    said('the shell is to run a script whose name cannot be told');
  else if (call.text === undefined)
    absent(`the shell is to run ${commandText([call.zero])}, which the image does not have, or which is no text`);
  else {
    const machine = machineOf(process, world, edges, { said, absent });
    const state: State = {
      variables: new Map(process.environment),
      arrays: new Map(),
      parameters: call.parameters,
      functions: new Map(),
      folder: process.folder,
      isSure: true,
      ran: new Set(),
      isOver: false,
    };
    const before = [
      ...(call.isLogin ? ['etc/profile', 'root/.bash_profile', 'root/.profile'] : []),
      process.environment.get('BASH_ENV'),
    ];
    for (const file of before) {
      const text = file === undefined ? undefined : world.code(pathFrom(process.folder, `/${file}`), 'script');
      if (text !== undefined) interpret(text, `/${file}`, state, { ...machine, unclear: () => {} });
      state.isOver = false;
    }
    if (call.zero.startsWith('/')) edges.push({ to: call.zero.slice(1), reach: 'loaded', how: 'the script it runs' });
    const booted = bootedPex(call, process, world);
    if (booted !== undefined) edges.push(booted);
    else interpret(call.text, call.zero, state, machine);
  }
  return { starts: edges, follow: () => [] };
}

/** A person at a prompt may call any program; text that comes from elsewhere may be anything that runs. */
function prompt({ isAttached }: Process, note: (note: Note) => void): void {
  if (isAttached)
    note({
      message: 'a shell waits for commands: whoever types there may call any program of the image',
      widens: 'all',
      as: 'callable',
    });
  else note({ message: 'a shell is started that reads its commands from what cannot be told', widens: 'all' });
}

function shellCall(words: readonly string[], { folder }: Process, world: World): ShellCall | undefined {
  let isLogin = false;
  let at = 0;
  let isCommand = false;
  for (; at < words.length; at += 1) {
    const word = words[at] as string;
    if (word === '--login') isLogin = true;
    else if (word === '-o' || word === '+o' || word === '-O' || word === '--rcfile' || word === '--init-file') at += 1;
    else if (/^[-+]\w/.test(word)) {
      isLogin ||= word.includes('l');
      isCommand ||= word.includes('c');
      if (word.endsWith('o')) at += 1;
    } else if (!word.startsWith('--')) break;
    else if (word === '--') {
      at += 1;
      break;
    }
  }
  const [first, ...rest] = words.slice(at);
  if (first === undefined) return undefined;
  if (isCommand) return { text: first, zero: rest[0] ?? 'sh', parameters: rest.slice(1), isLogin };
  const path = pathFrom(folder, first);
  const text = world.code(path, 'script');
  return { ...(text === undefined ? {} : { text }), zero: `/${path}`, parameters: rest, isLogin };
}

function machineOf(
  process: Process,
  world: World,
  edges: Edge[],
  { said, absent }: { said: (message: string, as?: Bound) => void; absent: (message: string) => void },
): Machine {
  const surrounding = ({ variables, folder }: Pick<State, 'variables' | 'folder'>) => ({
    world,
    environment: new Map([...variables].flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]))),
    folder,
  });
  const budget = left.get(world.tree) ?? { effort: LIMITS.shellEffort };
  left.set(world.tree, budget);
  const spend = (effort: number): void => {
    budget.effort -= effort;
    if (budget.effort < 0)
      throw new PlimsollError('limit', 'the shells of this image do more than is followed', { where: process.program });
  };
  return {
    parse: shellScript,
    spend,
    names: (within, pattern) => matchingNames(world.tree, within, pattern),
    isFile: (path) => world.tree.real(path) !== undefined,
    isFolder: (path) => world.tree.isFolder(path),
    finds(name, state) {
      spend(state.variables.size * 16 + (state.variables.get('PATH')?.length ?? 0));
      const path = programNamed(name, surrounding(state));
      return path === undefined ? undefined : `/${path}`;
    },
    user: process.user === undefined ? undefined : userNamed(process.user, world),
    condaPrograms(name, state) {
      const programs = condaFolders(surrounding(state).environment, world, name);
      return programs === undefined ? undefined : `/${programs}`;
    },
    script: (path) => world.code(path, 'script'),
    reads: (path, isSure) =>
      void edges.push({ to: path, reach: isSure ? 'loaded' : 'importable', how: 'a script that it reads' }),
    call(call) {
      if (edges.length >= LIMITS.shellSteps) return;
      const edge = edgeOf(call, process, world);
      if (edge !== undefined) edges.push(edge);
      else if (call.isSure && call.isLast)
        absent(
          `${commandText(call.words.slice(0, 1))} is to be run, ${whyNotStarted(call.words, { world, environment: call.environment, folder: call.folder })}`,
        );
    },
    unclear: said,
  };
}

/** What is certain, or takes the script's place, may be what the container is there for; what else a script names can be called. */
function edgeOf(
  { words, isSure, isLast, isFed, environment, folder }: ShellStart,
  process: Process,
  world: World,
): Edge | undefined {
  const reach = isSure ? 'loaded' : isLast ? 'importable' : 'callable';
  return started(
    words,
    { world, environment, folder, user: process.user, isAttached: process.isAttached === true && isLast && !isFed },
    reach,
    commandText(words),
  );
}
