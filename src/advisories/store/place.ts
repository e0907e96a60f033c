import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FeedSetting } from '../../config.ts';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Http } from '../../network/http.ts';
import type { FeedSource } from '../feeds/index.ts';

/** Where one document lies: a file or folder of this machine, or an address. */
export type Location =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };

/** Where feeds come from: the publishers' hosts, or one mirror laid out alike. */
export interface FeedPlace {
  /** For messages: `the publishers`, or the address or folder. */
  readonly name: string;
  /** Undefined: it is not to be had here. */
  locate(source: FeedSource): Location | undefined;
  /** Names in a folder, undefined where that cannot be known. */
  listed(folder: string): Promise<readonly string[] | undefined>;
}

/** The publishers' own addresses. */
export const publishers: FeedPlace = {
  name: 'the publishers',
  locate: ({ url }) => (url === undefined ? undefined : { kind: 'url', url }),
  listed: async () => undefined,
};

/** A mirror: an address or a folder. Throws `config` when it is neither. */
export function mirror(where: string, http: Http): FeedPlace {
  return /^https?:\/\//i.test(where) ? webMirror(where, http) : folderMirror(where);
}

function folderMirror(where: string): FeedPlace {
  const root = resolve(where.startsWith('file:') ? fileURLToPath(where) : where);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new PlimsollError('config', 'the feeds are to come from a folder that is not there', { where: root });
  }
  return {
    name: root,
    locate: ({ path }) => ({ kind: 'file', path: join(root, path) }),
    async listed(folder) {
      try {
        return readdirSync(join(root, folder));
      } catch {
        return undefined;
      }
    },
  };
}

function webMirror(where: string, http: Http): FeedPlace {
  const root = where.endsWith('/') ? where : `${where}/`;
  if (!URL.canParse(root))
    throw new PlimsollError('config', 'the feeds are to come from something that is no address', { where });
  const url = (path: string) => root + path.split('/').map(encodeURIComponent).join('/');
  return {
    name: root,
    locate: ({ path }) => ({ kind: 'url', url: url(path) }),
    listed: (folder) => listing(http, `${url(folder)}/`),
  };
}

/** Names in the page by which a web server lists a folder; undefined when it does not. */
export async function listing(http: Http, url: string): Promise<readonly string[] | undefined> {
  const response = await http.request(url, { retry: false }).catch(() => undefined);
  if (response === undefined) return undefined;
  if (response.status !== 200 || !/html|plain/.test(response.headers['content-type'] ?? '')) {
    await response.discard();
    return undefined;
  }
  const page = (await http.bytes(response, LIMITS.answerBytes)).toString('utf8');
  const names = new Set<string>();
  for (const [, target] of page.matchAll(/href="([^"?#]{1,500})"/g)) {
    if (names.size >= LIMITS.feedDocuments) break;
    const name = nameIn(target!, url);
    if (name !== undefined) names.add(name);
  }
  return [...names];
}

/** The name of a link that leads right into the folder; a link elsewhere is none. */
function nameIn(target: string, folder: string): string | undefined {
  if (!URL.canParse(target, folder)) return undefined;
  const url = new URL(target, folder).href;
  if (!url.startsWith(folder)) return undefined;
  try {
    const name = decodeURIComponent(url.slice(folder.length).replace(/\/$/, ''));
    return name === '' || /[/\\]/.test(name) || name.startsWith('.') ? undefined : name;
  } catch {
    return undefined;
  }
}

/** Names that people write for a feed whose documents are called otherwise. */
export const SHORT_NAMES: ReadonlyMap<string, string> = new Map([['debian', 'debian/tracker']]);

/** The setting of a document: by its own name (`osv/PyPI`), else by its feed's (`osv`). */
export function settingOf(
  settings: Readonly<Record<string, FeedSetting>>,
  feed: string,
  source: FeedSource,
): { readonly setting: FeedSetting; readonly exact: boolean } | undefined {
  for (const [name, setting] of Object.entries(settings)) {
    if (name === source.name || SHORT_NAMES.get(name) === source.name) return { setting, exact: true };
  }
  const setting = Object.hasOwn(settings, feed) ? settings[feed] : undefined;
  return setting === undefined ? undefined : { setting, exact: source.name === feed };
}

/**
 * The place that a setting's address names: exactly it for one document; for a feed of many, the folder it names (ending in
 * `/`), or a pattern with `{name}` (`PyPI`, `2021`).
 */
export function settingLocation(url: string, exact: boolean, feed: string, source: FeedSource): Location {
  const short = source.name.slice(source.name.indexOf('/') + 1);
  const rest = source.path.slice(source.path.indexOf('/') + 1);
  const remote = /^https?:\/\//i.test(url);
  const quote = remote ? encodeURIComponent : (text: string) => text;
  let where = url;
  if (url.includes('{name}')) where = url.replaceAll('{name}', quote(short));
  else if (!exact && !url.endsWith('/')) {
    throw new PlimsollError(
      'config',
      `feeds.${feed}.url must end in / or contain {name}: this feed is many documents`,
      { where: url },
    );
  } else if (url.endsWith('/') && !source.path.endsWith('/')) where = url + rest.split('/').map(quote).join('/');
  return remote
    ? { kind: 'url', url: where }
    : { kind: 'file', path: resolve(where.startsWith('file:') ? fileURLToPath(where) : where) };
}
