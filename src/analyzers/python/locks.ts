import { readJson } from '../../formats/json-values.ts';
import { fileNameOf } from '../../formats/paths.ts';
import {
  condaPin,
  environmentItems,
  exactVersion,
  isExported,
  isObject,
  type Json,
  list,
  object,
  pinned,
  pinnedByWheel,
  readToml,
  requirementLines,
  shortLines,
  text,
} from '../../formats/text/index.ts';
import { analyzer, type PackageFact, unknown } from '../analyzer.ts';

/**
 * What lock files and pinned requirements declare. It is not installed by that: another analyzer proves what is. Files
 * inside installed packages are left alone, since those are other people's test data.
 */
export const pythonLocks = analyzer({
  name: 'python-locks',
  version: 10,
  files: [
    '**/requirements*.txt',
    '**/*requirements.txt',
    '**/requirements/*.txt',
    '**/constraints*.txt',
    '**/Pipfile.lock',
    '**/poetry.lock',
    '**/uv.lock',
    '**/pdm.lock',
    '**/pylock.toml',
    '**/pylock.*.toml',
    '**/pixi.lock',
    '**/conda-lock.yml',
    '**/*.conda-lock.yml',
    '**/environment.yml',
    '**/environment.yaml',
    '**/conda-environment.yml',
    '**/conda-linux-*.lock.yml',
  ],
  *read(file) {
    if (/(?:^|\/)(?:(?:site|dist)-packages|node_modules|pkgs|_vendor)\//.test(file.path)) return;
    const name = fileNameOf(file.path);
    if (name === 'Pipfile.lock') yield* pipfile(file.text());
    else if (name === 'pixi.lock') yield* pixiLock(file.text());
    else if (/conda-lock\.ya?ml$/.test(name)) yield* condaLock(file.text());
    else if (/\.lock$|^pylock/.test(name)) yield* tomlPackages(file.text());
    else if (/\.ya?ml$/.test(name)) yield* condaEnvironment(file.text());
    else yield* requirements(file.text());
  },
});

const declared = (type: string, name: string, version: string): PackageFact => ({
  type,
  name,
  version,
  role: 'declared',
});

/** Only exact pins say a version. https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
function* requirements(content: string): Generator<PackageFact> {
  for (const line of requirementLines(content)) {
    const pin = pinned(line) ?? pinnedByWheel(line);
    if (pin !== undefined) yield declared('pypi', pin.name, pin.version);
  }
}

/** `default`, `develop` and categories of any other name, each package with `"version": "==1.2"`. https://pipenv.pypa.io/en/latest/pipfile.html#package-category-groups */
function* pipfile(content: string): Generator<PackageFact | ReturnType<typeof unknown>> {
  const parsed = readJson(content) as Json;
  if (!isObject(parsed)) return yield unknown('no JSON object');
  for (const [section, packages] of Object.entries(parsed)) {
    if (section === '_meta') continue;
    for (const [name, entry] of Object.entries(object(packages))) {
      const version = text(object(entry).version);
      const exact = exactVersion(version ?? '');
      if (exact !== undefined) yield declared('pypi', name, exact);
    }
  }
}

/**
 * The tables `[[package]]` (poetry, uv, pdm) and `[[packages]]` (pylock) with their `name` and `version`.
 * https://packaging.python.org/en/latest/specifications/pylock-toml/
 */
function* tomlPackages(content: string): Generator<PackageFact> {
  const document = readToml(content);
  for (const entry of [...list(document.package), ...list(document.packages)]) {
    const { source, ...fields } = object(entry);
    const [name, version] = [text(fields.name), text(fields.version)];
    // The project itself stands in uv's lock file too, and what lies in a folder beside it in Poetry's and in a pylock.
    const local =
      ['virtual', 'editable', 'directory'].some((key) => object(source)[key] !== undefined) ||
      text(object(source).type) === 'directory' ||
      fields.directory !== undefined;
    if (name !== undefined && version !== undefined && !local) yield declared('pypi', name, version);
  }
}

/** Items `- key: value` with the keys below them, as tools write lists of plain values. */
function* plainItems(content: string): Generator<ReadonlyMap<string, string>> {
  let item: Map<string, string> | undefined;
  for (const line of shortLines(content)) {
    const [, dash, key, value] = /^ {0,8}(- | {2})([a-z_]+): +['"]?([^'"#]*?)['"]? *$/.exec(line) ?? [];
    if (/^ {0,8}- /.test(line)) {
      if (item) yield item;
      item = new Map();
    } else if (/^\S/.test(line)) {
      if (item) yield item;
      item = undefined;
    }
    if (item && dash !== undefined && key !== undefined && value !== undefined && !item.has(key)) item.set(key, value);
  }
  if (item) yield item;
}

/**
 * Locks are made for all platforms of a team: where one of them is Linux, what is for macOS or Windows alone is not for an image.
 * `platformsOf` says what an item is for (`linux-64`); nothing: not said.
 */
function forImages(
  items: Iterable<ReadonlyMap<string, string>>,
  platformsOf: (item: ReadonlyMap<string, string>) => Iterable<string>,
): readonly ReadonlyMap<string, string>[] {
  const all = [...items].map((item) => ({ item, platforms: [...platformsOf(item)] }));
  const isLinux = (platform: string): boolean => platform.startsWith('linux');
  if (!all.some(({ platforms }) => platforms.some(isLinux))) return all.map(({ item }) => item);
  return all.filter(({ platforms }) => platforms.length === 0 || platforms.some(isLinux)).map(({ item }) => item);
}

/** Since version 7 platforms have names of the project's own (`- name: gpu`, `subdir: linux-64` below it). */
function pixiSubdirs(content: string): ReadonlyMap<string, string> {
  const subdirs = new Map<string, string>();
  let inPlatforms = false;
  let name: string | undefined;
  for (const line of shortLines(content)) {
    if (/^[^\s-]/.test(line)) {
      // The list stands before everything else that is long.
      if (inPlatforms) break;
      inPlatforms = /^platforms: *$/.test(line);
    }
    if (!inPlatforms) continue;
    const [, dash, key, value] = /^ {0,4}(- | {2})(name|subdir): +([\w-]{1,100}) *$/.exec(line) ?? [];
    if (dash === '- ') name = key === 'name' ? value : undefined;
    if (name !== undefined && value !== undefined) subdirs.set(name, value);
  }
  return subdirs;
}

/** The platforms in whose environments each address stands: a package for all of them (`noarch`) may be asked for on one alone. */
function pixiPlatforms(content: string): ReadonlyMap<string, ReadonlySet<string>> {
  const platforms = new Map<string, Set<string>>();
  const subdirs = pixiSubdirs(content);
  let platform: string | undefined;
  for (const line of shortLines(content)) {
    if (/^\S/.test(line) || line.trim() === '') platform = undefined;
    const [, head] = /^ {2,12}([\w-]{1,100}): *$/.exec(line) ?? [];
    if (head !== undefined)
      platform = subdirs.get(head) ?? /^(?:linux|osx|win)-[a-z0-9_]{1,20}$/.exec(head)?.[0] ?? platform;
    const address = platform === undefined ? undefined : /^ {2,12}- (?:conda|pypi): +(\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    const known = platforms.get(address);
    if (known === undefined) platforms.set(address, new Set([platform!]));
    else known.add(platform!);
  }
  return platforms;
}

/** Packages by their addresses, or (before version 6) by kind, name and version. https://pixi.sh/latest/workspace/lockfile/ */
function* pixiLock(content: string): Generator<PackageFact> {
  const seen = new Set<string>();
  const platforms = pixiPlatforms(content);
  const addressOf = (item: ReadonlyMap<string, string>): string =>
    item.get('conda') ?? item.get('pypi') ?? item.get('url') ?? '';
  for (const item of forImages(plainItems(content), (item) => platforms.get(addressOf(item)) ?? [])) {
    const address = /\/([^/]+)-([^/-]+)-[^/-]+\.(?:conda|tar\.bz2)$/.exec(item.get('conda') ?? item.get('url') ?? '');
    const isPypi = item.has('pypi') || item.get('kind') === 'pypi';
    const name = item.get('name') ?? (isPypi ? undefined : address?.[1]);
    const version = item.get('version') ?? (isPypi ? undefined : address?.[2]);
    // The project itself, and what lies beside it.
    if (/^\.{1,2}\//.test(item.get('pypi') ?? '')) continue;
    const key = `${isPypi} ${name} ${version}`;
    if (name === undefined || version === undefined || seen.has(key)) continue;
    seen.add(key);
    yield declared(isPypi ? 'pypi' : 'conda', name, version);
  }
}

/** One item for each platform, managed by conda or by pip. https://conda.github.io/conda-lock/ */
function* condaLock(content: string): Generator<PackageFact | ReturnType<typeof unknown>> {
  const seen = new Set<string>();
  for (const item of forImages(plainItems(content), (item) => [item.get('platform') ?? []].flat())) {
    const [name, version, manager] = ['name', 'version', 'manager'].map((key) => item.get(key));
    const key = `${manager} ${name} ${version}`;
    if (!name || !version || (manager !== 'conda' && manager !== 'pip') || seen.has(key)) continue;
    seen.add(key);
    yield declared(manager === 'pip' ? 'pypi' : 'conda', name, version);
  }
  // conda-lock itself writes blocks; what something else wrote of it is not taken for an empty list.
  if (seen.size === 0 && /^ {0,16}- {1,16}\{/m.test(content))
    yield unknown('its packages are written as YAML in braces, which is not read');
}

/** Of conda's items and pip's those that let in one version. */
function* condaEnvironment(content: string): Generator<PackageFact> {
  const items = [...environmentItems(content)];
  const isExport = isExported(content, items);
  for (const { by, text } of items) {
    const pin =
      by === 'pip' ? (pinned(text) ?? pinnedByWheel(text)) : by === 'conda' ? condaPin(text, isExport) : undefined;
    if (pin !== undefined) yield declared(by === 'pip' ? 'pypi' : 'conda', pin.name, pin.version);
  }
}
