import type { Command } from 'commander';
import type { CommandModule, Context } from './command.ts';
import type { UpdateFlags } from './db-update.ts';
import { withOptions } from './options/index.ts';

interface FormatFlags {
  readonly format: 'table' | 'json';
}

/** `plimsoll db ...`: build, inspect and carry around the advisory database. */
export const dbCommand: CommandModule = {
  name: 'db',
  define(program, context, exit) {
    const command = program
      .command('db')
      .description('the advisory database: update, status, show, search, export, import, push, pull');
    const add = (name: string, description: string): Command =>
      withOptions(command.command(name).description(description), `db ${name}`, context);
    defineUpdate(add, context, exit);
    defineInspection(add, context, exit);
    defineDelivery(add, context, exit);
  },
};

type Add = (name: string, description: string) => Command;

function defineUpdate(add: Add, context: Context, exit: (code: number) => void): void {
  add('update', 'bring the database up to date from the publishers, or from a mirror').action(
    async (flags: UpdateFlags) => {
      const { runUpdate } = await import('./db-update.ts');
      exit(await runUpdate(flags, context));
    },
  );
}

function defineInspection(add: Add, context: Context, exit: (code: number) => void): void {
  add('status', 'what the database holds, from when, and what went wrong last time').action(
    async (flags: FormatFlags & { documents?: boolean }) => {
      const { runStatus } = await import('./db-status.ts');
      exit(await runStatus(flags, context));
    },
  );
  add('show', "every source's statement on a vulnerability, side by side")
    .argument('<id>', 'CVE-..., GHSA-..., PYSEC-..., DSA-...')
    .action(async (id: string, flags: FormatFlags) => {
      const { runShow } = await import('./db-show.ts');
      exit(await runShow(id, flags.format, context));
    });
  add('search', 'the statements on a package, in every namespace that has it')
    .argument('<package>', 'name, or part of a name with * (open*ssl)')
    .action(async (name: string, flags: FormatFlags & { ecosystem?: string }) => {
      const { runSearch } = await import('./db-search.ts');
      exit(await runSearch(name, flags, context));
    });
}

function defineDelivery(add: Add, context: Context, exit: (code: number) => void): void {
  const delivery = () => import('./db-delivery.ts');
  type Delivery = Awaited<ReturnType<typeof delivery>>;
  add('export', 'write the database into one file, for closed networks')
    .argument('<file>', 'an OCI layout in a tar archive')
    .action(async (file: string) => exit(await (await delivery()).runExport(file, context)));
  add('import', 'put the database of an exported file into service')
    .argument('<file>')
    .action(async (file: string, flags: Parameters<Delivery['runImport']>[1]) =>
      exit(await (await delivery()).runImport(file, flags, context)),
    );
  add('push', 'put the database into a registry, as an OCI artifact')
    .argument('<reference>', 'such as registry.example/security/plimsoll-db:latest')
    .action(async (reference: string, flags: Parameters<Delivery['runPush']>[1]) =>
      exit(await (await delivery()).runPush(reference, flags, context)),
    );
  add('pull', 'take the ready-made database from a registry')
    .argument('[references...]', 'mirrors in this order (default: those of the configuration)')
    .action(async (references: readonly string[], flags: Parameters<Delivery['runPull']>[1]) =>
      exit(await (await delivery()).runPull(references, flags, context)),
    );
}
