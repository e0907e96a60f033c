import type { CommandNode, Statement, Word } from 'unbash';
import { pathFrom } from '../programs.ts';
import { allHold, bracketHolds, type Holds, testHolds } from './conditions.ts';
import type { Walk } from './machine.ts';
import { copied, type State } from './state.ts';
import { resultOf, wordText } from './words.ts';

/** Whether the condition of an `if` or a loop holds; undefined: that cannot be told, or takes more than one command. */
export function listHolds(statements: readonly Statement[], state: State, walk: Walk): Holds {
  const [only, ...more] = statements;
  return only === undefined || more.length > 0 ? undefined : commandHolds(only.command, state, walk);
}

/** Whether a command succeeds, where that follows from names and files alone. */
export function commandHolds(command: Statement['command'], state: State, walk: Walk): Holds {
  if (command.type === 'AndOr') {
    const all = command.commands.map((part) => commandHolds(part, state, walk));
    const operators = new Set(command.operators);
    return operators.size === 1 ? allHold([...operators][0] as string, all) : undefined;
  }
  if (command.type === 'Pipeline') {
    const [only, ...more] = command.commands;
    const holds = only === undefined || more.length > 0 ? undefined : commandHolds(only, state, walk);
    const isNot = command.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
    return holds === undefined ? undefined : isNot ? !holds : holds;
  }
  if (command.type === 'Redirected') return commandHolds(command.command, state, walk);
  if (command.type === 'TestCommand') return testHolds(command.expression, walk.around(state), fileTest(state, walk));
  if (command.type === 'ArithmeticCommand') {
    // What it sets is set where it is gone through: here it is only asked.
    const value = resultOf(command.expression, walk.around(copied(state)));
    return value === undefined ? undefined : value !== 0;
  }
  if (command.type !== 'Command') return undefined;
  const name = command.name?.value;
  const words = command.args.flatMap((word) => (word.type === 'Word' ? [word] : []));
  if (name === 'true' || name === ':') return true;
  if (name === 'false') return false;
  if (name === 'test') return bracketHolds(words, walk.around(state), fileTest(state, walk));
  if (name === '[') return bracketHolds(words.slice(0, -1), walk.around(state), fileTest(state, walk));
  if (/^(?:declare|typeset)$/.test(name ?? '') && /^-[fF]$/.test(words[0]?.value ?? '') && words.length === 2) {
    const asked = wordText(words[1] as Word, walk.around(state)).text;
    return asked === undefined ? undefined : state.functions.has(asked);
  }
  const asked =
    name === 'which' ? words[0] : name === 'command' && /^-[vV]$/.test(words[0]?.value ?? '') ? words[1] : undefined;
  const text = asked === undefined ? undefined : wordText(asked, walk.around(state)).text;
  return text === undefined ? undefined : walk.machine.finds(text, state) !== undefined;
}

/** Whether a command asks something and does nothing. */
export const isTest = (command: Statement['command']): boolean =>
  command.type === 'TestCommand' ||
  (command.type === 'Command' && /^(?:\[|test|true|false|:|which|command)$/.test(command.name?.value ?? '')) ||
  (command.type === 'Pipeline' && command.commands.length === 1 && isTest(command.commands[0] as CommandNode));

const fileTest =
  (state: State, { machine }: Walk) =>
  (operator: string, word: string): Holds => {
    const path = pathFrom(state.folder, word);
    if (!/^-[efdxrsL]$/.test(operator)) return undefined;
    // What the image does not have, a volume may.
    return (operator !== '-d' && machine.isFile(path)) || (/^-[edxrL]$/.test(operator) && machine.isFolder(path))
      ? true
      : undefined;
  };
