import type { CommandModule, Context } from './command.ts';
import { withOptions } from './options/index.ts';

interface AcceptFlags {
  readonly reason?: string;
  readonly until?: string;
  readonly owner?: string;
  readonly package?: string;
  readonly packageVersion?: string;
  readonly path?: string;
  readonly image?: string;
  readonly justification?: string;
}

/** `plimsoll accept CVE...`: writes an exception with its reason and its end into plimsoll.yaml. */
export const acceptCommand: CommandModule = {
  name: 'accept',
  define(program, context, exit) {
    const command = program
      .command('accept')
      .description('write an exception into plimsoll.yaml: what may stay, why, and until when')
      .argument('<ids...>', 'CVE, GHSA, PYSEC, ..., or the rule of a risk');
    withOptions(command, 'accept', context).action(async (ids: readonly string[], flags: AcceptFlags) => {
      exit(await run(ids, flags, context));
    });
  },
};

async function run(ids: readonly string[], flags: AcceptFlags, context: Context): Promise<number> {
  const [work, { PlimsollError }, { loadConfig }] = await Promise.all([
    import('../application/accept.ts'),
    import('../errors.ts'),
    import('../config.ts'),
  ]);
  const { reason, packageVersion: version, ...same } = flags;
  if (reason === undefined)
    throw new PlimsollError('usage', 'an exception needs a reason', { hint: '--reason "not reachable: ..."' });
  const { path = 'plimsoll.yaml' } = await loadConfig(context.environment, context.configFile);
  await work.accept({ ids, reason, ...same, ...(version === undefined ? {} : { version }) }, path);
  const { writeOutput } = await import('./output.ts');
  await writeOutput(
    [`${path}: ${ids.join(', ')} ${flags.until ? `until ${flags.until}` : 'for good'}\n`],
    undefined,
    context,
  );
  return 0;
}
