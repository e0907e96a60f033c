import { InvalidArgumentError, Option } from 'commander';
import type { FixRequest } from '../application/fix.ts';
import { buildArguments } from './build-arguments.ts';
import type { CommandModule, Context } from './command.ts';
import { accessOf, type ImageOptions, withImageOptions } from './image-options.ts';

/** Flags of `plimsoll fix`. */
export interface FixFlags extends ImageOptions {
  readonly format: string;
  readonly output?: string;
  readonly goal: string;
  readonly dockerfile?: string;
  readonly target?: string;
  readonly buildArg?: readonly string[];
  readonly write?: boolean;
  readonly force?: boolean;
  readonly offline?: boolean;
  readonly majors: 'never' | 'needed' | 'any';
  readonly base?: readonly string[];
  readonly tryBase?: readonly string[];
  readonly upgradeAll?: boolean;
  readonly removeBuildTools?: boolean;
  readonly severityFrom?: string;
  readonly all?: boolean;
}

/** `plimsoll fix TARGET`: the smallest change that clears what can be cleared, and proof that it does. */
export const fix: CommandModule = {
  name: 'fix',
  define(program, context, exit) {
    const command = program
      .command('fix')
      .description('plan, prove and write the smallest change that clears what can be cleared')
      .argument('<target>', 'image, archive, OCI layout or folder, as for scan')
      .addOption(
        new Option('-g, --goal <goal>', 'what to reach, such as "no fixable HIGH" or "no exploited"')
          .default('no fixable')
          .env('PLIMSOLL_GOAL'),
      )
      .addOption(new Option('-d, --dockerfile <file>', 'the Dockerfile of the image: its changes as a unified diff'))
      .addOption(new Option('--target <stage>', 'the stage that makes the image (default: the last)'))
      .addOption(new Option('--build-arg <name=value>', 'as for the build').argParser(collected))
      .addOption(new Option('-w, --write', 'write the changes: all files or none'))
      .addOption(new Option('--force', 'write files with uncommitted changes, or for an image that fits badly'))
      .addOption(new Option('--offline', 'ask no package index').env('PLIMSOLL_OFFLINE'))
      .addOption(
        new Option('--majors <when>', 'major version steps of language packages')
          .choices(['never', 'needed', 'any'])
          .default('needed'),
      )
      .addOption(new Option('--base <image>', 'an image that this one may be built on').argParser(collected))
      .addOption(
        new Option('--try-base <image>', 'scan this image and say what it would clear as base').argParser(collected),
      )
      .addOption(new Option('--upgrade-all', 'upgrade every OS package, not only those with findings'))
      .addOption(new Option('--remove-build-tools', 'make taking out compilers and headers part of the plan'))
      .addOption(
        new Option('-f, --format <name>', 'table, json, markdown, diff, openvex')
          .default('table')
          .env('PLIMSOLL_FORMAT'),
      )
      .addOption(new Option('-o, --output <file>', 'write to a file instead of the terminal').env('PLIMSOLL_OUTPUT'))
      .addOption(new Option('--severity-from <scheme>', 'whose word counts, as for scan').env('PLIMSOLL_SEVERITY_FROM'))
      .addOption(new Option('--all', 'every finding and change in a line of its own'));
    withImageOptions(command).action(async (target: string, flags: FixFlags) => {
      exit(await run(target, flags, context));
    });
  },
};

function collected(value: string, before: readonly string[] = []): readonly string[] {
  if (value.trim() === '') throw new InvalidArgumentError('it is empty.');
  return [...before, value];
}

async function run(target: string, flags: FixFlags, context: Context): Promise<number> {
  const [{ fixFormatNamed }, { planFix }, { writeOutput }, style] = await Promise.all([
    import('../report/fix/formats.ts'),
    import('../application/fix.ts'),
    import('./output.ts'),
    import('../terminal/style.ts'),
  ]);
  const format = fixFormatNamed(flags.format);
  const { plan, written } = await planFix(target, await requestOf(flags, context), context);
  const terminal = flags.output === undefined;
  const width = terminal ? style.widthOf(context.stdout) : undefined;
  const rendered = format.render(plan, {
    colour: terminal && style.colourWanted(context.stdout, context.environment, context.colour),
    all: flags.all ?? false,
    ...(width === undefined ? {} : { width }),
    written,
  });
  await writeOutput(rendered, flags.output, context);
  return 0;
}

async function requestOf(flags: FixFlags, { environment }: Context): Promise<FixRequest> {
  const { target: stage, base: bases, tryBase: tryBases, buildArg, ...same } = await accessOf(flags);
  return {
    ...same,
    buildArguments: buildArguments(buildArg, environment),
    ...(stage === undefined ? {} : { stage }),
    ...(bases === undefined ? {} : { bases }),
    ...(tryBases === undefined ? {} : { tryBases }),
  };
}
