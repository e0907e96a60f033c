import { LIMITS } from '../../limits.ts';
import { plainYaml } from '../../located-yaml.ts';
import { objectOf } from '../json-values.ts';

/** What a `.condarc` says of where packages come from; as written, in its order. */
interface CondaSettings {
  /** Names (`conda-forge`) and addresses; empty where the file names none. */
  readonly channels: readonly string[];
  /** What `defaults` stands for; empty: what everybody's conda takes it for. */
  readonly defaultChannels: readonly string[];
  /** What the names of channels are completed by. */
  readonly alias?: string;
  /** Absent: the file says nothing of it. */
  readonly offline?: boolean;
}

/**
 * Reads a settings file of conda or mamba. Throws where it is no YAML, or unfolds to more than settings need.
 * https://docs.conda.io/projects/conda/en/stable/user-guide/configuration/settings.html
 */
export function condaSettings(text: string): CondaSettings {
  const { channels, default_channels, channel_alias, offline } = objectOf(plainYaml(text));
  return {
    channels: named(channels),
    defaultChannels: named(default_channels),
    ...(typeof channel_alias === 'string' ? { alias: channel_alias } : {}),
    ...(typeof offline === 'boolean' || typeof offline === 'string' ? { offline: isYes(String(offline)) } : {}),
  };
}

/** What conda takes for yes, in a file and in a variable. */
export const isYes = (value: string): boolean => /^(?:1|true|yes|on)$/i.test(value);

const named = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value])
    .filter((name): name is string => typeof name === 'string' && name !== '')
    .slice(0, LIMITS.packageSources);
