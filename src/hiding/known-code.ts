import type { PackageFact } from '../analyzers/analyzer.ts';
import { isServersPackage } from '../analyzers/well-known-modules.ts';
import { npm } from '../ecosystems/npm.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { fileNameOf } from '../formats/paths.ts';
import { isConfusing } from '../formats/text/index.ts';
import type { FileVisitor } from '../layers/ownership-survey.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import type { CodeShare } from '../model.ts';
import { type MetGems, meetGem } from './gem-folders.ts';
import { isLeftover } from './module-claims.ts';
import { folderOfLocked, packageFolder } from './npm-code.ts';
import { isOtherEnd, type MetOthers, meetOther, noOthers, type UnlistedOthers, unlistedOthers } from './other-code.ts';
import { moduleAt, sitePackagesOf } from './python-code.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** Python takes letters of every alphabet. */
const MODULE =
  /^((?:.{0,2000}\/)?(?:site|dist)-packages)\/((?:[A-Za-z_]|[^\x00-\x7f])(?:\w|[^\x00-\x7f]){0,200})(?:\/|\.pyc?$|\.(?:[\w-]{1,60}\.)?so$)/;
const NOT_ASCII = /[^\x20-\x7e]/;
/** Folders of a prefix: `pip install --target` puts them beside the modules. https://docs.python.org/3/library/sysconfig.html#installation-paths */
const OF_PREFIX: ReadonlySet<string> = new Set([
  'bin',
  'etc',
  'include',
  'lib',
  'lib64',
  'man',
  'sbin',
  'share',
  'var',
]);
const SCRIPT = /\.[cm]?js$/;
const ARCHIVE = /\.(?:jar|war|ear)$/;
const [LETTER_R, LETTER_S] = ['r', 's'].map((letter) => letter.charCodeAt(0)) as [number, number];

/** Code of an image, as one walk over its files met it: what a package of the system owns, and what it does not. */
interface MetCode extends MetGems {
  /** Import packages and modules in folders that Python installs into, by folder and name. */
  readonly modules: Map<string, boolean>;
  /** Folders of npm packages. */
  readonly folders: Map<string, boolean>;
  readonly archives: Map<string, boolean>;
  /** Folders of distributions' metadata whose names are not all ASCII. */
  readonly metadata: Set<string>;
  readonly others: MetOthers;
  /** Folders with code that are called as well-known npm packages and lie in no `node_modules`, by the folder above them. */
  readonly elsewhere: Map<string, Map<string, boolean>>;
}

/** So many well-known npm packages lie side by side in nothing but a `node_modules` that was called otherwise. */
const SIDE_BY_SIDE = 8;

/** `srv/lib/qs/lib/parse.js` -> `srv/lib` and `qs`; the topmost folder of such a name. */
function serversPackageAt(path: string): readonly [above: string, name: string] | undefined {
  const parts = path.split('/');
  for (let at = 1; at < parts.length - 1; at += 1)
    if (isServersPackage(parts[at]!)) return [parts.slice(0, at).join('/'), parts[at]!];
  return undefined;
}

/** What the folder of a file tells of what can lie in it. */
const nowhere = {
  /** Where the last `-packages/` of its path begins, or -1. */
  site: -1,
  ofNode: false,
  ofGems: false,
  ofErlang: false,
};

/** Hears of each file (`ownershipSurvey`). Long because it is an object: its methods close over one state. */
export function codeMet(): MetCode & FileVisitor {
  const met: MetCode = {
    modules: new Map(),
    folders: new Map(),
    archives: new Map(),
    metadata: new Set(),
    elsewhere: new Map(),
    gems: new Map(),
    others: noOthers(),
  };
  const add = (to: Map<string, boolean>, key: string, isOwned: boolean): void =>
    void to.set(key, isOwned || (to.get(key) ?? false));
  /** The import package of the file before, which most files are of as well. */
  let last = { folder: '/', key: '' };
  let at = nowhere;
  return {
    ...met,
    enter(folder) {
      const inside = `${folder}/`;
      at = {
        site: inside.lastIndexOf('-packages/'),
        ofNode: inside.includes('node_modules/'),
        ofGems: inside.includes('/gems/'),
        ofErlang: inside.includes('/ebin/'),
      };
    },
    meet(file, isOwned) {
      // The last letter says of most files that they are none of the following.
      const letter = file.lastByte;
      const isOther = !isOwned && (at.ofErlang || isOtherEnd(letter));
      if (!isOther && at.site < 0 && !at.ofNode && !at.ofGems && letter !== LETTER_S && letter !== LETTER_R) return;
      const path = file.path();
      if (at.site >= 0 && path.startsWith(last.folder) && at.site < last.folder.length)
        add(met.modules, last.key, isOwned);
      else if (at.site >= 0) {
        const [, site, name] = MODULE.exec(path) ?? [];
        const isData = name !== undefined && OF_PREFIX.has(name) && !path.startsWith(`${site}/${name}/__init__.py`);
        if (site !== undefined && name !== '__pycache__' && !isData) {
          add(met.modules, `${site}\0${name}`, isOwned);
          if (!OF_PREFIX.has(name!)) last = { folder: `${site}/${name}/`, key: `${site}\0${name}` };
        }
        const end = site === undefined ? path.indexOf('/', at.site + '-packages/'.length) : -1;
        if (end > 0 && NOT_ASCII.test(path.slice(at.site, end))) met.metadata.add(path.slice(0, end));
      }
      if (at.ofNode) {
        const folder = packageFolder(path);
        if (folder !== undefined) add(met.folders, folder, isOwned);
      } else if (letter === LETTER_S && SCRIPT.test(path)) {
        const [above, name] = serversPackageAt(path) ?? [];
        if (above !== undefined && name !== undefined) {
          const those = met.elsewhere.get(above) ?? new Map<string, boolean>();
          met.elsewhere.set(above, those);
          add(those, name, isOwned);
        }
      }
      if (isOther) meetOther(met.others, path);
      if (at.ofGems) meetGem(met, path, isOwned);
      if (letter === LETTER_R && ARCHIVE.test(path)) add(met.archives, path, isOwned);
    },
  };
}

