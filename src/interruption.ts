import { PlimsollError } from './errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Takes the handlers of signals away, so that one ends the process at once, as it would a program without any; returns how to bring
 * them back. For the process with the number 1 (of a container) the system would then ignore signals altogether: it keeps them.
 */
export function releaseSignals(): () => void {
  if (process.pid === 1) return () => {};
  const listeners = SIGNALS.map((signal) => ({
    signal,
    own: process.rawListeners(signal) as NodeJS.SignalsListener[],
  }));
  for (const { signal } of listeners) process.removeAllListeners(signal);
  return () => {
    for (const { signal, own } of listeners) for (const listener of own) process.on(signal, listener);
  };
}

/**
 * Does work that holds the processor, or waits in native code, for seconds on end: meanwhile a signal ends the process at once, as
 * it would a program without handlers, since no handler could run before the work is done. For work that may be cut off anywhere
 * and is cleared away by the next run.
 */
export function cutOffBySignals<T>(work: () => T): T {
  const bringBack = releaseSignals();
  try {
    return work();
  } finally {
    bringBack();
  }
}

/**
 * The same, after whoever asked to stop before was heard: a signal that came while other work held the thread is told to nobody until
 * the thread is free for a moment. Throws `interrupted`.
 */
export async function heardThenCutOff<T>(signal: AbortSignal | undefined, work: () => T): Promise<T> {
  // Twice: the first may be the end of the turn in which the signal came, before the system is asked for news again.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted) throw new PlimsollError('interrupted', 'interrupted');
  return cutOffBySignals(work);
}

/** A command that was asked to stop gets so long to put its things away. */
const PATIENCE_MS = 1_000;

/**
 * Listens for SIGINT and SIGTERM: the first calls `stop`, and where the process has not ended soon after, ends it with 130; the
 * second ends it at once. Returns how to listen no more.
 */
export function onSignals(stop: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    process.stderr.write('plimsoll: interrupted\n');
    process.exit(130);
  };
  const handle = (): void => {
    if (timer !== undefined) end();
    timer = setTimeout(end, PATIENCE_MS);
    timer.unref();
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return () => {
    clearTimeout(timer);
    for (const signal of SIGNALS) process.off(signal, handle);
  };
}
