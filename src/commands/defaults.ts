import { type Command, InvalidArgumentError, type Option } from 'commander';
import { loadConfig } from '../config.ts';
import { PlimsollError } from '../errors.ts';
import type { Context } from './command.ts';

/**
 * Lets the configuration file speak where neither a flag nor an environment variable did. Keys of other commands are passed over.
 * Throws `config`.
 */
export async function applyConfig(action: Command, context: Context): Promise<void> {
  const { flags, path } = await loadConfig(context.environment, context.configFile);
  for (let command: Command | null = action; command; command = command.parent) {
    for (const option of command.options) {
      const value = flags.get((option.long ?? '').replace(/^--(no-)?/, ''));
      const name = option.attributeName();
      const source = command.getOptionValueSource(name);
      if (value === undefined || (source !== undefined && source !== 'default')) continue;
      command.setOptionValueWithSource(name, parsed(option, value, path), 'config');
    }
  }
}

function parsed(option: Option, value: string | boolean, path: string | undefined): unknown {
  if (typeof value === 'boolean') return value;
  try {
    return option.parseArg ? option.parseArg(value, undefined) : value;
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    const name = (option.long ?? '').slice(2);
    throw new PlimsollError(
      'config',
      `${name}: ${error.message.replace(/\.$/, '')}`,
      path === undefined ? {} : { where: path },
    );
  }
}
