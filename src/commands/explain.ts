import { Option } from 'commander';
import { PlimsollError } from '../errors.ts';
import type { CommandModule, Context } from './command.ts';
import { type ImageOptions, openTarget, withImageOptions } from './image-options.ts';

interface ExplainFlags extends ImageOptions {
  readonly lens?: readonly string[];
  readonly report?: readonly string[];
  readonly asOf?: string;
  readonly format: string;
  readonly output?: string;
}

const names = (text: string): readonly string[] => text.split(',').map((name) => name.trim());

/** `plimsoll explain CVE IMAGE`: one vulnerability, who would say what of it, and why. */
export const explain: CommandModule = {
  name: 'explain',
  define(program, context, exit) {
    const command = program
      .command('explain')
      .description('explain one vulnerability in an image: who would report it, how severe, and by which rule')
      .argument('<id>', 'CVE, GHSA, PYSEC, ...')
      .argument('[target]', 'image, archive, OCI layout or folder')
      .addOption(new Option('--lens <names>', 'only by the rules of these scanners').argParser(names))
      .addOption(new Option('--report <files>', 'reports that speak of it, separated by commas').argParser(names))
      .addOption(
        new Option('--as-of <date>', 'judge by what was known on that day, such as 2023-05-12').env('PLIMSOLL_AS_OF'),
      )
      .addOption(
        new Option('-f, --format <name>', 'table or json')
          .choices(['table', 'json'])
          .default('table')
          .env('PLIMSOLL_FORMAT'),
      )
      .addOption(new Option('-o, --output <file>', 'write to a file instead of the terminal').env('PLIMSOLL_OUTPUT'));
    withImageOptions(command).action(async (id: string, target: string | undefined, flags: ExplainFlags) => {
      exit(await run(id, target, flags, context));
    });
  },
};

async function run(id: string, target: string | undefined, flags: ExplainFlags, context: Context): Promise<number> {
  if (!/^[A-Za-z][\w.:-]{3,100}$/.test(id))
    throw new PlimsollError('usage', `"${id.slice(0, 60)}" is no id of a vulnerability`, {
      hint: 'such as CVE-2023-0464 or GHSA-r9hx-vwmv-q579',
    });
  if (target === undefined && flags.report === undefined)
    throw new PlimsollError('usage', 'explain needs an image, or reports', {
      hint: 'plimsoll explain CVE-2023-0464 IMAGE',
    });
  const [
    { explain: explainOne },
    { readReport, reportFile },
    { explainTable },
    { openOptionalStore },
    { writeOutput },
    style,
  ] = await Promise.all([
    import('../compare/explain.ts'),
    import('../scanners/read.ts'),
    import('../report/compare/explain-table.ts'),
    import('./optional-store.ts'),
    import('./output.ts'),
    import('../terminal/style.ts'),
  ]);
  const reports = await Promise.all(
    (flags.report ?? []).map(async (file) => readReport(await reportFile(file), context.signal)),
  );
  const store = await openOptionalStore(context, flags.asOf, target !== undefined && reports.length === 0);
  try {
    const inventory = target === undefined ? undefined : await inventoryOf(target, flags, context);
    const explanation = explainOne({
      id,
      reports,
      ...(inventory !== undefined && { inventory }),
      ...(store !== undefined && { store }),
      ...(flags.lens !== undefined && { lenses: flags.lens }),
    });
    const terminal = flags.output === undefined;
    const width = terminal ? style.widthOf(context.stdout) : undefined;
    const text =
      flags.format === 'json'
        ? [`${JSON.stringify(explanation, null, 2)}\n`]
        : explainTable(explanation, {
            colour: terminal && style.colourWanted(context.stdout, context.environment, context.colour),
            ...(width === undefined ? {} : { width }),
          });
    await writeOutput(text, flags.output, context);
    return 0;
  } finally {
    store?.close();
  }
}

async function inventoryOf(target: string, flags: ImageOptions, context: Context) {
  const kept = await import('../inventory/kept.ts');
  const { image, cache, close } = await openTarget(target, flags, context);
  try {
    return (await kept.inventoryOf(image, { cache, progress: context.progress, signal: context.signal })).inventory;
  } finally {
    await close();
  }
}
