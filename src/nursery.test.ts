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
});
