import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { fileSource, streamSource } from './byte-source.ts';

const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7 + (at >> 8)) & 255));
const path = join(temporaryFolder(), 'bytes');
writeFileSync(path, bytes);
const opened: { close(): void }[] = [];
afterAll(() => {
  for (const source of opened) source.close();
});
const source = (offset = 0, length = bytes.length) => {
  const made = fileSource(path, offset, length);
  opened.push(made);
  return made;
};

it('reads the same bytes of a file whatever is passed over and how much is taken at once', () => {
  for (const step of [1, 300, 512, 5_000, 40_000]) {
    const from = source(1_000);
    let at = 0;
    while (at + 600 + step < 150_000) {
      expect(from.position).toBe(at);
      const head = Buffer.from(from.take(512) as Buffer);
      expect(head.equals(bytes.subarray(1_000 + at, 1_512 + at))).toBe(true);
      const chunk = Buffer.from(from.chunk(88) as Buffer);
      expect(chunk.equals(bytes.subarray(1_512 + at, 1_512 + at + chunk.length))).toBe(true);
      at += 512 + chunk.length + (from.skip(step) as number);
    }
  }
});

it('gives bytes of a file again that have been passed, and goes on where it stood', () => {
  const from = source();
  from.take(512);
  from.skip(30_000);
  const head = Buffer.from(from.chunk(100) as Buffer);
  expect(head.length).toBe(100);
  for (const [start, count] of [
    [30_512, 100],
    [30_512, 60_000],
    [0, 512],
    [30_512, 5_000],
  ] as const) {
    expect(from.again?.(start, count)?.equals(bytes.subarray(start, start + count))).toBe(true);
    expect(from.position).toBe(30_612);
  }
  expect((from.take(300) as Buffer).equals(bytes.subarray(30_612, 30_912))).toBe(true);
});

it('gives nothing again that is not all there', () => {
  const from = source(0, 10_000);
  from.take(512);
  expect(from.again?.(9_000, 1_001)).toBeUndefined();
  expect(from.again?.(9_000, 1_000)?.equals(bytes.subarray(9_000, 10_000))).toBe(true);
  const passing = streamSource((async function* () {})());
  expect(passing.again).toBeUndefined();
});
