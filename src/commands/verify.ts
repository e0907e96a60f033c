import type { CommandModule, Context } from './command.ts';
import { accessOf, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';

interface VerifyFlags extends ImageOptions {
  readonly format: string;
  readonly output?: string;
  readonly severityFrom?: string;
  readonly goal?: string;
  readonly all?: boolean;
}

/** `plimsoll verify OLD.json TARGET`: what a rebuild cleared, against what was promised. */
export const verifyCommand: CommandModule = {
  name: 'verify',
  define(program, context, exit) {
    const command = program
      .command('verify')
      .description('after a rebuild: what is cleared, what remains, what is new, and whether the plan held')
      .argument('<old>', 'plan of plimsoll fix -f json, or a report: of plimsoll scan -f json, Trivy, Grype, ...')
      .argument('<target>', 'the new image, as for scan');
    withOptions(command, 'verify', context).action(async (old: string, target: string, flags: VerifyFlags) => {
      exit(await run(old, target, flags, context));
    });
  },
};

async function run(old: string, target: string, flags: VerifyFlags, context: Context): Promise<number> {
  const [{ verifyTarget }, { hasFailed }, { verifyFormatNamed }, { writeOutput }, style] = await Promise.all([
    import('../application/verify.ts'),
    import('../remediate/plan/index.ts'),
    import('../report/fix/verify-formats.ts'),
    import('./output.ts'),
    import('../terminal/style.ts'),
  ]);
  const format = verifyFormatNamed(flags.format);
  const request = { ...(await accessOf(flags)), ...(flags.goal === undefined ? {} : { goal: flags.goal }) };
  const verification = await verifyTarget(old, target, request, context);
  const terminal = flags.output === undefined;
  const width = terminal ? style.widthOf(context.stdout) : undefined;
  const rendered = format.render(verification, {
    colour: terminal && style.colourWanted(context.stdout, context.environment, context.colour),
    all: flags.all ?? false,
    ...(width === undefined ? {} : { width }),
  });
  await writeOutput(rendered, flags.output, context);
  // A promise that was not kept fails, like a gate; so does what came new of the goal's class.
  return hasFailed(verification) ? 1 : 0;
}
