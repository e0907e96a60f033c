import { addTo } from '../../collections.ts';
import { cran } from '../../ecosystems/cran.ts';
import { crates } from '../../ecosystems/crates.ts';
import { go } from '../../ecosystems/go.ts';
import { hex } from '../../ecosystems/hex.ts';
import { maven } from '../../ecosystems/maven.ts';
import { npm } from '../../ecosystems/npm.ts';
import { nuget } from '../../ecosystems/nuget.ts';
import { packagist } from '../../ecosystems/packagist.ts';
import { moduleFolder, pypi } from '../../ecosystems/pypi.ts';
import { rubygems } from '../../ecosystems/rubygems.ts';
import { counted, grouped } from '../../formats/grouped.ts';
import { fileNameOf, folderOf, pathIn } from '../../formats/paths.ts';
import type { ReadImage } from '../../layers/read-image.ts';
import type { FileSystem } from '../../layers/squash.ts';
import { isInUse } from '../../model.ts';
import { folderSpecified } from '../gem-folders.ts';
import { type Inflation, type ListedPackage, PHANTOM_SHARE } from './inflation.ts';

/** What is asked of all packages of a kind. */
interface Scene {
  readonly files: FileSystem;
  /** Import packages and modules in folders that Python installs into, as `folder\0name`. */
  readonly modules: ReadonlyMap<string, unknown>;
  /** What the list of files of each Python distribution names, by the folder of its metadata. */
  readonly named: ReadonlyMap<string, readonly string[]>;
}

/** Packages whose list lies apart from their code, and where that is. */
interface Kind {
  readonly type: string;
  readonly what: string;
  /** The folders any of which holds its code; undefined where such a list says nothing of a place. */
  readonly homesOf: (item: ListedPackage, scene: Scene) => readonly string[] | undefined;
  /** What nearly each has there, so that nobody need look further: paths beside the home and below it. */
  readonly usual: (home: string, item: ListedPackage) => readonly string[];
  /** A file that is a list as well. */
  readonly isList: (path: string) => boolean;
}

const METADATA = /\.(?:dist-info|egg-info)\/(?:METADATA|PKG-INFO)$/;
const EGG = '/EGG-INFO/PKG-INFO';
const DEPENDENCIES = '.deps.json';
const pathOfBuilt = (path: string): string => `${path.slice(0, -DEPENDENCIES.length)}.runtimeconfig.dev.json`;
const RESOURCE = /\/ebin\/[^/]{1,255}\.app$/;

