import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { freshRoom } from './room.ts';
import { unzstd, unzstdPortable } from './zstd.ts';

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/** One block of a frame: raw, or one byte that is repeated. https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.2 */
function block(content: Buffer | { byte: number; times: number }, last: boolean): Buffer {
  const raw = Buffer.isBuffer(content);
  const header = Number(last) | (raw ? 0 : 2) | ((raw ? content.length : content.times) << 3);
  return Buffer.concat([u32(header).subarray(0, 3), raw ? content : Buffer.from([content.byte])]);
}

/** A frame of one segment whose size is told. https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1 */
const frame = (size: number, ...blocks: Buffer[]): Buffer =>
  Buffer.concat([u32(0xfd2fb528), Buffer.from([0xa0]), u32(size), ...blocks]);

const plain = Buffer.from(Array.from({ length: 90_000 }, (_, at) => (at * at) >> (at % 13)));
const sample = frame(
  190_000,
  block(plain.subarray(0, 40_000), false),
  block({ byte: 7, times: 100_000 }, false),
  block(plain.subarray(40_000), true),
);
const unpacked = Buffer.concat([plain.subarray(0, 40_000), Buffer.alloc(100_000, 7), plain.subarray(40_000)]);
const skippable = Buffer.concat([u32(0x184d2a50), u32(5), Buffer.from('12345')]);
const empty = frame(0, block(Buffer.alloc(0), true));

const decoders = {
  'by WebAssembly': unzstdPortable,
  ...('createZstdDecompress' in zlib ? { "by Node's own decoder": unzstd } : {}),
};

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe.each(Object.entries(decoders))('zstd unpacked %s (which Node has from 22.15 on)', (_, decoder) => {
  const all = async (bytes: Uint8Array, size: number, room: number): Promise<Buffer[]> => {
    const parts: Buffer[] = [];
    for await (const part of decoder(pieces(bytes, size), 'a layer', freshRoom(room))) parts.push(Buffer.from(part));
    return parts;
  };

  it('fills every room but the last, whatever the sizes', async () => {
    for (const size of [1_000, 65_536, 1_000_000])
      for (const room of [1_000, 95_000, 190_000, 500_000]) {
        const parts = await all(sample, size, room);
        expect(Buffer.concat(parts).equals(unpacked)).toBe(true);
        expect(parts.slice(0, -1).every(({ length }) => length === room)).toBe(true);
      }
    expect(Buffer.concat(await all(sample, 1, 190_000)).equals(unpacked)).toBe(true);
  });

  it('goes on with the next frame, and passes over skippable and empty ones', async () => {
    const many = Buffer.concat([skippable, sample, skippable, empty, sample, sample, skippable]);
    for (const size of [3, 50_000, 1_000_000])
      expect(Buffer.concat(await all(many, size, 65_536)).equals(Buffer.concat([unpacked, unpacked, unpacked]))).toBe(
        true,
      );
  });

  it('says that it is damaged where it is cut, broken, followed by something else, or nothing', async () => {
    const broken = Buffer.from(sample);
    broken[9] = 0x06; // a block of the reserved kind
    const inputs = [
      ...[1, 5, 60_000, sample.length - 6].map((cut) => sample.subarray(0, -cut)),
      Buffer.concat([sample, sample.subarray(0, 50_000)]),
      Buffer.concat([sample, Buffer.from('and then some')]),
      broken,
      Buffer.alloc(0),
    ];
    for (const bytes of inputs)
      for (const size of [1_000, 1_000_000])
        await expect(all(bytes, size, 65_536)).rejects.toMatchObject({ code: 'corrupt' });
  });
});
