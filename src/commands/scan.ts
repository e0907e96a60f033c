import type { DatabaseView } from '../application/stores.ts';
import type { Severity } from '../model.ts';
import type { CommandModule, Context } from './command.ts';
import { type AttestationOptions, accessOf, attestationReach, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';

interface ScanFlags extends ImageOptions, AttestationOptions, DatabaseView {
  readonly format: string;
  readonly output?: string;
  readonly severity?: readonly Severity[];
  readonly fixable?: boolean;
  readonly failOn?: Severity;
  readonly severityFrom?: string;
  readonly all?: boolean;
  readonly lens?: string;
}

/** `plimsoll scan TARGET`: what is vulnerable in an image. */
export const scan: CommandModule = {
  name: 'scan',
  define(program, context, exit) {
    const command = program
      .command('scan')
      .alias('image')
      .description('tell what is vulnerable in a container image')
      .argument(
        '<target>',
        'image, archive, OCI layout or folder; docker:, registry:, archive:, oci: and dir: choose the source',
      );
    withOptions(command, 'scan', context).action(async (target: string, flags: ScanFlags) => {
      exit(await run(target, flags, context));
    });
  },
};

async function run(target: string, flags: ScanFlags, context: Context): Promise<number> {
  const [work, { reportFormatNamed, pieces }, { filterReport, worstReaches }, { writeOutput }, style] =
    await Promise.all([
      import('../application/scan.ts'),
      import('../report/index.ts'),
      import('../policy/filter.ts'),
      import('./output.ts'),
      import('../terminal/style.ts'),
    ]);
  const format = reportFormatNamed(flags.format);
  const request = { ...(await accessOf(flags)), attestations: attestationReach(flags) };
  const report = filterReport(await work.scan(target, request, context), flags);
  const terminal = flags.output === undefined;
  const width = terminal ? style.widthOf(context.stdout) : undefined;
  const rendered = format.render(report, {
    colour: terminal && style.colourWanted(context.stdout, context.environment, context.colour),
    all: flags.all ?? false,
    ...(width === undefined ? {} : { width }),
  });
  await writeOutput(pieces(rendered), flags.output, context);
  return flags.failOn !== undefined && worstReaches(report, flags.failOn) ? 1 : 0;
}
