import { judgingOf } from '../application/judging.ts';
import type { ScanRequest } from '../application/scan.ts';
import { loadConfig } from '../config.ts';
import type { Severity } from '../model.ts';
import type { CommandModule, Context } from './command.ts';
import { accessOf, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';
import { readyMadeOf } from './ready-made.ts';
import { type AttestationSignerFlags, attestationSigner } from './signer.ts';

interface DiffFlags extends ImageOptions, AttestationSignerFlags {
  readonly format: readonly string[];
  readonly output?: string;
  readonly all?: boolean;
  readonly failOn?: Severity;
  readonly severityFrom?: string;
  readonly asOf?: string;
  readonly feeds?: string;
  readonly offline?: boolean;
  readonly skipUpdate?: boolean;
  readonly ignoreFile?: readonly string[];
  readonly vex?: readonly string[];
  readonly allowUnjudged?: boolean;
}

/** `plimsoll diff BEFORE AFTER`: what is new, cleared or changed between two results. */
export const diffCommand: CommandModule = {
  name: 'diff',
  define(program, context, exit) {
    const command = program
      .command('diff')
      .description('tell what is new, cleared or changed between two images, bills of materials or reports, and why')
      .argument('<before>', 'a report (plimsoll scan -f json, Trivy, Grype, ...), or whatever scan takes')
      .argument('<after>', 'the same, later');
    withOptions(command, 'diff', context).action(async (before: string, after: string, flags: DiffFlags) => {
      exit(await run(before, after, flags, context));
    });
  },
};

async function run(before: string, after: string, flags: DiffFlags, context: Context): Promise<number> {
  const [{ diff }, { diffFormatNamed, diffFormats }, { outputsOf, writeRendered }, { SEVERITIES }] = await Promise.all([
    import('../application/diff.ts'),
    import('../report/diff/index.ts'),
    import('./outputs.ts'),
    import('../model.ts'),
  ]);
  const outputs = await outputsOf(flags, (name) => diffFormatNamed(diffFormats, name));
  const { failOn, allowUnjudged, ...rest } = await accessOf(flags);
  const [config, signer] = await Promise.all([
    loadConfig(context.environment, context.configFile),
    attestationSigner(flags),
  ]);
  const request: ScanRequest = {
    ...(await judgingOf(config)),
    ...rest,
    feedSettings: config.feeds,
    ...readyMadeOf(config, context),
    ...(signer ? { attestationSigner: signer } : {}),
  };
  const differences = await diff(before, after, request, context);
  const { all = false } = flags;
  await writeRendered(outputs, (format, drawn) => format.render(differences, { ...drawn, all }), context);
  if (failOn === undefined) return 0;
  const reached = (severity: Severity): boolean => SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn);
  const caught = [...differences.fresh.map(({ after: now }) => now!), ...differences.risks.fresh].filter(
    ({ severity }) => reached(severity),
  );
  const { unjudged = [] } = differences;
  if (caught.length > 0 || unjudged.length === 0 || allowUnjudged) return caught.length > 0 ? 1 : 0;
  context.progress.say(`the gate is shut: it cannot be judged (--allow-unjudged lets it pass): ${unjudged.join('; ')}`);
  return 1;
}
