import { type Command, InvalidArgumentError, Option } from 'commander';
import type { BenchRequest } from '../application/bench.ts';
import type { BenchReport } from '../cis/bench.ts';
import { PlimsollError } from '../errors.ts';
import { buildArguments } from './build-arguments.ts';
import type { CommandModule, Context } from './command.ts';
import { accessOf, type ImageOptions, withImageOptions } from './image-options.ts';

/** What the command line says; `-b` and `--no-color` are the same. */
export interface BenchFlags extends ImageOptions {
  readonly image?: readonly string[];
  readonly dockerfile?: string;
  readonly buildArg?: readonly string[];
  readonly check?: readonly string[];
  readonly exclude?: readonly string[];
  readonly include?: readonly string[];
  readonly excludeName?: readonly string[];
  readonly users?: readonly string[];
  readonly trustedBase?: readonly string[];
  readonly label?: string;
  readonly limit: number;
  readonly print?: boolean;
  readonly plain?: boolean;
  readonly all?: boolean;
  readonly deep?: boolean;
  readonly log?: string;
  readonly format: string;
  readonly output?: string;
  readonly failOn: string;
  readonly host?: string;
  readonly hostRoot: string;
  readonly list?: boolean;
}

/** Kept here so that `--help` need not load the formats; a test holds them together. */
export const BENCH_FORMATS: readonly string[] = ['table', 'json', 'docker-bench', 'junit', 'sarif'];
export const GATES: readonly string[] = ['never', 'warn', 'level1'];

const list = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text.split(',').flatMap((word) => word.trim() || []),
];

const count = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('take a number, 0 for no limit.');
  return Number(text);
};

/** `plimsoll bench`: the CIS Docker Benchmark, on this host, on an image or on a Dockerfile. */
export const bench: CommandModule = {
  name: 'bench',
  define(program, context, exit) {
    const command = program
      .command('bench')
      .description('check this host, an image or a Dockerfile by the CIS Docker Benchmark 1.6.0');
    withImageOptions(withBenchOptions(command)).action(async (flags: BenchFlags) => {
      exit(await run({ ...flags, ...ownDefaults(command, flags) }, context));
    });
  },
};

function withBenchOptions(command: Command): Command {
  const option = (flags: string, text: string) => new Option(flags, text);
  const several = (flags: string, text: string) => option(flags, text).argParser(list);
  return command
    .addOption(
      option('--image <target>', 'judge this image, without an Engine (several: give it again)').argParser(again),
    )
    .addOption(option('--dockerfile <file>', 'judge this Dockerfile'))
    .addOption(option('--build-arg <name=value>', 'for the Dockerfile').argParser(again))
    .addOption(
      several('-c, --check <names>', 'only these: ids (2.1), sections (4), groups (container_runtime), level1'),
    )
    .addOption(several('-e, --exclude <names>', 'without these'))
    .addOption(several('-i, --include <patterns>', 'only containers and images with such names'))
    .addOption(several('-x, --exclude-name <patterns>', 'without containers and images with such names'))
    .addOption(several('-u, --users <names>', 'accounts that may control the daemon'))
    .addOption(several('--trusted-base <patterns>', 'base images that are trusted'))
    .addOption(option('-t, --label <label>', 'leave out containers and images with this label'))
    .addOption(
      option('-n, --limit <number>', 'items for one check in data formats, 0: all').argParser(count).default(0),
    )
    .addOption(option('-p, --print', 'print what to do about warnings, and what it costs'))
    .addOption(option('-b, --plain', 'no colours'))
    .addOption(option('--all', 'every item of evidence in the table'))
    .addOption(option('--deep', 'read the files of the local images, too'))
    .addOption(option('-l, --log <file>', 'write the table to this file, too'))
    .addOption(option('-f, --format <name>', BENCH_FORMATS.join(', ')).default('table').env('PLIMSOLL_BENCH_FORMAT'))
    .addOption(option('-o, --output <file>', 'write to a file instead of the terminal').env('PLIMSOLL_OUTPUT'))
    .addOption(
      option('--fail-on <what>', 'exit with 1 on warnings: warn, on those of level 1: level1').default('never'),
    )
    .addOption(option('-H, --host <address>', 'the Engine: unix:///path or tcp://host:port (default: DOCKER_HOST)'))
    .addOption(option('--host-root <folder>', "where this host's / is mounted, in a container").default('/'))
    .addOption(option('--list', 'list the checks and end'));
}

/**
 * The configuration file's `format` and `fail-on` speak of scans, too: what means nothing here (`trivy`, `HIGH`) counts as
 * not said. On the command line it is an error.
 */
function ownDefaults(command: Command, flags: BenchFlags): Partial<BenchFlags> {
  const configured = (name: 'format' | 'failOn') => command.getOptionValueSource(name) === 'config';
  return {
    ...(configured('format') && !BENCH_FORMATS.includes(flags.format) ? { format: 'table' } : {}),
    ...(configured('failOn') && !GATES.includes(flags.failOn) ? { failOn: 'never' } : {}),
  };
}

const again = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

async function run(flags: BenchFlags, context: Context): Promise<number> {
  const [{ benchmark, benchChecks }, { benchFormatNamed, benchFormats }, { writeOutput }, style] = await Promise.all([
    import('../application/bench.ts'),
    import('../report/bench/formats.ts'),
    import('./output.ts'),
    import('../terminal/style.ts'),
  ]);
  const format = benchFormatNamed(flags.format);
  if (!GATES.includes(flags.failOn))
    throw new PlimsollError('usage', `--fail-on takes ${GATES.join(', ')}, not ${flags.failOn}`);
  const request = await requestOf(flags, context);
  if (flags.list) {
    const lines = benchChecks(request).map(
      (one) => `${one.id.padEnd(8)} level ${one.level}  ${one.scoring.padEnd(9)}  ${one.title}\n`,
    );
    await writeOutput(lines, flags.output, context);
    return 0;
  }
  const { report, missing } = await benchmark(request, context);
  const terminal = flags.output === undefined;
  const width = terminal ? style.widthOf(context.stdout) : undefined;
  const options = { all: flags.all ?? false, remediation: flags.print ?? false, limit: flags.limit };
  const colour = terminal && !flags.plain && style.colourWanted(context.stdout, context.environment, context.colour);
  const rendered = format.render(report, { ...options, colour, ...(width === undefined ? {} : { width }) });
  await writeOutput(rendered, flags.output, context);
  if (flags.log !== undefined) await writeOutput(benchFormats[0]!.render(report, options), flags.log, context);
  const code = exitCode(report, flags);
  // The rest of the report stands; the exit code says that the Engine's part is missing.
  if (code === 0 && missing) throw missing;
  return code;
}

async function requestOf(flags: BenchFlags, { environment }: Context): Promise<BenchRequest> {
  const { image, buildArg, check, excludeName, trustedBase, ...same } = await accessOf(flags);
  return {
    ...same,
    buildArguments: buildArguments(buildArg, environment),
    ...(image === undefined ? {} : { images: image }),
    ...(check === undefined ? {} : { checks: check }),
    ...(excludeName === undefined ? {} : { excludeNames: excludeName }),
    ...(trustedBase === undefined ? {} : { trustedBases: trustedBase }),
  };
}

function exitCode(report: BenchReport, { failOn }: BenchFlags): number {
  const bad = report.sections.flatMap((one) => one.findings).filter((one) => one.result === 'warn');
  if (failOn === 'warn') return bad.length > 0 ? 1 : 0;
  return failOn === 'level1' && bad.some((one) => one.level === 1) ? 1 : 0;
}
