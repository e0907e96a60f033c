import type { Command, ParsedScript, Redirection, Statement, Word } from 'unbash';
import { shellScript } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { emptied, isListing, perform, program, type Standing, type Started, write } from './commands.ts';
import { runOf, workdirOf } from './instruction.ts';
import { NOT_TOLD, NOTHING, namesOf } from './known.ts';
import { fields } from './words.ts';

export { runOf } from './instruction.ts';

/**
 * For each instruction of a history, in order: the files that scanners read (release files, package databases) and that it deletes, moves
 * away or empties, without a leading slash. Nothing is run: scripts are gone through with the known paths only, both sides of a condition
 * one after the other; what a script puts back is not told, and what cannot be told matches nothing.
 */
export function removals(instructions: readonly (string | undefined)[]): string[][] {
  let folder: readonly string[] = [];
  return instructions.map((instruction) => {
    if (instruction === undefined) return [];
    const workdir = workdirOf(instruction);
    if (workdir !== undefined) folder = namesOf(workdir, folder);
    const run = runOf(instruction);
    // Most instructions name no such command at all.
    if (run === undefined || !MAY_REMOVE.test(run.text)) return [];
    const state: Standing = { folder, variables: new Map(run.variables), gone: new Set() };
    walker(state)(run.text);
    return [...state.gone];
  });
}

const MAY_REMOVE =
  /\b(?:rm|mv|ln|cp|dd|tee|tar|install|unlink|shred|truncate|rmtree|remove|unlinkSync|rmSync|rename|base64|openssl|rsync)\b|-delete|>/;

type Node =
  | Statement['command']
  | Statement
  | { readonly type: 'CompoundList'; readonly commands: readonly Statement[] };

/**
 * Goes through scripts, one within the other, within the budget of one instruction.
 * Long because it is one machine: its steps close over one state.
 */
function walker(state: Standing): (text: string) => void {
  let steps = 0;
  let depth = 0;
  const output = (script: ParsedScript): readonly string[] => {
    let printed: readonly string[] = [];
    for (const command of script.commands) printed = node(command, []);
    return printed.length === 0 ? [NOT_TOLD] : printed;
  };
  const around = { variables: state.variables, output };
  const text = (source: string): void => {
    if (depth >= LIMITS.shellDepth) return;
    depth += 1;
    for (const command of shellScript(source).commands) node(command, []);
    depth -= 1;
  };
  const simple = (command: Command, input: readonly string[]): readonly string[] => {
    for (const prefix of command.prefix)
      if (prefix.type === 'Assignment' && prefix.value.type === 'Word')
        state.variables.set(prefix.name, fields(prefix.value, around));
    const args = command.args.flatMap((arg) => (arg.type === 'Word' ? fields(arg, around) : [arg.text]));
    const words = command.name === undefined ? [] : [...fields(command.name, around), ...args];
    redirected(command.redirects, words);
    for (const arg of command.args)
      if (arg.type === 'Assignment' && arg.value.type === 'Word')
        state.variables.set(arg.name, fields(arg.value, around));
    if (words[0] === 'read') {
      for (const name of words.slice(1)) if (/^\w+$/.test(name)) state.variables.set(name, input);
      return input;
    }
    const given = [...input, ...command.redirects.flatMap((redirect) => hereString(redirect))];
    const call: Started = { words, input: given, state, script: text };
    for (const redirect of command.redirects)
      if (redirect.type === 'HereDoc' && redirect.body.text.length > 0)
        if (words.length === 0 || /(?:^|\/)(?:ba|da|a|z)?sh$/.test(words[0]!)) text(redirect.body.text);
        else if (/(?:^|\/)(?:python|perl|ruby|node)[\d.]*$/.test(words[0]!)) program(redirect.body.text, call);
    if (isNothing(words)) return [NOTHING];
    return words.length === 0 ? [] : perform(words, call);
  };
  /** `<<< /var/lib/dpkg`. */
  const hereString = (redirect: Redirection): readonly string[] =>
    redirect.type === 'HereString' && redirect.target !== undefined ? fields(redirect.target as Word, around) : [];
  const redirected = (redirects: readonly Redirection[], words: readonly string[]): void => {
    for (const redirect of redirects) {
      if (redirect.type !== 'Redirect' || redirect.target === undefined || !/^(?:>|>\||&>)$/.test(redirect.operator))
        continue;
      const targets = fields(redirect.target as Word, around);
      if (isNothing(words)) emptied(targets, state);
      else if (/^(?:echo|printf)$/.test(words[0]!) && !isListing(words.slice(1).join('\n'))) write(targets, state);
    }
  };
  const nodesInTurn = (nodes: readonly Node[], input: readonly string[] = []): readonly string[] => {
    let printed: readonly string[] = [];
    for (const child of nodes) printed = node(child, input);
    return printed;
  };
  const node = (command: Node, input: readonly string[]): readonly string[] => {
    steps += 1;
    if (steps > LIMITS.shellSteps || depth > LIMITS.shellNesting) return [];
    depth += 0.1;
    try {
      return inner(command, input);
    } finally {
      depth -= 0.1;
    }
  };
  const inner = (command: Node, input: readonly string[]): readonly string[] => {
    switch (command.type) {
      case 'Command':
        return simple(command, input);
      case 'Statement':
        return node(command.command, input);
      case 'AndOr':
      case 'CompoundList':
        return nodesInTurn(command.commands, input);
      case 'Pipeline': {
        let printed = input;
        for (const part of command.commands) printed = node(part, printed);
        return printed;
      }
      case 'Redirected':
        redirected(command.redirects, ['{']);
        return node(command.command, input);
      case 'Subshell': {
        const { folder } = state;
        const printed = node(command.body, input);
        state.folder = folder;
        return printed;
      }
      case 'If':
        return nodesInTurn([
          command.clause,
          command.then,
          ...command.elif.flatMap((elif) => [elif.clause, elif.then]),
          ...(command.else === undefined ? [] : [command.else]),
        ]);
      case 'While':
        return nodesInTurn([command.clause, command.body], input);
      case 'For':
        state.variables.set(
          command.name.value,
          (command.wordlist ?? []).flatMap((word) => fields(word, around)).slice(0, LIMITS.shellTurns),
        );
        return node(command.body, input);
      case 'Case':
        return nodesInTurn(command.items.map(({ body }) => body));
      case 'BraceGroup':
      case 'Function':
      case 'ArithmeticFor':
      case 'Select':
      case 'Coproc':
        return node(command.body as Node, input);
      default:
        return [];
    }
  };
  return text;
}

/** Whether a command prints nothing: what it is written to is empty then. */
function isNothing(words: readonly string[]): boolean {
  const [name, ...rest] = words;
  if (name === undefined || name === ':' || name === 'true') return true;
  const given = rest.filter((word) => word !== '' && !/^-[ne]+$/.test(word));
  return name === 'cat'
    ? given.length > 0 && given.every((word) => word === '/dev/null')
    : /^(?:echo|printf)$/.test(name) && given.length === 0;
}
