import { PlimsollError, printable } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { printedText, run } from '../programs/run.ts';
import { type Progress, silent } from '../progress.ts';
import { scannerNamed } from '../scanners/index.ts';
import { readReport } from '../scanners/read.ts';
import type { RunTarget, Scanner, ScannerReport, ScannerState } from '../scanners/scanner.ts';
import { runTarget } from './run-target.ts';

/** Targets, for people. */
const KINDS: Readonly<Record<RunTarget['kind'], string>> = {
  archive: 'an image archive',
  'oci-archive': 'an OCI archive',
  'oci-dir': 'an OCI layout',
  dir: 'a root file system',
  sbom: 'a bill of materials',
  docker: 'images of the Docker engine',
  podman: 'images of Podman',
  registry: 'a registry',
  name: 'it',
};

/** How a scanner is run. */
interface RunOptions {
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
  const target = await runTarget(image);
  const wanted = scanner.run!.arguments(target);
  if (wanted === undefined)
    throw new PlimsollError('unsupported', `${scanner.title} cannot read ${KINDS[target.kind]}`, {
      where: image,
      hint: 'push it to a registry or load it into an engine, and name it there',
    });
  const environment = options.environment ?? process.env;
  const state = await scannerState(scanner, { ...options, environment });
  // Behind the subcommand: further on an option and its value belong together.
  const args = [...wanted.slice(0, 1), ...(state?.untouched?.arguments ?? []), ...wanted.slice(1)];
  const task = (options.progress ?? silent).task(`running ${scanner.title}`);
  // A report is recognised by its beginning and then read from its beginning: what came is kept until it is whole.
  const { outcome, status, killedBy, output, complaint } = await run(program, args, {
    timeout: LIMITS.scannerMs,
    maxOutput: LIMITS.reportKeptBytes,
    environment: { ...environment, ...state?.untouched?.environment },
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
  if (status === undefined || !success.includes(status) || output.length === 0)
    throw failure(scanner.title, program, status, killedBy, complaint);
  const where = `${program} ${args.join(' ')}`;
  const source = {
    where,
    async *open() {
      yield* output;
    },
  };
  const report = await readReport(source, options.signal).catch((error: unknown) => {
    throw unread(error, scanner.title, where, output);
  });
  return withState(report, state, scanner.title);
}

/** How a program failed, in its own words where it has any. */
function failure(
  title: string,
  program: string,
  status: number | undefined,
  killedBy: string | undefined,
  complaint: string,
): PlimsollError {
  const last = saidOf(complaint);
  // 137 is what a shell makes of a program that was killed.
  const isKilled = killedBy === 'SIGKILL' || status === 137;
  const how =
    killedBy !== undefined
      ? ` was ended by ${killedBy}`
      : ` failed${status === undefined ? '' : ` with exit code ${status}`}`;
  return new PlimsollError('unsupported', `${title}${how}${last === '' ? '' : `: ${printable(last, 300)}`}`, {
    where: program,
    ...(isKilled && {
      hint: 'a system that runs out of memory ends programs so: run it by itself and compare its report',
    }),
  });
}

/** What a program printed is no report: its beginning shows what it is. */
function unread(error: unknown, title: string, where: string, output: readonly Buffer[]): unknown {
  if (!(error instanceof PlimsollError) || (error.code !== 'unsupported' && error.code !== 'corrupt')) return error;
  const begins = printable(Buffer.concat(output).toString('utf8', 0, 200).trim().split('\n')[0] ?? '', 80);
  return new PlimsollError(
    error.code,
    `${title} printed no whole report: ${error.message}; it begins with "${begins}"`,
    {
      where,
      hint: 'run it by itself, write its JSON to a file and compare that',
      cause: error,
    },
  );
}

/** What the program says of itself and its database, before it is run. A program that cannot say is run all the same. */
async function scannerState(
  scanner: Scanner,
  { environment, signal }: { environment: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<ScannerState | undefined> {
  const state = scanner.run?.state;
  if (scanner.run === undefined || state === undefined) return undefined;
  const result = await run(scanner.run.program, state.arguments, { environment, signal });
  return result.outcome === 'ended' ? state.read(printedText(result)) : undefined;
}

/** Version and database are the report's own words, where it has any. */
function withState(report: ScannerReport, state: ScannerState | undefined, title: string): ScannerReport {
  const version = report.version ?? state?.version;
  const date = report.database?.date ?? state?.date;
  return {
    ...report,
    ...(version !== undefined && report.version === undefined && { version, title: `${title} ${version}` }),
    ...(date !== undefined && { database: { ...report.database, date } }),
  };
}

/** What a program says of its failure: the line that says so, else the last. Log lines of others stand around it. */
function saidOf(complaint: string): string {
  const lines = complaint
    .split('\n')
    .map((line) =>
      line
        .replace(/\u001b\[[0-9;]*m/g, '')
        .replaceAll('\t', ' ')
        .trim(),
    )
    .filter((line) => line !== '');
  return (
    lines.findLast((line) => /\b(?:fatal|error|failed|unknown command|is not a \w+ command)\b/i.test(line)) ??
    lines.at(-1) ??
    ''
  );
}
