import type { AndOr, Case, CommandNode, CompoundList, For, If, Statement, While } from 'unbash';
import { LIMITS } from '../../limits.ts';
import { setText } from './arrays.ts';
import { allHold, type Holds } from './conditions.ts';
import { commandHolds, isTest, listHolds } from './holds.ts';
import { maybe, type Walk } from './machine.ts';
import { isLike } from './patterns.ts';
import { copying, type State, takesNextTurn } from './state.ts';
import { fieldsOf, wordText } from './words.ts';

/** What stands in a body, on every way. */
export const block = (body: CompoundList, states: readonly State[], isTail: boolean, walk: Walk): State[] =>
  walk.list(body.commands, states, isTail);

/** What comes after a condition: the ways on which it holds, and those on which it does not. */
function parted(clause: readonly Statement[], state: State, walk: Walk): { yes: State[]; no: State[] } {
  const holds = listHolds(clause, state, walk);
  if (holds === undefined) {
    const after = walk.list(clause, [state], false);
    return { yes: after.map(maybe), no: after.map(maybe) };
  }
  // Builtins that were decided have no effect; others are gone through.
  return holds ? { yes: [state], no: [] } : { yes: [], no: [state] };
}

/** `if`: the ways that come out of its branches. */
export function branches(
  { clause, then, elif, else: otherwise }: If,
  state: State,
  isTail: boolean,
  walk: Walk,
): State[] {
  const out: State[] = [];
  let left = [state];
  for (const branch of [{ clause, then }, ...elif]) {
    const next: State[] = [];
    for (const state of left) {
      const { yes, no } = parted(branch.clause.commands, state, walk);
      out.push(...block(branch.then, yes, isTail, walk));
      next.push(...no);
    }
    left = next;
  }
  out.push(...(otherwise === undefined ? left : block(otherwise, left, isTail, walk)));
  return out;
}

/** `case`: of what its word can be. */
export function cases({ word, items }: Case, state: State, isTail: boolean, walk: Walk): State[] {
  const around = walk.around(state);
  const { text, isSoft } = wordText(word, around);
  const isKnown = text !== undefined && !isSoft;
  const out: State[] = [];
  for (const { pattern, body } of items) {
    walk.machine.spend(copying(state));
    const fits = allHold(
      '||',
      pattern.map((alternative): Holds => {
        const like = wordText(alternative, around).text;
        return isKnown && like !== undefined ? isLike(text, like, around) : undefined;
      }),
    );
    if (fits === true) return [...out, ...block(body, [state], isTail, walk)];
    if (fits === undefined) out.push(...block(body, [maybe(state)], isTail, walk));
  }
  return [...out, out.length > 0 ? maybe(state) : state];
}

/** A loop's turns; behind them, and in what it stands in, it is as before. */
export function looped(state: State, turns: () => State[]): State[] {
  const { inLoop } = state;
  state.inLoop = true;
  const out = turns();
  for (const way of out) way.inLoop = inLoop;
  return out;
}

/** `for` over words, turn by turn as far as they are known. */
export function forEach({ name, wordlist, body }: For, state: State, walk: Walk): State[] {
  const words =
    wordlist === undefined
      ? (state.parameters ?? [undefined])
      : wordlist.flatMap((word) => fieldsOf(word, walk.around(state)));
  let states = [state];
  const out: State[] = [];
  for (const word of words.slice(0, LIMITS.shellTurns)) {
    for (const state of states) setText(name.value, word, state);
    // What is not known may be nothing.
    if (word === undefined) states = [...block(body, states.map(maybe), false, walk), ...states];
    else states = block(body, states, false, walk);
    states = goingOn(states, out);
  }
  if (words.length > LIMITS.shellTurns) walk.cutShort();
  return [...out, ...states];
}

/** Those of the ways behind a loop's body that begin its next turn; the others have left it. */
export function goingOn(states: readonly State[], out: State[]): State[] {
  const [next, left] = [[], []] as [State[], State[]];
  for (const state of states) (takesNextTurn(state) ? next : left).push(state);
  out.push(...left);
  return next;
}

/** `while` and `until`: a few turns, while the condition can be told. */
export function loop({ kind, clause, body }: While, state: State, walk: Walk): State[] {
  let states = [state];
  const out: State[] = [];
  for (let turn = 0; states.length > 0 && turn < LIMITS.shellTurns; turn += 1) {
    const next: State[] = [];
    for (const state of states) {
      const holds = listHolds(clause.commands, state, walk);
      const goesOn = holds === undefined ? undefined : holds === (kind === 'while');
      if (goesOn === false || state.isOver) out.push(state);
      else if (goesOn) next.push(...goingOn(block(body, [state], false, walk), out));
      else {
        // What is asked is asked at least once.
        const after = walk.list(clause.commands, [state], false);
        out.push(...after.map(maybe), ...goingOn(block(body, after.map(maybe), false, walk), out));
      }
    }
    states = walk.limited(next, false);
  }
  return [...out, ...states];
}

/** Commands joined by `&&` and `||`: which of them run. */
export function chain({ commands, operators }: AndOr, state: State, isTail: boolean, walk: Walk): State[] {
  const [first, ...rest] = commands;
  if (first === undefined) return [state];
  let holds = commandHolds(first, state, walk);
  let states = holds === undefined || !isTest(first) ? walk.node(first, state, false) : [state];
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
      if (!isTest_) for (const state of states) walk.node(command, maybe(state), false);
      continue;
    }
    const last = isTail && at === rest.length - 1;
    states = states.flatMap((state) =>
      runs ? walk.node(command, state, last) : [...walk.node(command, maybe(state), last), maybe(state)],
    );
    holds = states.length === 1 ? commandHolds(command, states[0] as State, walk) : undefined;
  }
  return states;
}
