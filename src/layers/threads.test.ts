import { describe, expect, it } from 'vitest';
import { threadsWanted, useThreads } from './threads.ts';

describe('the number of threads', () => {
  it('is what the environment says, within bounds, else that of the processors', () => {
    expect(threadsWanted({ PLIMSOLL_THREADS: '1' })).toBe(1);
    expect(threadsWanted({ PLIMSOLL_THREADS: '0' })).toBe(1);
    expect(threadsWanted({ PLIMSOLL_THREADS: '500' })).toBe(8);
    expect(threadsWanted({ PLIMSOLL_THREADS: 'many' })).toBe(threadsWanted({}));
  });

  it('is what the command line settled, before all else', () => {
    useThreads(3);
    expect(threadsWanted({ PLIMSOLL_THREADS: '1' })).toBe(3);
    useThreads(99);
    expect(threadsWanted({})).toBe(8);
  });
});
