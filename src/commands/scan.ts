import { existsSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { ScanRequest } from '../application/scan.ts';
import type { DatabaseView } from '../application/stores.ts';
import { loadConfig } from '../config.ts';
import { PlimsollError } from '../errors.ts';
import type { Report, Severity } from '../model.ts';
import type { ReportFormat } from '../report/index.ts';
import { buildArguments } from './build-arguments.ts';
import type { CommandModule, Context } from './command.ts';
import { coverageCode } from './coverage-code.ts';
import { type AttestationOptions, accessOf, attestationReach, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';
import type { Output } from './outputs.ts';
import { readyMadeOf } from './ready-made.ts';
import { attestationSigner } from './signer.ts';

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
  readonly imagesFrom?: string;
  readonly send?: string;
  readonly live?: boolean;
  readonly livePid?: number;
}

/** `plimsoll scan TARGET...`: what is vulnerable in an image, or in several. */
export const scanCommand: CommandModule = {
  name: 'scan',
  define(program, context, exit) {
    const command = program
      .command('scan')
      .alias('image')
      .description('tell what is vulnerable in a container image, or in several')
      .argument(
        '[targets...]',
        'image, archive, OCI layout, folder, model file, project or its lock file; docker:, registry:, archive:, oci:, dir: and project: choose the source',
      );
    withOptions(command, 'scan', context).action(async (named: readonly string[], flags: ScanFlags) => {
      const targets = await allTargets(named, flags);
      const errorsAsJson = command.optsWithGlobals<{ progress?: string }>().progress === 'json';
      exit(await run(targets, flags, { context, errorsAsJson }));
    });
  },
};

/** A Dockerfile alone is that of the project around it. Throws `usage` where nothing was named, and as `targetsOf`. */
async function allTargets(
  named: readonly string[],
  { dockerfile, imagesFrom, passwordStdin }: ScanFlags,
): Promise<readonly string[]> {
  const readers = [
    ...named.filter((target) => target === '-'),
    ...(imagesFrom === '-' ? ['-'] : []),
    ...(passwordStdin ? ['-'] : []),
  ];
  if (readers.length > 1) throw new PlimsollError('usage', 'standard input can be read once only', { where: '-' });
  if (named.length > 1 || imagesFrom !== undefined) {
    const { targetsOf } = await import('./image-list.ts');
    return targetsOf(named, imagesFrom);
  }
  if (named.length === 1) return named;
  if (dockerfile !== undefined) return [`project:${dirname(dockerfile)}`];
  throw new PlimsollError('usage', "missing required argument 'target'", {
    hint: 'an image, an archive, a folder, a requirements or lock file',
  });
}

async function run(
  targets: readonly string[],
  flags: ScanFlags,
  { context, errorsAsJson }: { readonly context: Context; readonly errorsAsJson: boolean },
): Promise<number> {
  const { scanFormatNamed } = await import('./scan-format.ts');
  const formatNamed = (name: string) => scanFormatNamed(name, flags.template);
  if (targets.length > 1 || flags.imagesFrom !== undefined) {
    if (flags.send !== undefined)
      throw new PlimsollError('usage', '--send takes the findings of one image', { hint: 'scan them one by one' });
    const { runSeveral } = await import('./scan-several.ts');
    const request = await requestOf(flags, context);
    noteUnused(flags, request, context);
    const isShown = flags.output === undefined && flags.format.includes('table');
    const conclude = (report: Report, formats: readonly ReportFormat[], prefix: string) =>
      concluded(report, { formats, isShown, prefix }, flags, context);
    return runSeveral(targets, request, { flags, formatNamed, conclude, errorsAsJson }, context);
  }
  const [work, { outputsOf, writeRendered }] = await Promise.all([
    import('../application/scan.ts'),
    import('./outputs.ts'),
  ]);
  const outputs = await inFolders(await outputsOf(flags, formatNamed), targets[0]!);
  const request = await requestOf(flags, context);
  const changes = outputs.some(({ format }) => format.changes === true);
  const report = await work.scan(targets[0]!, { ...request, changes }, context);
  noteUnused(flags, request, context);
  const { all = false, showSuppressed = false } = flags;
  await writeRendered(
    outputs,
    (format, drawn) => format.render(report, { ...drawn, all, suppressed: showSuppressed }),
    context,
  );
  if (flags.send !== undefined) await (await import('../application/send.ts')).sendToSecurityHub(report, context);
  const isShown = outputs.some(({ format, file }) => format.name === 'table' && file === undefined);
  return concluded(report, { formats: outputs.map(({ format }) => format), isShown, prefix: '' }, flags, context);
}

/** Where a folder was named, the file in it that one of several images would get. */
async function inFolders(
  outputs: readonly Output<ReportFormat>[],
  target: string,
): Promise<readonly Output<ReportFormat>[]> {
  if (outputs.every(({ file }) => file === undefined || file === '-')) return outputs;
  const { fileNames, fileOf, isFolder, makeReportFolder } = await import('./image-files.ts');
  const placed: Output<ReportFormat>[] = [];
  for (const { format, file } of outputs) {
    if (file === undefined || file === '-' || !isFolder(file)) {
      placed.push({ format, ...(file === undefined ? {} : { file }) });
      continue;
    }
    await makeReportFolder(file);
    placed.push({ format, file: fileOf(file, fileNames()(target), format) });
  }
  await (await import('./same-place.ts')).refuseSamePlace(
    placed.map(({ format, file }) => ({
      option: `-f ${format.name}${file === undefined ? '' : `=${file}`}`,
      ...(file === undefined ? {} : { file }),
    })),
  );
  return placed;
}

/** What is asked of a scan, by flags and configuration. Throws `config`, and as `accessOf`. */
async function requestOf(flags: ScanFlags, context: Context): Promise<ScanRequest> {
  const config = await loadConfig(context.environment, context.configFile);
  const { feeds: feedSettings, settings, path: file } = config;
  const signer = await attestationSigner(flags);
  const [exceptions, policy] = [settings.get('exceptions'), settings.get('policy')];
  return {
    ...(await accessOf(flags)),
    buildArguments: buildArguments(flags.buildArg, context.environment),
    attestations: attestationReach(flags),
    ...(signer ? { attestationSigner: signer } : {}),
    feedSettings,
    ...readyMadeOf(config, context),
    ...(file !== undefined && settings.size > 0
      ? { settings: { file: relative(process.cwd(), file), keys: [...settings.keys()] } }
      : {}),
    ...(exceptions ? { exceptions } : {}),
    ...(policy && file !== undefined ? { policy: { located: policy, file: relative(process.cwd(), file) } } : {}),
  };
}

function noteUnused({ format, template }: ScanFlags, { ignoreFile }: ScanRequest, { progress }: Context): void {
  if (!ignoreFile && existsSync('.trivyignore'))
    progress.say('there is a .trivyignore here, which counts only if named: --ignore-file .trivyignore');
  if (template !== undefined && !format.some((name) => name.split('=')[0] === 'template'))
    progress.say('--template is only read by -f template, which was not asked for');
}

/** Tells what formats had no place for and what the gates say where no table does, and returns the exit code. */
async function concluded(
  report: Report,
  how: { readonly formats: readonly ReportFormat[]; readonly isShown: boolean; readonly prefix: string },
  flags: ScanFlags,
  { progress }: Context,
): Promise<number> {
  const { formats, isShown, prefix } = how;
  const { leftOutBy } = await import('../report/index.ts');
  for (const line of formats.flatMap((format) => leftOutBy(format, report))) progress.say(`${prefix}${line}`);
  if (report.gate && !isShown) {
    const { gateInWords } = await import('../report/index.ts');
    for (const line of gateInWords(report.gate).lines) progress.say(`${prefix}${line}`);
  }
  if (report.gate?.passed === false) return 1;
  if (!flags.requireCoverage) return 0;
  const { coverageGaps } = await import('../application/scan-gates.ts');
  return coverageCode(await coverageGaps(report), progress, prefix);
}
