import { judgingOf } from '../application/judging.ts';
import { loadConfig } from '../config.ts';
import type { CommandModule, Context } from './command.ts';
import { accessOf, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';
import { type AttestationSignerFlags, attestationSigner } from './signer.ts';

interface VerifyFlags extends ImageOptions, AttestationSignerFlags {
  readonly format: readonly string[];
  readonly output?: string;
  readonly severityFrom?: string;
  readonly ignoreFile?: readonly string[];
  readonly vex?: readonly string[];
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
  const [{ verifyTarget }, { hasFailed }, { verifyFormatNamed }, { outputsOf, writeRendered }] = await Promise.all([
    import('../application/verify.ts'),
    import('../remediate/plan/index.ts'),
    import('../report/fix/verify-formats.ts'),
    import('./outputs.ts'),
  ]);
  const outputs = await outputsOf(flags, verifyFormatNamed);
  const [config, signer] = await Promise.all([
    loadConfig(context.environment, context.configFile),
    attestationSigner(flags),
  ]);
  const request = {
    ...(await judgingOf(config)),
    ...(await accessOf(flags)),
    ...(signer ? { attestationSigner: signer } : {}),
  };
  const verification = await verifyTarget(old, target, request, context);
  const { all = false } = flags;
  await writeRendered(outputs, (format, drawn) => format.render(verification, { ...drawn, all }), context);
  // A promise that was not kept fails, like a gate; so does what came new of the goal's class.
  return hasFailed(verification) ? 1 : 0;
}
