import { readJson } from '../../formats/json-values.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { isObject, type Json, type JsonObject, object, readToml, shortLines, text } from '../../formats/text/index.ts';
import { analyzer, type PackageFact, unknown } from '../analyzer.ts';
import { open, requirement } from './asked.ts';

/**
 * What a project's manifests ask for where no lock file says which version that comes to: exact versions count, the others are said to be open.
 * A lock file settles them, name by name.
 */
export const projectManifests = analyzer({
  name: 'project-manifests',
  version: 1,
  files: ['package.json', 'Cargo.toml', 'Pipfile', 'pixi.toml', 'composer.json', 'setup.cfg'].map(
    (name) => `**/${name}`,
  ),
  *read(file) {
    if (/(?:^|\/)(?:(?:site|dist)-packages|node_modules|bower_components|vendor|pkgs)\//.test(file.path)) return;
    const name = fileNameOf(file.path);
    if (name === 'setup.cfg') return yield* setupCfg(file.text());
    const document = name.endsWith('.json') ? (readJson(file.text()) as Json) : readToml(file.text());
    if (!isObject(document)) return yield unknown('no mapping of keys to values');
    if (name === 'package.json') yield* packageJson(document);
    else if (name === 'composer.json') yield* composerJson(document);
    else if (name === 'Cargo.toml') yield* cargoToml(document);
    else if (name === 'Pipfile') yield* pipfile(document);
    else yield* pixiTables(document);
  },
});

/** The version that a value of a table states, alone or under `version`. */
const written = (value: Json | undefined): string =>
  (value !== undefined && isObject(value) ? text(value.version) : text(value)) ?? '';

function asked(type: string, name: string, wanted: string, exact: RegExp): PackageFact {
  const version = exact.exec(wanted.trim())?.[1];
  return version === undefined ? open(type, name, `${name} ${wanted}`) : { type, name, version, role: 'declared' };
}

const tables = (document: JsonObject, ...keys: readonly string[]): readonly [string, Json | undefined][] =>
  keys.flatMap((key) => Object.entries(object(document[key])));

/** https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies */
function* packageJson(document: JsonObject): Generator<PackageFact> {
  const keys = ['dependencies', 'devDependencies', 'optionalDependencies'];
  for (const [name, value] of tables(document, ...keys)) {
    const wanted = written(value);
    if (/^(?:workspace|file|link|portal):/.test(wanted)) continue;
    const [, alias, range] = /^npm:((?:@[^/@]+\/)?[^/@]+)@(.+)$/.exec(wanted) ?? [];
    yield asked('npm', alias ?? name, range ?? wanted, /^=?v?(\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)$/);
  }
}

/** https://getcomposer.org/doc/articles/versions.md What has no vendor is PHP itself and what is built into it. */
function* composerJson(document: JsonObject): Generator<PackageFact> {
  for (const [name, value] of tables(document, 'require', 'require-dev'))
    if (name.includes('/')) yield asked('composer', name, written(value), /^=?v?(\d+(?:\.\d+){1,3}(?:-[\w.]+)?)$/);
}

/** A bare version is a range for Cargo. https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html */
function* cargoToml(document: JsonObject): Generator<PackageFact> {
  const places = [document, object(document.workspace), ...Object.values(object(document.target)).map(object)];
  for (const place of places)
    for (const [name, value] of tables(place, 'dependencies', 'dev-dependencies', 'build-dependencies')) {
      const entry = object(value);
      if (entry.path !== undefined || entry.workspace === true) continue;
      yield asked('cargo', text(entry.package) ?? name, written(value), /^=\s*(\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)$/);
    }
}

/** https://pipenv.pypa.io/en/latest/pipfile.html */
function* pipfile(document: JsonObject): Generator<PackageFact> {
  for (const [name, value] of tables(document, 'packages', 'dev-packages'))
    if (object(value).path === undefined) yield asked('pypi', name, written(value), EXACT);
}

const EXACT = /^===?\s*([\w.!+-]+)$/;

/** `pixi.toml`, or `tool.pixi` of a pyproject.toml. https://pixi.sh/latest/reference/pixi_manifest/ */
export function* pixiTables(document: JsonObject): Generator<PackageFact> {
  const features = Object.values(object(document.feature)).map(object);
  const places = [document, ...features].flatMap((place) => [
    place,
    ...Object.values(object(place.target)).map(object),
  ]);
  for (const place of places) {
    for (const [name, value] of tables(place, 'dependencies', 'host-dependencies', 'build-dependencies'))
      yield asked('conda', name, written(value), EXACT);
    for (const [name, value] of tables(place, 'pypi-dependencies'))
      if (object(value).path === undefined) yield asked('pypi', name, written(value), EXACT);
  }
}

/** https://setuptools.pypa.io/en/latest/userguide/declarative_config.html: lists, one requirement on each line further in. */
function* setupCfg(content: string): Generator<PackageFact> {
  let [section, isList] = ['', false];
  for (const line of shortLines(content)) {
    section = /^\[([\w.:-]{1,100})\]/.exec(line)?.[1] ?? section;
    const [, key, first] = /^([\w.-]{1,100})[ \t]*[=:](.*)$/.exec(line) ?? [];
    if (key !== undefined)
      isList =
        (section === 'options' && /^(?:install|tests|setup)_requires$/.test(key)) ||
        section === 'options.extras_require';
    else if (/^\S/.test(line)) isList = false;
    const item = (key === undefined ? line : (first as string)).replace(/(?:^|\s)#.*$/, '').trim();
    // On the line of its key a list is separated by semicolons; on lines of their own a semicolon begins a marker.
    const items = key === undefined ? [item] : item.split(';');
    if (isList) for (const part of items) yield* requirement(part, true);
  }
}
