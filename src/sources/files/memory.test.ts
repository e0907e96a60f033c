import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  directory,
  emptied,
  file,
  hardlink,
  image,
  instruction,
  layer,
  removed,
  sha256,
  symlink,
  tar,
} from '../../../test/image.ts';

const listing = (archive: Buffer): string => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-tar-'));
  try {
    writeFileSync(join(folder, 'a.tar'), archive);
    return execFileSync('tar', ['--numeric-owner', '--utc', '-tvf', join(folder, 'a.tar')], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const hasTar = (() => {
  try {
    return execFileSync('tar', ['--version'], { encoding: 'utf8' }).includes('GNU tar');
  } catch {
    return false;
  }
})();

async function bytesOf(opened: ReturnType<typeof image>, index: number): Promise<Buffer> {
  const content = await opened.layers[index]!.open();
  if (content.kind !== 'stream') throw new Error('expected a stream');
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('an image in memory', () => {
  it.skipIf(!hasTar)('holds archives that GNU tar (where it is installed) lists entry by entry', () => {
    const long = `${'folder/'.repeat(20)}file.txt`;
    const longer = `${'x'.repeat(120)}/${'y'.repeat(130)}`;
    const archive = tar({
      etc: directory(),
      'etc/os-release': 'ID=debian\n',
      'usr/bin/su': file('#!', { mode: 0o4755, uid: 3, gid: 4, mtime: 1_700_000_000 }),
      'usr/bin/python': symlink('python3.9'),
      'etc/again': hardlink('etc/os-release'),
      [long]: 'ustar prefix',
      [longer]: 'pax',
      'a/long/link': symlink(`../${'z'.repeat(150)}`),
    });
    expect(listing(archive).replace(/ +/g, ' ').split('\n')).toEqual([
      'drwxr-xr-x 0/0 0 1970-01-01 00:00 etc/',
      '-rw-r--r-- 0/0 10 1970-01-01 00:00 etc/os-release',
      '-rwsr-xr-x 3/4 2 2023-11-14 22:13 usr/bin/su',
      'lrwxrwxrwx 0/0 0 1970-01-01 00:00 usr/bin/python -> python3.9',
      'hrw-r--r-- 0/0 0 1970-01-01 00:00 etc/again link to etc/os-release',
      `-rw-r--r-- 0/0 12 1970-01-01 00:00 ${long}`,
      `-rw-r--r-- 0/0 3 1970-01-01 00:00 ${longer}`,
      `lrwxrwxrwx 0/0 0 1970-01-01 00:00 a/long/link -> ../${'z'.repeat(150)}`,
      '',
    ]);
  });

  it.skipIf(!hasTar)('writes long names in the GNU way when asked', () => {
    const longer = `${'x'.repeat(120)}/${'y'.repeat(130)}`;
    const archive = tar({ [longer]: symlink('z'.repeat(101)) }, { longNames: 'gnu' });
    expect(archive.subarray(0, 13).toString()).toBe('././@LongLink');
    expect(listing(archive)).toContain(`${longer} -> ${'z'.repeat(101)}`);
  });

  it('writes whiteouts as the OCI image specification names them', () => {
    const archive = tar({ 'var/lib/gone': removed, gone: removed, 'opt/app': emptied });
    const names = [0, 512, 1024].map((offset) =>
      archive
        .subarray(offset, offset + 100)
        .toString()
        .replace(/\0+$/, ''),
    );
    expect(names).toEqual(['var/lib/.wh.gone', '.wh.gone', 'opt/app/.wh..wh..opq']);
  });

  it('has real digests: of the stored blob, of the uncompressed tar, of configuration and manifest', async () => {
    const opened = image(
      layer({ 'etc/os-release': 'ID=debian\n' }).by('ADD rootfs.tar /'),
      instruction('ENV A=b'),
      layer({ 'big.bin': Buffer.alloc(200_000, 7) })
        .gzipped()
        .by('COPY big.bin /'),
    );
    const [first, second] = [await bytesOf(opened, 0), await bytesOf(opened, 1)];
    expect(opened.layers[0]).toMatchObject({
      diffID: sha256(first),
      digest: sha256(first),
      instruction: 'ADD rootfs.tar /',
    });
    expect(opened.layers[1]).toMatchObject({
      diffID: sha256(gunzipSync(second)),
      digest: sha256(second),
      size: second.length,
    });
    expect(
      opened.subject.config?.history.map((instruction) => [instruction.createdBy, instruction.emptyLayer]),
    ).toEqual([
      ['ADD rootfs.tar /', false],
      ['ENV A=b', true],
      ['COPY big.bin /', false],
    ]);
    expect(opened.subject.config?.diffIDs).toEqual(opened.layers.map((layer) => layer.diffID));
    expect(await bytesOf(opened, 0)).toEqual(first);
  });

  it('gives the same bytes for the same entries, so digests can stand in tests', () => {
    expect(image(layer({ a: 'b' })).subject.digest).toBe(image(layer({ a: 'b' })).subject.digest);
    expect(image(layer({ a: 'b' })).subject.digest).not.toBe(image(layer({ a: 'c' })).subject.digest);
  });
});
