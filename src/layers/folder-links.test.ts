import { expect, it } from 'vitest';
import { pathTable } from './path-table.ts';
import { squash } from './squash.ts';

const entry = { type: 'file', mode: 0o644, uid: 0, gid: 0, size: 1 } as const;

/** Layers of these paths, lowest first; a text is where a link leads. */
const files = (...layers: readonly Readonly<Record<string, string | 'file' | 'directory'>>[]) =>
  squash(
    layers.map((paths) => {
      const table = pathTable();
      for (const [path, what] of Object.entries(paths))
        if (what === 'file' || what === 'directory') table.add({ ...entry, path, type: what });
        else table.add({ ...entry, path, type: 'symlink', link: what });
      return table;
    }),
  );

it('a visible link to a folder is listed by what it leads to', () => {
  expect([...files({ lib: 'usr/lib', 'usr/lib/x': 'file' }).folderLinks()]).toEqual([['usr/lib', ['lib']]]);
});

it('a link is covered where a layer above has files below it and no entry for it', () => {
  expect([...files({ lib: '/usr/lib' }, { 'lib/x': 'file' }).coveredLinks()]).toEqual([['lib', 'usr/lib']]);
  const overAnother = files({ lib: 'usr/lib', lib64: 'lib' }, { 'lib64/x': 'file' });
  expect([...overAnother.coveredLinks()]).toEqual([['lib64', 'usr/lib']]);
});

it.each([
  ['it is still a link', { 'usr/lib/x': 'file' }],
  ['a folder took its place', { lib: 'directory', 'lib/x': 'file' }],
  ['another link did', { lib: 'usr/lib64' }],
] as const)('none is where %s', (_, above) => {
  expect([...files({ lib: 'usr/lib' }, above).coveredLinks()]).toEqual([]);
});

it('nor one that leads to itself or nowhere', () => {
  expect([...files({ lib: '.', sbin: 'sbin', bin: '/' }, { 'lib/x': 'file', 'bin/x': 'file' }).coveredLinks()]).toEqual(
    [],
  );
});
