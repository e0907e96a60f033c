import { describe, expect, it } from 'vitest';
import type { FileTree, Process, World } from '../model.ts';
import { programsNamed } from './named-programs.ts';

const FILES = ['usr/bin/git', 'usr/bin/sh', 'opt/tools/git', 'opt/tools/dot'];
let listings = 0;
const tree: FileTree = {
  real: (path) => (FILES.includes(path) ? path : undefined),
  isFolder: (folder) => FILES.some((path) => path.startsWith(`${folder}/`)),
  realFolder: () => undefined,
  list: (folder) => {
    listings += 1;
    return FILES.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1));
  },
  paths: () => FILES,
};
const world: World = { tree, code: () => undefined };
const process: Process = {
  program: 'usr/bin/python3',
  arguments: [],
  environment: new Map([['PATH', '/opt/tools:/usr/bin:/nowhere']]),
  folder: '',
};

describe('programs that a library names', () => {
  it('are those on PATH, the first of a name, and may be called', () => {
    const edges = programsNamed(process, world)(['git', 'dot', 'utf', 'name']);
    expect(edges.map(({ to, reach, how }) => `${to} ${reach}: ${how}`)).toEqual([
      'opt/tools/git callable: names git, and starts programs',
      'opt/tools/dot callable: names dot, and starts programs',
    ]);
    expect(edges.every((edge) => edge.process !== undefined)).toBe(true);
  });

  it('and of an interpreter the program alone: what it is given is not known', () => {
    expect(programsNamed(process, world)(['sh'])).toEqual([
      { to: 'usr/bin/sh', reach: 'callable', how: 'names sh, and starts programs' },
    ]);
  });

  it('are looked for in lists that are made once', () => {
    const named = programsNamed(process, world);
    listings = 0;
    for (let time = 0; time < 100; time += 1) named(['git', 'no-such-program']);
    expect(listings).toBe(2);
  });
});
