import { expect, it } from 'vitest';
import { whileAlive } from './alive.ts';

const patience = { everyMs: 1, greetings: 3, where: 'unix:///engine.sock', signal: undefined };

/** An answer that comes when it is told to, or never. */
function pending(signal: AbortSignal): { answer: Promise<string>; come: (text: string) => void } {
  let come: (text: string) => void = () => {};
  const answer = new Promise<string>((resolve, reject) => {
    come = resolve;
    signal.addEventListener('abort', () => reject(new Error('cut off')));
  });
  return { answer, come };
}

it('an engine that says nothing and answers no greeting is given up, in words', async () => {
  let greeted = 0;
  const waiting = whileAlive(
    (signal) => pending(signal).answer,
    async () => {
      greeted += 1;
      throw new Error('no answer');
    },
    patience,
  );
  await expect(waiting).rejects.toMatchObject({
    code: 'engine',
    message: 'the engine does not answer any more, nor does it send the image',
    where: 'unix:///engine.sock',
  });
  expect(greeted).toBe(3);
});

it('an engine that gathers a large image in silence is waited for, whatever single greetings get lost', async () => {
  let greeted = 0;
  let come: ((text: string) => void) | undefined;
  const text = await whileAlive(
    (signal) => {
      const all = pending(signal);
      come = all.come;
      return all.answer;
    },
    async () => {
      greeted += 1;
      if (greeted === 40) come?.('the image');
      if (greeted % 3 !== 0) throw new Error('busy');
    },
    patience,
  );
  expect(text).toBe('the image');
});

it('what is interrupted is interrupted, and greetings end with the answer', async () => {
  const stop = new AbortController();
  const waiting = whileAlive(
    (signal) => pending(signal).answer,
    async () => stop.abort(),
    {
      ...patience,
      signal: stop.signal,
    },
  );
  await expect(waiting).rejects.toThrow('cut off');
  let told: AbortSignal | undefined;
  await whileAlive(
    async () => {
      while (!told) await new Promise(setImmediate);
      return 'here';
    },
    async (signal) => {
      told = signal;
      await new Promise(() => {});
    },
    patience,
  );
  expect(told?.aborted).toBe(true);
});
