import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { commandLines } from './command-lines.ts';

const page = (width: number | undefined) => ({ width, all: false, paint: (text: string) => text });
const LONG = `printf '%s|' ${Array.from({ length: 300 }, (_, at) => `package-${at}==1.${at}`).join(' ')} 'a b; c' "it's \\"so\\"" x\\ y`;
const COMMANDS = [LONG, 'printf done', "printf '%s' 'last one'"];

it.each([[40], [80], [200], [undefined]])('commands in %s columns do what they say when they are pasted', (width) => {
  const lines = commandLines(COMMANDS, page(width), 3, '$ ');
  expect(lines[0]).toMatch(/^ {3}\$ printf /);
  if (width !== undefined) for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
  const pasted = lines.join('\n').replace('$ ', '');
  const run = (text: string): string => execFileSync('sh', ['-c', text], { encoding: 'utf8' });
  expect(run(pasted)).toBe(run(COMMANDS.join(' && ')));
});
