import { afterEach, expect, it, vi } from 'vitest';
import { heardThenCutOff, keptHearing, onSignals } from './interruption.ts';

let listenNoMore: () => void = () => {};
afterEach(() => listenNoMore());

const listeners = (): number => process.listenerCount('SIGTERM');

it('tells the first signal, and listens no more when told so', () => {
  const before = listeners();
  let stopped = 0;
  listenNoMore = onSignals(() => stopped++);
  process.emit('SIGTERM');
  expect([stopped, listeners()]).toEqual([1, before + 1]);
  listenNoMore();
  expect(listeners()).toBe(before);
});

it('ends by the signal itself where the first was in vain, after what is to be put away', () => {
  const ended: unknown[] = [];
  const kill = vi.spyOn(process, 'kill').mockImplementation((...how) => {
    ended.push(...how);
    return true;
  });
  const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const own = process.listeners('SIGTERM');
  process.once('exit', (code) => ended.push(code));
  const others = process.listeners('exit').slice(0, -1);
  for (const listener of others) process.off('exit', listener);
  try {
    listenNoMore = onSignals(() => {});
    process.emit('SIGTERM', 'SIGTERM');
    expect(ended).toEqual([]);
    process.emit('SIGTERM', 'SIGTERM');
    expect(ended).toEqual([143, process.pid, 'SIGTERM']);
  } finally {
    kill.mockRestore();
    said.mockRestore();
    for (const listener of others) process.on('exit', listener);
    for (const listener of own) process.on('SIGTERM', listener);
  }
});

it('leaves signals to the system from the beginning to the end of work that may be cut off, and hears them again', async () => {
  const before = listeners();
  listenNoMore = onSignals(() => {});
  const during = await heardThenCutOff(undefined, async () => {
    const first = listeners();
    await heardThenCutOff(undefined, () => {});
    await new Promise((resolve) => setImmediate(resolve));
    return [first, listeners()];
  });
  expect(during).toEqual([before, before]);
  expect(listeners()).toBe(before + 1);
  await expect(heardThenCutOff(undefined, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect(listeners()).toBe(before + 1);
});

it('hears signals all through work with something to put away', async () => {
  const before = listeners();
  listenNoMore = onSignals(() => {});
  expect(await keptHearing(() => heardThenCutOff(undefined, listeners))).toBe(before + 1);
});

it('never touches the handlers of a program that uses the library', async () => {
  const own = (): void => {};
  process.on('SIGTERM', own);
  listenNoMore = onSignals(() => {});
  const during = await heardThenCutOff(undefined, () => process.listeners('SIGTERM').includes(own));
  expect(during).toBe(true);
  process.off('SIGTERM', own);
});

it('hears who asked to stop while other work held the thread, before it begins with more of it', async () => {
  const asked = new AbortController();
  let begun = 0;
  // The signal's handler has its turn only once the thread is free, and then only in the turn after the one that held it.
  setImmediate(() => {
    const until = performance.now() + 20;
    while (performance.now() < until);
    setImmediate(() => asked.abort());
  });
  await expect(heardThenCutOff(asked.signal, () => begun++)).rejects.toMatchObject({ code: 'interrupted' });
  expect(begun).toBe(0);
  expect(await heardThenCutOff(new AbortController().signal, () => 7)).toBe(7);
});
