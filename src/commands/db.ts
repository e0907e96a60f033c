import { type Command, Option } from 'commander';
import { home } from '../home.ts';
import type { CommandModule, Context } from './command.ts';

interface UpdateFlags {
  readonly feeds?: string;
  readonly only?: readonly string[];
  readonly fresh?: boolean;
  readonly allowOlder?: boolean;
  readonly insecure?: boolean;
}

interface FormatFlags {
  readonly format: 'table' | 'json';
}

/** `plimsoll db ...`: build, inspect and carry around the advisory database. */
export const db: CommandModule = {
  name: 'db',
  define(program, context, exit) {
    const command = program
      .command('db')
      .description('the advisory database: update, status, show, search, export, import, push, pull');
    defineUpdate(command, context, exit);
    defineInspection(command, context, exit);
  },
};

const format = (): Option =>
  new Option('-f, --format <name>', 'table or json').choices(['table', 'json']).default('table');
const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, ...value.split(',')];

function defineUpdate(command: Command, context: Context, exit: (code: number) => void): void {
  command
    .command('update')
    .description('bring the database up to date from the publishers, or from a mirror')
    .addOption(
      new Option('--feeds <url|folder>', 'a mirror of the feeds in place of the publishers').env('PLIMSOLL_FEEDS'),
    )
    .addOption(
      new Option('--only <names>', 'only these feeds or documents, such as nvd or osv/PyPI').argParser(collect),
    )
    .option('--fresh', 'begin with an empty database')
    .option('--allow-older', 'take data that is older than what the database has')
    .option('--insecure', 'do not verify certificates')
    .action(async (flags: UpdateFlags) => {
      const { runUpdate } = await import('./db-update.ts');
      exit(await runUpdate(flags, context));
    });
}

function defineInspection(command: Command, context: Context, exit: (code: number) => void): void {
  command
    .command('status')
    .description('what the database holds, from when, and what went wrong last time')
    .addOption(format())
    .action(async (flags: FormatFlags) => {
      const { runStatus } = await import('./db-status.ts');
      exit(await runStatus(flags.format, home(context.environment), context));
    });
  command
    .command('show')
    .description("every source's statement on a vulnerability, side by side")
    .argument('<id>', 'CVE-..., GHSA-..., PYSEC-..., DSA-...')
    .addOption(format())
    .action(async (id: string, flags: FormatFlags) => {
      const { runShow } = await import('./db-show.ts');
      exit(await runShow(id, flags.format, home(context.environment), context));
    });
  command
    .command('search')
    .description('the statements on a package, in every namespace that has it')
    .argument('<package>', 'name, or part of a name with * (open*ssl)')
    .addOption(new Option('--ecosystem <name>', 'only this namespace, such as Debian:11 or PyPI'))
    .addOption(format())
    .action(async (name: string, flags: FormatFlags & { ecosystem?: string }) => {
      const { runSearch } = await import('./db-search.ts');
      exit(await runSearch(name, flags, home(context.environment), context));
    });
}
