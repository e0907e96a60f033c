import { PlimsollError } from '../errors.ts';
import type { Filter } from '../policy/filter.ts';
import type { Stored } from '../report/stored/index.ts';
import type { CommandModule, Context } from './command.ts';
import { withOptions } from './options/index.ts';
import type { Output } from './outputs.ts';

interface ReportFlags extends Filter {
  readonly format: readonly string[];
  readonly output?: string;
  readonly template?: string;
  readonly all?: boolean;
  readonly showSuppressed?: boolean;
  readonly send?: string;
}

/** A format by the name that `-f` gave it, for one kind of document. */
type Rendered = (drawn: { readonly colour: boolean; readonly width?: number }) => Iterable<string> | string;

/** `plimsoll report RESULTS.json`: a result of before in any other format, without doing the work again. */
export const reportCommand: CommandModule = {
  name: 'report',
  define(program, context, exit) {
    const command = program
      .command('report')
      .description(
        'write a result of before (-f json of scan, compare, fix or bench) in another format, without scanning',
      )
      .argument('<results>', 'the file, or - for standard input');
    withOptions(command, 'report', context).action(async (file: string, flags: ReportFlags) => {
      exit(await run(file, flags, context));
    });
  },
};

async function run(file: string, flags: ReportFlags, context: Context): Promise<number> {
  const [{ storedDocument }, { outputsOf, writeRendered }] = await Promise.all([
    import('../application/stored-report.ts'),
    import('./outputs.ts'),
  ]);
  const stored = await storedDocument(file, context);
  const outputs: readonly Output<Rendered>[] = await outputsOf(flags, (name) => renderer(name, stored, flags, context));
  await writeRendered(outputs, (render, drawn) => render(drawn), context);
  if (flags.send === undefined) return 0;
  if (stored.kind !== 'scan')
    throw new PlimsollError('usage', '--send takes the result of a scan', {
      where: file,
      hint: 'plimsoll scan -f json',
    });
  await (await import('../application/send.ts')).sendToSecurityHub(stored.report, context);
  return 0;
}

/** What writes a stored document in a format. Throws `usage` for one that this kind has not. */
async function renderer(name: string, stored: Stored, flags: ReportFlags, { progress }: Context): Promise<Rendered> {
  const { all = false, showSuppressed: suppressed = false, severity, fixable, pro } = flags;
  switch (stored.kind) {
    case 'scan': {
      const [{ scanFormatNamed }, { filteredReport }, { leftOutBy }] = await Promise.all([
        import('./scan-format.ts'),
        import('../application/stored-report.ts'),
        import('../report/index.ts'),
      ]);
      const format = await scanFormatNamed(name, flags.template);
      const filter = { ...(severity ? { severity } : {}), ...(fixable ? { fixable } : {}), ...(pro ? { pro } : {}) };
      const report = filteredReport(stored.report, filter);
      for (const line of leftOutBy(format, report)) progress.say(line);
      return (drawn) => format.render(report, { ...drawn, all, suppressed });
    }
    case 'inventory': {
      const { renderInventory } = await import('../report/inventory/inventory.ts');
      const { listed } = stored;
      return (drawn) =>
        renderInventory(name, listed.subject, listed.inventory, { ...drawn, all, now: new Date(listed.created) });
    }
    case 'compare': {
      const format = (await import('../report/compare/format.ts')).compareFormatNamed(name);
      return (drawn) => format.render(stored.comparison, { ...drawn, all });
    }
    case 'fix': {
      const format = (await import('../report/fix/formats.ts')).fixFormatNamed(name);
      return (drawn) => format.render(stored.plan, { ...drawn, all });
    }
    case 'bench': {
      const format = (await import('../report/bench/formats.ts')).benchFormatNamed(name);
      return (drawn) => format.render(stored.report, { ...drawn, all, remediation: all });
    }
  }
}
