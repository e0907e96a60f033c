import { existsSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { DatabaseView } from '../application/stores.ts';
import { loadConfig } from '../config.ts';
import { PlimsollError } from '../errors.ts';
import type { Severity } from '../model.ts';
import { buildArguments } from './build-arguments.ts';
import type { CommandModule, Context } from './command.ts';
import { type AttestationOptions, accessOf, attestationReach, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';

interface ScanFlags extends ImageOptions, AttestationOptions, DatabaseView {
  readonly format: readonly string[];
  readonly template?: string;
  readonly output?: string;
  readonly severity?: readonly Severity[];
  readonly fixable?: boolean;
  readonly pro?: boolean;
  readonly failOn?: readonly string[];
  readonly baseline?: string;
  readonly allowUnjudged?: boolean;
  readonly requireCoverage?: boolean;
  readonly feeds?: string;
  readonly skipUpdate?: boolean;
  readonly ignoreFile?: readonly string[];
  readonly vex?: readonly string[];
  readonly showSuppressed?: boolean;
  readonly offline?: boolean;
  readonly severityFrom?: string;
  readonly all?: boolean;
  readonly lens?: string;
  readonly dockerfile?: string;
  readonly buildArg?: readonly string[];
}

/** `plimsoll scan TARGET`: what is vulnerable in an image. */
export const scanCommand: CommandModule = {
  name: 'scan',
  define(program, context, exit) {
    const command = program
      .command('scan')
      .alias('image')
      .description('tell what is vulnerable in a container image')
      .argument(
        '[target]',
        'image, archive, OCI layout, folder, project or its lock file; docker:, registry:, archive:, oci:, dir: and project: choose the source',
      );
    withOptions(command, 'scan', context).action(async (target: string | undefined, flags: ScanFlags) => {
      exit(await run(targetOf(target, flags), flags, context));
    });
  },
};

/** A Dockerfile alone is that of the project around it. Throws `usage` where nothing was named. */
function targetOf(target: string | undefined, { dockerfile }: ScanFlags): string {
  if (target !== undefined) return target;
  if (dockerfile !== undefined) return `project:${dirname(dockerfile)}`;
  throw new PlimsollError('usage', "missing required argument 'target'", {
    hint: 'an image, an archive, a folder, a requirements or lock file',
  });
}

/** The exit code of an assessment that is incomplete, where a complete one is required. */
const INCOMPLETE = 4;

async function run(target: string, flags: ScanFlags, context: Context): Promise<number> {
  const [work, { gateInWords }, { scanFormatNamed }, { outputsOf, writeRendered }] = await Promise.all([
    import('../application/scan.ts'),
    import('../report/index.ts'),
    import('./scan-format.ts'),
    import('./outputs.ts'),
  ]);
  const outputs = await outputsOf(flags, (name) => scanFormatNamed(name, flags.template));
  const { feeds: feedSettings, settings, path: file } = await loadConfig(context.environment, context.configFile);
  const [exceptions, policy] = [settings.get('exceptions'), settings.get('policy')];
  const request = {
    ...(await accessOf(flags)),
    buildArguments: buildArguments(flags.buildArg, context.environment),
    attestations: attestationReach(flags),
    feedSettings,
    ...(file !== undefined && settings.size > 0
      ? { settings: { file: relative(process.cwd(), file), keys: [...settings.keys()] } }
      : {}),
    ...(exceptions ? { exceptions } : {}),
    ...(policy && file !== undefined ? { policy: { located: policy, file: relative(process.cwd(), file) } } : {}),
  };
  const report = await work.scan(
    target,
    { ...request, changes: outputs.some(({ format }) => format.changes === true) },
    context,
  );
  if (!request.ignoreFile && existsSync('.trivyignore'))
    context.progress.say('there is a .trivyignore here, which counts only if named: --ignore-file .trivyignore');
  const { all = false, showSuppressed = false } = flags;
  await writeRendered(
    outputs,
    (format, drawn) => format.render(report, { ...drawn, all, suppressed: showSuppressed }),
    context,
  );
  for (const { format } of outputs)
    for (const kind of format.leavesOut ?? [])
      if (report[kind].length > 0)
        context.progress.say(
          `${format.name} has no place for ${kind}: ${report[kind].length} are left out, other formats show them`,
        );
  if (report.gate && !outputs.some(({ format, file }) => format.name === 'table' && file === undefined))
    for (const line of gateInWords(report.gate).lines) context.progress.say(line);
  if (report.gate?.passed === false) return 1;
  if (!flags.requireCoverage || report.assessment?.complete !== false) return 0;
  const { gapsOf } = await import('../policy/judge.ts');
  context.progress.say(
    `the assessment is incomplete, and --require-coverage asks for a complete one: ${gapsOf(report).join('; ')}`,
  );
  return INCOMPLETE;
}
