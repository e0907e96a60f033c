import { describe, expect, it } from 'vitest';
import { file, image, layer, removed, symlink } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';
import { type FolderNames, folderNames } from './folder-names.ts';
import { type PathTable, pathTable } from './path-table.ts';

const sorted = (names: string[] | undefined): string[] | undefined => names?.sort();

async function namesOf(...layers: ReturnType<typeof layer>[]): Promise<FolderNames> {
  const { read } = await takeInventory(image(...layers));
  return read.files.byFolder();
}

describe('the names in folders', () => {
  it('are of all layers that show in one, each once', async () => {
    const names = await namesOf(
      layer({ 'usr/lib/a.so': 'a', 'usr/lib/gone.so': 'b', lib: symlink('usr/lib') }),
      layer({ 'usr/lib/gone.so': removed, 'usr/lib/a.so': 'new', 'usr/lib/b.so': file('c') }),
    );
    expect(sorted(names.names('usr/lib'))).toEqual(['a.so', 'b.so']);
    expect(sorted(names.names(''))).toEqual(['lib', 'usr']);
    expect(names.names('lib')).toBeUndefined();
  });

  it('name a folder without an entry of its own, and none of which everything was removed', async () => {
    const names = await namesOf(
      layer({ 'opt/deep/er/x': 'x', 'srv/old/y': 'y' }),
      layer({ 'srv/old/y': removed, 'opt/deep/z': 'z' }),
    );
    expect(sorted(names.names('opt/deep'))).toEqual(['er', 'z']);
    expect(sorted(names.names('opt'))).toEqual(['deep']);
    expect([names.has('opt/deep/er'), names.has('srv/old'), names.has('opt/deep/z')]).toEqual([true, false, false]);
    expect([...names.folders()]).toContain('opt');
  });

  it('are made of those that are asked about, and of no other', () => {
    const table = pathTable();
    const entry = { type: 'file', mode: 0, uid: 0, gid: 0, size: 0 } as const;
    for (let folder = 0; folder < 300; folder += 1)
      for (const name of ['a', 'b', 'c']) table.add({ ...entry, path: `d${folder}/${name}` });
    const made: string[] = [];
    const counted: PathTable = {
      ...table,
      folders: table.folders,
      name(row) {
        made.push(table.name(row));
        return table.name(row);
      },
    };
    const rows = Uint32Array.from({ length: table.size }, (_, row) => row);
    const names = folderNames([counted], () => rows);
    expect(sorted(names.names('d7'))).toEqual(['a', 'b', 'c']);
    expect(sorted(names.names(''))).toHaveLength(300);
    expect(made).toHaveLength(3);
  });
});
