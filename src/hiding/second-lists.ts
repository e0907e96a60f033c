import type { PackageFact } from '../analyzers/analyzer.ts';
import { isSystemType, typeNamed } from '../ecosystems/index.ts';
import { npm } from '../ecosystems/npm.ts';
import { nuget } from '../ecosystems/nuget.ts';
import { rubygems } from '../ecosystems/rubygems.ts';
import { fileNameOf, folderOf } from '../formats/paths.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import { isEarlierRelease, isOneRelease } from '../versions/releases.ts';
import { folderSpecified } from './gem-folders.ts';
import type { Against } from './lower-lists.ts';
import { folderOfLocked, packageFolder } from './npm-code.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/**
 * What installers of languages wrote down a second time, where it is of another release than the metadata: somebody edited the one and left the other.
 * `facts`: lock files among them, which list nothing by themselves.
 */
export function* bySecondLists(
  read: Pick<ReadImage, 'facts'>,
  facts: readonly PackageItem[],
  listed: readonly PackageItem[],
): Generator<Against> {
  yield* byInstallers(facts, listed);
  yield* byTheirOwn(listed);
  yield* byFilesBeside(read, listed);
  yield* byCodeOfGems(read, listed);
  yield* byCodeOfNpm(facts, listed);
}

/** npm's own list of what it installed and the name of a gem's specification have the version too. Of 1,700 npm packages on a machine of ours all agree. */
function* byInstallers(facts: readonly PackageItem[], listed: readonly PackageItem[]): Generator<Against> {
  const locked = new Map<string, readonly [version: string, name: string, installer: string]>();
  for (const { path, fact } of facts) {
    if (fact.type !== npm.type || fact.recovered !== 'lock-file') continue;
    const installer = INSTALLERS_OF_NPM.find(([, list]) => path.endsWith(list))?.[0];
    if (installer !== undefined)
      locked.set(`${folderOfLocked(path, fact)}/package.json`, [fact.version, fact.name, installer]);
  }
  for (const item of listed) {
    const { path, fact } = item;
    if (fact.recovered !== undefined) continue;
    const lock = locked.get(path);
    if (lock !== undefined) {
      const [version, name, installer] = lock;
      if (name === fact.name && version !== fact.version)
        yield { item, because: `${installer} installed ${version}`, proven: { version }, by: 'lock-file' };
    }
    const named = fact.type === rubygems.type ? gemNamed(path, fact.name) : undefined;
    if (named !== undefined && named !== fact.version)
      yield { item, because: `its file is called ${named}`, proven: { version: named }, by: 'trace' };
  }
}

/** What installers write beside what they installed, and renew with it. A project's lock file is another thing: it may have been edited since. */
const INSTALLERS_OF_NPM = [
  ['npm', 'node_modules/.package-lock.json'],
  ['Yarn', 'node_modules/.yarn-state.yml'],
  ['pnpm', 'node_modules/.pnpm/lock.yaml'],
] as const;

/** The version in `specifications/rack-2.0.1.gemspec`, without a platform (`-x86_64-linux`). https://guides.rubygems.org/specification-reference/ */
const gemNamed = (path: string, name: string): string | undefined => {
  const file = /\/specifications\/(?:default\/)?([^/]{1,300})\.gemspec$/.exec(path)?.[1];
  return file?.startsWith(`${name}-`) === true ? /^\d[\w.]*/.exec(file.slice(name.length + 1))?.[0] : undefined;
};

/** A second list of the same installer in the folder of the metadata (or R's `Meta` in it) says another release: Python's `RECORD`, Composer's `installed.php`. */
function* byFilesBeside({ facts }: Pick<ReadImage, 'facts'>, listed: readonly PackageItem[]): Generator<Against> {
  const told = new Map<string, readonly [version: string, file: string]>();
  const keyOf = (path: string, type: string, name: string): string =>
    `${folderOf(path).replace(/\/Meta$/, '')}\0${type} ${typeNamed(type).normalize(name)}`;
  // Assemblies have versions of their own (`build-lists.ts`).
  for (const { path, fact } of facts)
    if (fact.kind === 'told' && !isSystemType(fact.type) && fact.type !== nuget.type)
      told.set(keyOf(path, fact.type, fact.of), [fact.stated, fileNameOf(path)]);
  if (told.size === 0) return;
  for (const item of listed) {
    const { type, name, version, recovered } = item.fact;
    const [stated, file] = (recovered === undefined && told.get(keyOf(item.path, type, name))) || [];
    if (stated !== undefined && isEarlierRelease(stated, version))
      yield { item, because: `its ${file} says ${stated}`, proven: { version: stated }, by: 'trace' };
  }
}

