import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../../test/exposure.ts';

const files = {
  'usr/bin/execlineb': program(),
  'usr/lib/execline/bin/cd': program(),
  'usr/lib/execline/bin/foreground': program(),
  'usr/lib/execline/bin/importas': program(),
  'usr/bin/s6-setuidgid': program(),
  'usr/lib/execline/bin/export': program(),
  'srv/here': program(),
  'opt/tools/hammer': program(),
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

  it('is given what its interpreter is given, where that is a script of execline itself, as Debian has it', async () => {
    const report = await exposed(
      {
        ...files,
        'usr/bin/execlineb':
          '#!/usr/lib/execline/bin/execlineb -S0\n/usr/lib/execline/bin/importas -D /usr/bin:/bin PATH PATH\n/usr/lib/execline/bin/exec -a $0 /usr/lib/execline/bin/execlineb $@\n',
        'usr/lib/execline/bin/execlineb': program(),
        'usr/lib/execline/bin/exec': program(),
        run: '#!/usr/bin/execlineb -P\nother x\n',
      },
      { Cmd: ['/run'] },
    );
    expect(report.start.notes).toEqual([]);
    expect(reachedOf(report, /^(?:run|usr\/bin)/)).toEqual([
      'run: loaded',
      'usr/bin/execlineb: loaded',
      'usr/bin/other: loaded',
    ]);
  });

  it('runs what it names in the folder and with the variables that it set', async () => {
    const { programs } = await reached('cd /srv\nexport PATH /opt/tools\n./here { x }\n');
    expect(programs).toContain('srv/here: loaded');
    expect((await reached('export PATH /opt/tools\nhammer\n')).programs).toContain('opt/tools/hammer: loaded');
  });

  it('says what cannot be told, and what the image does not have', async () => {
    expect((await reached(`importas CMD CMD \${CMD} x`)).notes).toEqual([
      `a program is run whose name cannot be told: \${CMD}`,
    ]);
    expect((await reached('gone x')).notes).toEqual(['gone is to be run, which the image does not have']);
  });

  it('ends, however deep its blocks are', async () => {
    const cut = 'a script of execline is longer than is read: what else it starts is unknown';
    const deep = await reached(`${'foreground { '.repeat(20_000)}tool`);
    expect(deep.programs.length).toBeGreaterThan(2);
    expect(deep.notes).toContain(cut);
    expect((await reached(`${'export a b '.repeat(3_000)}tool`)).notes).toContain(cut);
  });
});
