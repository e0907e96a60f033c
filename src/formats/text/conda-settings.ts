import { createRequire } from 'node:module';
import { LIMITS } from '../../limits.ts';

const require = createRequire(import.meta.url);

/** What a `.condarc` says of where packages come from; as written, in its order. */
interface CondaSettings {
  /** Names (`conda-forge`) and addresses; empty where the file names none. */
  readonly channels: readonly string[];
  /** What `defaults` stands for; empty: what everybody's conda takes it for. */
  readonly defaultChannels: readonly string[];
  /** What the names of channels are completed by. */
  readonly alias?: string;
  readonly offline: boolean;
}

/**
 * Reads a settings file of conda or mamba. Throws where it is no YAML, or unfolds to more than settings need.
 * https://docs.conda.io/projects/conda/en/stable/user-guide/configuration/settings.html
 */
export function condaSettings(text: string): CondaSettings {
  if (text.length > LIMITS.settingsBytes) throw new Error('more than any settings need');
  // Loaded when the first such file is met: most images have none.
  const { parse } = require('yaml') as typeof import('yaml');
  const read = readable(() => parse(text, { logLevel: 'error', uniqueKeys: false }));
  const settings = typeof read === 'object' && read !== null ? (read as Readonly<Record<string, unknown>>) : {};
  const { channels, default_channels, channel_alias, offline } = settings;
  return {
    channels: named(channels),
    defaultChannels: named(default_channels),
    ...(typeof channel_alias === 'string' ? { alias: channel_alias } : {}),
    offline: offline === true || (typeof offline === 'string' && isYes(offline)),
  };
}

/** The library refuses aliases by a ReferenceError, and nesting without end by a RangeError: neither is a defect. */
function readable(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    throw new Error(`no settings: ${(error as Error).message.split('\n')[0]}`);
  }
}

/** What conda takes for yes, in a file and in a variable. */
export const isYes = (value: string): boolean => /^(?:1|true|yes|on)$/i.test(value);

const named = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value])
    .filter((one): one is string => typeof one === 'string' && one !== '')
    .slice(0, LIMITS.packageSources);
