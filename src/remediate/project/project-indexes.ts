import { basename } from 'node:path/posix';
import { isObject, type Json, type JsonObject, list, object, readToml, text } from '../../formats/text/index.ts';
import { type BuildFile, readRequirements } from '../files/index.ts';
import type { NamedIndexes } from './named-indexes.ts';

/**
 * The package indexes that the files of a project name: options of requirements files, and the sources of uv, Poetry, PDM and Pipenv.
 * Those that are asked only about packages that name them are left out.
 */
export function projectIndexes(files: readonly BuildFile[]): readonly NamedIndexes[] {
  return files
    .map(({ path, kind, text: content }): NamedIndexes => {
      if (kind === 'requirements' || kind === 'constraints') return { path, ...ofOptions(content) };
      return { path, ...(kind === 'project' ? indexesOfToml(path, content) : NOTHING) };
    })
    .filter(({ index, extra, none }) => none || index.length + extra.length > 0);
}

const NOTHING = { index: [], extra: [], none: false };

/** https://pip.pypa.io/en/stable/reference/requirements-file-format/#global-options */
function ofOptions(content: string): Omit<NamedIndexes, 'path'> {
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

function indexesOfToml(path: string, content: string): Omit<NamedIndexes, 'path'> {
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
