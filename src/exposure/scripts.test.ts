import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import type { Process, World } from './model.ts';
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
