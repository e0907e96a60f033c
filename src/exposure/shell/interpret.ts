// Long because it is one abstract machine: how each construct of a shell is gone through stands together.
import type {
  AndOr,
  Case,
  Command,
  CommandNode,
  CompoundList,
  For,
  If,
  ParsedScript,
  Statement,
  While,
  Word,
  WordPart,
} from 'unbash';
import { LIMITS } from '../../limits.ts';
import { pathFrom } from '../programs.ts';
import { allHold, bracketHolds, type Holds, testHolds } from './conditions.ts';
import { copied, merged, type State, type Text } from './state.ts';
import { type Expanding, fieldsOf, isLike, wordText } from './words.ts';

/** A program that a script starts, and on what that depends. */
export interface ShellStart {
  readonly words: readonly string[];
  /** It runs whenever the script does, as far as that can be told. */
  readonly isSure: boolean;
  /** It takes the script's place, or is what the script ends with. */
  readonly isLast: boolean;
  readonly environment: ReadonlyMap<string, string>;
  readonly folder: string;
}

/** What a script is run in. */
export interface Machine {
  readonly parse: (text: string) => ParsedScript;
  readonly list: (folder: string) => readonly string[];
  /** Whether a path of the image is a file or folder. */
  readonly isFile: (path: string) => boolean;
  readonly isFolder: (path: string) => boolean;
  /** Whether a command would be found. */
  readonly finds: (name: string, state: State) => string | undefined;
  /** The folder of programs of a conda environment. */
  readonly condaPrograms: (name: string, state: State) => string | undefined;
  /** The text of a script of the image; undefined where there is none. */
  readonly script: (path: string) => string | undefined;
  readonly call: (call: ShellStart) => void;
  /** A script that is read into this one. */
  readonly reads: (path: string, isSure: boolean) => void;
  /** What cannot be told, which may be the start of anything. */
  readonly unclear: (what: string) => void;
}

/** Commands of the shell itself that start nothing and tell us nothing. */
const QUIET = new Set(
  'echo printf : true false trap ulimit umask wait getopts let shopt alias unalias type hash read mapfile readarray test [ history jobs kill bg fg times popd pushd dirs disown enable bind complete compgen caller logout suspend'.split(
    ' ',
  ),
);

/**
 * Goes through a script the way a shell does, on all ways that conditions leave open, and says what is started on each. Nothing is run.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 * Long because it is one machine: its steps close over one state.
 */
