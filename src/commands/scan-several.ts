import type { ScanRequest } from '../application/scan.ts';
import { type ScannedTarget, scanSeveral } from '../application/scan-several.ts';
import { exitCodeOf } from '../errors.ts';
import type { Report } from '../model.ts';
import type { ReportFormat } from '../report/index.ts';
import { type Scanned, type SeveralFormat, severalFormatNamed, Tallies } from '../report/several/index.ts';
import { errorLine } from '../terminal/error-line.ts';
import type { Context } from './command.ts';
import { type GrowingOutput, growingOutput } from './growing-output.ts';
import { fileNames, fileOf, isFolder, makeReportFolder } from './image-files.ts';
import { distinctChoices } from './output-choices.ts';
import { drawnFor, writeRendered } from './outputs.ts';

/** How the results of several images are wanted. */
interface SeveralFlags {
  readonly format: readonly string[];
  readonly output?: string;
  readonly all?: boolean;
  readonly showSuppressed?: boolean;
}

/** What a run of several images takes from the command around it. */
interface SeveralRun {
  readonly flags: SeveralFlags;
  readonly formatNamed: (name: string) => Promise<ReportFormat>;
  /** Tells on standard error what a report comes to besides what was written, and returns its exit code. `prefix`: which image it is about. */
  readonly conclude: (report: Report, formats: readonly ReportFormat[], prefix: string) => Promise<number>;
  /** Errors as JSON objects. */
  readonly errorsAsJson: boolean;
}

/** A document of all images, as it grows. */
interface Growing {
  readonly format: SeveralFormat;
  readonly output: GrowingOutput;
  readonly file?: string;
}

/**
 * Scans several targets and writes each result as soon as it is there: into the documents that hold all of them, and into folders as a file
 * of its own. Returns the worst exit code. Throws as `scanSeveral`, and `io` where a result cannot be written.
 */
export async function runSeveral(
  targets: readonly string[],
  request: ScanRequest,
  run: SeveralRun,
  context: Context,
): Promise<number> {
  const { flags, formatNamed } = run;
  const choices = await distinctChoices(flags.format, flags.output);
  const parted: { readonly format: ReportFormat; readonly folder: string }[] = [];
  const whole: { readonly format: SeveralFormat; readonly file?: string }[] = [];
  for (const { format, file } of choices)
    if (file !== undefined && file !== '-' && isFolder(file))
      parted.push({ format: await formatNamed(format), folder: file });
    else whole.push({ format: severalFormatNamed(format), ...(file === undefined ? {} : { file }) });
  for (const { folder } of parted) await makeReportFolder(folder);
  const tallies = new Tallies();
  const changes = [...parted, ...whole].some(({ format }) => format.changes === true) || flags.all === true;
  const growing: Growing[] = [];
  try {
    for (const output of whole) growing.push({ ...output, output: await growingOutput(output.file, context) });
    for (const { format, output } of growing) await output.add(format.begin(new Date()));
    const nameOf = fileNames();
    for await (const outcome of scanSeveral(targets, { ...request, changes }, context)) {
      const scanned = await writeReports(
        outcome,
        { each: parted, growing, name: nameOf(outcome.target), first: tallies.lines.length === 0 },
        run,
        context,
      );
      tallies.add(scanned);
    }
    for (const { format, output, file } of growing)
      await output.add(format.end(tallies, rendering(file, flags, context)));
    for (const { output } of growing) await output.end();
  } finally {
    for (const { output } of growing) await output.discard();
  }
  return tallies.together().exit;
}

const rendering = (
  file: string | undefined,
  { all = false, showSuppressed = false }: SeveralFlags,
  context: Context,
) => ({
  ...drawnFor(file, context),
  all,
  suppressed: showSuppressed,
});

/** Writes what became of one target wherever it was asked for. */
async function writeReports(
  outcome: ScannedTarget,
  {
    each: parted,
    growing,
    name,
    first,
  }: {
    readonly each: readonly { readonly format: ReportFormat; readonly folder: string }[];
    readonly growing: readonly Growing[];
    readonly name: string;
    readonly first: boolean;
  },
  run: SeveralRun,
  context: Context,
): Promise<Scanned> {
  const { target } = outcome;
  const { all = false, showSuppressed: suppressed = false } = run.flags;
  const add = async (scanned: Scanned): Promise<Scanned> => {
    for (const { format, output, file } of growing)
      await output.add(format.image(scanned, first, rendering(file, run.flags, context)));
    return scanned;
  };
  if ('error' in outcome) {
    const isTold = growing.some(({ format, file }) => format.name === 'table' && file === undefined);
    if (run.errorsAsJson || !isTold) context.stderr.write(errorLine(outcome.error, run.errorsAsJson, target));
    return add({ ...outcome, exit: exitCodeOf(outcome.error.code) });
  }
  const { report } = outcome;
  const files = parted.map(({ format, folder }) => ({ format, file: fileOf(folder, name, format) }));
  await writeRendered(files, (format, drawn) => format.render(report, { ...drawn, all, suppressed }), context);
  const exit = await run.conclude(
    report,
    parted.map(({ format }) => format),
    `${target}: `,
  );
  return add({ target, report, exit });
}
