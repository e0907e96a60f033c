import { execFileSync } from 'node:child_process';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { holdNursery } from './nursery.ts';

describe('the nursery of the main thread', () => {
  it('is told again and again not to grow once it has eight megabytes, and may grow again when V8 has made it smaller', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const v8 = process.getBuiltinModule('node:v8');
    let bytes = 0;
    vi.spyOn(v8, 'getHeapSpaceStatistics').mockImplementation(() => [
      {
        space_name: 'new_space',
        space_size: bytes,
        space_used_size: 0,
        space_available_size: 0,
        physical_space_size: 0,
      },
    ]);
    const told: string[] = [];
    vi.spyOn(v8, 'setFlagsFromString').mockImplementation((flag) => void told.push(flag));
    onTestFinished(() => void vi.restoreAllMocks());
    holdNursery();
    const after = (size: number): readonly string[] => {
      bytes = size * 1024 * 1024;
      told.length = 0;
      vi.advanceTimersByTime(20);
      return [...told];
    };
    const [held, free] = ['--semi-space-growth-factor=1', '--semi-space-growth-factor=2'];
    expect([8, 16, 16, 4, 4].map(after)).toEqual([[], [held], [held], [free], []]);
  });

  it('stays as it is in this engine, which forgets what it was told with each thread that begins', () => {
    const script = `
      const v8 = require('node:v8');
      const { Worker } = require('node:worker_threads');
      const size = () => v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size >> 20;
      const isTold = process.argv[1] === 'told';
      let kept = [], rounds = 0;
      const round = () => {
        for (let at = 0; at < 2_000; at += 1) kept.push({ at, pair: [at, at] });
        if (kept.length > 100_000) kept = [];
        if (isTold && size() >= 16) v8.setFlagsFromString('--semi-space-growth-factor=1');
        if (rounds % 1_000 === 500) new Worker('', { eval: true, resourceLimits: { maxYoungGenerationSizeMb: 4 } });
        if (++rounds < 3_000) setImmediate(round);
        else console.log(size());
      };
      round();`;
    const size = (word: string): number =>
      Number(execFileSync(process.execPath, ['-e', script, word], { encoding: 'utf8', env: {} }));
    expect(size('told')).toBe(16);
    expect(size('untold')).toBeGreaterThan(16);
  });
});
