import { before } from '../../formats/ends.ts';
import { readJson } from '../../formats/json-values.ts';
import {
  condaPin,
  environmentItems,
  exactVersion,
  hasWordsBehind,
  isExported,
  isObject,
  type Json,
  type JsonObject,
  list,
  object,
  parseRequirement,
  readToml,
  requirementLines,
  text,
  wheelAt,
  withoutOptions,
} from '../../formats/text/index.ts';
import { analyzer, type PackageFact } from '../analyzer.ts';
import { open, requirement } from './asked.ts';
import { pixiTables } from './manifests.ts';

/**
 * What Python projects ask for: pins that say a version, and requirements that leave it open, which have none here and say in
 * `requirement` what was written. Lock files and plain pins are read as in images.
 */
export const pythonDeclarations = analyzer({
  name: 'python-declarations',
  version: 4,
  files: [
    '**/requirements*.txt',
    '**/*requirements.txt',
    '**/requirements/*.txt',
    '**/pyproject.toml',
    '**/environment.yml',
    '**/environment.yaml',
    '**/conda-environment.yml',
    '**/Pipfile.lock',
    '**/pylock.toml',
    '**/pylock.*.toml',
  ],
  *read(file) {
    if (/(?:^|\/)(?:(?:site|dist)-packages|node_modules|pkgs|_vendor)\//.test(file.path)) return;
    if (file.path.endsWith('Pipfile.lock')) yield* unversionedPipenv(file.text());
    else if (/(?:^|\/)pylock[^/]*$/.test(file.path)) yield* unversionedPylock(file.text());
    else if (file.path.endsWith('.toml')) yield* pyproject(file.text());
    else if (/\.ya?ml$/.test(file.path)) yield* environment(file.text());
    else yield* requirements(file.text());
  },
});

/** What leaves its version open, or comes from elsewhere. https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
function* requirements(content: string): Generator<PackageFact> {
  if (content.includes('\0'))
    return yield open('pypi', 'requirements', 'no text that pip reads (UTF-16 without a byte order mark?)');
  for (const line of requirementLines(content)) yield* requirementLine(line);
}

function* requirementLine(whole: string): Generator<PackageFact> {
  const editable = /^(?:-e|--editable)[\s=]+(\S+)/.exec(whole)?.[1];
  const egg = editable && /[#&]egg=([A-Za-z0-9._-]+)/.exec(editable)?.[1];
  if (egg) yield open('pypi', egg, whole);
  if (whole.startsWith('-')) return;
  const asked = withoutOptions(whole);
  const elsewhere =
    /^(?:[a-z][a-z+.-]*:|\.{0,2}[/\\]|.*[/\\].*|.*\.(?:whl|zip|tar\.\w+|tgz)(?:\s|$))/i.test(asked) &&
    !/^[\w.-]+\s*(?:\[[^\]]*\]\s*)?@/.test(asked);
  if (elsewhere) yield* fromElsewhere(asked);
  else if (parseRequirement(asked) === undefined || hasWordsBehind(asked))
    yield open('pypi', asked.split(/\s/, 1)[0] as string, `no requirement that pip reads: ${asked}`);
  else yield* requirement(asked, false);
}

/** A URL or a path. A wheel's name says what it is; of the project's own folders their declarations are read. https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
function* fromElsewhere(asked: string): Generator<PackageFact> {
  const place = asked.split(/\s/, 1)[0] as string;
  // A wheel's name says its version: `python-locks` reads it, as every pin of such files.
  if (wheelAt(place) !== undefined) return;
  if (/^\.?[/\\]|^\.$/.test(place) && !/^[/\\]/.test(place) && !/\.(?:zip|tar\.\w+|tgz)$/.test(place)) return;
  const egg = /[#&]egg=([A-Za-z0-9._-]+)/.exec(place)?.[1];
  const last = before(place, '#').split(/[/\\]/).filter(Boolean).at(-1);
  yield open('pypi', egg ?? before(last ?? 'requirement', '@').replace(/\.git$/, ''), asked);
}

/**
 * `[project]`, its optional dependencies, dependency groups, and Poetry's tables.
 * https://packaging.python.org/en/latest/specifications/pyproject-toml/
 */
function* pyproject(content: string): Generator<PackageFact> {
  const document = readToml(content);
  const project = object(document.project);
  const groups = [
    project.dependencies,
    ...Object.values(object(project['optional-dependencies'])),
    ...Object.values(object(document['dependency-groups'])),
  ];
  for (const group of groups)
    for (const dependency of list(group)) if (typeof dependency === 'string') yield* requirement(dependency, true);
  const tool = object(document.tool);
  for (const environment of Object.values(object(object(tool.hatch).envs)).map(object))
    for (const dependency of [...list(environment.dependencies), ...list(environment['extra-dependencies'])])
      if (typeof dependency === 'string') yield* requirement(dependency, true);
  yield* pixiTables(object(tool.pixi));
  for (const file of dynamicFiles(object(object(tool.setuptools).dynamic)))
    if (!/requirements[\w.-]*\.(?:txt|in)$/.test(file))
      yield open('pypi', file, `${file}, which pyproject.toml names: this kind of file is not read`);
  const poetry = object(tool.poetry);
  const tables = [
    poetry.dependencies,
    poetry['dev-dependencies'],
    ...Object.values(object(poetry.group)).map((group) => object(group).dependencies),
  ];
  for (const table of tables)
    for (const [name, value] of Object.entries(object(table)))
      if (name !== 'python') yield poetryDependency(name, value);
}

/** What a lock takes from a repository or an archive, and says no version of. https://pipenv.pypa.io/en/latest/specifiers.html */
function* unversionedPipenv(content: string): Generator<PackageFact> {
  const parsed = readJson(content) as Json;
  for (const [section, packages] of isObject(parsed) ? Object.entries(parsed) : [])
    for (const [name, value] of section === '_meta' ? [] : Object.entries(object(packages))) {
      const entry = object(value);
      const version = text(entry.version) ?? '';
      if (entry.path !== undefined || exactVersion(version) !== undefined) continue;
      yield open('pypi', name, `${name} ${text(entry.git) ?? text(entry.file) ?? version}`);
    }
}

/** https://packaging.python.org/en/latest/specifications/pylock-toml/#packages-version */
function* unversionedPylock(content: string): Generator<PackageFact> {
  for (const entry of list(readToml(content).packages).map(object)) {
    const name = text(entry.name);
    if (name === undefined || entry.version !== undefined || entry.directory !== undefined) continue;
    const from = object(entry.vcs ?? entry.archive);
    yield open('pypi', name, `${name} from ${text(from.url) ?? text(from.path) ?? 'a place that is not said'}`);
  }
}

/** Files that dependencies are read from when the project is built. https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html#dynamic-metadata */
function dynamicFiles(dynamic: JsonObject): readonly string[] {
  const entries = [
    object(dynamic.dependencies),
    ...Object.values(object(dynamic['optional-dependencies'])).map(object),
  ];
  return entries
    .flatMap(({ file }) => [text(file), ...list(file).map((name) => text(name))])
    .flatMap((name) => name ?? []);
}

/** A bare version is exact for Poetry. https://python-poetry.org/docs/dependency-specification/ */
function poetryDependency(name: string, value: Json | undefined): PackageFact {
  const written = value !== undefined && isObject(value) ? text(value.version) : text(value);
  const exact = /^(?:==\s*)?(\d[\w.!+-]*)$/.exec(written ?? '')?.[1];
  return exact === undefined
    ? open('pypi', name, `${name} ${written ?? JSON.stringify(value)}`)
    : { type: 'pypi', name, version: exact, role: 'declared' };
}

/** Items of `dependencies:` and of its `pip:` that say no version. */
function* environment(content: string): Generator<PackageFact> {
  const items = [...environmentItems(content)];
  const isExport = isExported(content, items);
  for (const { by, text } of items)
    if (by === 'pip') yield* requirementLine(text);
    else if (by === 'unread') yield open('conda', 'dependencies', `${text}: this form of YAML is not read`);
    else if (condaPin(text, isExport) === undefined)
      yield open('conda', /^(?:[\w./-]{1,200}::)?([\w.-]{1,200})/.exec(text)?.[1] ?? text, text);
}
