import { Option } from 'commander';
import type { CommandModule, Context } from './command.ts';
import { accessOf, type ImageOptions, withImageOptions } from './image-options.ts';

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
  const [{ compareTargets }, { compareFormatNamed }, { writeOutput }, style] = await Promise.all([
    import('../application/compare.ts'),
    import('../report/compare/format.ts'),
    import('./output.ts'),
    import('../terminal/style.ts'),
  ]);
  const format = compareFormatNamed(flags.format);
  const { lens: lenses, anyway, force, ...same } = await accessOf(flags);
  const request = { ...same, anyway: anyway === true || force === true, ...(lenses === undefined ? {} : { lenses }) };
  const comparison = await compareTargets(targets, request, context);
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
}
