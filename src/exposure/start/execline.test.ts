import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../../test/exposure.ts';

const files = {
  'usr/bin/execlineb': program(),
  'usr/lib/execline/bin/cd': program(),
  'usr/lib/execline/bin/foreground': program(),
  'usr/lib/execline/bin/importas': program(),
  'usr/bin/s6-setuidgid': program(),
  'usr/bin/mysql': program(),
};
const reached = async (script: string, command = '/run') => {
  const report = await exposed({ ...files, run: `#!/usr/bin/execlineb -P\n${script}` }, { Cmd: [command] });
  return { programs: reachedOf(report, /^(?!lib)/), notes: report.start.notes };
};

describe('a script of execline', () => {
  it('is the programs of its chain and of its blocks, and what the chain turns into', async () => {
    const { programs, notes } = await reached(
      `# a remark { with a brace\nforeground { other "a b" }\nimportas -D 8000 PORT PORT\ncd /srv\ns6-setuidgid mysql\ntool --port \${PORT} other\n`,
    );
    expect(programs).toEqual(
      [
        'run',
        'usr/bin/execlineb',
        'usr/bin/other',
        'usr/bin/s6-setuidgid',
        'usr/bin/tool',
        'usr/lib/execline/bin/cd',
        'usr/lib/execline/bin/foreground',
        'usr/lib/execline/bin/importas',
      ].map((path) => `${path}: loaded`),
    );
    expect(notes).toEqual([]);
  });

  it('says what cannot be told, and what the image does not have', async () => {
    expect((await reached(`importas CMD CMD \${CMD} x`)).notes).toEqual([
      `a program is run whose name cannot be told: \${CMD}`,
    ]);
    expect((await reached('gone x')).notes).toEqual(['gone is to be run, which the image does not have']);
  });

  it('ends, however deep its blocks are', async () => {
    expect((await reached(`${'foreground { '.repeat(20_000)}tool`)).programs.length).toBeGreaterThan(2);
  });
});
