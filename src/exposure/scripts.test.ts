import { describe, expect, it } from 'vitest';
import { exposed, program } from '../../test/exposure.ts';
import { growth, IN_PROPORTION } from '../../test/growth.ts';
import { perlNames, rubyNames } from '../formats/scripts/index.ts';
import { LIMITS } from '../limits.ts';
import type { Language, Process, World } from './model.ts';
import { perl } from './perl/index.ts';
import { ruby } from './ruby/index.ts';
import { foldersAhead, isCalled, saidOfCode } from './scripts.ts';

describe('folders that texts put before a search path', () => {
  it('stand in the order of their last mention, `./` being where the text lies', () => {
    const folders = ['usr/lib', 'usr/share'];
    const add = foldersAhead(folders, { folder: 'srv/app' });
    add({ folders: ['./lib', 'more', '/opt/x'] }, 'srv/bin');
    expect(folders).toEqual(['opt/x', 'srv/app/more', 'srv/bin/lib', 'usr/lib', 'usr/share']);
    // One that is there comes to the front: nothing is looked for twice in it.
    add({ folders: ['more', '/usr/share'] }, '');
    expect(folders).toEqual(['usr/share', 'srv/app/more', 'opt/x', 'srv/bin/lib', 'usr/lib']);
  });

  it('have an end, which takes nothing from those that are there', () => {
    const folders = ['usr/lib', 'usr/share'];
    const add = foldersAhead(folders, { folder: '' });
    add({ folders: Array.from({ length: 5_000 }, (_, at) => `/x${at}`) }, '');
    expect(folders).toHaveLength(LIMITS.searchFolders + 2);
    add({ folders: ['/usr/share', '/one/more'] }, '');
    expect(folders[0]).toBe('usr/share');
    expect(folders).toHaveLength(LIMITS.searchFolders + 2);
  });
});

it('an interpreter is known by the name that it is called by, and by that which it has', () => {
  const process = (program: string, calledAs?: string) => ({ program, calledAs }) as Process;
  expect(isCalled(process('usr/bin/perl5.36', 'usr/bin/perl'), /^perl$/)).toBe(true);
  expect(isCalled(process('usr/bin/perl'), /^perl$/)).toBe(true);
  expect(isCalled(process('usr/bin/perldoc'), /^perl$/)).toBe(false);
});

it('of a file that no analyzer says anything of nothing is known', () => {
  const world = { code: (path: string) => (path === 'a.pl' ? '{"uses":["POSIX"]}' : undefined) } as unknown as World;
  const said = saidOfCode<{ readonly uses: readonly string[] }>(world, 'perl');
  expect([said('a.pl'), said('b.pl')]).toEqual([{ uses: ['POSIX'] }, undefined]);
});

it.each([
  ['Python', 'python3.11', '.py', 'import a\n'],
  ['Perl', 'perl', '.pl', 'use A;\n'],
  ['Ruby', 'ruby', '.rb', "require 'a'\n"],
  ['R', 'Rscript', '.R', 'library(a)\n'],
  ['Julia', 'julia', '.jl', 'using A\n'],
])(
  'a script of %s that nothing says to be one is not read, and may lead to anything',
  async (_, called, ending, text) => {
    const notes = async (script: string, text: string): Promise<string> => {
      const files = {
        [`usr/bin/${called}`]: program(),
        'bin/sh': program(),
        'usr/bin/R': '#!/bin/sh\nexec /usr/lib/R/bin/exec/R "$@"\n',
        'usr/lib/R/bin/exec/R': program(),
        'usr/lib/python3.11/os.py': '',
        [script]: text,
      };
      return (await exposed(files, { Cmd: [called, `/${script}`] })).start.notes.join('\n');
    };
    expect(await notes('srv/job', text)).toMatch(/^\/srv\/job is run by \/usr\/\S+ and was not read/m);
    expect(await notes(`srv/job${ending}`, text)).not.toContain('was not read');
    expect(await notes(`srv/job${ending}`, '')).not.toContain('was not read');
    expect(await notes('srv/job', `#!/usr/bin/env ${called}\n${text}`)).not.toContain('was not read');
  },
);

