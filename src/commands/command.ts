import type { Command } from 'commander';
import type { Surroundings } from '../application/surroundings.ts';

/** What a command gets from the outside world; tests hand in their own. */
export interface Context extends Surroundings {
  readonly stdout: NodeJS.WritableStream & {
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
  };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** `false`: the user wants none; undefined: as the terminal and its environment suggest. */
  readonly colour?: boolean | undefined;
  /** The configuration file that was named on the command line. */
  readonly configFile?: string | undefined;
}

/**
 * One verb of the command line. `define` adds it to the program; its action imports what it needs lazily, so that
 * `plimsoll --version` stays quick, and hands its exit code (0, or 1 for a failed gate) to `exit`. Errors are thrown.
 */
export interface CommandModule {
  readonly name: string;
  define(program: Command, context: Context, exit: (code: number) => void): void;
}
