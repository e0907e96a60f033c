import { relative } from 'node:path';
import type { BenchRequest } from '../application/bench.ts';
import type { BenchReport } from '../cis/bench.ts';
import { buildArguments } from './build-arguments.ts';
import type { CommandModule, Context } from './command.ts';
import { accessOf, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';

/** What the command line says; `-b` and `--no-color` are the same. */
interface BenchFlags extends ImageOptions {
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
  readonly format: readonly string[];
  readonly output?: string;
  readonly failOn: string;
  readonly host?: string;
  readonly hostRoot: string;
  readonly list?: boolean;
}

/** `plimsoll bench`: the CIS Docker Benchmark, on this host, on an image or on a Dockerfile. */
export const benchCommand: CommandModule = {
  name: 'bench',
  define(program, context, exit) {
    const command = program
      .command('bench')
      .description('check this host, an image or a Dockerfile by the CIS Docker Benchmark 1.6.0');
    withOptions(command, 'bench', context).action(async (flags: BenchFlags) => {
      const isSaid = command.getOptionValueSource('failOn') !== 'default';
      exit(await run(flags, isSaid && flags.failOn === 'never', context));
    });
  },
};

/** `isOff`: `--fail-on never` was said, which takes back the policy, too. */
async function run(flags: BenchFlags, isOff: boolean, context: Context): Promise<number> {
  const [
    { benchmark, benchChecks },
    { benchmarkGate },
    { benchFormatNamed, benchFormats },
    { outputsOf, writeRendered },
  ] = await Promise.all([
    import('../application/bench.ts'),
    import('../application/bench-policy.ts'),
    import('../report/bench/formats.ts'),
    import('./outputs.ts'),
  ]);
  const outputs = await outputsOf(flags, benchFormatNamed);
  const request = await requestOf(flags, context);
  if (flags.list) {
    const lines = benchChecks(request).map(
      (check) => `${check.id.padEnd(8)} level ${check.level}  ${check.scoring.padEnd(9)}  ${check.title}\n`,
    );
    await (await import('./output.ts')).writeOutput(lines, flags.output, context);
    return 0;
  }
  const { settings, path } = await (await import('../config.ts')).loadConfig(context.environment, context.configFile);
  const located = settings.get('policy');
  const passes = await benchmarkGate(
    request,
    located && path !== undefined ? { located, file: relative(process.cwd(), path) } : undefined,
    isOff,
    context,
  );
  const { report, missing } = await benchmark(request, context);
  const options = { all: flags.all ?? false, remediation: flags.print ?? false, limit: flags.limit };
  await writeRendered(
    // The log of Docker Bench Security: the table, besides whatever else is written.
    [...outputs, ...(flags.log === undefined ? [] : [{ format: benchFormats[0]!, file: flags.log }])],
    (format, drawn) => format.render(report, { ...options, ...drawn, colour: drawn.colour && !flags.plain }),
    context,
  );
  const code = Math.max(exitCode(report, flags), passes(report) ? 0 : 1);
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
  const bad = report.sections.flatMap((section) => section.findings).filter((finding) => finding.result === 'warn');
  if (failOn === 'warn') return bad.length > 0 ? 1 : 0;
  return failOn === 'level1' && bad.some((finding) => finding.level === 1) ? 1 : 0;
}
