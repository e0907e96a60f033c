import { afterAll, expect, vi } from 'vitest';

/**
 * The test files of one worker share its process and its modules, so that a thousand modules are loaded once and not once for each
 * file: what a file changes of the process it puts back, or the next one fails for no fault of its own. This names the file that did not.
 */
const SIGNALS = ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection'] as const;

const processState = () => ({
  environment: { ...process.env },
  folder: process.cwd(),
  exitCode: process.exitCode,
  clock: vi.isFakeTimers() ? 'fake' : 'real',
  listeners: Object.fromEntries(SIGNALS.map((signal) => [signal, process.listenerCount(signal)])),
});

/** Replaced by another object, `process.env` would no longer be what `tmpdir()` reads. */
const environment = process.env;
const before = processState();
afterAll(() => {
  const after = processState();
  vi.useRealTimers();
  expect(process.env === environment, 'process.env is still the environment itself').toBe(true);
  expect(after, 'what this file left behind in its process').toEqual(before);
});
