import type { CommandModule, Context } from './command.ts';
import { type AttestationOptions, accessOf, attestationReach, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';

interface InventoryFlags extends ImageOptions, AttestationOptions {
  readonly format: readonly string[];
  readonly output?: string;
  readonly type?: readonly string[];
  readonly all?: boolean;
}

/** `plimsoll inventory TARGET`: what an image holds, each thing with the place that proves it. */
export const inventoryCommand: CommandModule = {
  name: 'inventory',
  define(program, context, exit) {
    const command = program
      .command('inventory')
      .alias('sbom')
      .description('list everything that an image holds, with the file and layer that prove it')
      .argument('<target>', 'as for scan: an image, an archive, an OCI layout or a folder');
    withOptions(command, 'inventory', context).action(async (target: string, flags: InventoryFlags) => {
      exit(await run(target, flags, context));
    });
  },
};

async function run(target: string, flags: InventoryFlags, context: Context): Promise<number> {
  const [work, { renderInventory }, { writeOutputs }, { outputChoices }, style] = await Promise.all([
    import('../application/inventory.ts'),
    import('../report/inventory/inventory.ts'),
    import('./output.ts'),
    import('./output-choices.ts'),
    import('../terminal/style.ts'),
  ]);
  const choices = outputChoices(flags.format, flags.output);
  const request = { ...(await accessOf(flags)), attestations: attestationReach(flags) };
  const { subject, inventory: taken, attested } = await work.inventory(target, request, context);
  // The formats for bills of materials have no place for what is wrong with another one.
  if (choices.some(({ format }) => format !== 'table' && format !== 'json'))
    for (const { message } of attested.notices) context.progress.say(message);
  const parts = await Promise.all(
    choices.map(async ({ format, file }) => {
      const terminal = file === undefined;
      const width = terminal ? style.widthOf(context.stdout) : undefined;
      const pieces = await renderInventory(format, subject, taken, {
        colour: terminal && style.colourWanted(context.stdout, context.environment, context.colour),
        all: flags.all ?? false,
        attested,
        ...(flags.type === undefined ? {} : { types: flags.type }),
        ...(width === undefined ? {} : { width }),
      });
      return { pieces, ...(file === undefined ? {} : { file }) };
    }),
  );
  await writeOutputs(parts, context);
  return 0;
}
