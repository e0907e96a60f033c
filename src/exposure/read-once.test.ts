import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { program, reachedOf, SYSTEM } from '../../test/exposure.ts';
import { blobs, layer } from '../../test/image.ts';
import { dockerArchive } from '../../test/saved.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { takeInventory } from '../inventory/take.ts';
import { LIMITS } from '../limits.ts';
import { silent } from '../progress.ts';
import { openImage } from '../sources/open.ts';
import { exposureOf } from './index.ts';

/** What was read of files, each piece from where to where, by the path of the file. */
const seen = vi.hoisted(() => ({ paths: new Map<number, string>(), pieces: [] as [string, number, number][] }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  return {
    ...real,
    openSync: (...given: Parameters<typeof real.openSync>) => {
      const file = real.openSync(...given);
      seen.paths.set(file, String(given[0]));
      return file;
    },
    readSync: (file: number, into: Buffer, at: number, length: number, position: number) => {
      const got = real.readSync(file, into, at, length, position);
      seen.pieces.push([seen.paths.get(file) ?? '', position, position + got]);
      return got;
    },
  };
});
afterEach(() => seen.paths.clear());

const SITE = 'usr/lib/python3/dist-packages';
const long = (line: string): string => `note = '${line}'\n`.repeat(2_000);
const names = Array.from({ length: 4_000 }, (_, at) => `wheel/data/part-${at}.txt`);
const FILES = {
  ...SYSTEM,
  'usr/bin/python3': program(['libc.so.6']),
  'usr/lib/python3.9/os.py': long('of the standard library'),
  'app/serve.py': 'import wheel\n',
  [`${SITE}/wheel/__init__.py`]: 'import wheel.deep\n',
  [`${SITE}/wheel/deep.py`]: long('a module'),
  [`${SITE}/wheel-1.0.dist-info/METADATA`]: 'Metadata-Version: 2.1\nName: wheel\nVersion: 1.0\n',
  [`${SITE}/wheel-1.0.dist-info/RECORD`]: `${['wheel/__init__.py', 'wheel/deep.py', ...names].join(',,\n')},,\n`,
};

const folder = temporaryFolder();
const archive = join(folder, 'image.tar');
writeFileSync(archive, dockerArchive(blobs(layer(FILES))));
const root = join(folder, 'root');
for (const [path, content] of Object.entries(FILES)) {
  if (typeof content !== 'string' && !Buffer.isBuffer(content)) continue;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

// In an archive with what is read ahead behind small files.
it.each([
  ['an archive', archive, 8 * 1024],
  ['a folder', `dir:${root}`, LIMITS.magicBytes],
])(
  'reads nothing of %s again for what can be loaded but the first bytes of files, by which their kinds were told',
  async (_, target, most) => {
    const image = await openImage(target, { environment: {}, progress: silent });
    seen.pieces.length = 0;
    const { inventory, read } = await takeInventory(image);
    const first = seen.pieces.length;
    const exposure = await exposureOf(read, inventory.packages, { Cmd: ['/usr/bin/python3', '/app/serve.py'] });
    await image.close();
    expect(reachedOf(exposure, /deep/)).toEqual([`${SITE}/wheel/deep.py: loaded`]);

    const known = new Map<string, [number, number][]>();
    const again = seen.pieces.map(([path, from, to], at) => {
      const before = known.get(path) ?? [];
      known.set(path, [...before, [from, to]]);
      const bytes = new Uint8Array(to - from);
      for (const [start, end] of at < first ? [] : before)
        bytes.fill(1, Math.max(0, start - from), Math.max(0, end - from));
      return { path, bytes: bytes.reduce((sum, byte) => sum + byte, 0) };
    });
    expect(again.length).toBeGreaterThan(first + 2);
    expect(again.filter(({ bytes }) => bytes > most)).toEqual([]);
  },
);
