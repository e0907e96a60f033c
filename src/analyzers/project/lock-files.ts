import { readJson } from '../../formats/json-values.ts';
import { fileNameOf } from '../../formats/paths.ts';
import {
  isObject,
  type Json,
  list,
  NPM_NAME,
  NPM_VERSION,
  object,
  pnpmPackages,
  shortLines,
  text,
  yarnPackages,
} from '../../formats/text/index.ts';
import { tick } from '../../work.ts';
import { analyzer, type PackageFact } from '../analyzer.ts';
import { open } from './asked.ts';

/** What lock files of other languages than Python fix: each package with its version. Cargo's and npm's have analyzers of their own. */
export const projectLocks = analyzer({
  name: 'project-locks',
  version: 3,
  files: [
    'yarn.lock',
    'pnpm-lock.yaml',
    'Gemfile.lock',
    'gems.locked',
    'composer.lock',
    'gradle.lockfile',
    'pubspec.lock',
    'bun.lock',
    'packages.lock.json',
    'mix.lock',
  ].map((name) => `**/${name}`),
  *read(file) {
    if (/(?:^|\/)(?:node_modules|vendor|site-packages)\//.test(file.path)) return;
    const name = fileNameOf(file.path);
    const { type, read } = READERS.get(name) as LockReader;
    let isRead = false;
    for (const fact of read(file.text())) {
      isRead = true;
      // Parts of the project itself have a line, too, and are no package of anybody's.
      if (fact !== OWN) yield fact;
    }
    if (!isRead && saysSomething(file.text())) yield open(type, name, `${name}: no package in it is understood`);
  },
});

/** A line about a part of the project itself. */
const OWN = Symbol('own');
type Said = PackageFact | typeof OWN;

const declared = (type: string, name: string, version: string): PackageFact => ({
  type,
  name,
  version,
  role: 'declared',
});

const saysSomething = (content: string): boolean =>
  [...shortLines(content)].some(
    (line) => /^[^#\s{}]/.test(line) && !/^(?:__metadata|lockfileVersion|settings|empty=)/.test(line),
  );

interface LockReader {
  readonly type: string;
  read(content: string): Iterable<Said>;
}

const READERS: ReadonlyMap<string, LockReader> = new Map([
  ['yarn.lock', { type: 'npm', read: yarn }],
  ['pnpm-lock.yaml', { type: 'npm', read: pnpm }],
  ['Gemfile.lock', { type: 'gem', read: gems }],
  ['gems.locked', { type: 'gem', read: gems }],
  ['composer.lock', { type: 'composer', read: composer }],
  ['gradle.lockfile', { type: 'maven', read: gradle }],
  ['pubspec.lock', { type: 'pub', read: pub }],
  ['bun.lock', { type: 'npm', read: bun }],
  ['packages.lock.json', { type: 'nuget', read: nuget }],
  ['mix.lock', { type: 'hex', read: mix }],
]);

/** https://yarnpkg.com/configuration/lockfile `foo@npm:lodash@^4` is lodash, whatever the project calls it. */
function* yarn(content: string): Generator<Said> {
  for (const { name, version, wanted } of yarnPackages(content)) {
    const real = /^(?:npm:)?((?:@[\w.~-]{1,100}\/)?[A-Za-z_][\w.~-]{0,213})@/.exec(wanted)?.[1];
    if (/^(?:workspace|link|portal|file):/.test(wanted)) yield OWN;
    else yield declared('npm', real ?? name, version);
  }
}

/** https://github.com/pnpm/spec/blob/master/lockfile/9.0.md */
function* pnpm(content: string): Generator<Said> {
  for (const { name, version } of pnpmPackages(content)) yield declared('npm', name, version);
  for (const { key, name, version } of pnpmPlaces(content)) {
    const [, registered, at] = OF_ANOTHER_REGISTRY.exec(key) ?? [];
    const called = name ?? /^((?:@[\w.~-]{1,100}\/)?[\w.~-]{1,214})@/.exec(key)?.[1];
    if (registered !== undefined && at !== undefined) yield declared('npm', registered, at);
    else if (/(?:^|@)(?:file|link):/.test(key)) yield OWN;
    else if (called !== undefined && version !== undefined) yield declared('npm', called, version);
    else yield open('npm', called ?? key, key);
  }
  if (/^importers:/m.test(content)) yield OWN;
}

/** `registry.example/@scope/name/1.2.3` before version 6. */
const OF_ANOTHER_REGISTRY = new RegExp(
  String.raw`^(?:[\w-]{1,63}\.){1,5}[a-z]{2,10}(?::\d{1,5})?\/(${NPM_NAME})\/(${NPM_VERSION})(?:[_(].{0,500})?$`,
);

/**
 * What stands below `packages:` under a place instead of a name and a version: `name@https://...` since version 9, before it
 * `github.com/owner/name/commit`, with name and version in lines of their own.
 */
function* pnpmPlaces(content: string): Generator<{ key: string; name?: string; version?: string }> {
  let entry: { key: string; name?: string; version?: string } | undefined;
  let isBelow = false;
  for (const line of shortLines(content)) {
    if (/^\S/.test(line)) isBelow = line.startsWith('packages:');
    const key = isBelow ? /^ {2}['"]?([^\s'"]{1,1000})['"]?:\s*$/.exec(line)?.[1] : undefined;
    if (key !== undefined || !isBelow) {
      if (entry !== undefined) yield entry;
      entry = key !== undefined && isPlace(key) ? { key } : undefined;
    }
    const [, field, value] = /^ {4}(name|version): ['"]?([^'"\s]{1,300})['"]?\s*$/.exec(line) ?? [];
    if (entry !== undefined && value !== undefined) entry[field as 'name' | 'version'] = value;
  }
  if (entry !== undefined) yield entry;
}

const isPlace = (key: string): boolean =>
  /^(?:@[\w.-]{1,100}\/)?[\w.-]{1,214}@(?:https?|git|git\+\w+|ssh|file|link):/.test(key) ||
  /^(?:file|link):/.test(key) ||
  /^(?:git)?@?(?:[\w-]{1,63}\.){1,5}[a-z]{2,10}[/+:]/.test(key);

/** Below `GEM` and `GIT` the gems, four blanks in; what is below `PATH` is the project's. https://bundler.io/man/bundle-lock.1.html */
function* gems(content: string): Generator<Said> {
  let section = '';
  for (const line of shortLines(content)) {
    section = /^([A-Z][A-Z ]{1,30})\s*$/.exec(line)?.[1] ?? section;
    const [, name, version] = /^ {4}([\w.-]{1,200}) \((\d[\w.]{0,100})(?:-[\w.-]{1,60})?\)\s*$/.exec(line) ?? [];
    if (name !== undefined && version !== undefined) yield section === 'PATH' ? OWN : declared('gem', name, version);
  }
}

/** https://getcomposer.org/doc/01-basic-usage.md#commit-your-composer-lock-file-to-version-control */
function* composer(content: string): Generator<Said> {
  const document = readJson(content) as Json;
  if (!isObject(document) || !Array.isArray(document.packages)) return;
  yield OWN;
  for (const value of [...list(document.packages), ...list(document['packages-dev'])]) {
    const { name, version } = object(value);
    const [written, at] = [text(name), text(version)];
    if (written !== undefined && at !== undefined) yield declared('composer', written, at.replace(/^v(?=\d)/, ''));
  }
}

/** `group:artifact:version=configurations`. https://docs.gradle.org/current/userguide/dependency_locking.html */
function* gradle(content: string): Generator<Said> {
  for (const line of shortLines(content)) {
    const [, name, version] = /^([\w.-]{1,200}:[\w.-]{1,200}):([\w.+-]{1,100})=/.exec(line) ?? [];
    if (name !== undefined && version !== undefined) yield declared('maven', name, version);
  }
}

/** Two blanks in the name, four the version; what is the project's own comes by a path, and of Flutter itself nobody says anything. https://dart.dev/tools/pub/glossary#lockfile */
function* pub(content: string): Generator<Said> {
  let [name, source] = ['', ''];
  for (const line of shortLines(content)) {
    name = /^ {2}(\w{1,100}):\s*$/.exec(line)?.[1] ?? name;
    source = /^ {4}source: (\w{1,20})\s*$/.exec(line)?.[1] ?? (/^ {2}\w/.test(line) ? '' : source);
    const version = /^ {4}version: "?(\d[\w.+-]{0,100})"?\s*$/.exec(line)?.[1];
    if (version !== undefined && name !== '')
      yield source === 'hosted' || source === 'git' ? declared('pub', name, version) : OWN;
  }
}

const NPM_SPEC = /^((?:@[\w.~-]{1,100}\/)?[\w.~-]{1,200})@(.{1,500})$/;
const NPM_RELEASE = /^\d{1,9}\.\d{1,9}\.\d{1,9}(?:[-+][\w.+-]{1,100})?$/;
/** A string, or a comma that ends what it stands in. */
const LAST_COMMA = /"(?:[^"\\\n]|\\.){0,4096}"|,(?=\s{0,1000}[}\]])/g;

