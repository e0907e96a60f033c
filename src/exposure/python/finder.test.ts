import { describe, expect, it } from 'vitest';
import type { FileTree } from '../model.ts';
import { moduleFinder } from './finder.ts';

/** A file system of one folder `srv` with these names and folders within it. */
function treeOf(names: readonly string[], folders: Readonly<Record<string, readonly string[]>> = {}): FileTree {
  const inside = new Map([['srv', [...names, ...Object.keys(folders)].sort()]]);
  for (const [folder, files] of Object.entries(folders)) inside.set(`srv/${folder}`, [...files].sort());
  const files = new Set([...inside].flatMap(([folder, list]) => list.map((name) => `${folder}/${name}`)));
  const isFolder = (path: string): boolean => inside.has(path);
  return {
    real: (path) => (files.has(path) && !isFolder(path) ? path : undefined),
    isFolder,
    realFolder: (path) => (isFolder(path) ? path : undefined),
    list: (path) => inside.get(path) ?? [],
    paths: () => [],
  };
}

describe('a module is found', () => {
  const names = [
    'shop.py',
    'shop.pyc',
    'fast.abi3.so',
    'fast.cpython-311-x86_64-linux-gnu.so',
    'fast.py',
    'old.cpython-39-x86_64-linux-gnu.so',
    // Before and behind the dot in the order of names.
    'a-b.py',
    'a.py',
    'a0.py',
    'pkg.py',
  ];
  const folders = { pkg: ['__init__.py', 'part.py'], space: ['part.py'] };
  const asked = [
    'shop',
    'fast',
    'old',
    'a',
    'a-b',
    'a0',
    'pkg',
    'pkg.part',
    'space',
    'space.part',
    'b',
    'zz',
    '',
    'a.',
  ];
  const many = Array.from({ length: 70_000 }, (_, at) => `m${at}.py`);
  const answers = (finder: ReturnType<typeof moduleFinder>) => asked.map((name) => [name, finder.find(name)]);

  it('in a folder: a package before an extension before source before bytecode, of this version', () => {
    const finder = moduleFinder(treeOf(names, folders), ['srv'], [3, 11]);
    expect(Object.fromEntries(answers(finder))).toMatchObject({
      shop: { path: 'srv/shop.py' },
      fast: { path: 'srv/fast.cpython-311-x86_64-linux-gnu.so' },
      old: undefined,
      a: { path: 'srv/a.py' },
      'a-b': { path: 'srv/a-b.py' },
      pkg: { path: 'srv/pkg/__init__.py', folders: ['srv/pkg'] },
      'pkg.part': { path: 'srv/pkg/part.py' },
      space: { folders: ['srv/space'] },
      b: undefined,
    });
  });

  it('in one of 70,000 modules, of which no index is kept, as in one of ten', () => {
    const few = moduleFinder(treeOf(names, folders), ['srv'], [3, 11]);
    const large = moduleFinder(treeOf([...names, ...many], folders), ['srv'], [3, 11]);
    expect(answers(large)).toEqual(answers(few));
    expect(many.filter((file) => large.find(file.slice(0, -3)) === undefined)).toEqual([]);
    expect(large.find('m70000')).toBeUndefined();
  });

  it('by all processes of an image in a folder that is listed once, whatever version they are of', () => {
    const tree = treeOf(names, folders);
    let listed = 0;
    const counted: FileTree = {
      ...tree,
      list(folder) {
        listed += 1;
        return tree.list(folder);
      },
    };
    const alone = answers(moduleFinder(treeOf(names, folders), ['srv'], [3, 11]));
    const old = answers(moduleFinder(treeOf(names, folders), ['srv'], [3, 9]));
    expect(Object.fromEntries(old)).toMatchObject({ old: { path: 'srv/old.cpython-39-x86_64-linux-gnu.so' } });
    for (let process = 0; process < 20; process += 1) {
      expect(answers(moduleFinder(counted, ['srv'], [3, 11]))).toEqual(alone);
      expect(answers(moduleFinder(counted, ['srv'], [3, 9]))).toEqual(old);
    }
    expect(listed).toBeLessThanOrEqual(1 + Object.keys(folders).length);
  });

  it('on the path of the process alone that adds a folder to its own', () => {
    const tree = treeOf(names, folders);
    const [changed, other] = [moduleFinder(tree, ['srv'], [3, 11]), moduleFinder(tree, ['srv'], [3, 11])];
    expect([changed.find('part'), other.find('part')]).toEqual([undefined, undefined]);
    changed.add('srv/pkg');
    expect(changed.find('part')).toEqual({ path: 'srv/pkg/part.py', folders: [] });
    expect(other.find('part')).toBeUndefined();
  });

  it('of which a package has the names, in the order of its files', () => {
    const inside = [
      '__init__.py',
      'a-b.py',
      'a.cpython-311-x86_64-linux-gnu.so',
      'b.cpython-39-x86_64-linux-gnu.so',
      'b.py',
    ];
    const finder = moduleFinder(treeOf([], { pkg: inside }), ['srv'], [3, 11]);
    expect(finder.submodules('pkg')).toEqual(['a-b', 'a', 'b']);
  });
});