export function interpret(text: string, zero: string, begin: State, machine: Machine): void {
  let steps = 0;
  let depth = 0;
  let isCut = false;

  const parsed = (source: string, where: string): ParsedScript => {
    const script = machine.parse(source);
    const [problem] = script.errors ?? [];
    if (problem !== undefined) machine.unclear(`${where} cannot be read from byte ${problem.pos} on`);
    return script;
  };
  const around = (state: State): Expanding => ({
    state,
    zero,
    list: machine.list,
    output: (part) => printed(part, state),
  });
  const limited = (states: State[], before: boolean): State[] => {
    const all = merged(states, before);
    if (all.length <= LIMITS.shellStates) return all;
    cutShort();
    return all.slice(0, LIMITS.shellStates);
  };
  const cutShort = (): void => {
    if (!isCut) machine.unclear(`${zero} has more ways through it than are followed`);
    isCut = true;
  };

  /** Every statement on every way; what comes out are the ways that go on. */
  const list = (statements: readonly Statement[], states: readonly State[], isTail: boolean): State[] => {
    let now = [...states];
    for (const [at, statement] of statements.entries()) {
      const isLast = isTail && at === statements.length - 1;
      now = now.flatMap((state) => {
        steps += 1;
        if (steps > LIMITS.shellSteps) cutShort();
        if (state.isOver || isCut) return [state];
        if (!statement.background) return limited(node(statement.command, state, isLast), state.isSure);
        node(statement.command, copied(state), true);
        return [state];
      });
      if (now.length > 1) now = limited(now, false);
    }
    return now;
  };
  const block = (body: CompoundList, states: readonly State[], isTail: boolean): State[] =>
    list(body.commands, states, isTail);

  const node = (command: CommandNode | AndOr | Statement['command'], state: State, isTail: boolean): State[] => {
    switch (command.type) {
      case 'Command':
        return simple(command, state, isTail);
      case 'AndOr':
        return chain(command, state, isTail);
      case 'Pipeline':
        for (const part of command.commands) node(part, command.commands.length > 1 ? copied(state) : state, false);
        return [state];
      case 'Redirected':
        return node(command.command, state, isTail);
      case 'BraceGroup':
        return block(command.body, [state], isTail);
      case 'Subshell':
        block(command.body, [copied(state)], isTail);
        return [state];
      case 'If':
        return branches(command, state, isTail);
      case 'Case':
        return cases(command, state, isTail);
      case 'For':
        return forEach(command, state);
      case 'While':
        return loop(command, state);
      case 'Function':
        state.functions.set(command.name.value, command);
        return [state];
      case 'ArithmeticFor':
      case 'Select':
        return [...block(command.body, [maybe(state)], false), state];
      case 'Coproc':
        if (command.body.type !== 'CompoundList') node(command.body, copied(state), false);
        return [state];
      default:
        return [state];
    }
  };
  const maybe = (state: State): State => ({ ...copied(state), isSure: false });

  /** What comes after a condition: the ways on which it holds, and those on which it does not. */
  const parted = (clause: readonly Statement[], state: State): { yes: State[]; no: State[] } => {
    const holds = listHolds(clause, state);
    if (holds === undefined) {
      const after = list(clause, [state], false);
      return { yes: after.map(maybe), no: after.map(maybe) };
    }
    // Builtins that were decided have no effect; others are gone through.
    return holds ? { yes: [state], no: [] } : { yes: [], no: [state] };
  };
  const branches = ({ clause, then, elif, else: otherwise }: If, state: State, isTail: boolean): State[] => {
    const out: State[] = [];
    let left = [state];
    for (const branch of [{ clause, then }, ...elif]) {
      const next: State[] = [];
      for (const state of left) {
        const { yes, no } = parted(branch.clause.commands, state);
        out.push(...block(branch.then, yes, isTail));
        next.push(...no);
      }
      left = next;
    }
    out.push(...(otherwise === undefined ? left : block(otherwise, left, isTail)));
    return out;
  };
  const cases = ({ word, items }: Case, state: State, isTail: boolean): State[] => {
    const { text, isSoft } = wordText(word, around(state));
    const isKnown = text !== undefined && !isSoft;
    const out: State[] = [];
    for (const { pattern, body } of items) {
      const fits = allHold(
        '||',
        pattern.map((alternative): Holds => {
          const like = wordText(alternative, around(state)).text;
          return isKnown && like !== undefined ? isLike(text, like) : undefined;
        }),
      );
      if (fits === true) return [...out, ...block(body, [state], isTail)];
      if (fits === undefined) out.push(...block(body, [maybe(state)], isTail));
    }
    return [...out, out.length > 0 ? maybe(state) : state];
  };
  const forEach = ({ name, wordlist, body }: For, state: State): State[] => {
    const words =
      wordlist === undefined
        ? (state.parameters ?? [undefined])
        : wordlist.flatMap((word) => fieldsOf(word, around(state)));
    let states = [state];
    for (const word of words.slice(0, LIMITS.shellTurns)) {
      for (const state of states) state.variables.set(name.value, word);
      // What is not known may be nothing.
      if (word === undefined) states = [...block(body, states.map(maybe), false), ...states];
      else states = block(body, states, false);
    }
    if (words.length > LIMITS.shellTurns) cutShort();
    return states;
  };
  const loop = ({ kind, clause, body }: While, state: State): State[] => {
    let states = [state];
    const out: State[] = [];
    for (let turn = 0; states.length > 0 && turn < LIMITS.shellTurns; turn += 1) {
      const next: State[] = [];
      for (const state of states) {
        const holds = listHolds(clause.commands, state);
        const goesOn = holds === undefined ? undefined : holds === (kind === 'while');
        if (goesOn === false || state.isOver) out.push(state);
        else if (goesOn) next.push(...block(body, [state], false));
        else out.push(state, ...block(body, list(clause.commands, [maybe(state)], false), false));
      }
      states = limited(next, false);
    }
    return [...out, ...states];
  };
  const chain = ({ commands, operators }: AndOr, state: State, isTail: boolean): State[] => {
    const [first, ...rest] = commands;
    if (first === undefined) return [state];
    let holds = commandHolds(first, state);
    let states = holds === undefined || !isTest(first) ? node(first, state, false) : [state];
    for (const [at, command] of rest.entries()) {
      const operator = operators[at];
      const isTest_ = isTest(commands[at] as CommandNode);
      // Programs are taken to do what they are for; tests that cannot be told go both ways.
      const runs: Holds =
        holds === undefined && !isTest_
          ? operator === '&&'
          : holds === undefined
            ? undefined
            : (operator === '&&') === holds;
      if (runs === false) {
        if (!isTest_) for (const state of states) node(command, maybe(state), false);
        continue;
      }
      const last = isTail && at === rest.length - 1;
      states = states.flatMap((state) =>
        runs ? node(command, state, last) : [...node(command, maybe(state), last), maybe(state)],
      );
      holds = states.length === 1 ? commandHolds(command, states[0] as State) : undefined;
    }
    return states;
  };

  const listHolds = (statements: readonly Statement[], state: State): Holds => {
    const [only, ...more] = statements;
    return only === undefined || more.length > 0 ? undefined : commandHolds(only.command, state);
  };
  const commandHolds = (command: Statement['command'], state: State): Holds => {
    if (command.type === 'AndOr') {
      const all = command.commands.map((part) => commandHolds(part, state));
      const operators = new Set(command.operators);
      return operators.size === 1 ? allHold([...operators][0] as string, all) : undefined;
    }
    if (command.type === 'Pipeline') {
      const [only, ...more] = command.commands;
      const holds = only === undefined || more.length > 0 ? undefined : commandHolds(only, state);
      const isNot = command.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
      return holds === undefined ? undefined : isNot ? !holds : holds;
    }
    if (command.type === 'Redirected') return commandHolds(command.command, state);
    if (command.type === 'TestCommand') return testHolds(command.expression, around(state), fileTest(state));
    if (command.type !== 'Command') return undefined;
    const name = command.name?.value;
    const words = command.args.flatMap((word) => (word.type === 'Word' ? [word] : []));
    if (name === 'true' || name === ':') return true;
    if (name === 'false') return false;
    if (name === 'test') return bracketHolds(words, around(state), fileTest(state));
    if (name === '[') return bracketHolds(words.slice(0, -1), around(state), fileTest(state));
    const asked =
      name === 'which' ? words[0] : name === 'command' && /^-[vV]$/.test(words[0]?.value ?? '') ? words[1] : undefined;
    const text = asked === undefined ? undefined : wordText(asked, around(state)).text;
    return text === undefined ? undefined : machine.finds(text, state) !== undefined;
  };
  const isTest = (command: Statement['command']): boolean =>
    command.type === 'TestCommand' ||
    (command.type === 'Command' && /^(?:\[|test|true|false|:|which|command)$/.test(command.name?.value ?? '')) ||
    (command.type === 'Pipeline' && command.commands.length === 1 && isTest(command.commands[0] as CommandNode));
  const fileTest =
    (state: State) =>
    (operator: string, word: string): Holds => {
      const path = pathFrom(state.folder, word);
      if (!/^-[efdxrsL]$/.test(operator)) return undefined;
      // What the image does not have, a volume may.
      return (operator !== '-d' && machine.isFile(path)) || (/^-[edxrL]$/.test(operator) && machine.isFolder(path))
        ? true
        : undefined;
    };

  const simple = (command: Command, state: State, isTail: boolean): State[] => {
    const scope = around(state);
    const own = new Map<string, Text>();
    for (const prefix of command.prefix)
      if (prefix.type === 'Assignment')
        own.set(
          prefix.name,
          prefix.value.type === 'Word' && !prefix.append ? wordText(prefix.value, scope).text : undefined,
        );
    if (command.name === undefined) {
      for (const [name, text] of own) state.variables.set(name, text);
      return [state];
    }
    for (const argument of command.args) if (argument.type === 'Assignment') assigned(argument, state);
    const fields = [command.name, ...command.args.filter((word): word is Word => word.type === 'Word')].flatMap(
      (word) => fieldsOf(word, scope).map((text) => ({ text, raw: word.text })),
    );
    const [first, ...rest] = fields;
    if (first === undefined) return [state];
    return invoke(first.text, first.raw, rest, { state, own, isTail });
  };
  const assigned = (assignment: Extract<Command['args'][number], { type: 'Assignment' }>, state: State): void => {
    const { name, value, append } = assignment;
    state.variables.set(name, value.type === 'Word' && !append ? wordText(value, around(state)).text : undefined);
  };
  type Given = readonly { readonly text: Text; readonly raw: string }[];
  interface Invocation {
    readonly state: State;
    readonly own: ReadonlyMap<string, Text>;
    readonly isTail: boolean;
  }
  /** Long because it is one table: what each command of the shell itself does. */
  const invoke = (name: Text, raw: string, rest: Given, { state, own, isTail }: Invocation): State[] => {
    const texts = rest.map(({ text }) => text);
    if (name === undefined) {
      machine.unclear(`${zero} runs a program whose name cannot be told: ${raw.slice(0, 80)}`);
      return [state];
    }
    if (/^(?:conda|mamba|micromamba)$/.test(name) && texts[0] === 'activate') {
      activate(texts[1] ?? 'base', state);
      return [state];
    }
    const ran = state.functions.get(name);
    if (ran !== undefined) {
      if (depth >= LIMITS.shellDepth) {
        cutShort();
        return [state];
      }
      const { parameters } = state;
      state.parameters = texts;
      depth += 1;
      const after = node(ran.body as CommandNode, state, isTail);
      depth -= 1;
      // `return` leaves the function, `exec` the script: only the latter is over, and `leave` knows.
      for (const state of after) state.parameters = parameters;
      return after;
    }
    switch (name) {
      case 'exec':
      case 'command':
      case 'builtin':
      case 'nohup': {
        const at = texts.findIndex((text) => text === undefined || !text.startsWith('-'));
        if (at < 0 || /^-[vV]$/.test(texts[0] ?? '')) return [state];
        const [next, ...more] = rest.slice(at) as [Given[number], ...Given];
        if (name !== 'exec') return invoke(next.text, next.raw, more, { state, own, isTail });
        start(next.text, next.raw, more, { state, own, isTail: true });
        state.isOver = true;
        return [state];
      }
      case 'exit':
        state.isOver = true;
        return [state];
      case '.':
      case 'source':
        return sourced(rest, state, isTail);
      case 'eval':
        if (texts.includes(undefined)) machine.unclear(`${zero} runs what it puts together itself (eval)`);
        else return nested(texts.join(' '), 'what is given to eval', state, isTail);
        return [state];
      case 'cd': {
        const target = texts.filter((text) => text === undefined || !text.startsWith('-'))[0];
        if (target !== undefined) state.folder = pathFrom(state.folder, target);
        return [state];
      }
      case 'set': {
        const at = texts.indexOf('--');
        if (at >= 0) state.parameters = texts.slice(at + 1);
        return [state];
      }
      case 'shift': {
        const count = Number(texts[0] ?? 1);
        state.parameters = Number.isInteger(count) ? state.parameters?.slice(count) : undefined;
        return [state];
      }
      case 'unset':
        for (const text of texts) if (text !== undefined) state.variables.set(text, '');
        return [state];
      case 'read':
        for (const text of texts) if (text !== undefined) state.variables.set(text, undefined);
        return [state];
      case 'export':
      case 'local':
      case 'declare':
      case 'typeset':
      case 'readonly':
      case 'return':
      case 'break':
      case 'continue':
        return [state];
      default:
        if (!QUIET.has(name)) start(name, raw, rest, { state, own, isTail });
        return [state];
    }
  };
  /** What the function that conda defines does: it runs what conda itself prints. https://docs.conda.io/projects/conda/en/stable/dev-guide/deep-dives/activation.html */
  const activate = (name: string, state: State): void => {
    const programs = machine.condaPrograms(name, state);
    if (programs === undefined) {
      machine.unclear(`${zero} activates the conda environment ${name}, which is not found`);
      return;
    }
    const path = state.variables.get('PATH');
    state.variables.set('PATH', `${programs}:${path ?? ''}`);
    state.variables.set('CONDA_PREFIX', programs.replace(/\/bin$/, ''));
  };
  const start = (name: Text, raw: string, rest: Given, { state, own, isTail }: Invocation): void => {
    if (name === undefined) {
      machine.unclear(`${zero} runs a program whose name cannot be told: ${raw.slice(0, 80)}`);
      return;
    }
    const environment = new Map<string, string>();
    for (const [key, text] of [...state.variables, ...own]) if (text !== undefined) environment.set(key, text);
    const words = [name, ...rest.map(({ text, raw: written }) => text ?? written)];
    machine.call({ words, isSure: state.isSure, isLast: isTail, environment, folder: state.folder });
  };
  const nested = (source: string, where: string, state: State, isTail: boolean): State[] => {
    if (depth >= LIMITS.shellDepth) {
      cutShort();
      return [state];
    }
    depth += 1;
    const after = list(parsed(source, where).commands, [state], isTail);
    depth -= 1;
    return after;
  };
  const sourced = ([file, ...more]: Given, state: State, isTail: boolean): State[] => {
    if (file?.text === undefined) {
      machine.unclear(`${zero} reads a script whose name cannot be told: ${(file?.raw ?? '').slice(0, 80)}`);
      return [state];
    }
    const path = pathFrom(state.folder, file.text);
    const source = machine.script(path);
    if (source === undefined) return [state];
    machine.reads(path, state.isSure);
    if (more.length > 0) state.parameters = more.map(({ text }) => text);
    return nested(source, `/${path}`, state, isTail);
  };
  /** What a command substitution prints, where that follows from names alone; what is started in it is started. */
  const printed = ({ script }: Extract<WordPart, { type: 'CommandExpansion' }>, state: State): Text => {
    if (script === undefined || depth >= LIMITS.shellDepth) return undefined;
    depth += 1;
    const inner = copied(state);
    const text = outputOf(script.commands, inner);
    if (text === undefined) list(script.commands, [copied(state)], false);
    depth -= 1;
    return text;
  };
  const outputOf = (statements: readonly Statement[], state: State): Text => {
    let out: Text;
    const commands = statements.flatMap(({ command }) => (command.type === 'AndOr' ? command.commands : [command]));
    for (const command of commands) {
      if (command.type !== 'Command' || command.name === undefined) return undefined;
      const scope = around(state);
      const words = command.args.flatMap((word) => (word.type === 'Word' ? fieldsOf(word, scope) : [undefined]));
      if (words.includes(undefined)) return undefined;
      const [first = '', second = ''] = (words as string[]).filter((word) => !/^-[a-zA-Z]$|^--$/.test(word));
      switch (command.name.value) {
        case 'cd':
          state.folder = pathFrom(state.folder, first);
          break;
        case 'pwd':
          out = `/${state.folder}`;
          break;
        case 'dirname':
          out = first.replace(/\/[^/]*$/, '') || (first.startsWith('/') ? '/' : '.');
          break;
        case 'basename':
          out = first.replace(/^.*\//s, '');
          if (second !== '' && out.endsWith(second)) out = out.slice(0, -second.length);
          break;
        case 'readlink':
        case 'realpath':
          out = `/${pathFrom(state.folder, first)}`;
          break;
        case 'echo':
          out = words.join(' ');
          break;
        case 'which':
        case 'command':
          out = machine.finds(first, state);
          break;
        default:
          return undefined;
      }
    }
    return out;
  };

  list(parsed(text, zero).commands, [begin], true);
}
