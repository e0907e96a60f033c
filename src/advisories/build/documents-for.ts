import { alpine, amazon, cpe, debian, nvidia, oracle, redhat } from '../../ecosystems/worlds.ts';
import { type FeedSource, feeds } from '../feeds/index.ts';
import { nvdDocuments } from '../ids.ts';

/** What an image needs to know. */
interface Needs {
  /** Namespaces its packages are looked up in: `Debian:11`, `PyPI`, `CPE`. */
  readonly namespaces: ReadonlySet<string>;
  /** The id of its operating system (`debian`): how long it is supported. */
  readonly os?: string;
}

/** Feeds that belong to a distribution, by the beginning of their documents' names. */
const BY_DISTRIBUTION: readonly (readonly [document: RegExp, namespace: string])[] = [
  [/^debian\//, debian.name],
  [/^redhat\//, redhat.name],
  [/^amazon\//, amazon.name],
  [/^oracle\//, oracle.name],
];

/** Small, and about everything: what is exploited, and how likely it is to be. */
const ALWAYS = new Set(['kev', 'epss', 'osv/PSF']);

/**
 * The documents of the publishers' own places that speak of what an image holds, in the order of what an answer needs. NVD
 * speaks of everything: its years are asked for only where products are looked up there, else by `ratingDocuments`.
 */
export async function documentsFor(needs: Needs): Promise<readonly FeedSource[]> {
  return (await everySource()).filter(({ name, url }) => url !== undefined && isNeeded(name, needs));
}

/** The documents that rate these vulnerabilities: NVD's years of them. */
export async function ratingDocuments(ids: Iterable<string>): Promise<readonly FeedSource[]> {
  const names = nvdDocuments(ids);
  return (await everySource()).filter(({ name }) => names.has(name));
}

async function everySource(): Promise<readonly FeedSource[]> {
  const all = feeds.filter(({ byDefault }) => byDefault);
  return (await Promise.all(all.map((feed) => feed.sources(async () => undefined)))).flat();
}

function isNeeded(name: string, { namespaces, os }: Needs): boolean {
  if (ALWAYS.has(name)) return true;
  const has = (wanted: string): boolean =>
    [...namespaces].some((namespace) => namespace === wanted || namespace.startsWith(`${wanted}:`));
  const [feed = '', rest = ''] = [name.split('/')[0], name.slice(name.indexOf('/') + 1)];
  if (feed === 'osv') return has(rest);
  if (feed === 'nvd') return has(cpe.name);
  if (feed === 'nvidia') return has(nvidia.name);
  if (feed === 'alpine') return has(`${alpine.name}:${rest.split('/')[0]}`);
  if (feed === 'eol') return rest === os;
  return BY_DISTRIBUTION.some(([document, namespace]) => document.test(name) && has(namespace));
}
