import type { Command } from 'commander';
import { counted } from '../formats/grouped.ts';
import { harmlessJson } from '../report/index.ts';
import type { CommandModule, Context } from './command.ts';
import { withOptions } from './options/index.ts';

interface ExplainFlags {
  readonly report?: string;
  readonly format: string;
}

/** `plimsoll policy check|explain`: the policy of plimsoll.yaml, without an image. */
export const policyCommand: CommandModule = {
  name: 'policy',
  define(program, context, exit) {
    const command = program.command('policy').description('the policy of plimsoll.yaml: check it, explain it');
    const add = (name: string, description: string): Command =>
      withOptions(command.command(name).description(description), `policy ${name}`, context);
    add('check', 'read it whole: what is wrong is told with line and column')
      .argument('[file]', 'configuration file (default: plimsoll.yaml in this folder)')
      .action(async (file: string | undefined) => exit(await runCheck(file, context)));
    add('explain', 'every rule in force, who says it, and why')
      .argument('[file]', 'configuration file (default: plimsoll.yaml in this folder)')
      .action(async (file: string | undefined, flags: ExplainFlags) => exit(await runExplain(file, flags, context)));
  },
};

/** The file is read as every command reads it, so that a check is of all of it. */
async function explained(named: string | undefined, report: string | undefined, context: Context) {
  const [{ explainPolicy }, { loadConfig }, { PlimsollError }, { checkKeys }] = await Promise.all([
    import('../application/policy.ts'),
    import('../config.ts'),
    import('../errors.ts'),
    import('./options/settle.ts'),
  ]);
  const config = await loadConfig(context.environment, named ?? context.configFile);
  if (config.path === undefined)
    throw new PlimsollError('config', 'there is no plimsoll.yaml in this folder', {
      hint: 'name the file: plimsoll policy check FILE',
    });
  checkKeys(config);
  const { relative } = await import('node:path');
  const [located, exceptions] = [config.settings.get('policy'), config.settings.get('exceptions')];
  const document = {
    file: relative(process.cwd(), config.path),
    ...(located ? { policy: located } : {}),
    ...(exceptions ? { exceptions } : {}),
  };
  return explainPolicy(document, report);
}

async function runCheck(file: string | undefined, context: Context): Promise<number> {
  const { policy: read, lines, exceptions } = await explained(file, undefined, context);
  const preset = read.preset ? `preset ${read.preset.value}, ` : '';
  const { writeOutput } = await import('./output.ts');
  const text = [
    `${read.file}: ${preset}${counted(lines.length, 'rule')}, ${counted(exceptions.count, 'exception')}\n`,
    ...exceptions.expired.map((line) => `expired: ${line}\n`),
  ];
  await writeOutput(text, undefined, context);
  return 0;
}

async function runExplain(file: string | undefined, flags: ExplainFlags, context: Context): Promise<number> {
  const policy = await explained(file, flags.report, context);
  const { writeOutput } = await import('./output.ts');
  if (flags.format === 'json') {
    const { policy: read, about: _, ...rest } = policy;
    const document = { file: read.file, ...(read.preset ? { preset: read.preset.value } : {}), ...rest };
    await writeOutput([`${harmlessJson(JSON.stringify(document, undefined, 2))}\n`], undefined, context);
  } else await writeOutput(await inText(policy), undefined, context);
  return policy.verdict?.passed === false ? 1 : 0;
}

async function inText(policy: Awaited<ReturnType<typeof explained>>): Promise<string[]> {
  const { policy: read, about, lines, exceptions, verdict } = policy;
  const preset = read.preset?.value;
  const width = Math.max(...lines.map(({ rule }) => rule.length), 0);
  const text = [
    `The policy of ${read.file}${preset ? `, built on the preset ${preset}: ${about}` : ''}\n\n`,
    ...lines.flatMap(({ rule, means, where, why }) => [
      `  ${rule.padEnd(width)}  ${means} (${where})\n`,
      ...(why === undefined ? [] : [`  ${' '.repeat(width)}  because ${why}\n`]),
    ]),
    ...(lines.length === 0 ? ['  it asks for nothing: every image passes\n'] : []),
    `\n  ${exceptions.count} ${exceptions.count === 1 ? 'exception' : 'exceptions'} beside it${exceptions.expired.length > 0 ? `, ${exceptions.expired.length} of them over` : ''}\n`,
  ];
  if (!verdict) return text;
  const { gateInWords } = await import('../report/index.ts');
  const { heading, lines: said } = gateInWords(verdict);
  return [...text, `\n  ${heading}  ${said[0]}\n`, ...said.slice(1).map((line) => `    ${line}\n`)];
}
