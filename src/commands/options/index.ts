import type { Command } from 'commander';
import type { Context } from '../command.ts';
import { addOptions } from './define.ts';
import { OPTIONS } from './table.ts';

export { addOptions } from './define.ts';
export type { OptionSpec } from './option.ts';
export { GLOBAL_OPTIONS, OPTIONS } from './table.ts';

/** Gives a command its options of the table, from the line, the environment and the configuration file. */
export function withOptions(command: Command, path: string, context: Context): Command {
  addOptions(command, OPTIONS.get(path) ?? []);
  command.hook('preAction', async () => {
    const { settleOptions } = await import('./settle.ts');
    await settleOptions(command, path, context);
  });
  return command;
}
