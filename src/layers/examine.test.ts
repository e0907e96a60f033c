import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { tar } from '../../test/image.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { zip } from '../../test/zip.ts';
import { type Analyzer, analyzer } from '../analyzers/analyzer.ts';
import { analyzers } from '../analyzers/index.ts';
import { LIMITS } from '../limits.ts';
import type { Layer } from '../model.ts';
import { indexLayer } from './index-layer.ts';
import { selection } from './selection.ts';

const folder = temporaryFolder();
const appended = zip({ 'model/data.pkl': 'cposix\nsystem\n(S"id"\ntR.' });
const picture = (size: number): Buffer =>
  Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(size, 7)]);
/** A picture with a zip behind it, of so many bytes in all. */
const masked = (size: number): Buffer => Buffer.concat([picture(size - 8 - appended.length), appended]);
const most = LIMITS.askedWholeBytes;
const files = {
  'srv/small.png': masked(700),
  'srv/plain.png': picture(700),
  'srv/less-than-a-head.png': masked(appended.length + 60),
  'srv/as-large-as-may-be.png': masked(most),
  'srv/too-large-to-be-asked.png': masked(most + 1),
  'srv/large-and-plain.png': picture(most),
  'srv/short.png': picture(100),
  'srv/last.png': masked(30_000),
};
const plain = join(folder, 'layer.tar');
writeFileSync(plain, tar(files));
const packed = join(folder, 'layer.tar.gz');
writeFileSync(packed, gzipSync(tar(files)));

const read = async (path: string, those: readonly Analyzer[]) => {
  const content = { kind: 'file' as const, path, offset: 0, length: statSync(path).size };
  const layer = { index: 0, diffID: 'sha256:0', verify: false } as unknown as Layer;
  const { facts, unknowns } = await indexLayer(layer, content, selection(those), 'a layer', {});
  return { facts, unknowns: unknowns.filter(({ analyzer }) => analyzer !== 'layers') };
};

it('finds the same in small bodies that are shown whole before and in those that only pass by', async () => {
  const sought = await read(plain, analyzers);
  expect(sought).toEqual(await read(packed, analyzers));
  expect(sought.unknowns.map(({ path }) => path)).toEqual(
    Object.entries(files).flatMap(([path, body]) => (body.includes(appended) ? [path] : [])),
  );
});

it('shows whoever asks for it a small body whole, where it lies in a file, and does not read it on a no', async () => {
  const asked: string[] = [];
  const begun: string[] = [];
  const picky = analyzer({
    name: 'picky',
    version: 1,
    magic: () => true,
    mayHold: (body) => {
      asked.push(Object.entries(files).find(([, bytes]) => bytes.equals(body))?.[0] ?? 'another body');
      return body.includes(appended);
    },
    *read({ path, bytes }) {
      begun.push(path);
      if (!bytes.equals(files[path as keyof typeof files])) yield { kind: 'unknown', reason: 'other bytes' };
    },
  });
  /** Asked before and after the other, of the same first bytes. */
  const heads: string[] = [];
  const watching = (name: string) =>
    analyzer({
      name,
      version: 1,
      magic: (head, { path }) => heads.push(`${path} ${head.toString('hex')}`) < 0,
      read: () => [],
    });
  expect(await read(plain, [watching('before'), picky, watching('after')])).toEqual({ facts: [], unknowns: [] });
  const small = Object.entries(files).filter(([, { length }]) => length <= most);
  expect(asked).toEqual(small.map(([path]) => path));
  expect(begun).toEqual(
    Object.entries(files).flatMap(([path, body]) => (body.length > most || body.includes(appended) ? [path] : [])),
  );
  expect(heads).toEqual(
    Object.entries(files).flatMap(([path, body]) =>
      Array(2).fill(`${path} ${body.subarray(0, LIMITS.magicBytes).toString('hex')}`),
    ),
  );
  await read(packed, [picky]);
  expect(asked.length).toBe(small.length);
  expect(begun.length).toBe(
    2 * Object.keys(files).length - small.length + small.filter(([, body]) => body.includes(appended)).length,
  );
});
