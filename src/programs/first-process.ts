import { spawn } from 'node:child_process';
import { exitCodeOfSignal } from '../interruption.ts';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGWINCH'] as const;

/**
 * Runs this program again as a child and ends as it ends: for the process with the number 1 of a container. The system ignores every signal
 * of that one for which it has no handler, and no handler runs while a reader holds the thread; a child is ended like any
 * other process. It gets a session of its own, so that Ctrl-C of a terminal comes once, from here. `cannot` is called where no
 * process can be started. https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
 */
export function runAsChild(cannot: () => void): void {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    detached: true,
  });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  child.once('error', () => {
    for (const signal of FORWARDED) process.off(signal, forward);
    cannot();
  });
  child.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : exitCodeOfSignal(signal))));
}
