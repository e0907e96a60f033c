import { type ChildProcess, spawn } from 'node:child_process';
import { isAbsolute, parse } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { maskedComplaint, withoutColours } from './complaint.ts';
import { findProgram, programAt } from './find-program.ts';

/** How a program is run; everything has a default. */
interface RunOptions {
  /** What it reads on its standard input. Default: nothing. */
  readonly input?: string | Uint8Array | undefined;
  /** Milliseconds it may take. Default `LIMITS.toolMs`. */
  readonly timeout?: number | undefined;
  /** Bytes it may print. Default `LIMITS.toolAnswerBytes`. */
  readonly maxOutput?: number | undefined;
  /** Where `PATH` and what it needs come from; cleaned before it gets it. Default: this process's. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** Names of variables it gets besides the plain ones (home, language, proxies); absent: all that survive the cleaning. */
  readonly variables?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** True: the program may be an absolute path, because the user's own configuration names it. */
  readonly path?: true | undefined;
  /** Hears what it prints, as it comes: for who has to know it even where the run is interrupted. */
  readonly heard?: ((chunk: Buffer) => void) | undefined;
}

/** How it went. */
export interface ProgramResult {
  /** `missing`: it is not installed; `failed`: the system could not start it; `timeout`, `overflow`: it was stopped. */
  readonly outcome: 'ended' | 'missing' | 'failed' | 'timeout' | 'overflow';
  /** Its exit status; undefined where it was stopped or ended by a signal. */
  readonly status: number | undefined;
  /** The signal that ended it, where one did that is not ours: `SIGKILL`. */
  readonly killedBy?: string;
  /** What it printed, in the pieces in which it came. */
  readonly output: readonly Buffer[];
  /** The end of what it said on standard error, at most `LIMITS.errorBodyBytes`, without the secrets of its environment. */
  readonly complaint: string;
}

/** How long what a program printed may be on its way once it has ended. */
const LINGER_MS = 2_000;

/** How long a program that was told to end may take about it. */
const GRACE_MS = 500;

/**
 * Runs an installed program: the only place where Plimsoll starts one. It is found by its name in the fixed folders of `PATH`,
 * never in or below the current folder; it gets its arguments as they are, without a shell; it works in the root folder, so that no
 * configuration lying about (`.grype.yaml`, `trivy.yaml`, a module named like one of Python's) is taken for the user's: paths
 * in `args` must be absolute. Its environment is cleaned, its time and its output are bounded.
 * Failure is in the result; throws only `interrupted`, when the signal comes, at once.
 */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramResult> {
  const environment = options.environment ?? process.env;
  if (options.signal?.aborted) throw new PlimsollError('interrupted', 'interrupted', { where: program });
  const path = options.path && isAbsolute(program) ? await programAt(program) : await findProgram(program, environment);
  if (path === undefined) return { outcome: 'missing', status: undefined, output: [], complaint: '' };
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    let bytes = 0;
    let complaint = '';
    const child = spawn(path, [...args], {
      cwd: parse(process.cwd()).root,
      env: cleanEnvironment(environment, options.variables),
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      shell: false,
      windowsHide: true,
    });
    const settle = (outcome: ProgramResult['outcome'], status?: number | null, killedBy?: string | null): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', interrupt);
      // Masked before it is cut, so that no half of a secret stays at its beginning.
      const said = withoutColours(maskedComplaint(complaint, environment)).slice(-LIMITS.errorBodyBytes);
      resolve({ outcome, status: status ?? undefined, ...(killedBy && { killedBy }), output, complaint: said });
    };
    const stop = (outcome: ProgramResult['outcome']): void => {
      end(child);
      settle(outcome);
    };
    const interrupt = (): void => {
      end(child);
      clearTimeout(timer);
      reject(new PlimsollError('interrupted', 'interrupted', { where: program }));
    };
    const timer = setTimeout(stop, options.timeout ?? LIMITS.toolMs, 'timeout');
    options.signal?.addEventListener('abort', interrupt, { once: true });
    child.on('error', () => settle('failed'));
    whenEnded(
      child,
      () => bytes,
      (status, signal) => settle('ended', status, signal),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      options.heard?.(chunk);
      if (bytes > (options.maxOutput ?? LIMITS.toolAnswerBytes)) stop('overflow');
      else output.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-2 * LIMITS.errorBodyBytes);
    });
  });
}

type Ended = (status: number | null, signal: NodeJS.Signals | null) => void;

/**
 * Tells how a program ended once all that it printed is here. What it left running (an agent, a bus) may hold its output open for ever:
 * then that is the end on which nothing more has come for a while. `heard`: bytes so far.
 */
function whenEnded(child: ChildProcess, heard: () => number, ended: Ended): void {
  let lingering: NodeJS.Timeout | undefined;
  child.on('close', (status, signal) => {
    clearTimeout(lingering);
    ended(status, signal);
  });
  child.on('exit', (status, signal) => {
    const look = (before: number): void => {
      if (heard() > before) {
        wait();
        return;
      }
      child.stdout?.destroy();
      child.stderr?.destroy();
      ended(status, signal);
    };
    // What came while this process was busy elsewhere is heard before it is looked at.
    const wait = (): void => {
      const before = heard();
      lingering = setTimeout(() => setImmediate(look, before), LINGER_MS);
    };
    wait();
  });
}

/** Ends a program, and stops listening to what it started itself and may live on. */
function end(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.stdin?.destroy();
  child.kill();
  setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
  child.unref();
}

/** What the program printed, as text. */
export const printedText = ({ output }: ProgramResult): string => Buffer.concat(output).toString('utf8');
