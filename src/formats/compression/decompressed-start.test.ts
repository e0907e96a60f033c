import { deflateSync, gzipSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../limits.ts';
import { decompressedStart } from './decompressed-start.ts';

const TEXT = Buffer.from('openssl (1.1.1n-0+deb11u3) bullseye-security; urgency=medium\n'.repeat(400), 'latin1');

describe('the first bytes of what is compressed', () => {
  it.each([
    ['gzip', gzipSync(TEXT)],
    ['zlib', deflateSync(TEXT)],
  ] as const)('%s tells them from the first bytes of the file, however it goes on', (how, whole) => {
    for (const size of [60, 100, LIMITS.magicBytes]) {
      const start = decompressedStart(whole.subarray(0, size), how, 16);
      expect(start.length).toBeGreaterThanOrEqual(16);
      expect(TEXT.subarray(0, start.length).equals(start)).toBe(true);
    }
  });

  it('a file that is damaged after some bytes tells these, as zlib itself does', () => {
    const noise = Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 7919) % 251));
    const damaged = deflateSync(noise, { level: 0 });
    damaged[damaged.length - 1]! ^= 0xff;
    expect(() => inflateSync(damaged)).toThrow('incorrect data check');
    expect(decompressedStart(damaged, 'zlib', 512).subarray(0, 300).equals(noise)).toBe(true);
  });

  it('half a kilobyte that becomes half a megabyte is given up where enough of it is known', () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 }).subarray(0, LIMITS.magicBytes);
    const start = decompressedStart(bomb, 'gzip', 16);
    expect(start.length).toBeGreaterThanOrEqual(16);
    expect(start.length).toBeLessThanOrEqual(64 * 1024);
  });

  it('what was asked before makes no difference, damaged or not', () => {
    const [first, second] = [gzipSync(TEXT), gzipSync(Buffer.from('another text'))];
    for (let round = 0; round < 3; round += 1) {
      expect(decompressedStart(Buffer.from('\x1f\x8b\x08no archive', 'latin1'), 'gzip', 16)).toHaveLength(0);
      expect(decompressedStart(first.subarray(0, 200), 'gzip', 16).toString()).toBe('openssl (1.1.1n-');
      expect(decompressedStart(second, 'gzip', 64).toString()).toBe('another text');
    }
  });

  it('bytes that are none become none', () => {
    expect(decompressedStart(Buffer.from('\x1f\x8bno archive', 'latin1'), 'gzip', 16)).toHaveLength(0);
  });
});
