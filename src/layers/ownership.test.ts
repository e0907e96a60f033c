import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import type { LayerFact } from './layer-index.ts';
import { installedOwner, ownershipTable, ownersOf, waysToFolders } from './ownership.ts';
import { pathTable } from './path-table.ts';
import { squash } from './squash.ts';

const entry = { type: 'file', mode: 0o644, uid: 0, gid: 0, size: 1 } as const;
const listing = (name: string, ...paths: readonly string[]): LayerFact => ({
  path: `var/lib/dpkg/info/${name}.list`,
  analyzer: 'dpkg-files',
  fact: { kind: 'owns', type: 'deb', name, paths: paths.join('\n') },
});

const LINKS = [
  ['lib', 'usr/lib'],
  ['usr/lib/python3/dist-packages', '../../share/py3'],
  ['usr/share/py3/addons', '/opt/addons'],
  ['usr/share/round', 'round'],
  ['usr/share/self', '.'],
] as const;

/** Layers that hold these listings and nothing else, with `LINKS` to folders. */
function world(...layers: readonly (readonly LayerFact[])[]) {
  const tables = layers.map((facts, layer) => {
    const table = pathTable();
    if (layer === 0) for (const [path, link] of LINKS) table.add({ ...entry, path, type: 'symlink', link });
    table.add({ ...entry, path: 'usr/lib', type: 'directory' });
    for (const path of ['usr/share/py3/six.py', 'opt/addons/x.py']) table.add({ ...entry, path });
    for (const { path } of facts) table.add({ ...entry, path });
    return table;
  });
  const owned = layers.map((facts) => ownershipTable(facts));
  return (...paths: readonly string[]) =>
    Object.fromEntries(
      [...ownersOf(paths, owned, squash(tables), (listing) => listing)].map(([path, { name }]) => [path, name]),
    );
}

