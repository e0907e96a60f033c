import { constants } from 'node:os';
import { PlimsollError } from './errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The exit code of a process that a signal ended, as a shell says it: 128 and the signal's number (130 for SIGINT, 143 for SIGTERM). */
export const exitCodeOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/**
 * How this process hears signals, while it does. Signals of a process that only uses the library are its own business: they
 * are never touched.
 */
let hearing: ((signal: NodeJS.Signals) => void) | undefined;
/** Pieces of work under way during which signals end the process at once. */
let cutOff = 0;
/** Pieces of work under way with something to put away, during which signals are heard whatever else goes on. */
let kept = 0;
let isListening = false;

/** Listens, or leaves signals to the system, as what is under way demands. */
function adjust(): void {
  const wanted = hearing !== undefined && (cutOff === 0 || kept > 0);
  if (wanted === isListening) return;
  isListening = wanted;
  for (const signal of SIGNALS) {
    if (wanted) process.on(signal, handle);
    else process.off(signal, handle);
  }
}

function handle(signal: NodeJS.Signals): void {
  hearing?.(signal);
}

/**
 * Ends the process by the signal itself: to leave as a program does waits for threads, and one of them may be waiting for whoever opens the
 * other end of a pipe. What is to be put away at the end (a lock) is, first.
 */
function endBy(signal: NodeJS.Signals): void {
  process.stderr.write('plimsoll: interrupted\n');
  process.emit('exit', exitCodeOfSignal(signal));
  for (const name of SIGNALS) process.removeAllListeners(name);
  process.kill(process.pid, signal);
}

/** How often it is looked whether the thread is free, and what counts as that: the window in which a signal can get lost. */
const TURNS = 50;
const FREE_MS = 1;

/**
 * Lets whoever asked to stop be heard. A signal is told only in a turn of the event loop, and one that the system has handed over and that
 * has not been told when the handler goes is told to nobody. So the last turn has to have been a short one.
 */
async function heard(signal: AbortSignal | undefined): Promise<void> {
  let before = Number.NEGATIVE_INFINITY;
  for (let turn = 0; turn < TURNS; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) throw new PlimsollError('interrupted', 'interrupted');
    const now = performance.now();
    if (turn > 0 && now - before < FREE_MS) return;
    before = now;
  }
}

/**
 * Does work that holds the thread, or waits in native code, for longer than a person waits: from its beginning to its end a signal
 * ends the process at once, as it would a program without handlers, since no handler could run meanwhile. For work that may be cut off
 * anywhere, with nothing to put away but what the next run clears. Who asked to stop before is heard first. Throws `interrupted`.
 */
export async function heardThenCutOff<T>(signal: AbortSignal | undefined, work: () => T | Promise<T>): Promise<T> {
  // Within another such piece nobody listens, so that there is nobody to be heard.
  if (cutOff === 0 || kept > 0) await heard(signal);
  cutOff++;
  adjust();
  try {
    return await work();
  } finally {
    cutOff--;
    adjust();
  }
}

/** Does work that has something to put away: signals are heard all the while, by whatever within it the thread is held. */
export async function keptHearing<T>(work: () => Promise<T>): Promise<T> {
  kept++;
  adjust();
  try {
    return await work();
  } finally {
    kept--;
    adjust();
  }
}

/** A command that was asked to stop gets so long to end; one that has something to put away (a build of another program's), so long for that. */
const PATIENCE_MS = 1_000;
const PUTTING_AWAY_MS = 60_000;

/**
 * Listens for SIGINT and SIGTERM: the first calls `stop` with it, and where the process has not ended soon after, ends it by that signal (a shell
 * calls that 130 or 143); the second ends it at once. Returns how to listen no more. One at a time.
 */
export function onSignals(stop: (signal: NodeJS.Signals) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  hearing = (signal) => {
    const end = (): void => endBy(signal);
    if (timer !== undefined) return end();
    timer = setTimeout(end, kept > 0 ? PUTTING_AWAY_MS : PATIENCE_MS);
    timer.unref();
    stop(signal);
  };
  adjust();
  return () => {
    clearTimeout(timer);
    hearing = undefined;
    adjust();
  };
}
