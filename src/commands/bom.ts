import type { CommandModule, Context } from './command.ts';
import { accessOf, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';

interface BomDiffFlags extends ImageOptions {
  readonly format: readonly string[];
  readonly output?: string;
  readonly all?: boolean;
}

/** `plimsoll bom diff BEFORE AFTER`: which packages came, went or moved. */
export const bomCommand: CommandModule = {
  name: 'bom',
  define(program, context, exit) {
    const command = program
      .command('bom')
      .description('bills of materials: compare two')
      .command('diff')
      .description('tell which packages came, went or moved between two images, bills of materials or results')
      .argument('<before>', 'CycloneDX, SPDX, a result of inventory or scan (-f json), or whatever inventory takes')
      .argument('<after>', 'the same, later');
    withOptions(command, 'bom diff', context).action(async (before: string, after: string, flags: BomDiffFlags) => {
      exit(await run(before, after, flags, context));
    });
  },
};

async function run(before: string, after: string, flags: BomDiffFlags, context: Context): Promise<number> {
  const [{ bomDiff }, { bomDiffFormats, diffFormatNamed }, { outputsOf, writeRendered }] = await Promise.all([
    import('../application/diff.ts'),
    import('../report/diff/index.ts'),
    import('./outputs.ts'),
  ]);
  const outputs = await outputsOf(flags, (name) => diffFormatNamed(bomDiffFormats, name));
  const differences = await bomDiff(before, after, await accessOf(flags), context);
  const { all = false } = flags;
  await writeRendered(outputs, (format, drawn) => format.render(differences, { ...drawn, all }), context);
  return 0;
}
