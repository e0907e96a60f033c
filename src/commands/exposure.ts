import type { CommandModule, Context } from './command.ts';
import { accessOf, type ImageOptions } from './image-options.ts';
import { withOptions } from './options/index.ts';

interface ExposureFlags extends ImageOptions {
  readonly format: readonly string[];
  readonly output?: string;
  readonly command?: string;
  readonly live?: boolean;
  readonly livePid?: number;
  readonly all?: boolean;
}

/** `plimsoll exposure TARGET`: what a container of an image can load, from its start command on. */
export const exposureCommand: CommandModule = {
  name: 'exposure',
  define(program, context, exit) {
    const command = program
      .command('exposure')
      .description('tell what a container can load: from its start command over programs and libraries to packages')
      .argument('<target>', 'as for scan: an image, an archive, an OCI layout or a folder');
    withOptions(command, 'exposure', context).action(async (target: string, flags: ExposureFlags) => {
      exit(await run(target, flags, context));
    });
  },
};

async function run(target: string, flags: ExposureFlags, context: Context): Promise<number> {
  const [{ targetExposure }, { renderExposure }, { outputsOf, writeRendered }] = await Promise.all([
    import('../application/exposure.ts'),
    import('../report/exposure/index.ts'),
    import('./outputs.ts'),
  ]);
  const outputs = await outputsOf(flags, (name) => name);
  const { command, live, livePid, all = false } = flags;
  const exposure = await targetExposure(
    target,
    { ...(await accessOf(flags)), live, livePid, ...(command !== undefined && { command }) },
    context,
  );
  await writeRendered(outputs, (format, drawn) => renderExposure(format, exposure, { ...drawn, all }), context);
  return 0;
}
