import { afterEach, expect, it, vi } from 'vitest';
import { LIMITS } from '../limits.ts';
import type { RawBody } from './exchange.ts';
import { readBody } from './response-body.ts';

afterEach(() => vi.restoreAllMocks());

/** A body of so many chunks, each of which is waited for so long. */
async function read(chunks: number, bytes: number, waitMs: number): Promise<number> {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  let left = chunks;
  const raw: RawBody = {
    async next() {
      if (left-- === 0) return undefined;
      now += waitMs;
      return Buffer.alloc(bytes);
    },
    dump: async () => {},
    destroy() {},
  };
  let came = 0;
  for await (const chunk of readBody(raw, { where: 'x', idleMs: LIMITS.idleMs, signal: undefined }).body)
    came += chunk.length;
  return came;
}

it('gives up a server that sends just enough to count as alive, for hours', async () => {
  // 17 KiB in 61 seconds: more than the least for each minute, less than a body may take in the long run.
  await expect(read(1_000, 17 * 1_024, 61_000)).rejects.toMatchObject({
    code: 'network',
    message: expect.stringContaining('too slowly'),
  });
});

it('has patience with a slow line', async () => {
  const second = 16 * 1_024;
  expect(await read(3_000, second, 1_000)).toBe(3_000 * second);
});