const INTERPRETERS = {
  'usr/bin/perl': program(),
  'usr/bin/ruby': program(),
  'usr/bin/irb': '#!/usr/bin/ruby\n',
  'usr/bin/julia': program(),
  'usr/bin/Rscript': program(),
  'usr/bin/R': '#!/bin/sh\nexec /usr/lib/R/bin/exec/R "$@"\n',
  'usr/lib/R/bin/exec/R': program(),
};
const told = async (Cmd: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<string> =>
  (await exposed({ ...INTERPRETERS, ...files }, { Cmd: [...Cmd], WorkingDir: '/srv' })).start.notes.join('\n');

it.each(['perl', 'ruby', 'julia', 'Rscript'])(
  '%s without a script, or with one that is not there, may do anything',
  async (called) => {
    expect(await told([called])).toMatch(/is started without a script: what it is given to run is not known/);
    expect(await told([called, '/srv/gone'])).toMatch(/^\/srv\/gone is to be run by \/usr\/\S+ and is not there/m);
    expect(await told([called, '--version'])).not.toContain('without a script');
    expect(await told([called, '-e', '1'])).not.toContain('without a script');
  },
);

it('a prompt is given anything, with or without a text: the debugger of Perl, irb', async () => {
  expect(await told(['perl', '-de0'])).toContain('/usr/bin/perl is started without a script');
  expect(await told(['irb'])).toContain('/usr/bin/ruby is started without a script');
});

it.each([
  ['perl', 'a.pl', "do './settings';\n", "require './b.pl';\n", 'b.pl'],
  ['perl', 'a.pl', "require '/srv/settings';\n", "do '/srv/b.pl';\n", 'b.pl'],
  ['ruby', 'a.rb', "load 'settings'\n", "load 'b.rb'\n", 'b.rb'],
  ['julia', 'a.jl', 'include("settings")\n', 'include("b.jl")\n', 'b.jl'],
  ['Rscript', 'a.R', "source('settings')\n", "source('b.R')\n", 'b.R'],
])(
  'what %s runs besides its script (%s: %j) is read, or told to be not',
  async (called, script, runs, reads, other) => {
    const files = { 'srv/settings': 'x', [`srv/${other}`]: '' };
    expect(await told([called, script], { ...files, [`srv/${script}`]: runs })).toMatch(
      /^\/srv\/settings is run by \/usr\/\S+ and was not read/m,
    );
    const { start, reached } = await exposed(
      { ...INTERPRETERS, ...files, [`srv/${script}`]: reads },
      { Cmd: [called, script], WorkingDir: '/srv' },
    );
    expect(start.notes.join()).not.toContain('was not read');
    expect([...reached.keys()]).toContain(`srv/${other}`);
  },
);

it.each<[string, Language, (text: string) => object, (at: number) => string]>([
  ['ruby', ruby, rubyNames, (at) => `$: << '/x${at}'\nrequire 'n${at}'\n`],
  ['perl', perl, perlNames, (at) => `use lib '/x${at}';\nuse N${at};\n`],
])(
  'a text of %s that puts folders on the search path and names what lies there is followed in time in line with its length',
  (name, language, names, line) => {
    const path = 'srv/a';
    const follow = (lines: number): number => {
      const code = JSON.stringify(names(Array.from({ length: lines }, (_, at) => line(at)).join('')));
      const tree = {
        real: (asked: string) => (asked === path ? path : undefined),
        isFolder: () => false,
        realFolder: () => undefined,
        list: () => [],
      };
      const world = { tree, code: () => code } as unknown as World;
      const environment = new Map<string, string>();
      const program = `usr/bin/${name}`;
      const session = language.begin(
        { program, arguments: [`/${path}`], environment, folder: '' } as unknown as Process,
        world,
        () => {},
      );
      const edges = [...session!.starts];
      return [...edges, ...session!.follow({ path } as never)].length;
    };
    expect(follow(8)).toBe(1);
    expect(growth(follow, 2_400)).toBeLessThan(IN_PROPORTION);
  },
);
