import { describe, expect, it } from 'vitest';
import { packedByPython } from '../../test/packed.ts';
import { decompressed } from './decompress.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function unpacked(bytes: Uint8Array, size = 10_007): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const piece of decompressed(pieces(bytes, size), 'saved.tar')) parts.push(Buffer.from(piece));
  return Buffer.concat(parts);
}
const text = Buffer.from(Array.from({ length: 90_000 }, (_, line) => `line ${(line * 7_919) % 65_521}\n`).join(''));
const [xz, bzip2] = ['lzma.compress(d)', 'bz2.compress(d)'].map((by) => packedByPython(by, text));

describe.skipIf(!xz || !bzip2)(
  `bytes packed by xz and bzip2${xz && bzip2 ? '' : ' (skipped: no python3 here)'}`,
  () => {
    it('come out whole, of several streams too, however they are cut', async () => {
      for (const packed of [xz!, bzip2!]) {
        expect((await unpacked(packed)).equals(text)).toBe(true);
        expect((await unpacked(Buffer.concat([packed, packed]), 7)).equals(Buffer.concat([text, text]))).toBe(true);
      }
    });

    it('that are damaged, cut, or of another filter are an error in one line', async () => {
      const torn = (bytes: Buffer): Buffer => Buffer.from(bytes).fill(0xa5, 2_000, 2_400);
      const filtered = packedByPython(
        'lzma.compress(d, filters=[{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2}])',
        text,
      )!;
      for (const [bytes, message] of [
        [xz!.subarray(0, -40), 'the xz stream is damaged: it ends too early'],
        [xz!.subarray(0, xz!.length / 2), 'the xz stream is damaged: it ends too early'],
        [bzip2!.subarray(0, -9), 'the bzip2 stream is damaged: it ends too early'],
        [torn(xz!), 'the xz stream is damaged, or has a filter other than LZMA2'],
        [torn(bzip2!), 'the bzip2 stream is damaged'],
        [filtered, 'the xz stream is damaged, or has a filter other than LZMA2'],
      ] as const)
        await expect(unpacked(bytes)).rejects.toMatchObject({ code: 'corrupt', message, where: 'saved.tar' });
    });

    it('of a bomb are stopped by the ratio', async () => {
      const bomb = packedByPython('bz2.compress(bytes(300_000_000))', Buffer.alloc(0))!;
      const run = async (): Promise<number> => {
        let size = 0;
        for await (const piece of decompressed(pieces(bomb, 65_536), 'bomb')) size += piece.length;
        return size;
      };
      await expect(run()).rejects.toMatchObject({ code: 'limit', message: expect.stringContaining('bomb') });
    });
  },
);
