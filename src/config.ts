import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asPlimsollError, PlimsollError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** Another place for a feed or one of its documents, or that it is not wanted. */
export interface FeedConfig {
  readonly url?: string;
  readonly enabled?: boolean;
}

/** What the configuration file says, checked. */
export interface Config {
  /** The file; absent: there is none. */
  readonly path?: string;
  /** By feed (`nvd`), document (`osv/PyPI`) or short name (`debian`). */
  readonly feeds: Readonly<Record<string, FeedConfig>>;
  /** Where the ready-made database is pulled from, in this order. */
  readonly mirrors: readonly string[];
  /** Defaults of flags by their long name without dashes: `severity`, `fail-on`. A list stands for a comma-separated text. */
  readonly flags: ReadonlyMap<string, string | boolean>;
}

type Kind = 'text' | 'switch' | 'list' | 'feeds' | 'texts';

/** Every key there is, and what it holds. Flags of commands are called as on the command line. */
export const CONFIG_KEYS: ReadonlyMap<string, Kind> = new Map([
  ['feeds', 'feeds'],
  ['mirrors', 'texts'],
  ['from', 'text'],
  ['severity', 'list'],
  ['severity-from', 'list'],
  ['fixable', 'switch'],
  ['fail-on', 'text'],
  ['format', 'text'],
  ['output', 'text'],
  ['platform', 'text'],
  ['all', 'switch'],
  ['cache', 'switch'],
  ['insecure', 'switch'],
  ['max-db-age', 'text'],
  ['as-of', 'text'],
  ['key', 'text'],
  ['quiet', 'switch'],
  ['color', 'switch'],
]);

const NAMES = ['plimsoll.yaml', '.plimsoll.yaml'];

/**
 * Reads the configuration: the file named on the command line, else by `PLIMSOLL_CONFIG`, else `plimsoll.yaml` or
 * `.plimsoll.yaml` in the working directory. No file is no configuration. Throws `config` for a file that is named and not
 * there, that is no YAML mapping, or that holds a key or value nobody knows, with the nearest one.
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
  if (path === undefined) return { feeds: {}, mirrors: [], flags: new Map() };
  return readConfig(await parse(path), path);
}

async function parse(path: string): Promise<unknown> {
  try {
    if (statSync(path).size > LIMITS.settingsBytes) throw new Error(`it is larger than ${LIMITS.settingsBytes} bytes`);
    const { parse: parseYaml } = await import('yaml');
    return parseYaml(readFileSync(path, 'utf8'), { mapAsMap: true, maxAliasCount: 100, logLevel: 'error' });
  } catch (error) {
    const { message } = asPlimsollError(error, 'config');
    throw new PlimsollError(
      'config',
      `the configuration cannot be read: ${message.split('\n')[0]!.replace(/:$/, '')}`,
      { where: path, cause: error },
    );
  }
}

function readConfig(document: unknown, path: string): Config {
  if (document === null) return { path, feeds: {}, mirrors: [], flags: new Map() };
  const flags = new Map<string, string | boolean>();
  let feeds: Config['feeds'] = {};
  let mirrors: Config['mirrors'] = [];
  for (const [key, value] of mapping(document, 'the file', path)) {
    const kind = CONFIG_KEYS.get(key);
    if (kind === undefined) throw unknown(key, [...CONFIG_KEYS.keys()], path);
    if (kind === 'feeds') feeds = readFeeds(value, path);
    else if (kind === 'texts') mirrors = texts(value, key, path);
    else flags.set(key, flag(value, key, kind, path));
  }
  return { path, feeds, mirrors, flags };
}

function mapping(value: unknown, what: string, path: string): readonly (readonly [string, unknown])[] {
  if (!(value instanceof Map))
    throw new PlimsollError('config', `${what} has to be a mapping of keys to values`, { where: path });
  return [...value].map(([key, entry]) => [String(key), entry] as const);
}

function readFeeds(value: unknown, path: string): Config['feeds'] {
  const feeds: Record<string, FeedConfig> = Object.create(null);
  for (const [name, setting] of mapping(value, 'feeds', path)) {
    if (typeof setting === 'boolean') {
      feeds[name] = { enabled: setting };
      continue;
    }
    const read: { url?: string; enabled?: boolean } = {};
    for (const [key, entry] of mapping(setting, `feeds.${name}`, path)) {
      if (key === 'url') read.url = String(flag(entry, `feeds.${name}.url`, 'text', path));
      else if (key === 'enabled') read.enabled = flag(entry, `feeds.${name}.enabled`, 'switch', path) === true;
      else throw unknown(`feeds.${name}.${key}`, [`feeds.${name}.url`, `feeds.${name}.enabled`], path);
    }
    feeds[name] = read;
  }
  return feeds;
}

function texts(value: unknown, key: string, path: string): readonly string[] {
  const items = Array.isArray(value) ? value : [value];
  return items.map((item) => String(flag(item, key, 'text', path)));
}

function flag(value: unknown, key: string, kind: 'text' | 'switch' | 'list', path: string): string | boolean {
  if (kind === 'switch') {
    if (typeof value === 'boolean') return value;
    throw new PlimsollError('config', `${key} has to be true or false`, { where: path });
  }
  if (kind === 'list' && Array.isArray(value))
    return value.map((item) => String(flag(item, key, 'text', path))).join(',');
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new PlimsollError('config', `${key} has to be a text${kind === 'list' ? ' or a list of texts' : ''}`, {
    where: path,
  });
}

function unknown(key: string, known: readonly string[], path: string): PlimsollError {
  const near = nearest(key, known);
  return new PlimsollError('config', `nobody knows the key ${key}`, {
    where: path,
    hint: near === undefined ? `the keys are ${known.join(', ')}` : `did you mean ${near}?`,
  });
}

/** The candidate that is fewest edits away, if that is close at all. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(word.slice(0, 60), candidate) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
