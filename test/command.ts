import { Writable } from 'node:stream';
import { Command } from 'commander';
import type { CommandModule } from '../src/commands/command.ts';
import { PlimsollError } from '../src/errors.ts';
import { silent } from '../src/progress.ts';

/** What a command wrote, what it told on the side, and its exit code; undefined where it set none. */
export interface CommandOutcome {
  readonly text: string;
  readonly said: string;
  readonly code: number | undefined;
  /** What it threw, where that is `caught`. */
  readonly error?: PlimsollError;
}

export interface CommandWorld {
  /** All of the environment: nothing of this machine's reaches the command. */
  readonly environment: NodeJS.ProcessEnv;
  /** Standard output is a terminal this wide. */
  readonly columns?: number | undefined;
  /** A PlimsollError is part of the outcome, with what was written before it. */
  readonly caught?: boolean;
  /** Sees the program before the line is parsed. */
  readonly before?: (program: Command) => void;
}

/** Runs one command as the command line would. Throws what the command throws. */
export async function runCommand(
  command: CommandModule,
  args: readonly string[],
  { environment, columns, caught, before }: CommandWorld,
): Promise<CommandOutcome> {
  const parts: string[] = [];
  const said: string[] = [];
  let code: number | undefined;
  const sink = new Writable({
    write(chunk, _, done) {
      parts.push(String(chunk));
      done();
    },
  });
  const stderr = new Writable({
    write(chunk, _, done) {
      said.push(String(chunk).trimEnd());
      done();
    },
  });
  const stdout = columns === undefined ? sink : Object.assign(sink, { isTTY: true, columns });
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  const progress = { ...silent, say: (line: string) => void said.push(line) };
  const context = { stdout, stderr, environment, progress, signal: new AbortController().signal };
  command.define(program, context, (given) => {
    code = given;
  });
  before?.(program);
  const outcome = (): CommandOutcome => ({ text: parts.join(''), said: said.join('\n'), code });
  try {
    await program.parseAsync([command.name, ...args], { from: 'user' });
    return outcome();
  } catch (error) {
    if (caught && error instanceof PlimsollError) return { ...outcome(), error };
    throw error;
  }
}
