import { describe, expect, it } from 'vitest';
import type { EntryType } from '../model.ts';
import { type PathTable, type PathTableBuilder, pathTable, readPathTable } from './path-table.ts';
import { squash } from './squash.ts';

type Line = readonly [path: string, type: EntryType, link?: string];

function layerOf(lines: readonly Line[]): PathTableBuilder {
  const table = pathTable();
  for (const [path, type, link] of lines)
    table.add({ path, type, mode: 0, uid: 0, gid: 0, size: 0, ...(link === undefined ? {} : { link }) });
  return table;
}

const visible = (layers: readonly PathTable[]): string[] =>
  [...squash(layers).entries()].map(({ path, found: actual }) => `${path}@${actual.layer}`).sort();

describe('squashing layers', () => {
  it('hides what an upper layer removes, and everything below a removed folder', () => {
    const lower = layerOf([
      ['a/b/c', 'file'],
      ['a/d', 'file'],
      ['wheel', 'file'],
    ]);
    expect(visible([lower, layerOf([['a/.wh.b', 'whiteout']])])).toEqual(['a/d@0', 'wheel@0']);
  });

  it('lets an opaque folder hide only what lies below it in lower layers', () => {
    const lower = layerOf([
      ['a/old', 'file'],
      ['a/sub/old', 'file'],
      ['b', 'file'],
    ]);
    const upper = layerOf([
      ['a/new', 'file'],
      ['a/.wh..wh..opq', 'opaque'],
    ]);
    expect(visible([lower, upper])).toEqual(['a/new@1', 'b@0']);
  });

  it('puts a file in the place of a folder and a folder in the place of a file', () => {
    expect(visible([layerOf([['a/b', 'file']]), layerOf([['a', 'file']])])).toEqual(['a@1']);
    expect(
      visible([
        layerOf([['a', 'file']]),
        layerOf([
          ['a', 'directory'],
          ['a/b', 'file'],
        ]),
      ]),
    ).toEqual(['a/b@1', 'a@1']);
  });

  it('keeps a path that one layer both removes and adds', () => {
    const upper = layerOf([
      ['.wh.a', 'whiteout'],
      ['a', 'file'],
    ]);
    expect(visible([layerOf([['a', 'file']]), upper])).toEqual(['a@1']);
  });

  it('resolves links inside the image root only, and gives loops up', () => {
    const files = squash([
      layerOf([
        ['etc/os-release', 'symlink', '../../../../usr/lib/os-release'],
        ['usr/lib/os-release', 'file'],
        ['lib', 'symlink', '/usr/lib'],
        ['round', 'symlink', 'about'],
        ['about', 'symlink', 'round'],
      ]),
    ]);
    expect(files.resolve('etc/os-release')?.path).toBe('usr/lib/os-release');
    expect(files.resolve('lib/os-release')?.path).toBe('usr/lib/os-release');
    expect(files.resolve('round')).toBeUndefined();
    expect(files.resolve('missing')).toBeUndefined();
  });

  it('survives being written to the cache and read back', () => {
    const table = layerOf([
      ['a/b', 'file'],
      ['l', 'symlink', 'a/b'],
      ['ü/☃', 'directory'],
    ]);
    const again = readPathTable(Buffer.concat(table.serialize()));
    expect(['a/b', 'l', 'ü/☃'].map((path) => again.type(again.find(path)))).toEqual(['file', 'symlink', 'directory']);
    expect(again.link(again.find('l'))).toBe('a/b');
    expect(again.find('nothing')).toBe(-1);
  });
});

it('looks a path of thousands of folders up in steps in line with its length', () => {
  let finds = 0;
  const counted = (of: PathTable): PathTable => ({
    ...of,
    size: of.size,
    find: (path) => {
      finds += 1;
      return of.find(path);
    },
  });
  const deep = (name: string): PathTable => {
    const table = pathTable();
    for (let at = 0; at < 50; at += 1)
      table.add({ path: `${name}${at}/${'d/'.repeat(2_000)}f`, type: 'file', mode: 0, uid: 0, gid: 0, size: 1 });
    return counted(table);
  };
  const files = squash(['a', 'b', 'c', 'a'].map(deep));
  expect([...files.entries()]).toHaveLength(150);
  // Of 2,000 folders only those that hold something are looked into.
  expect(finds).toBeLessThan(3_000);
});
