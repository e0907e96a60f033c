import { crc32, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip, streamed } from './gunzip.ts';
import { freshRoom } from './room.ts';

const plain = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * at) >> (at % 13)));
const packed = gzipSync(plain);
const members = Buffer.concat([gzipSync(plain.subarray(0, 1_000)), gzipSync(''), gzipSync(plain.subarray(1_000))]);

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  // One memory for all of them, as a source may do.
  const memory = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    memory.fill(0xaa);
    memory.set(part);
    yield memory.subarray(0, part.length);
  }
}

async function all(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** How it ends: the bytes, or the error's line. */
const outcome = (stream: AsyncIterable<Uint8Array>): Promise<string> =>
  all(stream).then(
    (bytes) => `${bytes.length} bytes, ${crc32(bytes)}`,
    (error) => String(error.line),
  );

describe('gzip inflated on this thread', () => {
  it('fills every room it is given but the last, whatever the sizes', async () => {
    for (const [size, room] of [
      [1, 65_536],
      [997, 1_000],
      [packed.length, 100_000],
      [packed.length, 99_999],
      [65_536, 1],
    ] as const) {
      const lengths: number[] = [];
      const parts: Uint8Array[] = [];
      const bytes = size === 65_536 ? gzipSync(plain.subarray(0, 5_000)) : packed;
      for await (const part of gunzip(pieces(bytes, size), 'a layer', freshRoom(room))) {
        lengths.push(part.length);
        parts.push(part);
      }
      expect(Buffer.concat(parts).equals(size === 65_536 ? plain.subarray(0, 5_000) : plain)).toBe(true);
      expect(new Set(lengths.slice(0, -1)).size).toBeLessThan(2);
      expect(lengths[0]).toBe(Math.min(room, plain.length));
    }
  });

  it("comes to the end that Node's stream comes to: members, garbage behind them, damage, cuts", async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 5_000, 5_100);
    const checksum = Buffer.from(packed);
    checksum[checksum.length - 6] = (checksum[checksum.length - 6] as number) ^ 1;
    const inputs = {
      whole: packed,
      members,
      'zeros behind': Buffer.concat([packed, Buffer.alloc(2_000)]),
      'text behind': Buffer.concat([packed, Buffer.from('and then some')]),
      'half a member behind': Buffer.concat([packed, packed.subarray(0, 500)]),
      damaged,
      checksum,
      ...Object.fromEntries([1, 8, 9, 200, packed.length - 12].map((cut) => [`cut ${cut}`, packed.subarray(0, -cut)])),
    };
    let failures = 0;
    for (const [name, bytes] of Object.entries(inputs))
      for (const size of [700, 65_536]) {
        const here = await outcome(gunzip(pieces(bytes, size), 'a layer', freshRoom(4_096)));
        const there = await outcome(streamed(pieces(bytes, size), 'a layer'));
        if (here.includes('damaged')) failures += 1;
        expect([name, here]).toEqual([name, there]);
      }
    expect(failures).toBeGreaterThan(10);
  });

  it('reads its source to the end, though zeros follow the gzip: the digest is that of all stored bytes', async () => {
    let read = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces(Buffer.concat([packed, Buffer.alloc(10_000)]), 1_000)) {
        read += piece.length;
        yield piece;
      }
    }
    expect((await all(gunzip(source(), 'a layer', freshRoom(65_536)))).equals(plain)).toBe(true);
    expect(read).toBe(packed.length + 10_000);
  });
});
