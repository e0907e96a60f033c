import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { entriesOf, type Located, readLocatedYaml, switchAt, textAt, textsAt, unknownKey } from './located-yaml.ts';

/** How the configuration file changes where one feed, or one document, comes from. */
export interface FeedSetting {
  /** Another address or file for it. */
  readonly url?: string;
  /** False: it is not taken. */
  readonly enabled?: boolean;
}

/** What the configuration file says. */
export interface Config {
  /** The file; absent: there is none. */
  readonly path?: string;
  /** Nobody named it: it lies in the folder in which the program was started, and may have come with it. */
  readonly found?: true;
  /** By feed (`nvd`), document (`osv/PyPI`) or short name (`debian`). */
  readonly feeds: Readonly<Record<string, FeedSetting>>;
  /** Where the ready-made database is pulled from, in this order. */
  readonly mirrors: readonly string[];
  /** Every other key: options (`fail-on`), those of one command (`bench: {...}`), the policy. Checked by whoever owns the key. */
  readonly settings: ReadonlyMap<string, Located>;
}

/** Keys that are read here. */
export const OWN_KEYS: readonly string[] = ['feeds', 'mirrors'];

const NAMES = ['plimsoll.yaml', '.plimsoll.yaml'];

/**
 * Reads the configuration: the file named on the command line, else by `PLIMSOLL_CONFIG`, else `plimsoll.yaml` or
 * `.plimsoll.yaml` in the working directory. No file is no configuration. Throws `config`, with line and column, for a file
 * that is named and not there, that is no YAML mapping, or whose feeds or mirrors are not what they have to be.
 */
export async function loadConfig(
  environment: NodeJS.ProcessEnv,
  named?: string,
  folder = process.cwd(),
): Promise<Config> {
  const wanted = named ?? environment.PLIMSOLL_CONFIG;
  const path = wanted
    ? resolve(folder, wanted)
    : NAMES.map((name) => join(folder, name)).find((file) => existsSync(file));
  if (path === undefined) return { feeds: {}, mirrors: [], settings: new Map() };
  const document = await readLocatedYaml(path);
  const entries = new Map(document.value === null ? [] : entriesOf(document, 'the file'));
  const [feeds, mirrors] = [entries.get('feeds'), entries.get('mirrors')];
  for (const key of OWN_KEYS) entries.delete(key);
  return {
    path,
    ...(wanted ? {} : { found: true as const }),
    feeds: feeds ? readFeeds(feeds) : {},
    mirrors: mirrors ? textsAt(mirrors, 'mirrors') : [],
    settings: entries,
  };
}

function readFeeds(located: Located): Config['feeds'] {
  const feeds: Record<string, FeedSetting> = Object.create(null);
  for (const [name, setting] of entriesOf(located, 'feeds')) {
    if (typeof setting.value === 'boolean') {
      feeds[name] = { enabled: setting.value };
      continue;
    }
    const read: { url?: string; enabled?: boolean } = {};
    for (const [key, entry] of entriesOf(setting, `feeds.${name}`)) {
      if (key === 'url') read.url = textAt(entry, `feeds.${name}.url`);
      else if (key === 'enabled') read.enabled = switchAt(entry, `feeds.${name}.enabled`);
      else throw unknownKey(`feeds.${name}.${key}`, [`feeds.${name}.url`, `feeds.${name}.enabled`], entry);
    }
    feeds[name] = read;
  }
  return feeds;
}
