import { judgingOf } from '../application/judging.ts';
import { loadConfig } from '../config.ts';
import type { CommandModule, Context } from './command.ts';
import { accessOf, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';
import { readyMadeOf } from './ready-made.ts';
import { type AttestationSignerFlags, attestationSigner } from './signer.ts';

interface ExplainFlags extends ImageOptions, AttestationSignerFlags {
  readonly lens?: readonly string[];
  readonly report?: readonly string[];
  readonly ignoreFile?: readonly string[];
  readonly vex?: readonly string[];
  readonly severityFrom?: string;
  readonly asOf?: string;
  readonly offline?: boolean;
  readonly format: string;
  readonly output?: string;
  readonly startScan?: boolean;
}

/** `plimsoll explain CVE IMAGE`: one vulnerability, who would say what of it, and why. */
export const explainCommand: CommandModule = {
  name: 'explain',
  define(program, context, exit) {
    const command = program
      .command('explain')
      .description('explain one vulnerability in an image: who would report it, how severe, and by which rule')
      .argument('<id>', 'CVE, GHSA, PYSEC, ...')
      .argument('[target]', 'image, archive, OCI layout or folder');
    withOptions(command, 'explain', context).action(
      async (id: string, target: string | undefined, flags: ExplainFlags) => {
        exit(await run(id, target, flags, context));
      },
    );
  },
};

async function run(id: string, target: string | undefined, flags: ExplainFlags, context: Context): Promise<number> {
  const [{ explainVulnerability }, { explainTable }, { jsonText }, { writeOutput }, style] = await Promise.all([
    import('../application/explain.ts'),
    import('../report/compare/explain-table.ts'),
    import('../report/json-words.ts'),
    import('./output.ts'),
    import('../terminal/style.ts'),
  ]);
  const { lens: lenses, report: reports, ...same } = await accessOf(flags);
  const [config, signer] = await Promise.all([
    loadConfig(context.environment, context.configFile),
    attestationSigner(flags),
  ]);
  const explanation = await explainVulnerability(
    id,
    {
      ...(await judgingOf(config)),
      ...same,
      ...readyMadeOf(config, context),
      ...(signer ? { attestationSigner: signer } : {}),
      ...(target === undefined ? {} : { target }),
      ...(lenses === undefined ? {} : { lenses }),
      ...(reports === undefined ? {} : { reports }),
    },
    context,
  );
  const terminal = flags.output === undefined;
  const text =
    flags.format === 'json'
      ? [jsonText(explanation)]
      : explainTable(explanation, {
          colour: terminal && style.colourWanted(context.stdout, context.environment, context.colour),
          ...(terminal ? style.linesOf(context.stdout, context.environment) : {}),
        });
  await writeOutput(text, flags.output, context);
  return 0;
}