const KINDS: readonly Kind[] = [
  {
    type: pypi.type,
    what: 'Python distribution',
    homesOf({ path, fact }, { named }) {
      if (path.endsWith(EGG)) return [path.slice(0, -EGG.length)];
      if (!METADATA.test(path) && !path.endsWith('.egg-info')) return undefined;
      const metadata = METADATA.test(path) ? folderOf(path) : path;
      const names = named.get(metadata) ?? [moduleFolder(fact.name), fact.name];
      return names.map((name) => pathIn(folderOf(metadata), name));
    },
    usual: (home) => [`${home}/__init__.py`, `${home}.py`],
    isList: (path) => path.includes('.dist-info/') || path.includes('.egg-info') || path.includes('/EGG-INFO/'),
  },
  {
    type: npm.type,
    what: 'npm package',
    homesOf: ({ path }) => (path.endsWith('/package.json') ? [folderOf(path)] : undefined),
    usual: (home) => [`${home}/README.md`, `${home}/index.js`, `${home}/LICENSE`],
    isList: (path) => path.endsWith('/package.json'),
  },
  {
    type: rubygems.type,
    what: 'gem',
    // Ruby's own gems lie among its library, those that Debian packs in a folder for all.
    homesOf({ path }) {
      const folder =
        path.includes('/default/') || path.includes('rubygems-integration/') ? undefined : folderSpecified(path);
      return folder === undefined ? undefined : [folder];
    },
    usual: (home, { fact }) => [`${home}/lib/${fact.name}.rb`, `${home}/README.md`],
    isList: (path) => path.endsWith('.gemspec'),
  },
  {
    type: packagist.type,
    what: 'Composer package',
    homesOf: ({ path, fact }) => [pathIn(folderOf(folderOf(path)), fact.name)],
    usual: (home) => [`${home}/composer.json`, `${home}/README.md`],
    isList: (path) => path.endsWith('/installed.json'),
  },
  {
    type: cran.type,
    what: 'R package',
    homesOf: ({ path }) => (path.endsWith('/DESCRIPTION') ? [folderOf(path)] : undefined),
    usual: (home) => [`${home}/NAMESPACE`],
    isList: (path) => path.endsWith('/DESCRIPTION') || path.endsWith('/Meta/package.rds'),
  },
  {
    type: nuget.type,
    what: 'NuGet package',
    // Packages that bring no file are everywhere: types, metapackages, what the framework has itself. A program that was built and not published takes
    // its assemblies from NuGet's folder.
    homesOf: ({ path, fact: { brings = [] } }, { files }) =>
      !path.endsWith(DEPENDENCIES) || brings.length === 0 || files.find(pathOfBuilt(path)) !== undefined
        ? undefined
        : brings.map((file) => pathIn(folderOf(path), file)),
    usual: (home) => [home],
    isList: (path) => path.endsWith('.json'),
  },
  {
    type: hex.type,
    what: 'OTP application',
    homesOf: ({ path }) => (RESOURCE.test(path) ? [folderOf(path)] : undefined),
    usual: (home, { fact }) => [`${home}/${fact.name}.beam`],
    isList: (path) => path.endsWith('.app'),
  },
];

/** So many without a file are no installation: what ordinary ones have of them (types, metapackages, starters) is some dozens. */
const WITHOUT_FILES = 250;
/** So many packages of .NET that say they bring no file no program has: of the framework's own there are some two hundred. */
const WITHOUT_ASSETS = 2_000;
/** A list inside a program, and the program smaller than this for each of its packages. */
const LISTED_IN_PROGRAM = 500;
/** Go lists what it linked; cargo-auditable what could have been: `uvx` of uv 0.11 has 331,344 bytes and lists 532 crates. */
const BYTES_OF_EACH: ReadonlyMap<string, number> = new Map([
  [go.type, 1024],
  [crates.type, 256],
]);
/** Folders in folders that are asked, the deepest first. */
const DEPTH = 64;

/** Packages of languages whose lists stand alone. What they say cannot be checked, and drowns what is there. */
export function* phantomsOfLanguages(
  read: Pick<ReadImage, 'files' | 'facts'>,
  listed: readonly ListedPackage[],
  modules: Scene['modules'],
): Generator<Inflation> {
  const byType = new Map<string, ListedPackage[]>();
  for (const item of listed) {
    if (!isInUse(item.fact) || item.fact.recovered !== undefined) continue;
    addTo(byType, item.fact.type, item);
  }
  const large = (type: string): readonly ListedPackage[] => {
    const those = byType.get(type) ?? [];
    return those.length < WITHOUT_FILES ? [] : those;
  };
  for (const kind of KINDS) {
    const those = large(kind.type);
    if (those.length === 0) continue;
    const named = kind.type === pypi.type ? namedByDistributions(read.facts) : new Map();
    yield* told(kind.what, those, withoutFiles(kind, those, { files: read.files, modules, named }));
  }
  const archives = large(maven.type);
  yield* told('Java archive', archives, archives.filter(bringsNothing), 'nothing but the name is there');
  const bare = large(nuget.type).filter(bringsNothing);
  if (bare.length >= WITHOUT_ASSETS) yield* told('NuGet package', large(nuget.type), bare, 'no file is named');
  for (const [type, least] of BYTES_OF_EACH) yield* inPrograms(read.files, large(type), least);
}

const bringsNothing = ({ fact }: ListedPackage): boolean => fact.brings?.length === 0;

