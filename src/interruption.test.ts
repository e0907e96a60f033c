import { expect, it } from 'vitest';
import { cutOffBySignals, heardThenCutOff, onSignals } from './interruption.ts';

it('tells the first signal, and listens no more when told so', async () => {
  let stopped = 0;
  const listenNoMore = onSignals(() => stopped++);
  process.emit('SIGTERM');
  expect(stopped).toBe(1);
  listenNoMore();
  expect(process.listeners('SIGTERM').some(({ name }) => name === 'handle')).toBe(false);
});

it('takes the handlers away for work that holds the processor, and brings them back', () => {
  const handler = (): void => {};
  process.on('SIGINT', handler);
  const during = cutOffBySignals(() => process.listenerCount('SIGINT'));
  expect([during, process.listeners('SIGINT').includes(handler)]).toEqual([0, true]);
  expect(() =>
    cutOffBySignals(() => {
      throw new Error('x');
    }),
  ).toThrow('x');
  expect(process.listeners('SIGINT').includes(handler)).toBe(true);
  process.off('SIGINT', handler);
});

it('hears who asked to stop while other work held the thread, before it begins with more of it', async () => {
  const asked = new AbortController();
  let begun = 0;
  // The signal's handler has its turn only once the thread is free.
  setImmediate(() => asked.abort());
  await expect(heardThenCutOff(asked.signal, () => begun++)).rejects.toMatchObject({ code: 'interrupted' });
  expect(begun).toBe(0);
  expect(await heardThenCutOff(new AbortController().signal, () => 7)).toBe(7);
});
