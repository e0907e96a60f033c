import { InvalidArgumentError, Option } from 'commander';
import type { DatabaseView } from '../application/stores.ts';
import { SEVERITIES, type Severity } from '../model.ts';
import type { CommandModule, Context } from './command.ts';
import {
  type AttestationOptions,
  accessOf,
  attestationReach,
  type ImageOptions,
  withAttestationOptions,
  withImageOptions,
} from './image-options.ts';

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
      )
      .addOption(new Option('-f, --format <name>', 'table, json, trivy, ...').default('table').env('PLIMSOLL_FORMAT'))
      .addOption(new Option('-o, --output <file>', 'write to a file instead of the terminal').env('PLIMSOLL_OUTPUT'))
      .addOption(
        new Option('-s, --severity <levels>', `only these, such as CRITICAL,HIGH (of ${SEVERITIES.join(', ')})`)
          .argParser(severities)
          .env('PLIMSOLL_SEVERITY'),
      )
      .addOption(new Option('--fixable', 'only what a newer version fixes').env('PLIMSOLL_FIXABLE'))
      .addOption(new Option('--ignore-unfixed', 'the same').hideHelp())
      .addOption(new Option('--only-fixed', 'the same').hideHelp())
      .addOption(
        new Option('--fail-on <level>', 'exit with 1 when a finding that is shown is this bad or worse')
          .argParser(severity)
          .env('PLIMSOLL_FAIL_ON'),
      )
      .addOption(
        new Option(
          '--severity-from <scheme>',
          'whose word counts: default, vendor, nvd, ghsa, max, as-trivy, as-ecr, ... or a list of sources',
        ).env('PLIMSOLL_SEVERITY_FROM'),
      )
      .addOption(
        new Option('--lens <scanner>', 'judged by the rules of another scanner: trivy, grype, ecr-basic, ...').env(
          'PLIMSOLL_LENS',
        ),
      )
      .addOption(
        new Option('--as-of <date>', 'judge by what was published by that day, such as 2023-05-12').env(
          'PLIMSOLL_AS_OF',
        ),
      )
      .addOption(
        new Option('--max-db-age <age>', 'refuse a database older than this, such as 36h, 7d or 2w').env(
          'PLIMSOLL_MAX_DB_AGE',
        ),
      )
      .addOption(new Option('--all', 'every finding in a line of its own'));
    withImageOptions(withAttestationOptions(command)).action(
      async (target: string, flags: ScanFlags & { ignoreUnfixed?: boolean; onlyFixed?: boolean }) => {
        const fixable = flags.fixable || flags.ignoreUnfixed || flags.onlyFixed;
        exit(await run(target, { ...flags, ...(fixable ? { fixable } : {}) }, context));
      },
    );
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

/** `CRITICAL,HIGH`, in any case. */
function severities(text: string): readonly Severity[] {
  return text.split(',').map((word) => severity(word));
}

function severity(text: string): Severity {
  const word = text.trim().toUpperCase();
  const found = SEVERITIES.find((level) => level === word);
  if (!found) throw new InvalidArgumentError(`take one of ${[...SEVERITIES].reverse().join(', ')}.`);
  return found;
}