describe('who owns a file', () => {
  it('is the package whose listing names it, whichever way of writing it has', () => {
    const ask = world([
      listing('libc6', '', 'lib', 'lib/libc.so.6', 'usr/share/doc/libc6'),
      listing('base', 'etc/hosts'),
    ]);
    expect(ask('usr/lib/libc.so.6', 'etc/hosts', 'etc/host', 'usr/share/doc/libc6', 'lib/libc.so.6', '')).toEqual({
      'usr/lib/libc.so.6': 'libc6',
      'etc/hosts': 'base',
      'usr/share/doc/libc6': 'libc6',
      'lib/libc.so.6': 'libc6',
    });
  });

  it('is told by a listing that writes it behind any linked folder, or behind two of them', () => {
    const ask = world([
      listing('python3-six', 'usr/lib/python3/dist-packages/six.py'),
      listing('addons', 'usr/lib/python3/dist-packages/addons/x.py'),
      listing('looped', 'usr/share/round/y', 'usr/share/self/z'),
    ]);
    expect(ask('usr/share/py3/six.py', 'opt/addons/x.py', 'usr/share/py3/other.py', 'usr/share/y', 'y')).toEqual({
      'usr/share/py3/six.py': 'python3-six',
      'opt/addons/x.py': 'addons',
    });
  });

  it('is found behind the links that distributions make, whoever makes more links to the folder than are tried', () => {
    const table = pathTable();
    table.add({ ...entry, path: 'usr/lib', type: 'directory' });
    for (let at = 0; at < LIMITS.waysToPath * 2; at += 1)
      table.add({ ...entry, path: `a${at}`, type: 'symlink', link: 'usr/lib' });
    table.add({ ...entry, path: 'lib', type: 'symlink', link: 'usr/lib' });
    const ways = waysToFolders(squash([table]))('usr/lib');
    expect(ways.slice(0, 2)).toEqual(['usr/lib', 'lib']);
    expect(ways).toHaveLength(LIMITS.waysToPath);
  });

  it.each(['usr/lib', '/usr/lib'])('is whose list names the folder that a link of a lower layer led to, %s', (link) => {
    const below = pathTable();
    below.add({ ...entry, path: 'lib', type: 'symlink', link });
    const above = pathTable();
    above.add({ ...entry, path: 'lib/python3/x.py' });
    expect(waysToFolders(squash([below, above]))('lib/python3')).toEqual(['lib/python3', 'usr/lib/python3']);
    const meant = pathTable();
    meant.add({ ...entry, path: 'lib', type: 'directory' });
    meant.add({ ...entry, path: 'lib/python3/x.py' });
    expect(waysToFolders(squash([below, meant]))('lib/python3')).toEqual(['lib/python3']);
  });

  it('is what the uppermost listing says, as long as its own file is visible', () => {
    const python = listing('python3', 'usr/bin/python3');
    const ask = world([python, listing('minimal', 'usr/bin/python3')], [listing('minimal', 'usr/share/minimal')]);
    // The upper listing of `minimal` replaced the lower one, which had named it.
    expect(ask('usr/bin/python3', 'usr/share/minimal')).toEqual({
      'usr/bin/python3': 'python3',
      'usr/share/minimal': 'minimal',
    });
  });

  it('is nobody where a line end in its name makes the rest of it look like a file of a package', () => {
    const ask = world([listing('openssl', 'usr/bin/openssl')]);
    expect(ask('opt/x\nusr/bin/openssl', 'usr/bin/openssl')).toEqual({ 'usr/bin/openssl': 'openssl' });
  });

  it('is found among any others as a plain search would', () => {
    const paths = fc.array(fc.string({ minLength: 1, maxLength: 6 }).filter((text) => !text.includes('\n')));
    fc.assert(
      fc.property(fc.array(paths, { maxLength: 5 }), paths, (owned, asked) => {
        const listings = owned.map((entry, at) => listing(`p${at}`, ...entry));
        const all = [...asked, ...owned.flat()];
        const expected = all.flatMap((path) => {
          const at = owned.findLastIndex((entry) => entry.includes(path));
          return at < 0 ? [] : [[path, `p${at}`] as const];
        });
        expect(world(listings)(...all)).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 200 },
    );
  });

  it('keeps a path that a listing repeats once, and no more paths than there is room for', () => {
    const table = ownershipTable([
      listing('noisy', ...Array.from({ length: 10_000 }, () => 'usr/bin/x')),
      listing('b', 'y'),
    ]);
    expect([table.entries.length, table.dropped]).toEqual([2, 0]);
    const many = ownershipTable([listing('endless', 'a\n'.repeat(LIMITS.ownedPaths + 5))]);
    expect([many.entries.length, many.dropped]).toEqual([1, 5]);
  });
});

describe('a database that rpm has moved away from', () => {
  const MOVED = 'usr/lib/sysimage/rpm/rpmdb.sqlite';
  const FORMER = 'var/lib/rpm/rpmdb.sqlite';
  const listedIn = (path: string, name: string): LayerFact => ({
    path,
    analyzer: 'rpm',
    fact: { type: 'rpm', name, version: '1.26.5-3.el9' },
  });
  const owner = { type: 'rpm', name: 'python3-urllib3' };

  it('still lists what was removed since, which owns nothing', () => {
    const ownerOf = installedOwner([listedIn(FORMER, 'python3-urllib3'), listedIn(MOVED, 'python3-jinja2')]);
    expect(ownerOf({ ...owner, path: FORMER })).toBeUndefined();
    expect(ownerOf({ ...owner, name: 'python3-jinja2', path: MOVED })).toBeDefined();
  });

  it('is heard where it is the only one, and where both list a package', () => {
    expect(installedOwner([listedIn(FORMER, 'python3-urllib3')])({ ...owner, path: FORMER })).toEqual(owner);
    const both = [listedIn(FORMER, 'python3-urllib3'), listedIn(MOVED, 'python3-urllib3')];
    expect(installedOwner(both)({ ...owner, path: FORMER })).toEqual(owner);
  });
});
