import type { Notice } from '../../model.ts';

/** Where a file, or an instruction of one, says that Python packages come from. */
export interface NamedIndexes {
  /** The file, for an instruction with its line. */
  readonly path: string;
  readonly index: readonly string[];
  readonly extra: readonly string[];
  readonly none: boolean;
}

/** The same as pip's settings, by file. https://pip.pypa.io/en/stable/topics/configuration/ */
export const asPipSettings = (indexes: readonly NamedIndexes[]): ReadonlyMap<string, string> =>
  new Map(
    indexes.map(({ path, index, extra, none }) => [
      path,
      `[global]\nindex-url = ${known(index)}\nextra-index-url = ${known(extra)}\nno-index = ${none}\n`,
    ]),
  );

/** An address with variables is known to the environment that its tool runs in, and not here. */
const known = (addresses: readonly string[]): string => addresses.filter((address) => !/[$\s]/.test(address)).join(' ');

/** Hosts that a project names and that were not among those asked, each with a file that names it. */
export function hostsNotAsked(
  indexes: readonly NamedIndexes[],
  asked: readonly string[],
): readonly { readonly path: string; readonly host: string }[] {
  const hosts = new Map<string, string>();
  for (const { path, index, extra } of indexes)
    for (const address of [...index, ...extra]) {
      const host = hostOf(address);
      if (!asked.includes(host) && !hosts.has(host)) hosts.set(host, path);
    }
  return [...hosts].map(([host, path]) => ({ path, host }));
}

/** Indexes that are told at most; a list without end helps nobody. */
const INDEXES_TOLD = 5;

/** A warning for each host that is named and was not asked, and for what installs from files at hand alone, though an index was asked. */
export function notAskedNotices(indexes: readonly NamedIndexes[], asked: readonly string[]): readonly Notice[] {
  const others =
    asked.length === 0
      ? ', nor was any other: the plan rests on what the database and the advisories say'
      : `: the plan rests on ${asked.join(' and ')}; PIP_INDEX_URL and PIP_EXTRA_INDEX_URL say what to ask`;
  const hosts = hostsNotAsked(indexes, asked)
    .slice(0, INDEXES_TOLD)
    .map(({ path, host }) => `${path} names the package index ${host}, which was not asked${others}`);
  const closed = asked.length === 0 ? [] : indexes.filter(({ none }) => none).slice(0, INDEXES_TOLD);
  const files = closed.map(
    ({ path }) =>
      `${path} installs with --no-index: the versions of the plan have to be put where it looks before the build`,
  );
  return [...hosts, ...files].map((message) => ({ level: 'warning', code: 'index-not-asked', message }));
}

/** An address with a variable for its port is none that can be taken apart, and may hold a password all the same. */
function hostOf(address: string): string {
  if (URL.canParse(address) && new URL(address).host !== '') return new URL(address).host;
  const [, authority = ''] = /^[a-z][a-z\d+.-]*:\/*([^/?#]*)/i.exec(address) ?? [];
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return host === '' || address.slice(address.indexOf(authority) + authority.length).includes('@')
    ? '(not an address)'
    : host;
}
