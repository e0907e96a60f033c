import { describe, expect, it } from 'vitest';
import { archiveOf, codeFolder, withArchives } from './archives.ts';
import type { World } from './model.ts';

const ARCHIVE = JSON.stringify({
  names: ['a/__init__.py', 'a/b/c.py', 'd.so'],
  facts: [
    [1, 'python', 'import x'],
    [2, 'elf', '{}'],
    [2, 'python', 'names y'],
  ],
});
const plain: World = {
  tree: {
    real: (path) => (path === 'srv/link.pyz' || path === 'srv/app.pyz' ? 'srv/app.pyz' : undefined),
    isFolder: (path) => path === 'srv',
    realFolder: (path) => (path === 'srv' ? path : undefined),
    list: (path) => (path === 'srv' ? ['app.pyz', 'link.pyz'] : []),
    paths: () => ['srv/app.pyz'],
  },
  code: (path, language) => (path === 'srv/app.pyz' && language === 'python-archive' ? ARCHIVE : undefined),
};

describe('an archive of Python', () => {
  it('is a folder once somebody asked what is in it, by whatever path', () => {
    const { world } = withArchives(plain);
    expect(world.tree.isFolder('srv/app.pyz!')).toBe(false);
    expect(codeFolder('srv/link.pyz', world)).toBe('srv/app.pyz!');
    const { tree, code } = world;
    expect([
      tree.isFolder('srv/app.pyz!'),
      tree.isFolder('srv/link.pyz!/a/b'),
      tree.isFolder('srv/app.pyz!/d.so'),
    ]).toEqual([true, true, false]);
    expect(tree.list('srv/app.pyz!')).toEqual(['a', 'd.so']);
    expect(tree.list('srv/app.pyz!/a')).toEqual(['__init__.py', 'b']);
    expect(tree.real('srv/link.pyz!/a/b/c.py')).toBe('srv/app.pyz!/a/b/c.py');
    expect([tree.real('srv/app.pyz!/a'), tree.real('srv/app.pyz!/x')]).toEqual([undefined, undefined]);
    expect(tree.realFolder('srv/link.pyz!/a/b')).toBe('srv/app.pyz!/a/b');
    expect([...tree.paths('srv/app.pyz!/a')]).toEqual(['srv/app.pyz!/a/__init__.py', 'srv/app.pyz!/a/b/c.py']);
    expect(code('srv/app.pyz!/a/b/c.py', 'python')).toBe('import x');
    expect([code('srv/app.pyz!/d.so', 'elf'), code('srv/app.pyz!/d.so', 'python')]).toEqual(['{}', 'names y']);
    expect(code('srv/app.pyz!/a/__init__.py', 'python')).toBeUndefined();
  });

  it('leaves other paths to the files of the image', () => {
    const { world } = withArchives(plain);
    codeFolder('srv/app.pyz', world);
    expect([world.tree.isFolder('srv'), world.tree.list('srv').length, world.tree.real('srv/app.pyz')]).toEqual([
      true,
      2,
      'srv/app.pyz',
    ]);
    expect(codeFolder('srv', world)).toBe('srv');
    expect(codeFolder('srv/none', world)).toBeUndefined();
    expect([...world.tree.paths()]).toEqual(['srv/app.pyz']);
    expect(world.tree.real('srv/app!x/y')).toBeUndefined();
  });

  it('that was not read to its end is told', () => {
    const cut: World = { ...plain, code: () => '{"names":["a.py"],"facts":[],"isCut":true}' };
    const archives = withArchives(cut);
    expect(archives.cut()).toEqual([]);
    codeFolder('srv/app.pyz', archives.world);
    expect(archives.cut()).toEqual(['srv/app.pyz']);
  });

  it('is told from the paths of what lies in it', () => {
    expect([archiveOf('a.pyz!/b/c.py'), archiveOf('a/b.py')]).toEqual(['a.pyz', undefined]);
  });
});
