import { isYes } from '../formats/text/index.ts';
import type { PackageSource } from '../model.ts';

/** Where conda of an image takes packages from, where its settings say so. */
export interface OwnChannels {
  /** Names and addresses without scheme, the preferred one first; empty: it is told to ask nobody. */
  readonly channels: readonly string[];
  /** `channels in /opt/conda/.condarc` */
  readonly by: string;
}

/**
 * Whom conda of an image asks for the environment in the folder `prefix` (`/opt/conda/envs/train`). Its files add to each other, so that
 * all that concern the environment count; the container's variables come first. Undefined: nothing is said, so that it asks `defaults`.
 * https://docs.conda.io/projects/conda/en/stable/user-guide/configuration/use-condarc.html#searching-for-condarc
 */
export function ownCondaChannels(
  sources: readonly PackageSource[] | undefined,
  variables: readonly string[],
  prefix: string,
): OwnChannels | undefined {
  const own = new Map(variables.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  const files = (sources ?? []).filter(
    ({ manager, label }) => manager === 'conda' && concerns(label.replace(/^\S+ in /, ''), prefix, own.get('HOME')),
  );
  const offline = own.get('CONDA_OFFLINE');
  if (offline !== undefined && isYes(offline)) return { channels: [], by: 'CONDA_OFFLINE' };
  const refusing = files.find(({ label }) => label.startsWith('offline '));
  if (offline === undefined && refusing !== undefined) return { channels: [], by: refusing.label };
  /** Values of a setting, and who says so. */
  const setting = (name: string): readonly (readonly [string, string])[] => {
    const variable = `CONDA_${name.toUpperCase()}`;
    return [
      ...(own.get(variable) ?? '')
        .split(',')
        .map((channel) => channel.trim())
        .filter((channel) => channel !== '')
        .map((channel) => [channel, variable] as const),
      ...files
        .filter(({ label }) => label.startsWith(`${name} in `))
        .map(({ address, label }) => [address, label] as const),
    ];
  };
  const [named, standing] = [setting('channels'), setting('default_channels')];
  const alias = setting('channel_alias')[0];
  const said = [...(named.length > 0 ? named : standing), ...(alias ? [alias] : [])];
  const asked = (named.length > 0 ? named.map(([channel]) => channel) : ['defaults']).flatMap((channel) =>
    channel === 'defaults' && standing.length > 0
      ? standing.map(([address]) => address)
      : [placed(channel, alias?.[0])],
  );
  const bys = [...new Set(said.map(([, by]) => by))];
  return bys.length === 0
    ? undefined
    : { channels: [...new Set(asked.map(withoutScheme))], by: bys.slice(0, 2).join(', ') };
}

/** A name as the alias completes it. */
const placed = (channel: string, alias: string | undefined): string =>
  alias === undefined || channel === 'defaults' || /^[a-z]+:|^[./~]/i.test(channel)
    ? channel
    : `${alias.replace(/\/$/, '')}/${channel}`;

/** Variables have what is secret; files were read without. */
const withoutScheme = (channel: string): string =>
  channel
    .replace(/^https?:\/\/(?:[^/@\s]*@)?/i, '')
    .replace(/\/t\/[^/\s]+/, '')
    .replace(/\/$/, '');

/** Whether a settings file is one of those that conda reads for this environment. */
function concerns(file: string, prefix: string, home: string | undefined): boolean {
  const folder = file.replace(/\/(?:condarc\.d\/[^/]+|[^/]+)$/, '');
  if (folder === prefix || prefix.startsWith(`${folder}/envs/`)) return true;
  if (/^\/(?:etc|var\/lib)\/conda$/.test(folder)) return true;
  const of = folder.replace(/\/(?:\.conda|\.config\/conda)$/, '');
  return of === home || /^\/(?:root|home\/[^/]+)$/.test(of);
}
