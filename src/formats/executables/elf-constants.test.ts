import fc from 'fast-check';
import { expect, it } from 'vitest';
import { elf } from '../../../test/elf.ts';
import { PT_GNU_EH_FRAME } from './elf.ts';
import { elfConstants } from './elf-constants.ts';

interface Reading {
  /** The bytes shown, the others as zero. */
  readonly shown: Buffer;
  /** How often a byte was shown at most. */
  readonly times: number;
  /** How many bytes a source that can seek had to read. */
  readonly read: number;
}

/** Reads as a source does that has `chunk` bytes at once, and writes over them afterwards. */
function read(bytes: Buffer, chunk: number): Reading {
  const shown = Buffer.alloc(bytes.length);
  const times = new Uint8Array(bytes.length);
  const constants = elfConstants(bytes.length, ({ bytes: view, start, from, to }) => {
    view.copy(shown, start + from, from, to);
    for (let at = start + from; at < start + to; at += 1) times[at] = (times[at] as number) + 1;
  });
  let total = 0;
  for (let at = 0; at < bytes.length; ) {
    const part = Buffer.from(bytes.subarray(at, at + Math.min(chunk, constants.enough())));
    total += part.length;
    at += part.length + constants.push(part, at);
    part.fill(0xee);
  }
  constants.end();
  return { shown, times: times.reduce((most, count) => Math.max(most, count), 0), read: total };
}

const CODE = Buffer.alloc(40_000, 0x90);
const part = (name: string, size = 3_000): Buffer => Buffer.from(`\0${name}\0`.padEnd(size, '-'), 'latin1');
const [LOADS, SIZE_AT, OFFSET_AT] = [64, 32, 8];

/** As GNU's linker lays a program out since binutils 2.31: headers and tables, code, constants with the tables for unwinding behind them, data. */
function separate(code = CODE): Buffer {
  const bytes = elf({
    parts: [
      { content: part('a symbol') },
      { content: code, executable: true },
      { content: part('OpenSSL 3.0.17 1 Jul 2025') },
      { content: part('how to unwind'), type: PT_GNU_EH_FRAME },
      { content: part('data 1.2.3'), writable: true },
    ],
    rest: part('a line of the source'),
  });
  const row = (index: number): number => LOADS + index * 56;
  const end = (index: number): number =>
    Number(bytes.readBigUInt64LE(row(index) + OFFSET_AT) + bytes.readBigUInt64LE(row(index) + SIZE_AT));
  bytes.writeBigUInt64LE(BigInt(end(0)), row(0) + SIZE_AT);
  bytes.writeBigUInt64LE(0n, row(0) + OFFSET_AT);
  const constants = Number(bytes.readBigUInt64LE(row(2) + OFFSET_AT));
  bytes.writeBigUInt64LE(BigInt(end(3) - constants), row(2) + SIZE_AT);
  return bytes;
}

it.each([1, 13, 512, 4096, 1 << 20])(
  'shows constants and data once and steps over all else, in pieces of %i bytes',
  (chunk) => {
    const { shown, times } = read(separate(), chunk);
    expect(shown.includes('OpenSSL 3.0.17 1 Jul 2025\0')).toBe(true);
    expect(shown.includes('data 1.2.3\0')).toBe(true);
    for (const text of ['a symbol', '\x90', 'how to unwind', 'a line of the source'])
      expect(shown.includes(text, 0, 'latin1'), text).toBe(false);
    expect(times).toBe(1);
  },
);

it('a source that can seek reads little more than is shown, however much code there is', () => {
  const { read: total } = read(separate(Buffer.alloc(4_000_000, 0x90)), 1 << 20);
  expect(total).toBeLessThan(12_000);
});

it('constants before the code are shown, as other linkers put them, and those in a segment of everything', () => {
  const before = elf({
    parts: [
      { content: part('OpenSSL 3.0.17') },
      { content: CODE, executable: true },
      { content: part('d'), writable: true },
    ],
  });
  expect(read(before, 4096).shown.includes('OpenSSL 3.0.17')).toBe(true);
  const among = elf({
    parts: [{ content: Buffer.concat([CODE, part('OpenSSL 3.0.17')]), executable: true, writable: true }],
  });
  expect(read(among, 4096).shown.includes('OpenSSL 3.0.17')).toBe(true);
});

it('of files whose headers stand far back, all is shown, and of what is no program nothing', () => {
  const far = separate();
  far.writeBigUInt64LE(9_000n, 32);
  expect(read(far, 512).shown.equals(far)).toBe(true);
  const seen: number[] = [];
  elfConstants(far.length, ({ to }) => seen.push(to)).push(far.subarray(0, 5_000), 0);
  expect(seen, 'it is not waited for them').not.toEqual([]);
  expect(read(Buffer.from('no program, OpenSSL 3.0.17'.padEnd(9_000)), 512).shown.includes('OpenSSL')).toBe(false);
});

it('damage anywhere gives an answer, the same one however it is cut, and no byte is shown twice', () => {
  const sound = separate(Buffer.alloc(500, 0x90));
  const damage = fc.array(fc.tuple(fc.nat(LOADS + 8 * 56), fc.nat(255)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      damage,
      fc.integer({ min: 1, max: 5_000 }),
      fc.integer({ min: 0, max: sound.length }),
      (places, chunk, cut) => {
        const damaged = Buffer.from(sound.subarray(0, sound.length - cut));
        for (const [at, byte] of places) if (at < damaged.length) damaged[at] = byte;
        const [pieces, whole] = [read(damaged, chunk), read(damaged, 1 << 20)];
        expect(pieces.shown.equals(whole.shown)).toBe(true);
        expect(pieces.times).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 400 },
  );
});
