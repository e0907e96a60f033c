import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PlimsollError, printable } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { run } from '../programs/run.ts';
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
  const args = scanner.run!.arguments(await absolute(image));
  const task = (options.progress ?? silent).task(`running ${scanner.title}`);
  // A report is recognised by its beginning and then read from its beginning: what came is kept until it is whole.
  const { outcome, status, output, complaint } = await run(program, args, {
    timeout: LIMITS.scannerMs,
    maxOutput: LIMITS.reportKeptBytes,
    environment: options.environment,
    signal: options.signal,
  }).finally(() => task.done());
  if (outcome === 'missing')
    throw new PlimsollError('not-found', `${scanner.title} is not installed`, {
      where: program,
      hint: `install it, or replay its rules: --lens ${scanner.lenses[0]?.name ?? scanner.name}`,
    });
  if (outcome === 'overflow' || outcome === 'timeout')
    throw new PlimsollError(
      'limit',
      outcome === 'overflow'
        ? `${scanner.title} wrote more than ${LIMITS.reportKeptBytes} bytes`
        : `${scanner.title} took longer than ${LIMITS.scannerMs / 60_000} minutes`,
      { where: program, hint: 'write its report to a file and compare that' },
    );
  if (status === undefined || !success.includes(status) || output.length === 0) {
    const last = complaint.trim().split('\n').at(-1) ?? '';
    throw new PlimsollError(
      'unsupported',
      `${scanner.title} failed${status === undefined ? '' : ` with exit code ${status}`}${last === '' ? '' : `: ${printable(last, 300)}`}`,
      { where: program },
    );
  }
  const where = `${program} ${args.join(' ')}`;
  return readReport(
    {
      where,
      async *open() {
        yield* output;
      },
    },
    options.signal,
  );
}

/** A file or folder under its full path, since the scanner works in another folder; a name of an image as it is. */
async function absolute(image: string): Promise<string> {
  const [, scheme = '', path = ''] = /^((?:docker-archive|oci-archive|oci-dir|oci|dir|file|sbom|archive):)?(.*)$/s.exec(
    image,
  )!;
  const there = await stat(path).catch(() => undefined);
  return there === undefined ? image : scheme + resolve(path);
}
