import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { elf } from '../../test/elf.ts';
import { hardlink, image, layer, symlink, type TarEntries } from '../../test/image.ts';
import type { Analyzer } from '../analyzers/analyzer.ts';
import { analyzers } from '../analyzers/index.ts';
import type { Image } from '../model.ts';
import { silent } from '../progress.ts';
import { noCache } from './cache.ts';
import { installedOwner } from './ownership.ts';
import { readImage } from './read-image.ts';

/** A library that tells its version, of nine megabytes: more than is looked at before bodies are put off. */
const library = (text: string): Buffer =>
  elf({ parts: [{ content: Buffer.from(`\0${text}\0`) }], rest: Buffer.alloc(9 * 1024 * 1024) });
const zlib = library(' deflate 1.2.11 Copyright 1995-2017 Jean-loup Gailly and Mark Adler ');
const first = library('nothing');
const release = 'ID=debian\nVERSION_ID="11"\n';
const status = 'Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n';

/** What is found in these layers, and how often each was opened. */
async function read(world: Image) {
  const opened = world.layers.map(() => 0);
  const layers = world.layers.map((layer, at) => ({
    ...layer,
    open: (signal?: AbortSignal) => {
      opened[at] = (opened[at] ?? 0) + 1;
      return layer.open(signal);
    },
  }));
  const { facts } = await readImage({ ...world, layers }, { analyzers, cache: noCache, progress: silent });
  const actual = facts.flatMap(({ path, analyzer, fact }) =>
    fact.kind === undefined && analyzer === 'binaries' ? [`${path} ${fact.name} ${fact.version}`] : [],
  );
  return { found: actual, opened };
}
const base = (owned: string, files: TarEntries = {}): TarEntries => ({
  'etc/os-release': release,
  'usr/lib/a.so': first,
  'usr/lib/libz.so': zlib,
  'var/lib/dpkg/info/a.list': owned,
  'var/lib/dpkg/status': status,
  ...files,
});

