import type { Command } from 'commander';
import type { Progress } from '../progress.ts';

/** What a command gets from the outside world; tests hand in their own. */
export interface Context {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: Progress;
  /** `false`: the user wants none; undefined: as the terminal and its environment suggest. */
  readonly colour?: boolean | undefined;
  /** The configuration file that was named on the command line. */
  readonly configFile?: string | undefined;
  /** Aborted on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/**
 * One verb of the command line. `define` adds it to the program; its action imports what it needs lazily, so that
 * `plimsoll --version` stays quick, and hands its exit code (0, or 1 for a failed gate) to `exit`. Errors are thrown.
 */
export interface CommandModule {
  readonly name: string;
  define(program: Command, context: Context, exit: (code: number) => void): void;
}
