import { printable } from '../errors.ts';
import { wrap } from '../terminal/table.ts';
import type { Page } from './page.ts';

/** Words of a shell command, quoted ones whole: between others a line may be broken. */
const WORD = /(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+|['"\\]/g;

/** Commands are long where many versions are pinned; none is cut, since half a command is none. */
const LONGEST = 1 << 20;

/**
 * Commands to be run one after the other, wrapped to the terminal so that they can be copied as they stand: a line that goes on
 * ends with a backslash. `lead` stands before the first line, and the others begin below its end.
 */
export function commandLines(commands: readonly string[], page: Page, indent: number, lead: string): string[] {
  const shown = commands.map((command, at) => `${at === 0 ? '' : '&& '}${printable(command, LONGEST)}`);
  const room = page.width === undefined ? undefined : Math.max(20, page.width - indent - lead.length - HANGING - 2);
  // A comment is for readers and ends with its line: each that it is broken into is one.
  const [only = ''] = commands;
  if (only.startsWith('#') && commands.length === 1 && room !== undefined)
    return wrap(printable(only, LONGEST).slice(2), room).map(
      (line, at) =>
        `${' '.repeat(indent)}${at === 0 ? lead : ' '.repeat(lead.length)}${page.paint(`# ${line}`, 'cyan')}`,
    );
  const lines = shown.flatMap((command) => (room === undefined ? [command] : broken(command, room)));
  const further = ' '.repeat(indent + lead.length);
  return lines.map((line, at) => {
    const hanging = shown.includes(line) || line.startsWith('&& ') || at === 0 ? '' : ' '.repeat(HANGING);
    const text = page.paint(`${line}${at === lines.length - 1 ? '' : ' \\'}`, 'cyan');
    return at === 0 ? `${' '.repeat(indent)}${lead}${text}` : `${further}${hanging}${text}`;
  });
}

const HANGING = 2;

function broken(command: string, room: number): string[] {
  const lines: string[] = [];
  let open = '';
  for (const word of command.match(WORD) ?? []) {
    if (open !== '' && open.length + 1 + word.length > room) {
      lines.push(open);
      open = word;
    } else open = open === '' ? word : `${open} ${word}`;
  }
  return open === '' ? lines : [...lines, open];
}