describe('a body that matters only if no package owns it', () => {
  it('is not looked at where a package does, and the layer passes by once', async () => {
    const owned = '/usr/lib/a.so\n/usr/lib/libz.so\n';
    expect(await read(image(layer(base(owned)).gzipped()))).toEqual({ found: [], opened: [1] });
  });

  it('is read in another pass where none does, and proves what it proves when it is read at once', async () => {
    const proof = 'usr/lib/libz.so zlib 1.2.11';
    expect(await read(image(layer(base('/usr/lib/a.so\n')).gzipped()))).toEqual({ found: [proof], opened: [2] });
    // Without a distribution nothing is put off.
    const bare = { 'usr/lib/a.so': first, 'usr/lib/libz.so': zlib };
    expect(await read(image(layer(bare).gzipped()))).toEqual({ found: [proof], opened: [1] });
  });

  it('is looked at when it passes by in what Python compiled, which lies among what packages own and is listed by none', async () => {
    const compiled = { 'usr/lib/python3/dist-packages/yaml/__pycache__/__init__.cpython-39.pyc': 'x' };
    const owned = '/usr/lib/a.so\n/usr/lib/libz.so\n';
    expect(await read(image(layer(base(owned, compiled)).gzipped()))).toEqual({ found: [], opened: [1] });
  });

  it('is not asked for through a link where a package owns what the link leads to', async () => {
    const documents = {
      'usr/share/doc/unzip/changelog.gz': symlink('History.600.gz'),
      'usr/share/doc/unzip/History.600.gz': 'x',
    };
    const owned = '/usr/lib/a.so\n/usr/lib/libz.so\n/usr/share/doc/unzip/History.600.gz\n';
    expect((await read(image(layer(base(owned, documents)).gzipped()))).opened).toEqual([1]);
    expect((await read(image(layer(base('/usr/lib/a.so\n/usr/lib/libz.so\n', documents)).gzipped()))).opened).toEqual([
      2,
    ]);
  });

  it('that an upper layer takes the ownership of away is read then', async () => {
    const owned = '/usr/lib/a.so\n/usr/lib/libz.so\n';
    const upper = layer({ 'var/lib/dpkg/info/.wh.a.list': '' });
    const { found: actual, opened } = await read(image(layer(base(owned)).gzipped(), upper));
    expect(actual).toEqual(['usr/lib/libz.so zlib 1.2.11']);
    expect(opened).toEqual([2, 1]);
  });

  it('proves the same under the name of a hard link, if that is read at once or not, and if its own name is gone or not', async () => {
    const changelog = gzipSync('zlib (1:1.2.11.dfsg-2) unstable; urgency=medium\n\n  * x\n');
    const documents = {
      'usr/share/doc/zlib1g/changelog.Debian.gz': changelog,
      'usr/share/doc/other/changelog.Debian.gz': hardlink('usr/share/doc/zlib1g/changelog.Debian.gz'),
    };
    const told = async (files: TarEntries, upper: TarEntries): Promise<string[]> => {
      const world = image(layer(files).gzipped(), layer(upper));
      const { facts } = await readImage(world, { analyzers, cache: noCache, progress: silent });
      return facts
        .filter(({ analyzer }) => /changelog/.test(analyzer))
        .map(({ path, fact }) => `${path} ${JSON.stringify(fact)}`);
    };
    const gone = 'usr/share/doc/zlib1g/.wh.changelog.Debian.gz';
    for (const [upper, count] of [
      [{}, 2],
      [{ [gone]: '' }, 1],
    ] as const) {
      const owned = '/usr/lib/a.so\n/usr/lib/libz.so\n';
      // Without nine megabytes in front, nothing is put off.
      const atOnce = await told({ ...base(owned, documents), 'usr/lib/a.so': 'x', 'usr/lib/libz.so': 'x' }, upper);
      expect(atOnce).toHaveLength(count);
      expect(await told(base(owned, documents), upper)).toEqual(atOnce);
    }
  });

  it('proves no owner of itself: a list that was left makes the changelog beside it nobody’s, if it is read at once or not', async () => {
    const files = {
      'etc/os-release': release,
      'var/lib/dpkg/status': status,
      'var/lib/dpkg/info/zlib1g.list': '/usr/share/doc/zlib1g/changelog.Debian.gz\n',
      'usr/share/doc/zlib1g/changelog.Debian.gz': gzipSync(
        'zlib (1:1.2.11.dfsg-2) unstable; urgency=medium\n\n  * x\n',
      ),
    };
    for (const form of [layer(files), layer(files).gzipped()]) {
      const { facts } = await readImage(image(form), { analyzers, cache: noCache, progress: silent });
      expect(facts.map(({ analyzer }) => analyzer)).toContain('debian-changelogs');
    }
  });

  it('proves an owner of other things all the same, to whoever asks when all is known', async () => {
    const LIST = 'var/lib/dpkg/info/python3-wheel.list';
    const files = {
      'etc/os-release': release,
      'var/lib/dpkg/status': status,
      [LIST]: '/usr/share/doc/python3-wheel/changelog.Debian.gz\n/usr/lib/python3/dist-packages/wheel/cli.py\n',
      'usr/share/doc/python3-wheel/changelog.Debian.gz': gzipSync(
        'wheel (0.38.4-2) unstable; urgency=medium\n\n  * x\n',
      ),
    };
    for (const form of [layer(files), layer(files).gzipped()]) {
      const { facts } = await readImage(image(form), { analyzers, cache: noCache, progress: silent });
      const owner = { type: 'deb', name: 'python3-wheel' };
      expect(installedOwner(facts)({ ...owner, path: LIST })).toEqual(owner);
    }
  });

  it('is no problem where a package owns it, whether it was read at once or not', async () => {
    const failing: Analyzer = {
      name: 'failing',
      version: 1,
      unownedOnly: true,
      files: ['**/libz.so'],
      read() {
        throw new Error('not to be read');
      },
    };
    const told = async (owned: string, ballast: Buffer | string): Promise<unknown[]> => {
      const body = ballast === first ? zlib : 'small';
      const world = image(layer(base(owned, { 'usr/lib/a.so': ballast, 'usr/lib/libz.so': body })).gzipped());
      const read = await readImage(world, { analyzers: [...analyzers, failing], cache: noCache, progress: silent });
      return [...read.facts, ...read.indexes.flatMap(({ unknowns }) => unknowns)].filter(
        ({ analyzer }) => analyzer === 'failing',
      );
    };
    for (const ballast of [first, 'x']) {
      expect(await told('/usr/lib/a.so\n/usr/lib/libz.so\n', ballast)).toEqual([]);
      expect(await told('/usr/lib/a.so\n', ballast)).toMatchObject([{ path: 'usr/lib/libz.so', layer: 0 }]);
    }
  });
});
