import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parse } from 'node:path';
import { LIMITS } from '../limits.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { maskedComplaint } from './complaint.ts';
import { findProgram } from './find-program.ts';

/** How a piped program ended. */
interface PipedResult {
  /** Its exit status; undefined where a signal ended it. */
  readonly status: number | undefined;
  /** It neither printed nor ended for so long that it was stopped. */
  readonly stuck: boolean;
  /** The end of what it said on standard error, at most `LIMITS.errorBodyBytes`, without the secrets of its environment. */
  readonly complaint: string;
}

/** A program that has been started and reads nothing yet. */
export interface PipedProgram {
  /** What it makes of `input`, as it comes; a piece is valid until the next is asked for. Throws what `input` throws; how the program ended is the generator's result. */
  through(input: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, PipedResult>;
}

/** Gives memory back at once: the garbage collector would let tens of megabytes of pieces pile up before it looks. */
function releaser(): (piece: Buffer) => void {
  const { port1, port2 } = new MessageChannel();
  // What is sent to nobody is freed.
  port1.close();
  port2.close();
  return ({ buffer, byteOffset, byteLength }) => {
    // A piece of memory that Node shares between several is not ours to give.
    if (byteOffset === 0 && byteLength === buffer.byteLength) port1.postMessage(undefined, [buffer as ArrayBuffer]);
  };
}

/**
 * Starts an installed program that turns its standard input into its standard output, found and surrounded as `run` does it. Its output is
 * not gathered, so it is bounded by who reads it; between two pieces it may take `idleMs`. Whoever stops reading ends it, and so does the
 * end of this thread: its pipes close. Undefined where it is not installed or does not start. Long because one process is closed over.
 */
export async function startPiped(
  program: string,
  args: readonly string[],
  { environment = process.env, idleMs = LIMITS.toolMs }: { environment?: NodeJS.ProcessEnv; idleMs?: number } = {},
): Promise<PipedProgram | undefined> {
  const path = await findProgram(program, environment);
  if (path === undefined) return undefined;
  const child = spawn(path, [...args], {
    cwd: parse(process.cwd()).root,
    env: cleanEnvironment(environment, []),
    stdio: ['pipe', 'pipe', 'pipe'],
    shell: false,
    windowsHide: true,
  });
  // It may end before all is written: then its status tells.
  child.stdin.on('error', () => {});
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-2 * LIMITS.errorBodyBytes);
  });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  try {
    await once(child, 'spawn');
  } catch {
    return undefined;
  }
  return {
    async *through(input) {
      let failure: { readonly error: unknown } | undefined;
      let stuck = false;
      const writing = (async () => {
        for await (const piece of input) {
          // Written before the next is asked for: a piece may be valid no longer than that.
          const gone = await new Promise<unknown>((resolve) => child.stdin.write(piece, resolve));
          if (gone) return;
        }
        child.stdin.end();
      })().catch((error: unknown) => {
        failure = { error };
        child.kill('SIGKILL');
      });
      const release = releaser();
      let timer: NodeJS.Timeout | undefined;
      const stop = (): void => {
        stuck = true;
        child.kill('SIGKILL');
        child.stdout.destroy();
      };
      try {
        timer = setTimeout(stop, idleMs);
        const pieces = child.stdout.iterator({ destroyOnReturn: true }) as AsyncIterableIterator<Buffer>;
        for await (const piece of pieces) {
          clearTimeout(timer);
          yield piece;
          release(piece);
          timer = setTimeout(stop, idleMs);
        }
        const status = await closed;
        clearTimeout(timer);
        if (failure) throw failure.error;
        await writing;
        const said = maskedComplaint(complaint, environment).slice(-LIMITS.errorBodyBytes);
        return { status: status ?? undefined, stuck, complaint: said };
      } catch (error) {
        if (failure) throw failure.error;
        if (!stuck) throw error;
        return { status: undefined, stuck, complaint: '' };
      } finally {
        clearTimeout(timer);
        child.kill('SIGKILL');
        child.stdin.destroy();
        child.stderr.destroy();
      }
    },
  };
}
