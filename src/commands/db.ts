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
    defineDelivery(command, context, exit);
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
    .option('--documents', 'a line for each document of every feed')
    .addOption(format())
    .action(async (flags: FormatFlags & { documents?: boolean }) => {
      const { runStatus } = await import('./db-status.ts');
      exit(await runStatus(flags, home(context.environment), context));
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

function defineDelivery(command: Command, context: Context, exit: (code: number) => void): void {
  const older = (): Option => new Option('--allow-older', 'go back to an older database');
  const key = (): Option => new Option('--key <file>', 'public key (PEM) that must have signed it, as cosign does');
  const access = (each: Command): Command =>
    each
      .option('--insecure', 'speak plain HTTP to the registry, or accept any certificate')
      .addOption(new Option('--username <name>', 'for the registry (default: docker login)').env('PLIMSOLL_USERNAME'))
      .addOption(new Option('--password <secret>', 'for the registry').env('PLIMSOLL_PASSWORD'));
  command
    .command('export')
    .description('write the database into one file, for closed networks')
    .argument('<file>', 'an OCI layout in a tar archive')
    .action(async (file: string) => exit(await (await import('./db-delivery.ts')).runExport(file, context)));
  command
    .command('import')
    .description('put the database of an exported file into service')
    .argument('<file>')
    .option('--digest <digest>', 'the digest that db export printed, as proof')
    .addOption(key())
    .option('--signature <file>', 'signature of the file, as cosign sign-blob prints it')
    .addOption(older())
    .action(async (file: string, flags: Parameters<typeof import('./db-delivery.ts').runImport>[1]) =>
      exit(await (await import('./db-delivery.ts')).runImport(file, flags, context)),
    );
  access(
    command
      .command('push')
      .description('put the database into a registry, as an OCI artifact')
      .argument('<reference>', 'such as registry.example/security/plimsoll-db:latest'),
  ).action(async (reference: string, flags: { insecure?: boolean }) =>
    exit(await (await import('./db-delivery.ts')).runPush(reference, flags, context)),
  );
  access(
    command
      .command('pull')
      .description('take the ready-made database from a registry')
      .argument('[references...]', 'mirrors in this order (default: those of the configuration)'),
  )
    .addOption(key())
    .addOption(older())
    .action(async (references: readonly string[], flags: { insecure?: boolean; key?: string; allowOlder?: boolean }) =>
      exit(await (await import('./db-delivery.ts')).runPull(references, flags, context)),
    );
}
