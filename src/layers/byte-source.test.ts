import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { fileSource, streamSource } from './byte-source.ts';

/** What was read of the file, each piece from where to where. */
const pieces = vi.hoisted((): [number, number][] => []);
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const readSync = (file: number, into: Buffer, at: number, length: number, position: number): number => {
    const got = real.readSync(file, into, at, length, position);
    pieces.push([position, position + got]);
    return got;
  };
  return { ...real, readSync };
});
beforeEach(() => {
  pieces.length = 0;
});

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

/** Bytes that were read although they had been before. */
const readAgain = (): number =>
  pieces.reduce((sum, [, end], at) => {
    const before = Math.max(0, ...pieces.slice(0, at).map(([, known]) => known));
    return sum + Math.max(0, Math.min(before, end) - (pieces[at] as [number, number])[0]);
  }, 0);

it('reads no byte twice while it looks at each file of an archive and goes back to the beginning of some', () => {
  const from = source();
  let at = 0;
  for (let size = 200; at + size + 1_024 < 150_000; size = (size * 7 + 333) % 9_000) {
    from.take(512);
    const [body, head] = [at + 512, Math.min(512, size)];
    const first = Buffer.from(from.chunk(head) as Buffer);
    // In one piece, wherever the window ended.
    expect(first.equals(bytes.subarray(body, body + head))).toBe(true);
    if (size % 3 === 0) expect(from.again?.(body, size)?.equals(bytes.subarray(body, body + size))).toBe(true);
    from.skip(size - head);
    at = body + size;
  }
  expect(pieces.length).toBeGreaterThan(10);
  expect(readAgain()).toBe(0);
});

it('reads little ahead behind a jump: most of it would be a body that somebody asks for later', () => {
  const from = source();
  for (let at = 0; at < 150_000; at += 20_000) {
    from.take(512);
    from.chunk(512);
    from.skip(20_000 - 1_024);
  }
  expect(pieces.every(([start, end]) => end - start === 1_024)).toBe(true);
});
