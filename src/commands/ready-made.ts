import type { ReadyMade } from '../application/ready-database.ts';
import type { Config } from '../config.ts';
import type { Context } from './command.ts';
import { pullSigner } from './signer.ts';

/**
 * The ready-made database that the configuration names, if its file was named: a database decides what every later scan of this machine finds, and a
 * folder that somebody else made does not choose it.
 */
export function readyMadeOf(config: Config, { environment, progress }: Context): { readonly readyMade?: ReadyMade } {
  const { mirrors, path: file } = config;
  if (mirrors.length === 0) return {};
  if (!config.found) return { readyMade: { mirrors, signer: () => pullSigner(environment, config) } };
  progress.say(`mirrors in ${file} count only where the file is named: --config ${file}`);
  return {};
}
