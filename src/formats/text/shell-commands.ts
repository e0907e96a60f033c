/** The commands of shell lines, as far as they can be told without running them: words at the places of commands. */
import { LIMITS } from '../../limits.ts';
import { type RawWord, splitWords } from './dockerfile-words.ts';

/** One command of a shell line. */
export interface ShellCommand {
  /** Program without folder, after `sudo`, `env` and assignments. */
  readonly program: string;
  readonly words: readonly string[];
  readonly text: string;
  /** What its output is piped into. */
  readonly into?: ShellCommand;
  /** What joins it to the command before it, where it depends on that or reads from it. */
  readonly joined?: '&&' | '||' | '|';
}

const PREFIXES = new Set(['sudo', 'env', 'exec', 'time', 'nice', 'command', 'then', 'do', 'if', '!', '(', '{']);

/** The commands of a shell line or script: split at `;`, `&&`, `||`, `|`, `&` and line breaks outside quotes. */
export function shellCommands(text: string): ShellCommand[] {
  const parts = splitCommands(text.slice(0, LIMITS.dockerfileWordBytes));
  const commands: ShellCommand[] = [];
  let into: ShellCommand | undefined;
  for (const part of parts.reverse()) {
    const command = shellCommand(part.text, part.piped ? into : undefined);
    into = command;
    if (command.words.length > 0)
      commands.push(part.joined === undefined ? command : { ...command, joined: part.joined });
  }
  return commands.reverse();
}

function shellCommand(text: string, into: ShellCommand | undefined): ShellCommand {
  const words = splitWords(text, '\\').map((word: RawWord) => word.text.replace(/^(["'])([\s\S]*)\1$/, '$2'));
  if (words[0]?.startsWith('#')) words.length = 0;
  while (words.length > 0 && (PREFIXES.has(words[0]!) || /^[A-Za-z_]\w*=/.test(words[0]!))) {
    const prefix = words.shift()!;
    // `sudo -E bash`, `env -i sh`: their options are not the command's.
    while (/^(?:sudo|env|nice|time)$/.test(prefix) && words[0]?.startsWith('-')) words.shift();
  }
  const program = (words[0] ?? '').replace(/^[({]+/, '').replace(/^.*\//, '');
  return { program, words, text: text.trim(), ...(into === undefined ? {} : { into }) };
}

interface CommandPart {
  readonly text: string;
  readonly piped: boolean;
  readonly joined?: ShellCommand['joined'];
}

function splitCommands(text: string): CommandPart[] {
  const parts: CommandPart[] = [];
  let joined: ShellCommand['joined'];
  let quote = '';
  let start = 0;
  const add = (end: number, piped: boolean) =>
    parts.push({ text: text.slice(start, end), piped, ...(joined !== undefined && { joined }) });
  const cut = (at: number, length: number, by: ShellCommand['joined']) => {
    add(at, by === '|');
    joined = by;
    start = at + length;
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\\' && quote !== "'") at++;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (text.startsWith('&&', at)) cut(at++, 2, '&&');
    else if (text.startsWith('||', at)) cut(at++, 2, '||');
    else if (character === '|') cut(at, 1, '|');
    else if (
      character === ';' ||
      character === '\n' ||
      (character === '&' && text[at - 1] !== '>' && text[at + 1] !== '>')
    )
      cut(at, 1, undefined);
  }
  add(text.length, false);
  return parts;
}

/** `find ... -exec COMMAND`, `xargs COMMAND`, `bash -c 'COMMANDS'`: what one command has others do. */
export function commandsStartedBy(command: ShellCommand): ShellCommand[] {
  const { program, words } = command;
  if (program === 'find') {
    const at = words.findIndex((word) => /^-(?:exec|execdir|ok)$/.test(word));
    return at < 0 ? [] : [shellCommand(words.slice(at + 1).join(' '), undefined)];
  }
  if (program === 'xargs') {
    const at = words.findIndex((word, index) => index > 0 && !/^-|^\d+$|^\{\}$/.test(word));
    return at < 0 ? [] : [shellCommand(words.slice(at).join(' '), command.into)];
  }
  const runs = isShell(program) || program === 'su' || program === 'runuser';
  const script = runs ? words.findIndex((word) => /^-\w*c$|^--command$/.test(word)) : -1;
  return script < 0 || words[script + 1] === undefined ? [] : shellCommands(words[script + 1]!);
}

/** Whether a program of this name is a shell. */
export const isShell = (program: string): boolean => /^(?:ba|da|a|z|k)?sh$/.test(program);
