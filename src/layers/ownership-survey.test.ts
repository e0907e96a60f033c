import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EntryType } from '../model.ts';
import type { LayerFact } from './layer-index.ts';
import { type Owner, ownershipTable, ownersOf } from './ownership.ts';
import { type FileVisitor, ownershipSurvey } from './ownership-survey.ts';
import { pathTable } from './path-table.ts';
import { squash } from './squash.ts';

interface Shape {
  /** Files, folders (`usr/bin/`), links (`to`), removed files (`.wh.`). */
  readonly entries: readonly (string | readonly [path: string, to: string])[];
  /** What packages list. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
}

const LIST = (name: string): string => `var/lib/dpkg/info/${name}.list`;

function survey(...shapes: readonly Shape[]) {
  const layers = shapes.map(({ entries, lists = {} }) => {
    const table = pathTable();
    const add = (path: string, type: EntryType, link?: string): void =>
      void table.add({ path, type, mode: 0, uid: 0, gid: 0, size: 1, ...(link === undefined ? {} : { link }) });
    for (const name of Object.keys(lists)) add(LIST(name), 'file');
    for (const entry of entries)
      if (typeof entry !== 'string') add(entry[0], 'symlink', entry[1]);
      else if (entry.endsWith('/')) add(entry.slice(0, -1), 'directory');
      else add(entry, entry.includes('.wh.') ? 'whiteout' : 'file');
    return table;
  });
  const tables = shapes.map(({ lists = {} }) =>
    ownershipTable(
      Object.entries(lists).map(
        ([name, paths]): LayerFact => ({
          path: LIST(name),
          analyzer: 'dpkg-files',
          fact: { kind: 'owns', type: 'deb', name, paths: paths.join('\n') },
        }),
      ),
    ),
  );
  const files = squash(layers);
  const met = new Map<string, boolean>();
  const folders: string[] = [];
  const letters = new Map<string, string>();
  const visitor: FileVisitor = {
    enter: (folder) => folders.push(folder),
    meet(file, isOwned) {
      met.set(file.path(), isOwned);
      letters.set(file.path(), String.fromCharCode(file.lastByte));
    },
  };
  // A list that was left when its package went.
  const isListed = ({ name }: Owner): boolean => name !== 'left';
  const told = ownershipSurvey(files, tables, visitor, undefined, isListed);
  return { files, tables, met, folders, letters, told };
}

it('tells of each visible file whether a visible listing names it, and of each listing how many are there', () => {
  const { met, told } = survey(
    {
      entries: ['usr/bin/', 'usr/bin/git', 'usr/bin/gone', 'usr/share/doc/git/copyright', 'hosts', 'opt/app/run'],
      lists: { git: ['usr/bin/git', 'usr/bin/gone', 'usr/share/doc/git/copyright', 'usr/bin/never'], base: ['hosts'] },
    },
    { entries: ['usr/bin/.wh.gone', 'opt/app/more'], lists: { more: ['opt/app/more'] } },
  );
  expect(Object.fromEntries([...met].filter(([path]) => !path.startsWith('var/')))).toEqual({
    'usr/bin/git': true,
    'usr/share/doc/git/copyright': true,
    hosts: true,
    'opt/app/run': false,
    'opt/app/more': true,
  });
  expect(told.owned).toBe(4);
  const [git] = told.listings.filter(({ name }) => name === 'git');
  expect(git).toMatchObject({ listed: 4, present: 2, visible: true });
  // Documentation may stay when a package goes.
  expect(git?.code).toEqual(new Map([[0, 1]]));
});

it('a listing that a layer above removed counts files that no visible one names', () => {
  const { told } = survey(
    { entries: ['usr/bin/a', 'usr/bin/b'], lists: { old: ['usr/bin/a', 'usr/bin/b'] } },
    { entries: ['var/lib/dpkg/info/.wh.old.list', 'usr/bin/b'], lists: { now: ['usr/bin/b'] } },
  );
  expect(told.owned).toBe(1);
  expect(told.listings.map(({ name, visible, present }) => [name, visible, present])).toEqual([
    ['old', false, 1],
    ['now', true, 1],
  ]);
});

it('a listing that came later than the file of another claims it, but where its package had it before', () => {
  const entries = ['usr/bin/a', 'usr/bin/b', 'usr/bin/c', 'etc/d'];
  const lists = { old: ['usr/bin/a', 'usr/bin/b', 'etc/d'], left: ['usr/bin/c'], same: ['usr/bin/b'] };
  const { told } = survey(
    { entries, lists },
    {
      entries: ['var/lib/dpkg/info/.wh.old.list'],
      lists: { same: ['usr/bin/b'], late: ['usr/bin/a', 'usr/bin/c', 'etc/d'] },
    },
  );
  const seen = told.listings.map(({ name, layer, present, contested, claimed }) => [
    name,
    layer,
    present,
    contested,
    claimed,
  ]);
  expect(seen).toEqual([
    ['old', 0, 1, 1, 0],
    ['left', 0, 1, 0, 1],
    ['same', 0, 0, 0, 0],
    ['same', 1, 1, 0, 0],
    ['late', 1, 3, 0, 0],
  ]);
});

it('folders are entered before their files, and a name tells its last letter without its path', () => {
  const { folders, letters } = survey({ entries: ['top.jar', 'usr/lib/a.rb', 'usr/lib/é', 'usr/share/b.js'] });
  expect(folders).toEqual(['', 'usr/lib', 'usr/share']);
  expect([...letters.values()].filter((letter) => /[a-z]/.test(letter))).toEqual(['r', 'b', 's']);
});

it('libraries are counted in the folders that distributions have for them, and loaders found wherever they lie', () => {
  const { told } = survey({
    entries: [
      'usr/lib/x86_64-linux-gnu/libz.so.1',
      'usr/lib/x86_64-linux-gnu/libown.so.2',
      'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
      'usr/lib/x86_64-linux-gnu/perl/libno.so.1',
      'opt/old/lib/ld-musl-x86_64.so.1',
      'opt/lib/libz.so.1',
      'opt/lib/ld-other.so',
    ],
    lists: { zlib1g: ['usr/lib/x86_64-linux-gnu/libz.so.1'] },
  });
  expect(told.libraries).toEqual({ owned: 1, all: 2 });
  expect(told.loaders).toEqual(['usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', 'opt/old/lib/ld-musl-x86_64.so.1']);
});

it('owned is what somebody owns who asks for that path, in every alphabet and behind linked folders', () => {
  const name = fc.constantFrom('a', 'bin', 'libc.so.6', 'é', 'Straße.txt', '日本', '😀.py', 'x'.repeat(200));
  const folder = fc.constantFrom('', 'usr/', 'usr/lib/', 'lib/', 'größe/', 'etc/');
  const path = fc.tuple(folder, name).map(([inside, last]) => inside + last);
  fc.assert(
    fc.property(fc.array(path, { maxLength: 12 }), fc.array(path, { maxLength: 12 }), (there, listed) => {
      const entries = [['lib', 'usr/lib'] as const, ...there.filter((file) => !file.startsWith('lib/'))];
      const { met, files, tables } = survey({ entries, lists: { some: listed } });
      const owners = ownersOf(met.keys(), tables, files, (listing) => listing);
      expect([...met].filter(([, isOwned]) => isOwned).map(([file]) => file)).toEqual([...owners.keys()]);
    }),
    { numRuns: 300 },
  );
});