/** JSON but for its last commas; workspaces and links are the project's own. https://bun.sh/docs/install/lockfile */
function* bun(content: string): Generator<Said> {
  const document = readJson(content.replace(LAST_COMMA, (part) => (part === ',' ? '' : part))) as Json;
  const { packages } = object(document);
  if (isObject(packages)) yield OWN;
  for (const value of Object.values(object(packages))) {
    const [, name = '', version = ''] = NPM_SPEC.exec(text(list(value)[0]) ?? '') ?? [];
    if (name === '' || /^(?:workspace|link|file|root):/.test(version)) continue;
    yield NPM_RELEASE.test(version) ? declared('npm', name, version) : open('npm', name, version);
  }
}

/** By framework, then by name; those of type `Project` are the solution's own. https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files#locking-dependencies */
function* nuget(content: string): Generator<Said> {
  const frameworks = object(readJson(content) as Json).dependencies;
  if (isObject(frameworks)) yield OWN;
  const seen = new Set<string>();
  for (const [name, value] of Object.values(object(frameworks)).flatMap((packages) =>
    Object.entries(object(packages)),
  )) {
    const version = text(object(value).resolved);
    if (version === undefined || text(object(value).type) === 'Project' || seen.has(`${name} ${version}`)) continue;
    seen.add(`${name} ${version}`);
    yield declared('nuget', name, version);
  }
}

/** A map of Elixir, one package a line: `"plug": {:hex, :plug, "1.11.0", ...`; from a repository it has a commit. https://hexdocs.pm/mix/Mix.Tasks.Deps.html */
const MIX = /^ {2}"(\w{1,100})": \{:(?:hex, :(\w{1,100}), "([\w.+-]{1,100})"|git, "([^"\n]{1,300})")/gm;

function* mix(content: string): Generator<Said> {
  if (content.startsWith('%{')) yield OWN;
  for (const [, key = '', name, version, place = ''] of content.matchAll(MIX)) {
    tick();
    yield name !== undefined && version !== undefined ? declared('hex', name, version) : open('hex', key, place);
  }
}
