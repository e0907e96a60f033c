import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isEven, isMaskedProgram, rawInflated } from './disguised-bytes.ts';

/** The first bytes of Debian 12's `ls`. */
const LS = Buffer.from(
  '7f454c4602010100000000000000000003003e0001000000d0610000000000004000000000000000704702000000000000000000400038000d0040001f001e00',
  'hex',
);
const masked = (key: readonly number[]): Buffer => Buffer.from(LS.map((byte, at) => byte ^ key[at % key.length]!));
const bytes = (count: number): Buffer =>
  Buffer.concat(
    Array.from({ length: Math.ceil(count / 32) }, (_, at) => createHash('sha256').update(`${at}`).digest()),
  ).subarray(0, count);

describe('a program under a mask', () => {
  it.each(Array.from({ length: 16 }, (_, at) => at + 1))('is known under a key of %i bytes', (length) => {
    expect(isMaskedProgram(masked([...bytes(length)]))).toBe(true);
  });

  it('is none without a mask, under a key too long, or where nothing but zeros stands', () => {
    expect(isMaskedProgram(LS)).toBe(false);
    expect(isMaskedProgram(masked([...bytes(40)]))).toBe(false);
    expect(isMaskedProgram(Buffer.alloc(512))).toBe(false);
    expect(isMaskedProgram(Buffer.alloc(512, 'a'))).toBe(false);
    for (let at = 0; at < 1_000; at += 1) expect(isMaskedProgram(bytes(64 + at).subarray(at))).toBe(false);
  });
});

it('bytes of a digest are even, and those of a source and of weights are not', () => {
  expect(isEven(bytes(512))).toBe(true);
  expect(isEven(readFileSync(new URL(import.meta.url)).subarray(0, 512))).toBe(false);
  const weights = Float32Array.from({ length: 128 }, (_, at) => Math.sin(at * 1.7) / 10);
  expect(isEven(Buffer.from(weights.buffer))).toBe(false);
});

describe('a stream of deflate without a header', () => {
  /** Longer than a block. */
  const text = Buffer.from(
    Array.from({ length: 20_000 }, (_, at) => `version ${Math.trunc(Math.sin(at) * 1e6)}\n`).join(''),
  );

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('is known at level %i, by a program or a text in it', (level) => {
    for (const bytes of [Buffer.concat([LS, text]), text])
      for (const strategy of [constants.Z_DEFAULT_STRATEGY, constants.Z_FILTERED, constants.Z_HUFFMAN_ONLY]) {
        const start = rawInflated(deflateRawSync(bytes, { level, strategy }).subarray(0, 512));
        expect(start?.equals(bytes.subarray(0, start.length))).toBe(true);
      }
  });
});
