import type { CommandModule, Context } from './command.ts';
import { type AttestationOptions, accessOf, attestationReach, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';
import { attestationSigner } from './signer.ts';

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
  const [work, { renderInventory }, { outputsOf, writeRendered }] = await Promise.all([
    import('../application/inventory.ts'),
    import('../report/inventory/inventory.ts'),
    import('./outputs.ts'),
  ]);
  const outputs = await outputsOf(flags, (name) => name);
  const signer = await attestationSigner(flags);
  const request = {
    ...(await accessOf(flags)),
    attestations: attestationReach(flags),
    ...(flags.type === undefined ? {} : { types: flags.type }),
    ...(signer ? { attestationSigner: signer } : {}),
  };
  const { subject, inventory: taken, attested } = await work.inventory(target, request, context);
  // The formats for bills of materials have no place for what is wrong with another one.
  if (outputs.some(({ format }) => format !== 'table' && format !== 'json'))
    for (const { message } of attested.notices) context.progress.say(message);
  const { all = false, type: types } = flags;
  await writeRendered(
    outputs,
    (format, drawn) =>
      renderInventory(format, subject, taken, { ...drawn, all, attested, ...(types === undefined ? {} : { types }) }),
    context,
  );
  return 0;
}
