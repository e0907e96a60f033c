import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { steadyBlocks } from './steady-blocks.ts';

const file = Buffer.from(Array.from({ length: 1_000 }, (_, at) => (at * 7) % 251));

/** What a reader is shown that wants to skip as many bytes after each block as the block's first byte says. */
function shown(chunks: readonly number[], length: number, size = file.length, until = file.length) {
  const blocks: [number, string][] = [];
  const steady = steadyBlocks(size, length, (block, offset) => {
    blocks.push([offset, block.toString('hex')]);
    return block[0]! > 240 ? Number.POSITIVE_INFINITY : block[0]! % 50;
  });
  for (let at = 0, turn = 0; at < until; turn += 1) {
    const piece = Buffer.from(file.subarray(at, Math.min(until, at + chunks[turn % chunks.length]!)));
    at += piece.length;
    at += steady.push(piece, at - piece.length);
    piece.fill(0xee);
  }
  steady.end();
  return blocks;
}

describe('a file in blocks of one length', () => {
  it('is shown alike whatever the chunks are that it comes in, also where it is cut off', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 1_000 }),
        (chunks, length, until) => {
          expect(shown(chunks, length)).toEqual(shown([1_000], length));
          expect(shown(chunks, length, 1_000, until)).toEqual(shown([1_000], length, 1_000, until));
        },
      ),
    );
  });

  it('comes whole, with a shorter block at its end', () => {
    const steady: number[] = [];
    const blocks = steadyBlocks(10, 4, (block, offset) => {
      steady.push(offset, block.length);
      return 0;
    });
    expect(blocks.push(file.subarray(0, 10), 0)).toBe(0);
    expect(steady).toEqual([0, 4, 4, 4, 8, 2]);
  });
});
