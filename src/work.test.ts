import { expect, it } from 'vitest';
import { LIMITS } from './limits.ts';
import { expanded, tick, workClock } from './work.ts';

/** Passes time in the middle of a reader. */
function busy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}
const steps = (count: number): void => {
  for (let step = 0; step < count; step++) tick();
};

it('stops a reader from inside when its file has taken too long, and goes on with the next file', () => {
  const clock = workClock(undefined, { fileMs: 20, imageMs: 10_000 });
  const file = clock.open(10);
  const reading = (): void => {
    for (;;) {
      busy(1);
      steps(1_000);
    }
  };
  expect(() => clock.run(file, reading)).toThrow(/reading this file took longer than 0.02 s/);
  expect(clock.isCut).toBe(true);
  expect(clock.isOver).toBe(false);
  expect(() => clock.run(file, () => 'no more of it')).not.toThrow(/image/);
  expect(clock.run(clock.open(10), () => 'read')).toBe('read');
});

it('stops whoever catches that and goes on, at each further step', () => {
  const clock = workClock(undefined, { fileMs: 5, imageMs: 10_000 });
  let caught = 0;
  const stubborn = (): void => {
    busy(10);
    for (let turn = 0; turn < 3_000; turn++)
      try {
        tick();
      } catch {
        caught++;
      }
  };
  clock.run(clock.open(10), stubborn);
  expect(caught).toBeGreaterThan(1_500);
});

it('has one sum for all files of an image, those of other threads included', () => {
  const clock = workClock(undefined, { fileMs: 1_000, imageMs: 60 });
  clock.run(clock.open(1), () => busy(25));
  clock.charge(40, false);
  expect(clock.isOver).toBe(true);
  expect(() => clock.run(clock.open(1), () => 'read')).toThrow(/the time for reading this image is over/);
  expect(clock.isCut).toBe(true);
});

it('counts what comes out of archives within archives together, and forgets it with the file', () => {
  const clock = workClock();
  const small = clock.open(1_000);
  expect(() => {
    for (let depth = 0; depth < 5; depth++)
      clock.run(small, () => clock.run(small, () => expanded(LIMITS.ratioFloor / 4 + 1)));
  }).toThrow(/unpacks to more than/);
  expect(() => clock.run(clock.open(1_000), () => expanded(LIMITS.ratioFloor))).not.toThrow();
  expect(() => clock.run(clock.open(2 ** 40), () => expanded(LIMITS.decompressedBytes))).not.toThrow();
});

it('costs nothing outside of a reader', () => {
  expect(() => {
    steps(10_000);
    expanded(2 ** 50);
  }).not.toThrow();
});

it('gives signals their turn, and stops an image that has been waited for too long', async () => {
  const interruption = new AbortController();
  const clock = workClock(interruption.signal);
  busy(50);
  setImmediate(() => interruption.abort());
  await expect(clock.breathe()).rejects.toMatchObject({ code: 'interrupted' });
  const slow = workClock(undefined, { wholeMs: 10 });
  busy(60);
  await expect(slow.breathe()).rejects.toMatchObject({ code: 'limit' });
});
