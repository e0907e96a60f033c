import { expect, it, vi } from 'vitest';
import { zstdRaw, zstdRle } from '../../../test/corpora/hostile-tar.ts';
import { loadZstd, unzstdWhole } from './zstd-decoder.ts';

it('starts without an HTTP client, and leaves the one of this process where it was', async () => {
  const asked = vi.fn(() => Promise.reject(new Error('the network was asked')));
  vi.stubGlobal('fetch', asked);
  await loadZstd();
  expect(asked).not.toHaveBeenCalled();
  expect(globalThis.fetch).toBe(asked);
  vi.unstubAllGlobals();
});

it('unpacks a body that fills its pieces to the last byte, one that does not, and several frames', async () => {
  await loadZstd();
  for (const blocks of [1, 2, 3]) {
    const plain = unzstdWhole(zstdRle(blocks, 7), 1 << 20);
    expect(plain.equals(Buffer.alloc(blocks * 128 * 1024, 7))).toBe(true);
  }
  const text = Buffer.from('Name: numpy\n');
  expect(unzstdWhole(zstdRaw(text), 1 << 20)).toEqual(text);
  const both = unzstdWhole(Buffer.concat([zstdRle(2, 7), zstdRaw(text), zstdRle(1, 8)]), 1 << 20);
  expect(both.equals(Buffer.concat([Buffer.alloc(256 * 1024, 7), text, Buffer.alloc(128 * 1024, 8)]))).toBe(true);
  expect(() => unzstdWhole(zstdRle(2, 7).subarray(0, -4), 1 << 20)).toThrow('ends too early');
});

it('is found by a second copy of this file, to which the library does not show itself again', async () => {
  await loadZstd();
  vi.resetModules();
  const copy = await import('./zstd-decoder.ts');
  await copy.loadZstd();
  expect(copy.unzstdWhole(zstdRaw(Buffer.from('numpy')), 100).toString()).toBe('numpy');
});