/** The code of a gem, in the folder that its specification is of, says an earlier release: specification, file and folder were raised together. */
function* byCodeOfGems({ facts }: Pick<ReadImage, 'facts'>, listed: readonly PackageItem[]): Generator<Against> {
  const told = new Map<string, string>();
  for (const { path, fact } of facts)
    if (fact.kind === 'told' && fact.type === rubygems.type)
      told.set(path.slice(0, path.indexOf('/lib/', path.lastIndexOf('/gems/'))), fact.stated);
  if (told.size === 0) return;
  for (const item of listed) {
    if (item.fact.type !== rubygems.type || item.fact.recovered !== undefined) continue;
    const version = told.get(folderSpecified(item.path) ?? '');
    if (version !== undefined && isEarlierRelease(version, item.fact.version))
      yield { item, because: `its code says ${version}`, proven: { version }, by: 'code' };
  }
}

/** Libraries of npm whose files told no earlier release than the package's: 173 releases of these were read. */
const TRUE_TO_RELEASE: ReadonlySet<string> = new Set(
  'angular axios chart.js dompurify lodash marked moment showdown underscore'.split(' '),
);
/** Those whose releases left builds behind now and then, of 104 that were read: jQuery 1.7.3 says 1.7.2, handlebars 1.0.12 says 1.0.0. None was of another major version. */
const TRUE_TO_MAJOR: ReadonlySet<string> = new Set('ajv ejs express handlebars jquery js-yaml vue'.split(' '));

const isOneMajor = (version: string, other: string): boolean =>
  Number.parseInt(version, 10) === Number.parseInt(other, 10);

/** The manifest of a well-known npm library says another release than its code: one that any of its files says is earlier, or none of them says. */
function* byCodeOfNpm(facts: readonly PackageItem[], listed: readonly PackageItem[]): Generator<Against> {
  const said = new Map<string, Set<string>>();
  for (const { path, fact } of facts) {
    if (fact.type !== npm.type || fact.recovered !== 'code' || fact.properties?.calls === 'itself') continue;
    if (!TRUE_TO_RELEASE.has(fact.name) && !TRUE_TO_MAJOR.has(fact.name)) continue;
    const manifest = `${packageFolder(path)}/package.json`;
    const key = `${manifest}\0${fact.name}`;
    said.set(key, (said.get(key) ?? new Set()).add(fact.version));
  }
  if (said.size === 0) return;
  for (const item of listed) {
    const { path, fact } = item;
    const { name, version, recovered } = fact;
    const told = [...((fact.type === npm.type && recovered === undefined && said.get(`${path}\0${name}`)) || [])];
    const isOther = TRUE_TO_RELEASE.has(name) ? isOneRelease : isOneMajor;
    const earlier = told.filter((word) => isEarlierRelease(word, version) && !isOther(word, version));
    if (told.some((word) => isOther(word, version)) && earlier.length === 0) continue;
    const stated = earlier[0] ?? told[0];
    if (stated !== undefined)
      yield { item, because: `its code says ${stated}`, proven: { version: stated }, by: 'code' };
  }
}

/** What was read together with the metadata says another release: the name of its folder, a second copy of the same. */
function* byTheirOwn(listed: readonly PackageItem[]): Generator<Against> {
  for (const item of listed) {
    const { disputed, recovered } = item.fact;
    if (disputed === undefined || recovered !== undefined) continue;
    const { version, ...word } = disputed;
    yield { item, by: 'trace', ...word, proven: { version } };
  }
}
