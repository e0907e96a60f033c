import { expect, it } from 'vitest';
import { cutOffBySignals, onSignals } from './interruption.ts';

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
