import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drive } from '../cursor.ts';
import { inflate } from './inflate.ts';

/** Inflates in chunks of `size`; returns how it ended, the bytes, and how much of the input was left. */
function inflated(input: Buffer, size: number, isLook = false) {
  const parts: Buffer[] = [];
  const reader = drive(
    (cursor) =>
      inflate(
        cursor,
        (chunk) => {
          parts.push(Buffer.from(chunk));
          return false;
        },
        isLook,
      ),
    input.length,
  );
  for (let at = 0; at < input.length; at += size) reader.push(input.subarray(at, at + size), at);
  return { end: reader.end(), bytes: Buffer.concat(parts) };
}

describe('inflate', () => {
  it('gives what zlib compressed, whatever the chunks', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 400 }),
            fc.nat(60).map((count) => new Uint8Array(count * 97).fill(65)),
          ),
          { maxLength: 8 },
        ),
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom(constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE),
        fc.integer({ min: 1, max: 700 }),
        (parts, level, strategy, size) => {
          const bytes = Buffer.concat(parts);
          const packed = deflateRawSync(bytes, { level, strategy });
          expect(inflated(packed, size)).toEqual({ end: 'end', bytes });
          expect(inflated(packed, size, true)).toEqual({ end: 'end', bytes });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives megabytes through the window', () => {
    const bytes = Buffer.alloc(3_000_000);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = (at * at) >>> (at % 13);
    expect(inflated(deflateRawSync(bytes), 65_536).bytes.equals(bytes)).toBe(true);
  });

  it('gives no other bytes than zlib for a damaged or cut stream, and ends', () => {
    const original = deflateRawSync(
      Buffer.from('the quick brown fox '.repeat(200) + Array.from({ length: 800 }, (_, n) => n * n).join()),
    );
    fc.assert(
      fc.property(
        fc.nat(original.length - 1),
        fc.nat(255),
        fc.nat(original.length),
        fc.integer({ min: 1, max: 300 }),
        (at, value, cut, size) => {
          const damaged = Buffer.from(original.subarray(0, cut));
          if (at < cut) damaged[at] = value;
          const ours = inflated(damaged, size);
          let theirs: Buffer | undefined;
          try {
            theirs = inflateRawSync(damaged, { finishFlush: constants.Z_SYNC_FLUSH });
          } catch {
            theirs = undefined;
          }
          // zlib refuses codes that are incomplete; taking them shows what another reader might see.
          if (theirs) expect(ours.bytes.subarray(0, theirs.length).equals(theirs)).toBe(true);
        },
      ),
      { numRuns: 250 },
    );
  });

  it('never moves behind the bytes that are there', () => {
    // Found by the models' fuzz test: codes cut in the middle once drove the count of bits below zero.
    const body = deflateRawSync(
      Buffer.from('the quick brown fox '.repeat(20) + Array.from({ length: 300 }, (_, n) => n * n).join()),
    );
    for (let cut = 0; cut <= body.length; cut += 1) {
      const bytes = body.subarray(0, cut);
      const reader = drive(function* (cursor) {
        yield* inflate(cursor, () => false);
        return cursor.start + cursor.at;
      }, cut + 1_000);
      reader.push(bytes, 0);
      expect(reader.end()).toBeLessThanOrEqual(cut);
    }
  });

  it('says the first bytes at once for a look, and goes no further', () => {
    const text = Buffer.from('.TH BASH 1 "GNU Bash" '.repeat(50));
    for (const strategy of [constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY]) {
      const sizes: number[] = [];
      const reader = drive((cursor) =>
        inflate(
          cursor,
          (chunk) => {
            sizes.push(chunk.length);
            expect(chunk.equals(text.subarray(0, chunk.length))).toBe(true);
            return true;
          },
          true,
        ),
      );
      reader.push(deflateRawSync(text, { strategy }), 0);
      expect(reader.end()).toBe('enough');
      expect(sizes).toHaveLength(1);
      expect(sizes[0]).toBeGreaterThanOrEqual(16);
      expect(sizes[0]).toBeLessThan(300);
    }
  });

  it('stops when the sink has seen enough', () => {
    const input = deflateRawSync(Buffer.alloc(10_000_000, 'ab'));
    let seen = 0;
    const reader = drive((cursor) =>
      inflate(cursor, (chunk) => {
        seen += chunk.length;
        return true;
      }),
    );
    expect(reader.push(input, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(reader.end()).toBe('enough');
    expect(seen).toBeLessThan(100_000);
  });
});
