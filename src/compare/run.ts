import { spawn } from 'node:child_process';
import { PlimsollError, printable } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type Progress, silent } from '../progress.ts';
import { scannerNamed } from '../scanners/index.ts';
import { readReport } from '../scanners/read.ts';
import type { ScannerReport } from '../scanners/scanner.ts';

/** How a scanner is run. */
export interface RunOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/**
 * Runs an installed scanner on an image and reads its report as it comes. The image's name is one argument, never a
 * shell's; it cannot be taken for an option.
 * Throws `not-found` when it is not installed, `usage` for a name that begins with a dash, `unsupported` when it fails.
 */
export async function runScanner(name: string, image: string, options: RunOptions = {}): Promise<ScannerReport> {
  const scanner = scannerNamed(name);
  if (image.startsWith('-')) throw new PlimsollError('usage', `"${printable(image, 60)}" is no image`);
  const { program, success } = scanner.run!;
  const task = (options.progress ?? silent).task(`running ${scanner.title}`);
  const child = spawn(program, [...scanner.run!.arguments(image)], {
    env: options.environment ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.signal !== undefined && { signal: options.signal }),
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-LIMITS.errorBodyBytes);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'ENOENT'
          ? new PlimsollError('not-found', `${scanner.title} is not installed`, {
              where: program,
              hint: `install it, or replay its rules: --lens ${scanner.lenses[0]?.name ?? scanner.name}`,
            })
          : error,
      );
    });
    child.on('close', resolve);
  });
  // A report is recognised by its beginning and then read from its beginning: what came is kept until it is whole.
  const parts: Buffer[] = [];
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LIMITS.reportKeptBytes) child.kill();
    else parts.push(chunk);
  });
  const code = await ended.finally(() => task.done());
  if (bytes > LIMITS.reportKeptBytes)
    throw new PlimsollError('limit', `${scanner.title} wrote more than ${LIMITS.reportKeptBytes} bytes`, {
      where: program,
      hint: 'write its report to a file and compare that',
    });
  if (code === null || !success.includes(code) || bytes === 0) {
    const last = said.trim().split('\n').at(-1) ?? '';
    throw new PlimsollError(
      'unsupported',
      `${scanner.title} failed${code === null ? '' : ` with exit code ${code}`}${last === '' ? '' : `: ${printable(last, 300)}`}`,
      { where: program },
    );
  }
  const where = `${program} ${scanner.run!.arguments(image).join(' ')}`;
  return readReport(
    {
      where,
      async *open() {
        yield* parts;
      },
    },
    options.signal,
  );
}
