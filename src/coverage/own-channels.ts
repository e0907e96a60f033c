import { isYes } from '../formats/text/index.ts';
import type { PackageSource } from '../model.ts';

/** Where conda of an image takes packages from, where its settings say so. */
export interface OwnChannels {
  /** Names and addresses without scheme, the preferred one first; empty: it is told to ask nobody. */
  readonly channels: readonly string[];
  /** `channels in /opt/conda/.condarc` */
  readonly by: string;
  /** A settings file that a variable names, which was not read. */
  readonly unread?: string;
}

/**
 * Whom conda of an image asks for the environment in the folder `prefix` (`/opt/conda/envs/train`). Lists of its files add to each other,
 * those of the later file first; of other settings the later file's counts; the container's variables come before all files. Undefined:
 * nothing is said, so that it asks `defaults`.
 * https://docs.conda.io/projects/conda/en/stable/user-guide/configuration/use-condarc.html#searching-for-condarc
 */
export function ownCondaChannels(
  sources: readonly PackageSource[] | undefined,
  variables: readonly string[],
  prefix: string,
): OwnChannels | undefined {
  const own = new Map(variables.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  const all = (sources ?? []).filter(({ manager }) => manager === 'conda');
  const files = all
    .flatMap((source) => {
      const place = placeOf(settingsFileOf(source), prefix, own);
      return place === undefined ? [] : [{ source, place }];
    })
    .sort((a, b) => b.place - a.place || compareWithin(settingsFileOf(a.source), settingsFileOf(b.source)))
    .map(({ source }) => source);
  const offline = own.get('CONDA_OFFLINE');
  if (offline !== undefined && isYes(offline)) return { channels: [], by: 'CONDA_OFFLINE' };
  const last = files.find(({ label }) => label.startsWith('offline '));
  if (offline === undefined && last?.address === '') return { channels: [], by: last.label };
  const unread = unreadFile(own, all);
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
  if (bys.length === 0 && unread === undefined) return undefined;
  return {
    channels: [...new Set(asked.map(withoutScheme))],
    by: bys.slice(0, 2).join(', '),
    ...(unread === undefined ? {} : { unread }),
  };
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

/** `/opt/conda/.condarc` */
const settingsFileOf = ({ label }: PackageSource): string => label.replace(/^\S+ in /, '');

/** Variables that name a settings file, which counts before all others. */
const NAMING = ['CONDARC', 'MAMBARC'];

/** The file that a variable names. */
function namedBy(variable: string, own: ReadonlyMap<string, string>): string | undefined {
  const written = own.get(variable)?.trim();
  const home = own.get('HOME') ?? '/root';
  return written === undefined || written === ''
    ? undefined
    : written.replace(/^~(?=\/)|\$\{?HOME\}?(?=\/)/, home).replace(/\/{2,}/g, '/');
}

/** A settings file that a variable names and that nobody read here: analyzers know them by their usual names. */
function unreadFile(own: ReadonlyMap<string, string>, sources: readonly PackageSource[]): string | undefined {
  return NAMING.map((variable) => namedBy(variable, own)).find(
    (file) => file !== undefined && !isUsual(file) && !sources.some((source) => settingsFileOf(source) === file),
  );
}

/** What the analyzer of settings reads: of such a file that says nothing of channels, nothing is missing. */
const isUsual = (file: string): boolean =>
  /\/(?:\.?condarc(?:\.ya?ml)?|\.mambarc|condarc\.d\/[^/]+\.ya?ml)$/.test(file);

/** Where in conda's search a settings file comes that concerns this environment, the higher the more it counts; undefined: it is not read for it. */
function placeOf(file: string, prefix: string, own: ReadonlyMap<string, string>): number | undefined {
  const named = NAMING.findIndex((variable) => namedBy(variable, own) === file);
  if (named >= 0) return 8 + named;
  // `condarc.yml` is read where a variable names it alone.
  if (/\/\.?condarc\.ya?ml$/.test(file)) return undefined;
  const folder = file.replace(/\/(?:condarc\.d\/[^/]+|[^/]+)$/, '');
  if (folder === prefix) return 7;
  if (folder === '/etc/conda') return 0;
  if (folder === '/var/lib/conda') return 1;
  if (prefix.startsWith(`${folder}/envs/`)) return 2;
  const configuration = own.get('XDG_CONFIG_HOME');
  if (configuration !== undefined && folder === `${configuration.replace(/\/$/, '')}/conda`) return 3;
  const of = folder.replace(/\/(?:\.conda|\.config\/conda)$/, '');
  // Who runs conda when the image is built is not known: any user may.
  if (of !== own.get('HOME') && !/^\/(?:root|home\/[^/]+)$/.test(of)) return undefined;
  return folder.endsWith('/.config/conda') ? 4 : folder.endsWith('/.conda') ? 5 : 6;
}

/** Of the files of one folder the later one first: `condarc.d/` by name, `.mambarc`, `condarc`, `.condarc`. */
function compareWithin(a: string, b: string): number {
  const rank = (file: string): number => ['/.condarc', '/condarc', '/.mambarc'].findIndex((end) => file.endsWith(end));
  const [first, second] = [rank(a), rank(b)].map((place) => (place < 0 ? 3 : place)) as [number, number];
  if (first !== second) return second - first;
  return a < b ? 1 : a > b ? -1 : 0;
}
