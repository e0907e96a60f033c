import { basename } from 'node:path/posix';
import {
  type Dockerfile,
  isObject,
  type Json,
  type JsonObject,
  list,
  object,
  readToml,
  text,
} from '../../formats/text/index.ts';
import type { Notice } from '../../model.ts';
import { type BuildFile, readRequirements } from '../files/index.ts';

/** Where one file of a project says that its Python packages come from. */
interface ProjectSources {
  readonly path: string;
  readonly index: readonly string[];
  readonly extra: readonly string[];
  readonly none: boolean;
}

/**
 * The package indexes that the files of a project name: options of requirements files, and the sources of uv, Poetry, PDM and Pipenv.
 * Those that are asked only about packages that name them are left out.
 */
export function projectSources(files: readonly BuildFile[]): readonly ProjectSources[] {
  return files
    .map(({ path, kind, text: content }): ProjectSources => {
      if (kind === 'requirements' || kind === 'constraints') return { path, ...ofOptions(content) };
      return { path, ...(kind === 'project' ? ofToml(path, content) : NOTHING) };
    })
    .filter(({ index, extra, none }) => none || index.length + extra.length > 0);
}

/** The same as pip's settings, by file. https://pip.pypa.io/en/stable/topics/configuration/ */
export const asPipSettings = (sources: readonly ProjectSources[]): ReadonlyMap<string, string> =>
  new Map(
    sources.map(({ path, index, extra, none }) => [
      path,
      `[global]\nindex-url = ${known(index)}\nextra-index-url = ${known(extra)}\nno-index = ${none}\n`,
    ]),
  );

/** An address with variables is known to the environment that its tool runs in, and not here. */
const known = (addresses: readonly string[]): string => addresses.filter((address) => !/[$\s]/.test(address)).join(' ');

const NOTHING = { index: [], extra: [], none: false };

/** https://pip.pypa.io/en/stable/reference/requirements-file-format/#global-options */
function ofOptions(content: string): Omit<ProjectSources, 'path'> {
  let index: readonly string[] = [];
  const extra: string[] = [];
  let none = false;
  for (const option of readRequirements(content).indexOptions) {
    const [, name = '', value = ''] = /^(-i|--[a-z-]+)(?:[\s=]+(\S+))?/.exec(option) ?? [];
    if (name === '--no-index') none = true;
    else if (value !== '' && (name === '-i' || name === '--index-url')) index = [value];
    else if (value !== '' && name === '--extra-index-url') extra.push(value);
  }
  return { index, extra, none };
}

function ofToml(path: string, content: string): Omit<ProjectSources, 'path'> {
  let root: JsonObject;
  try {
    root = object(readToml(content));
  } catch {
    // What is no TOML is told by whoever reads what it declares.
    return NOTHING;
  }
  const { uv, poetry, pdm } = object(root.tool);
  const texts = (value: Json | undefined): readonly string[] =>
    list(value).flatMap((entry) => (typeof entry === 'string' ? [entry] : []));
  const tables = (value: Json | undefined): readonly JsonObject[] =>
    list(value).flatMap((entry) => (isObject(entry) ? [entry] : []));
  const all = [
    ...tables(object(uv).index).map((source) => ({ source, isMain: source.default === true })),
    ...tables(object(poetry).source).map((source) => ({ source, isMain: isPrimary(text(source.priority)) })),
    ...tables(object(pdm).source).map((source) => ({ source, isMain: text(source.name) === 'pypi' })),
    ...(basename(path) === 'Pipfile' ? tables(root.source).map((source, at) => ({ source, isMain: at === 0 })) : []),
  ].flatMap(({ source, isMain }) => {
    const url = text(source.url);
    const isExplicit = source.explicit === true || text(source.priority) === 'explicit';
    return url === undefined || isExplicit ? [] : [{ url, isMain }];
  });
  const address = text(object(uv)['index-url']);
  return {
    index: [...(address === undefined ? [] : [address]), ...all.flatMap(({ url, isMain }) => (isMain ? [url] : []))],
    extra: [...texts(object(uv)['extra-index-url']), ...all.flatMap(({ url, isMain }) => (isMain ? [] : [url]))],
    none: object(uv)['no-index'] === true,
  };
}

/** https://python-poetry.org/docs/repositories/#project-configuration */
const isPrimary = (priority: string | undefined): boolean =>
  priority === undefined || priority === 'primary' || priority === 'default';

/** Hosts that a project names and that were not among those asked, each with a file that names it. */
export function hostsNotAsked(
  sources: readonly ProjectSources[],
  asked: readonly string[],
): readonly { readonly path: string; readonly host: string }[] {
  const hosts = new Map<string, string>();
  for (const { path, index, extra } of sources)
    for (const address of [...index, ...extra]) {
      const host = hostOf(address);
      if (!asked.includes(host) && !hosts.has(host)) hosts.set(host, path);
    }
  return [...hosts].map(([host, path]) => ({ path, host }));
}

/** Indexes that are told at most; a list without end helps nobody. */
const SOURCES_TOLD = 5;

/** A warning for each host that is named and was not asked; none where nobody was asked, which is told elsewhere. */
export function notAskedNotices(sources: readonly ProjectSources[], asked: readonly string[]): readonly Notice[] {
  if (asked.length === 0) return [];
  return hostsNotAsked(sources, asked)
    .slice(0, SOURCES_TOLD)
    .map(({ path, host }) => ({
      level: 'warning',
      code: 'index-not-asked',
      message: `${path} names the package index ${host}, which was not asked: the plan rests on ${asked.join(' and ')}; PIP_INDEX_URL and PIP_EXTRA_INDEX_URL say what to ask`,
    }));
}

/** One command that installs, up to where the shell begins another; a line that goes on counts as one. */
const INSTALL = /\b(?:pip[\d.]*|uv\s+pip)\s+(?:install|download|wheel|sync)\b(?:\\\r?\n|[^;&|\n])*/g;
const ADDRESS =
  /\s(?:-i|-f|--index-url|--extra-index-url|--find-links|--index|--default-index)(?:\s*=\s*|\s+)["']?(https?:\/\/[^\s"']+)/g;

/** The indexes that instructions of a Dockerfile name for their own installs. An address that is a variable is known to the build only. */
export function dockerfileSources({ instructions }: Dockerfile, path: string): readonly ProjectSources[] {
  return instructions
    .filter(({ keyword }) => keyword === 'RUN')
    .map(({ argument, heredocs, range }) => {
      const texts = [argument, ...heredocs.map(({ body }) => body)];
      const installs = texts.flatMap((shell) => [...shell.matchAll(INSTALL)].map(([command]) => command));
      const extra = installs.flatMap((command) => [...command.matchAll(ADDRESS)].map(([, address = '']) => address));
      return { path: `${path}:${range.start.line}`, index: [], extra, none: false };
    })
    .filter(({ extra }) => extra.length > 0);
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
