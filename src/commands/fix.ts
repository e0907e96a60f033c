import type { FixRequest } from '../application/fix.ts';
import { judgingOf } from '../application/judging.ts';
import { loadConfig } from '../config.ts';
import { buildArguments } from './build-arguments.ts';
import type { CommandModule, Context } from './command.ts';
import { coverageCode } from './coverage-code.ts';
import { accessOf, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';
import { readyMadeOf } from './ready-made.ts';
import { type AttestationSignerFlags, attestationSigner } from './signer.ts';

/** Flags of `plimsoll fix`. */
interface FixFlags extends ImageOptions, AttestationSignerFlags {
  readonly format: readonly string[];
  readonly output?: string;
  readonly goal: string;
  readonly dockerfile?: string;
  readonly target?: string;
  readonly buildArg?: readonly string[];
  readonly try?: boolean;
  readonly context?: string;
  readonly secret?: readonly string[];
  readonly builder?: string;
  readonly write?: boolean;
  readonly force?: boolean;
  readonly offline?: boolean;
  readonly python?: string;
  readonly majors: 'never' | 'needed' | 'any';
  readonly base?: readonly string[];
  readonly tryBase?: readonly string[];
  readonly upgradeAll?: boolean;
  readonly removeBuildTools?: boolean;
  readonly removeUnloaded?: boolean;
  readonly severityFrom?: string;
  readonly ignoreFile?: readonly string[];
  readonly vex?: readonly string[];
  readonly requireGoal?: boolean;
  readonly requireCoverage?: boolean;
  readonly all?: boolean;
}

/** `plimsoll fix TARGET`: the smallest change that clears what can be cleared, and proof that it does. */
export const fixCommand: CommandModule = {
  name: 'fix',
  define(program, context, exit) {
    const command = program
      .command('fix')
      .description('plan, prove and write the smallest change that clears what can be cleared')
      .argument('<target>', 'image, archive, OCI layout or folder, as for scan');
    withOptions(command, 'fix', context).action(async (target: string, flags: FixFlags) => {
      exit(await run(target, flags, context));
    });
  },
};

async function run(target: string, flags: FixFlags, context: Context): Promise<number> {
  const [{ fixFormatNamed }, { planFix }, { outputsOf, writeRendered }] = await Promise.all([
    import('../report/fix/formats.ts'),
    import('../application/fix.ts'),
    import('./outputs.ts'),
  ]);
  const outputs = await outputsOf(flags, fixFormatNamed);
  const { plan, written, gaps, isPart } = await planFix(target, await requestOf(flags, context), context);
  const { all = false } = flags;
  const options = { all, written, forBuild: flags.dockerfile !== undefined };
  await writeRendered(outputs, (format, drawn) => format.render(plan, { ...drawn, ...options }), context);
  // What was tried and did not hold is no success, and neither is a plan that rests on less than was to be looked at.
  if (plan.trial?.kept === false) return 1;
  if (isPart) return 3;
  if (flags.requireGoal && !plan.reached) {
    context.progress.say((await import('../report/fix/words.ts')).missedGoalInWords(plan));
    return 1;
  }
  return flags.requireCoverage ? coverageCode(gaps, context.progress) : 0;
}

async function requestOf(flags: FixFlags, context: Context): Promise<FixRequest> {
  const { environment, configFile } = context;
  const { target: stage, base: bases, tryBase: tryBases, buildArg, secret: secrets, ...same } = await accessOf(flags);
  const [config, signer] = await Promise.all([loadConfig(environment, configFile), attestationSigner(flags)]);
  return {
    ...(await judgingOf(config)),
    ...same,
    ...readyMadeOf(config, context),
    ...(signer ? { attestationSigner: signer } : {}),
    buildArguments: buildArguments(buildArg, environment),
    ...(stage === undefined ? {} : { stage }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(bases === undefined ? {} : { bases }),
    ...(tryBases === undefined ? {} : { tryBases }),
  };
}
