import { describe, expect, it } from 'vitest';
import { file, image, layer, removed, symlink } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';
import type { FileSystem } from '../layers/squash.ts';
import { fileTree } from './file-tree.ts';

describe('the final file system by names', () => {
  it('lists folders with what upper layers added and without what they removed, through links', async () => {
    const { read } = await takeInventory(
      image(
        layer({ 'usr/lib/a.so': 'a', 'usr/lib/gone.so': 'b', lib: symlink('usr/lib'), 'usr/bin/x': file('x') }),
        layer({ 'usr/lib/gone.so': removed, 'usr/lib/deep/b.so': 'c', 'usr/lib/link.so': symlink('deep/b.so') }),
      ),
    );
    const tree = fileTree(read.files);
    expect(tree.list('lib')).toEqual(['a.so', 'deep', 'link.so']);
    expect(tree.list('')).toEqual(['lib', 'usr']);
    expect(tree.real('lib/link.so')).toBe('usr/lib/deep/b.so');
    expect(tree.real('lib/gone.so')).toBeUndefined();
    expect(tree.real('usr/lib')).toBeUndefined();
    expect([tree.isFolder('lib/deep'), tree.isFolder('lib/a.so'), tree.isFolder('nowhere')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([...tree.paths()]).toContain('usr/bin/x');
  });

  it('follows the links of a folder once, however many names are looked for in it', async () => {
    const deep = 'opt/a/b/c/d/e';
    const { read } = await takeInventory(
      image(
        layer({
          [`${deep}/lib/x.py`]: 'x',
          [`${deep}/lib64`]: symlink('lib'),
          'srv/late.py': symlink('real.py'),
          'srv/real.py': 'y',
        }),
      ),
    );
    const tree = fileTree(read.files);
    // Each walks eight names where its links are followed: more than all links of an image may take (`linkSteps`).
    for (let at = 0; at < 200_000; at += 1) tree.real(`${deep}/lib64/missing${at}.py`);
    expect(tree.real(`${deep}/lib64/x.py`)).toBe(`${deep}/lib/x.py`);
    expect(tree.real('srv/late.py')).toBe('srv/real.py');
    expect(tree.real('srv/../srv/late.py')).toBe('srv/real.py');
    expect(read.files.linksGivenUp).toBe(false);
  });

  it('answers the same where more was looked up than is remembered', async () => {
    const { read } = await takeInventory(image(layer({ 'usr/lib/a.so': 'a', lib: symlink('usr/lib') })));
    let asked = 0;
    const files: FileSystem = {
      ...read.files,
      find(path) {
        asked += 1;
        return read.files.find(path);
      },
    };
    const tree = fileTree(files, 2);
    for (let round = 0; round < 2; round += 1)
      for (const name of ['a.so', 'b.so', 'c.so', 'd.so'])
        expect(tree.real(`lib/${name}`)).toBe(name === 'a.so' ? 'usr/lib/a.so' : undefined);
    expect(asked).toBe(8);
    const remembering = fileTree(files, 4);
    for (let round = 0; round < 2; round += 1)
      for (const name of ['a.so', 'b.so', 'c.so', 'd.so']) remembering.real(`lib/${name}`);
    expect(asked).toBe(12);
  });

  it('is not led astray by links in a circle', async () => {
    const { read } = await takeInventory(image(layer({ a: symlink('b'), b: symlink('a'), 'c/d': symlink('../c') })));
    const tree = fileTree(read.files);
    expect(tree.real('a')).toBeUndefined();
    expect(tree.isFolder('c/d/d/d')).toBe(true);
    expect(tree.list('a')).toEqual([]);
  });
});
