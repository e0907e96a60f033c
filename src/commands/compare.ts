import { Option } from 'commander';
import { PlimsollError } from '../errors.ts';
import type { Inventory, Subject } from '../model.ts';
import type { CommandModule, Context } from './command.ts';
import { type ImageOptions, openTarget, withImageOptions } from './image-options.ts';
import type { OptionalStore } from './optional-store.ts';

interface CompareFlags extends ImageOptions {
  readonly image?: string;
  readonly lens?: readonly string[];
  readonly run?: readonly string[];
  readonly asOf?: string;
  readonly format: string;
  readonly output?: string;
  readonly failOnUnexplained?: boolean;
  readonly anyway?: boolean;
  readonly force?: boolean;
  readonly all?: boolean;
}

const names = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** `plimsoll compare REPORT...`: why scanners differ, every difference by its cause. */
export const compare: CommandModule = {
  name: 'compare',
  define(program, context, exit) {
    const command = program
      .command('compare')
      .alias('what-gives')
      .description('explain why scanners differ: reports, replayed rules, or both')
      .argument('[reports-or-image...]', "reports of any scanner; with --lens or --run also the image's name")
      .addOption(new Option('--image <target>', 'the image that was scanned: its files are the evidence'))
      .addOption(
        new Option('--lens <names>', 'replay the rules of these scanners: trivy,grype,ecr-basic, ...').argParser(names),
      )
      .addOption(
        new Option('--run <names>', 'run these installed scanners on the image: trivy,grype, ...').argParser(names),
      )
      .addOption(
        new Option('--as-of <date>', 'judge by what was known on that day, such as 2023-05-12').env('PLIMSOLL_AS_OF'),
      )
      .addOption(
        new Option('-f, --format <name>', 'table, json, html or markdown').default('table').env('PLIMSOLL_FORMAT'),
      )
      .addOption(new Option('-o, --output <file>', 'write to a file instead of the terminal').env('PLIMSOLL_OUTPUT'))
      .addOption(new Option('--fail-on-unexplained', 'exit with 1 when a difference has no known cause'))
      .addOption(new Option('--anyway', 'go on although the reports are about different images'))
      .addOption(new Option('--force', 'the same').hideHelp())
      .addOption(new Option('--all', 'list everything in the terminal'));
    withImageOptions(command).action(async (targets: readonly string[], flags: CompareFlags) => {
      exit(await run(targets, flags, context));
    });
  },
};

async function run(targets: readonly string[], flags: CompareFlags, context: Context): Promise<number> {
  const [
    { compare: compareAll },
    { readReport, reportFile },
    { compareFormatNamed },
    { openOptionalStore },
    { writeOutput },
    style,
  ] = await Promise.all([
    import('../compare/compare.ts'),
    import('../scanners/read.ts'),
    import('../report/compare/format.ts'),
    import('./optional-store.ts'),
    import('./output.ts'),
    import('../terminal/style.ts'),
  ]);
  const format = compareFormatNamed(flags.format);
  const { files, image } = await sortTargets(targets, flags);
  const reports = await Promise.all(files.map(async (file) => readReport(await reportFile(file), context.signal)));
  if (flags.run !== undefined) {
    if (image === undefined)
      throw new PlimsollError('usage', '--run needs the image to scan', {
        hint: 'plimsoll compare --run trivy,grype IMAGE',
      });
    const { runScanner } = await import('../compare/run.ts');
    for (const name of flags.run)
      reports.push(
        await runScanner(name, image, {
          environment: context.environment,
          progress: context.progress,
          signal: context.signal,
        }),
      );
  }
  if (flags.lens !== undefined && image === undefined && reports.length === 0)
    throw new PlimsollError('usage', '--lens needs an image, or reports to replay over', {
      hint: 'plimsoll compare --lens trivy,ecr-basic IMAGE',
    });
  const store = await openOptionalStore(
    context,
    flags.asOf,
    image !== undefined && (flags.lens !== undefined || reports.length === 0),
  );
  try {
    const opened = image === undefined ? undefined : await evidenceOf(image, flags, context);
    const comparison = compareAll({
      reports,
      lenses: flags.lens ?? [],
      ...(opened !== undefined && opened),
      ...(store !== undefined && { store }),
      anyway: flags.anyway === true || flags.force === true,
    });
    const terminal = flags.output === undefined;
    const width = terminal ? style.widthOf(context.stdout) : undefined;
    await writeOutput(
      format.render(comparison, {
        colour: terminal && style.colourWanted(context.stdout, context.environment, context.colour),
        all: flags.all ?? false,
        ...(width === undefined ? {} : { width }),
      }),
      flags.output,
      context,
    );
    return flags.failOnUnexplained && comparison.unexplained.count > 0 ? 1 : 0;
  } finally {
    (store as OptionalStore | undefined)?.close();
  }
}

/** A target that is a file is a report; with --lens or --run the one that is none is the image. */
async function sortTargets(
  targets: readonly string[],
  flags: CompareFlags,
): Promise<{ files: readonly string[]; image: string | undefined }> {
  const { stat } = await import('node:fs/promises');
  const files: string[] = [];
  let image = flags.image;
  for (const target of targets) {
    const found = await stat(target).catch(() => undefined);
    // An image archive is a file too: where lenses want an image and none is named, what is no text is one.
    if (found?.isFile() && !(wantsImage(flags) && image === undefined && (await looksLikeArchive(target))))
      files.push(target);
    else if (image === undefined && wantsImage(flags)) image = target;
    else if (found === undefined)
      throw new PlimsollError('not-found', 'no such report', {
        where: target,
        hint: 'an image is named with --image, or together with --lens or --run',
      });
    else throw new PlimsollError('usage', 'a report is a file, this is not one', { where: target });
  }
  return { files, image };
}

const wantsImage = (flags: CompareFlags): boolean => flags.lens !== undefined || flags.run !== undefined;

/** A tar archive has its mark at byte 257, where a report has text. */
async function looksLikeArchive(path: string): Promise<boolean> {
  const { open } = await import('node:fs/promises');
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return (
      bytesRead === 512 && (buffer.toString('latin1', 257, 262) === 'ustar' || buffer.subarray(0, 512).includes(0))
    );
  } finally {
    await file.close();
  }
}

/** Where scanners were run, their reports can be compared even if we cannot open the image ourselves. */
async function evidenceOf(image: string, flags: CompareFlags, context: Context) {
  try {
    return await inventoryOf(image, flags, context);
  } catch (error) {
    if (flags.run === undefined || flags.image !== undefined || flags.lens !== undefined) throw error;
    if (!(error instanceof PlimsollError) || error.code === 'interrupted') throw error;
    context.progress.say(`The image itself cannot be opened here, so its files are no evidence: ${error.line}`);
    return undefined;
  }
}

async function inventoryOf(
  target: string,
  flags: ImageOptions,
  context: Context,
): Promise<{ inventory: Inventory; subject: Subject }> {
  const kept = await import('../inventory/kept.ts');
  const { image, cache, close } = await openTarget(target, flags, context);
  try {
    const { inventory } = await kept.inventoryOf(image, { cache, progress: context.progress, signal: context.signal });
    return { inventory, subject: image.subject };
  } finally {
    await close();
  }
}