function* told(
  what: string,
  all: readonly ListedPackage[],
  phantoms: readonly ListedPackage[],
  how = 'no file besides is there',
): Generator<Inflation> {
  if (phantoms.length < WITHOUT_FILES || phantoms.length < all.length * PHANTOM_SHARE) return;
  yield {
    phantoms,
    message: `${counted(all.length, what)} are listed, and ${how} of ${grouped(phantoms.length)} of them: an inflated inventory`,
    named: phantoms.map(({ path }) => path),
  };
}

function namedByDistributions(facts: ReadImage['facts']): Map<string, readonly string[]> {
  const named = new Map<string, readonly string[]>();
  for (const { path, fact } of facts)
    if (fact.kind === 'modules')
      named.set(folderOf(path), [...(named.get(folderOf(path)) ?? []), ...fact.names.split(' ')]);
  return named;
}

/** Packages none of whose homes has a file, or whose homes have fewer files than packages that call them theirs. */
function withoutFiles(kind: Kind, items: readonly ListedPackage[], scene: Scene): readonly ListedPackage[] {
  const { files, modules } = scene;
  const homes = new Map<ListedPackage, readonly string[]>();
  /** How many packages call a folder theirs. */
  const claims = new Map<string, number>();
  for (const item of items) {
    const own = kind.homesOf(item, scene);
    if (own === undefined) continue;
    homes.set(item, own);
    for (const home of own) claims.set(home, (claims.get(home) ?? 0) + 1);
  }
  const isFile = (path: string): boolean => {
    const type = files.find(path)?.type;
    return type !== undefined && type !== 'directory' && type !== 'other';
  };
  const isPlain = (home: string, item: ListedPackage): boolean =>
    claims.get(home)! < WITHOUT_FILES &&
    (modules.has(`${folderOf(home)}\0${fileNameOf(home)}`) || kind.usual(home, item).some(isFile));
  const doubtful = [...homes].filter(([item, own]) => !own.some((home) => isPlain(home, item)));
  if (doubtful.length < WITHOUT_FILES) return [];
  const below = filesBelow(files, claims, kind.isList);
  return doubtful
    .filter(([, own]) => !own.some((home) => (below.get(home) ?? 0) >= claims.get(home)!))
    .map(([item]) => item);
}

/** How many files that are no lists lie in each of these folders and below; of packages in packages in the inner one alone. */
function filesBelow(
  files: FileSystem,
  homes: ReadonlyMap<string, unknown>,
  isList: (path: string) => boolean,
): ReadonlyMap<string, number> {
  const below = new Map<string, number>();
  let last = { folder: '\0', homes: [] as readonly string[] };
  for (const { path, found: place } of files.entries()) {
    if (place.type === 'directory' || place.type === 'other' || isList(path)) continue;
    const folder = folderOf(path);
    if (folder !== last.folder) last = { folder, homes: homesAbove(folder, homes) };
    for (const home of last.homes) below.set(home, (below.get(home) ?? 0) + 1);
  }
  return below;
}

function homesAbove(folder: string, homes: ReadonlyMap<string, unknown>): readonly string[] {
  const above: string[] = [];
  let at = folder;
  for (let depth = 0; depth < DEPTH && at !== ''; depth += 1) {
    if (homes.has(at)) above.push(at);
    if (at.endsWith('/node_modules')) break;
    at = folderOf(at);
  }
  return above;
}

/** Lists that compilers leave in programs, where the program has no room for what it lists. */
function* inPrograms(files: FileSystem, items: readonly ListedPackage[], least: number): Generator<Inflation> {
  const programs = new Map<string, ListedPackage[]>();
  for (const item of items) addTo(programs, item.path, item);
  for (const [path, phantoms] of programs) {
    const program = files.resolve(path)?.found;
    if (phantoms.length < LISTED_IN_PROGRAM || program === undefined) continue;
    const bytes = files.layers[program.layer]!.bytes(program.row);
    if (bytes >= phantoms.length * least) continue;
    yield {
      phantoms,
      message: `/${path} lists ${counted(phantoms.length, 'package')} in a program of ${counted(bytes, 'byte')}: an inflated inventory`,
      named: [path],
    };
  }
}
