import { setFlagsFromString } from 'node:v8';
import { judgingOf } from '../application/judging.ts';
import { loadConfig } from '../config.ts';
import type { CommandModule, Context } from './command.ts';
import { accessOf, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';
import { readyMadeOf } from './ready-made.ts';
import { type AttestationSignerFlags, attestationSigner } from './signer.ts';

interface CompareFlags extends ImageOptions, AttestationSignerFlags {
  readonly image?: string;
  readonly lens?: readonly string[];
  readonly run?: readonly string[];
  readonly ignoreFile?: readonly string[];
  readonly vex?: readonly string[];
  readonly severityFrom?: string;
  readonly asOf?: string;
  readonly format: readonly string[];
  readonly output?: string;
  readonly failOnUnexplained?: boolean;
  readonly anyway?: boolean;
  readonly startScan?: boolean;
  readonly all?: boolean;
}

/** `plimsoll compare REPORT...`: why scanners differ, every difference by its cause. */
export const compareCommand: CommandModule = {
  name: 'compare',
  define(program, context, exit) {
    const command = program
      .command('compare')
      .alias('what-gives')
      .description('explain why scanners differ: reports, replayed rules, or both')
      .argument(
        '[reports-or-image...]',
        'reports of any scanner, or services with findings (ecr:NAME:TAG); beside them the image: an archive, NAME:TAG',
      );
    withOptions(command, 'compare', context).action(async (targets: readonly string[], flags: CompareFlags) => {
      exit(await run(targets, flags, context));
    });
  },
};

/**
 * Half a million rows live until the comparison is written, and V8 lets a heap grow to several times what lives before it looks for what
 * does not. Here it looks after each fifth more: half the memory for a tenth more time.
 * https://github.com/v8/v8/blob/main/src/flags/flag-definitions.h (heap_growing_percent)
 */
const HEAP_GROWTH = '--heap-growing-percent=20';

async function run(targets: readonly string[], flags: CompareFlags, context: Context): Promise<number> {
  setFlagsFromString(HEAP_GROWTH);
  const [{ compareTargets }, { compareFormatNamed }, { outputsOf, writeRendered }] = await Promise.all([
    import('../application/compare.ts'),
    import('../report/compare/format.ts'),
    import('./outputs.ts'),
  ]);
  const outputs = await outputsOf(flags, compareFormatNamed);
  const { lens: lenses, ...same } = await accessOf(flags);
  const [config, signer] = await Promise.all([
    loadConfig(context.environment, context.configFile),
    attestationSigner(flags),
  ]);
  const request = {
    ...(await judgingOf(config)),
    ...same,
    ...readyMadeOf(config, context),
    ...(signer ? { attestationSigner: signer } : {}),
    ...(lenses === undefined ? {} : { lenses }),
  };
  const comparison = await compareTargets(targets, request, context);
  const { all = false } = flags;
  await writeRendered(outputs, (format, drawn) => format.render(comparison, { ...drawn, all }), context);
  if (!flags.failOnUnexplained) return 0;
  // A row that nobody could read may be any difference: nothing explains it either.
  const unread = comparison.reports.find(({ notes }) => notes.some(({ code }) => code === 'unreadable-row'));
  if (unread !== undefined) context.progress.say(`exit code 1: ${unread.title} has rows that could not be read`);
  return comparison.unexplained.count > 0 || unread !== undefined ? 1 : 0;
}
