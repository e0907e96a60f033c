import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { silent } from '../progress.ts';
import { facesInWords, HELP_LAYOUT } from './help-layout.ts';
import { commands } from './index.ts';
import { OPTIONS } from './options/index.ts';

/** The program with every verb, whose help is laid out for so many columns. */
function programOf(helpWidth: number): Command {
  const program = new Command('plimsoll').configureHelp({ ...HELP_LAYOUT, helpWidth });
  const context = { stdout: process.stdout, stderr: process.stderr, environment: {}, progress: silent };
  for (const command of commands) command.define(program, context as never, () => {});
  return program;
}

const everyCommand = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(everyCommand)];

describe('the help of every command', () => {
  it.each([60, 80, 120])('stands out nowhere at %i columns, and names every option', (width) => {
    for (const command of everyCommand(programOf(width))) {
      const text = command.helpInformation();
      expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
      for (const { long, hidden } of command.options) if (!hidden) expect(text).toContain(long);
    }
  });

  it('puts the text of a long option below it, and of a short one beside it', () => {
    const command = new Command('x').configureHelp({ ...HELP_LAYOUT, helpWidth: 80 });
    command.option('--a-name-that-is-longer-than-any <value>', 'what the long one does').option('--all', 'all of it');
    const text = command.helpInformation();
    expect(text).toContain(
      '--a-name-that-is-longer-than-any <value>\n                                what the long one does\n',
    );
    expect(text).toMatch(/^ {2}--all {25}all of it$/m);
  });

  it('says where its options can be said besides the line, and which cannot', () => {
    const everywhere =
      'Each option can also be said by PLIMSOLL_NAME in the environment and by its name in plimsoll.yaml';
    expect(facesInWords('report')).toBe(`${everywhere}; on the line alone: --send.`);
    expect(facesInWords('inventory')).toBe(
      `${everywhere}; not in the file: --insecure, --password, --registry-token; on the line alone: --password-stdin.`,
    );
    expect(facesInWords('accept')).toBe('These options are said on the line alone.');
    expect([facesInWords('db'), facesInWords('policy check')]).toEqual([undefined, undefined]);
    for (const [path, specs] of OPTIONS) {
      const told = facesInWords(path) ?? '';
      const apart = specs.filter(({ only }) => only !== undefined).map(({ name }) => `--${name}`);
      const named = told.includes('line alone.')
        ? specs.map(({ name }) => `--${name}`)
        : (told.match(/--[\w-]+/g) ?? []);
      expect([path, ...named].sort()).toEqual([path, ...apart].sort());
    }
  });
});