/** How much of an image's code something knows, and what nothing does. */
export interface KnownCode {
  readonly shares: readonly CodeShare[];
  /** Import packages and folders of npm packages that nothing lists and that tell no version. */
  readonly unlisted: {
    readonly python: readonly string[];
    readonly javascript: readonly string[];
    readonly others: UnlistedOthers;
    /** Folders and modules, listed or not, that are called so that they look like others. */
    readonly confusing: readonly string[];
  };
}

/** The folders that npm packages are proven in, by what lies there or by a lock file. */
const npmFolders = (packages: readonly PackageItem[]): ReadonlySet<string> =>
  new Set(
    packages.flatMap(({ path, fact }) => {
      if (fact.type !== npm.type) return [];
      return (fact.recovered === 'lock-file' ? folderOfLocked(path, fact) : packageFolder(path)) ?? [];
    }),
  );

/** Import packages that a distribution's list names, or that tell a version, by folder and name. */
function namedModules(facts: ReadImage['facts'], said: readonly PackageItem[]): Set<string> {
  const named = new Set<string>();
  for (const { path, fact } of facts)
    if (fact.kind === 'modules' && !isLeftover(path))
      for (const name of fact.names.split(' ')) named.add(`${sitePackagesOf(path)}\0${name}`);
  for (const { path } of said) {
    const { site, module } = moduleAt(path);
    named.add(`${site}\0${module}`);
  }
  return named;
}

const confusingNames = ({ modules, folders, metadata }: MetCode): readonly string[] =>
  [...modules.keys(), ...folders.keys(), ...metadata].flatMap((key) => {
    const path = key.replace('\0', '/');
    return isConfusing(fileNameOf(path)) ? [path] : [];
  });

/** Code that is owned, listed by its own package manager, or recognised by what it says. `packages`: listed ones and recovered ones; `said`: whatever Python code tells of itself. */
export function knownCode(
  { facts, files }: Pick<ReadImage, 'facts' | 'files'>,
  met: MetCode,
  packages: readonly PackageItem[],
  said: readonly PackageItem[],
): KnownCode {
  // conda lists what its packages hold, in a form that is read for the packages alone.
  const prefixes = new Set(packages.flatMap(({ path }) => /^(.*\/)conda-meta\/[^/]+$/.exec(path)?.[1] ?? []));
  const ofConda = (path: string): boolean => [...prefixes].some((prefix) => path.startsWith(prefix));
  const named = namedModules(facts, said);
  const places = new Set<string>();
  for (const { path, via = path, fact } of packages) {
    for (const place of [path, via]) places.add(place);
    if (fact.type !== pypi.type) continue;
    const site = sitePackagesOf(via);
    named.add(`${site}\0${pypi.normalize(fact.name)}`);
    named.add(`${site}\0${via.slice(site.length + 1).split('/')[0]}`);
  }
  const isModuleKnown = (key: string): boolean => {
    const [site, name] = key.split('\0') as [string, string];
    return named.has(key) || named.has(`${site}\0${pypi.normalize(name)}`) || ofConda(`${site}/`);
  };
  const recovered = npmFolders(packages);
  // A manifest that names no package is none.
  const isFolderKnown = (folder: string): boolean => recovered.has(folder) || places.has(`${folder}/package.json`);
  const folders = new Map(met.folders);
  for (const [above, those] of met.elsewhere)
    if (those.size >= SIDE_BY_SIDE) for (const [name, isOwned] of those) folders.set(`${above}/${name}`, isOwned);
  const unknownOf = (code: ReadonlyMap<string, boolean>, isKnown: (key: string) => boolean): string[] =>
    [...code].flatMap(([key, isOwned]) => (isOwned || isKnown(key) ? [] : [key]));
  const python = unknownOf(met.modules, isModuleKnown).map((key) => key.replace('\0', '/'));
  const javascript = unknownOf(folders, isFolderKnown);
  const programs = facts.flatMap(({ path, fact }) => (fact.kind === 'program' ? [path] : []));
  const isProgramKnown = (path: string): boolean =>
    places.has(path) ||
    path.includes('/lib-dynload/') ||
    ofConda(path) ||
    packageFolder(path) !== undefined ||
    isKnownModuleAt(path, met.modules, python);
  const share = (kind: CodeShare['kind'], all: number, unknown: number): CodeShare[] =>
    all === 0 ? [] : [{ kind, all, known: all - unknown }];
  return {
    shares: [
      ...share('programs', programs.length, programs.filter((path) => !isProgramKnown(path)).length),
      ...share('python', met.modules.size, python.length),
      ...share('javascript', folders.size, javascript.length),
      ...share('java', met.archives.size, unknownOf(met.archives, (path) => places.has(path)).length),
    ],
    unlisted: {
      python,
      javascript,
      others: unlistedOthers(met.others, files, packages),
      confusing: confusingNames(met),
    },
  };
}

/** A library in the folder of an import package that something lists; those beside it (`numpy.libs`) are a wheel's too. */
function isKnownModuleAt(path: string, modules: ReadonlyMap<string, boolean>, unknown: readonly string[]): boolean {
  const [, site, name] = MODULE.exec(path) ?? [];
  if (site === undefined) return /(?:site|dist)-packages\/[^/]+\.(?:libs|dylibs)\//.test(path);
  return modules.has(`${site}\0${name}`) && !unknown.includes(`${site}/${name}`);
}
