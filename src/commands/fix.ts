import type { FixRequest } from '../application/fix.ts';
import { loadConfig } from '../config.ts';
import type { Plan } from '../remediate/plan.ts';
import { buildArguments } from './build-arguments.ts';
import type { CommandModule, Context } from './command.ts';
import { coverageCode } from './coverage-code.ts';
import { accessOf, type ImageOptions } from './image-options.ts';
import { judgingOf } from './judging.ts';
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
  const [{ fixFormatNamed }, { planFix, DOCKERFILE_SYNTAX }, { isUnread }, { outputsOf, writeRendered }] =
    await Promise.all([
      import('../report/fix/formats.ts'),
      import('../application/fix.ts'),
      import('../remediate/plan/index.ts'),
      import('./outputs.ts'),
    ]);
  const outputs = await outputsOf(flags, fixFormatNamed);
  const { plan, written, gaps } = await planFix(target, await requestOf(flags, context), context);
  const { all = false } = flags;
  const options = { all, written, forBuild: flags.dockerfile !== undefined };
  await writeRendered(outputs, (format, drawn) => format.render(plan, { ...drawn, ...options }), context);
  // What was tried and did not hold is no success, and neither is a Dockerfile of which a part was not understood.
  if (plan.trial?.kept === false) return 1;
  const isPart = plan.notices.some(({ code }) => code === DOCKERFILE_SYNTAX) || isUnread(plan);
  if (isPart || isUnchecked(plan)) return 3;
  if (flags.requireGoal && !plan.reached) {
    context.progress.say((await import('../report/fix/words.ts')).missedGoalInWords(plan));
    return 1;
  }
  return flags.requireCoverage ? coverageCode(gaps, context.progress) : 0;
}

/**
 * Whether a package index that was to be asked failed, and the plan rests on what it would have said: a change that nobody verified,
 * no plan at all, or one that was made with what had been told when its time was over. Who asks for no index (`--offline`, none configured) gets what was asked for.
 */
function isUnchecked({ notices, steps }: Plan): boolean {
  if (notices.some(({ code }) => code === 'index-cut-off')) return true;
  if (!notices.some(({ code }) => code === 'index-failed')) return false;
  const changes = steps.filter(({ applied }) => applied).flatMap((step) => step.changes);
  return changes.length === 0 || changes.some(({ verified }) => verified !== 'index');
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
