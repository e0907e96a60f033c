import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CommandOutcome, runCommand } from '../../test/command.ts';
import { lengthOf } from '../terminal/table.ts';
import { demoCommand } from './demo.ts';

const run = (columns?: number): Promise<CommandOutcome> =>
  runCommand(demoCommand, [], { environment: { NO_COLOR: '1' }, columns });

/** Half of the program is loaded for the first scene. */
const LOADING = { timeout: 90_000 };

describe('plimsoll demo', LOADING, () => {
  it('tells the story to its end, says that it is one, and leaves with 0', async () => {
    const { text, code } = await run();
    expect(code).toBe(0);
    expect(text).toMatch(/^This is a demonstration\./);
    expect(text.match(/^\d\. .*/gm)).toEqual([
      '1. You took python:3.9.16 for your model and want to deploy it',
      '2. What can you do about it?',
      '3. You upgrade the operating system',
      '4. You upgrade setuptools',
    ]);
    expect(text).toContain('apt-get update && apt-get upgrade -y');
    expect(text).toContain('pip install setuptools==65.5.1');
    expect(text.slice(text.indexOf('4. You'))).toContain('CLEAR  No fixable vulnerability in 429 packages.');
    expect(text).toContain('plimsoll db update');
    expect(text).not.toContain('\u001b');
  });

  it.each([60, 80, 120, 200])(
    'has no line that is wider than %i columns, on a terminal and where COLUMNS says so',
    async (columns) => {
      const environment = { NO_COLOR: '1', COLUMNS: String(columns) };
      const piped = await runCommand(demoCommand, [], { environment });
      for (const text of [piped.text, (await run(columns)).text])
        expect(text.split('\n').filter((line) => lengthOf(line) > columns)).toEqual([]);
      // A pipe has all of it all the same.
      expect(piped.text.match(/CVE-\d+-\d+/g)?.length).toBe((await run()).text.match(/CVE-\d+-\d+/g)?.length);
    },
  );

  it('prints what the README shows of it', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const block = /```\n(\$ plimsoll scan [\s\S]*?)\n {2}\.\.\.\n```/.exec(readme)?.[1] ?? '';
    expect(block.split('\n').length).toBeGreaterThan(20);
    expect((await run(100)).text).toContain(block);
  });
});
