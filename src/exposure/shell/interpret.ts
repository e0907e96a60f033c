import type { ParsedScript, Statement } from 'unbash';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { isInput, simple } from './commands.ts';
import { block, branches, cases, chain, forEach, goingOn, loop, looped } from './constructs.ts';
import { isMaybeCut, type Machine, maybe, type Walk } from './machine.ts';
import { copied, copying, merged, ranBeside, ranOnAll, type State, weight } from './state.ts';
import { printed } from './substitution.ts';
import { resultOf } from './words.ts';

/**
 * Goes through a script the way a shell does, on all ways that conditions leave open, and says what is started on each. Nothing is run.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 * Long because it is one walk: its parts close over how far it has come.
 */
export function interpret(text: string, zero: string, begin: State, machine: Machine): void {
  let steps = 0;
  let depth = 0;
  let isCut = false;
  const traps = new Set<string>();
  const happened: { key: string; isSure: boolean; effect: (isSure: boolean) => void }[] = [];

  const walk: Walk = {
    zero,
    machine,
    parsed,
    limited,
    cutShort,
    happens(state, key, effect) {
      happened.push({ key, isSure: state.isSure, effect });
      state.ran.add(key);
    },
    traps(action) {
      if (action === undefined) return;
      if (traps.size >= LIMITS.shellStates) cutShort();
      else traps.add(action);
    },
    list,
    node: (command, state, isTail) => node(command, state, isTail, walk),
    around: (state) => ({
      state,
      zero,
      user: machine.user,
      names: machine.names,
      spend: machine.spend,
      output: (part) => printed(part, state, walk),
    }),
    deeper<T>(inside: () => T): T | undefined {
      if (depth >= LIMITS.shellDepth) return undefined;
      depth += 1;
      const result = inside();
      depth -= 1;
      return result;
    },
  };

  function parsed(source: string, where: string): ParsedScript {
    machine.spend(8 * source.length);
    const script = machine.parse(source);
    const [problem] = script.errors ?? [];
    if (problem !== undefined) machine.unclear(`${where} cannot be read from byte ${problem.pos} on`);
    return script;
  }
  function limited(states: State[], before: boolean): State[] {
    if (states.length > 1) machine.spend(states.reduce((sum, state) => sum + weight(state), 0));
    const all = merged(states, before);
    if (all.length <= LIMITS.shellStates) return all;
    cutShort();
    return all.slice(0, LIMITS.shellStates);
  }
  /** Undefined where the effort of the image is used up half-way. */
  function untilSpent<T>(inside: () => T): T | undefined {
    try {
      return inside();
    } catch (error) {
      if (!(error instanceof PlimsollError && error.code === 'limit')) throw error;
      cutShort();
      return undefined;
    }
  }
  function cutShort(): void {
    if (!isCut) machine.unclear(`${zero} has more ways through it than are followed`);
    isCut = true;
  }
  function list(statements: readonly Statement[], states: readonly State[], isTail: boolean): State[] {
    let now = [...states];
    for (const [at, statement] of statements.entries()) {
      const isLast = isTail && at === statements.length - 1;
      now = now.flatMap((state) => {
        steps += 1;
        machine.spend(200 + copying(state));
        if (steps > LIMITS.shellSteps) cutShort();
        if (state.isOver || state.leaves !== undefined || isCut) return [state];
        if (!statement.background) return limited(walk.node(statement.command, state, isLast), state.isSure);
        ranBeside(state, walk.node(statement.command, { ...copied(state), isFed: true }, true));
        return [state];
      });
      if (now.length > 1) now = limited(now, false);
    }
    return now;
  }

  const ends = untilSpent(() => list(parsed(text, zero).commands, [begin], true)) ?? [];
  // What comes behind that matters where the shell comes so far.
  if (isMaybeCut(text) && ends.some(({ isOver }) => !isOver)) machine.unclear(`${zero} is longer than is read`);
  const ran = ranOnAll(ends);
  // By the functions and variables of the end: most name a function that stands behind them. Nothing says that a signal comes.
  for (const end of ends.slice(0, 1))
    for (const action of traps)
      untilSpent(() =>
        list(
          parsed(action, `what ${zero} traps`).commands,
          [{ ...maybe(end), isOver: false, leaves: undefined }],
          false,
        ),
      );
  // Of ways that were dropped nobody knows what they would have started.
  for (const { key, isSure, effect } of happened) effect(isSure || (!isCut && ran.has(key)));
}

/** One command on one way: each construct of the language, and what it does. */
function node(command: Statement['command'], state: State, isTail: boolean, walk: Walk): State[] {
  switch (command.type) {
    case 'Command':
      return simple(command, state, isTail, walk);
    case 'AndOr':
      return chain(command, state, isTail, walk);
    case 'Pipeline':
      // `! check`: nothing runs beside it.
      if (command.commands.length === 1) return walk.node(command.commands[0]!, state, false);
      for (const part of command.commands) ranBeside(state, walk.node(part, { ...copied(state), isFed: true }, false));
      return [state];
    case 'Redirected':
      if (command.redirects.some(isInput)) state.isFed = true;
      return walk.node(command.command, state, isTail);
    case 'BraceGroup':
      return block(command.body, [state], isTail, walk);
    case 'Subshell':
      ranBeside(state, block(command.body, [copied(state)], isTail, walk));
      return [state];
    case 'If':
      return branches(command, state, isTail, walk);
    case 'Case':
      return cases(command, state, isTail, walk);
    case 'For':
      return looped(state, () => forEach(command, state, walk));
    case 'While':
      return looped(state, () => loop(command, state, walk));
    case 'Function':
      state.functions.set(command.name.value, command);
      return [state];
    case 'ArithmeticFor':
    case 'Select':
      return looped(state, () => {
        const out = [state];
        return [...goingOn(block(command.body, [maybe(state)], false, walk), out), ...out];
      });
    case 'ArithmeticCommand':
      resultOf(command.expression, walk.around(state));
      return [state];
    case 'Coproc':
      if (command.body.type !== 'CompoundList') ranBeside(state, walk.node(command.body, copied(state), false));
      return [state];
    default:
      return [state];
  }
}
