import { pypi } from '../../ecosystems/pypi.ts';
import { before } from '../../formats/ends.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { pycAssignments } from '../../formats/python/index.ts';
import { asItLooks, isConfusing } from '../../formats/text/index.ts';
import { analyzer, type Fact } from '../analyzer.ts';
import { isWellKnown } from '../well-known-modules.ts';

/** Modules in which packages say their version. */
const TELLING = ['__init__', '_version', 'version', '__version__', '__about__', 'package_data'];
const IS_TELLING: ReadonlySet<string> = new Set(TELLING);
const FOLDERS = ['site-packages', 'dist-packages'];

/**
 * What Python packages say of themselves in their own code, where no metadata lies beside them: somebody deleted it, or never brought it.
 * Heard only of import packages that no distribution of the folder holds (`hiding/python-code.ts`).
 * https://packaging.python.org/en/latest/discussions/single-source-version/
 */
export const pythonCodeVersions = analyzer({
  name: 'python-code-versions',
  version: 5,
  files: TELLING.flatMap((name) => FOLDERS.map((folder) => `**/${folder}/*/${name}.py`)),
  maxBytes: 512 * 1024,
  unownedOnly: true,
  *read(file) {
    yield* versionOf(importPackage(file.path), versionIn(file.text(), importPackage(file.path)));
  },
});

/** `usr/lib/python3/dist-packages/yaml/__pycache__/__init__.cpython-311.pyc` -> `yaml`. */
const importPackage = (path: string): string => path.replace('/__pycache__/', '/').split('/').at(-2)!;

/**
 * What code says where it could not ask: `__version__ = version('nbformat') or '0.0.0'`, `except PackageNotFoundError: __version__ = '0.0.0+unknown'`.
 * Nobody releases that number.
 */
const NOT_TOLD = /^[0.]+(?:[^\d.]|$)/;

function* versionOf(module: string, version: string | undefined, role?: 'vendored'): Generator<Fact> {
  // What is called so that it looks like another (`rеquests` with a Cyrillic е) is taken for what it looks like, and told (`names-confusing`).
  const looks = isConfusing(module);
  const name = looks ? asItLooks(module) : module;
  const certainty = looks ? 'name' : 'content';
  if (version !== undefined && !NOT_TOLD.test(version) && /^[A-Za-z]\w*$/.test(name))
    yield { type: 'pypi', name, version, certainty, recovered: 'code', ...(role && { role }) };
}

/**
 * The same of compiled modules, which Python imports where the source is gone (beside it), and keeps of what it has imported
 * (`__pycache__`). https://peps.python.org/pep-3147/
 */
export const pythonCompiledVersions = analyzer({
  name: 'python-compiled-versions',
  version: 6,
  files: TELLING.flatMap((name) =>
    FOLDERS.flatMap((folder) => [`**/${folder}/*/${name}.pyc`, `**/${folder}/*/__pycache__/${name}.cpython-*.pyc`]),
  ),
  maxBytes: 512 * 1024,
  unownedOnly: true,
  *read(file) {
    // Debian compiles what it installs, and lists the sources alone.
    if (/^usr\/(?:lib|share)\/.*\/__pycache__\//.test(file.path)) return;
    yield* versionOf(importPackage(file.path), compiledVersion(file.bytes, importPackage(file.path)));
  },
});

const [LETTER_Y, LETTER_C] = [...'yc'].map((letter) => letter.charCodeAt(0)) as [number, number];

/** Where libraries are installed, carried along by others, or kept. */
const INSTALLED = /(?:^|\/)(?:(?:site|dist)-packages|python\d[\d.]*|node_modules|pkgs|_vendor\w*|tests?|[^/]+\.egg)\//;
/** In an import package of another distribution, which carries it along: `wandb/vendor/pygments/__init__.py`. */
const CARRIED = /(?:^|\/)(?:site|dist)-packages\/[A-Za-z_]\w*\/(?:\w+\/)+[^/]+$/;
/** Kept by conda, listed by those who carry it along (below), or brought for their tests. */
const NOT_CARRIED = /(?:^|\/)(?:pkgs|_vendor\w*|tests?|__pycache__)\//;

/**
 * What well-known libraries say of themselves where nobody installs any: beside an application, in a folder that `PYTHONPATH` names, or inside of another
 * import package. Any other package there may be somebody's own.
 */
export const pythonStrewnVersions = analyzer({
  name: 'python-strewn-versions',
  version: 4,
  magic: (_, { path }) => {
    // Asked of every file: the last letter says of most that they are none.
    const last = path.charCodeAt(path.length - 1);
    if (!(last === LETTER_Y && path.endsWith('.py')) && !(last === LETTER_C && path.endsWith('.pyc'))) return false;
    const name = fileNameOf(path);
    return (
      name !== path &&
      IS_TELLING.has(before(name, '.')) &&
      isWellKnown(importPackage(path)) &&
      (!INSTALLED.test(path) || isCarried(path))
    );
  },
  maxBytes: 512 * 1024,
  unownedOnly: true,
  *read(file) {
    const version = file.path.endsWith('.pyc')
      ? compiledVersion(file.bytes, importPackage(file.path))
      : versionIn(file.text(), importPackage(file.path));
    yield* versionOf(importPackage(file.path), version, isCarried(file.path) ? 'vendored' : undefined);
  },
});

const isCarried = (path: string): boolean => CARRIED.test(path) && !NOT_CARRIED.test(path);

/**
 * What the copies say of themselves that pip and setuptools carry along, where their list may say otherwise (`hiding/vendored-code.ts`): of
 * well-known libraries.
 */
export const pythonVendoredVersions = analyzer({
  name: 'python-vendored-versions',
  version: 4,
  files: TELLING.flatMap((name) => ['py', 'pyc'].map((extension) => `**/_vendor/*/${name}.${extension}`)),
  maxBytes: 512 * 1024,
  unownedOnly: true,
  *read(file) {
    const module = importPackage(file.path);
    if (!isWellKnown(module)) return;
    const version = file.path.endsWith('.pyc')
      ? compiledVersion(file.bytes, importPackage(file.path))
      : versionIn(file.text(), importPackage(file.path));
    yield* versionOf(module, version, 'vendored');
  },
});

const VERSION = /^v?(\d+(?:\.\d+)+[\w.+!-]{0,60})$/;

function compiledVersion(bytes: Buffer, module: string): string | undefined {
  const assigned = pycAssignments(bytes);
  if (IN_PLACE_OF_ANOTHER.has(module)) {
    const own = assigned.get('VERSION');
    return Array.isArray(own) && own.slice(0, 3).every(Number.isInteger) ? own.slice(0, 3).join('.') : undefined;
  }
  for (const name of ['__version__', 'version', 'VERSION', '__VERSION__']) {
    const value = assigned.get(name);
    const version = typeof value === 'string' ? VERSION.exec(value)?.[1] : undefined;
    if (version !== undefined) return version;
  }
  for (const value of assigned.values()) {
    const version = typeof value === 'string' ? JSON_TEXT.exec(value)?.[1] : undefined;
    if (version !== undefined) return version;
  }
  for (const name of ['VERSION', 'version_info', '__version_info__']) {
    const value = assigned.get(name);
    if (!Array.isArray(value)) continue;
    const numbers = value.slice(0, 3).filter((part) => Number.isInteger(part));
    const isFinal = value.length <= 3 || value[3] === 'final';
    if (numbers.length >= 2 && isFinal) return numbers.join('.');
  }
  const bare = assigned.get('__version__');
  return typeof bare === 'string' && /^\d{1,8}$/.test(bare) ? bare : undefined;
}

/** Assignments at the beginning of a line; versioneer writes a JSON text, Django a tuple. */
const TEXT =
  /^(?:__version__|version|VERSION|__VERSION__)(?:[ \t]*:[ \t]*[\w.]+)?[ \t]*=[ \t]*(?:(?:version|__version__|VERSION)[ \t]*=[ \t]*)?u?['"]v?(\d+(?:\.\d+)+[\w.+!-]{0,60})['"]/m;
/** One number is a version too, where nothing else is meant: `__version__ = '306'`. */
const BARE = /^__version__[ \t]*=[ \t]*['"](\d{1,8})['"]/m;
const JSON_TEXT = /^[ \t]+"version":[ \t]*"(\d+(?:\.\d+)+[\w.+!-]{0,60})"/m;
const TUPLE =
  /^(?:VERSION|version_info|__version_info__)[ \t]*=[ \t]*\((\d{1,6}),[ \t]*(\d{1,6})(?:,[ \t]*(\d{1,6}))?(?:,[ \t]*['"]final['"],[ \t]*\d+)?\)/m;

/**
 * PyMySQL tells the version of mysqlclient, in whose place Django loads it, by the names that all others tell theirs by; its own is in `VERSION` alone.
 * https://github.com/PyMySQL/PyMySQL/blob/main/pymysql/__init__.py
 */
const IN_PLACE_OF_ANOTHER: ReadonlySet<string> = new Set(['pymysql']);
const OWN_TUPLE = /^VERSION[ \t]*=[ \t]*\((\d{1,6}),[ \t]*(\d{1,6}),[ \t]*(\d{1,6})[,)]/m;

function versionIn(text: string, module: string): string | undefined {
  if (IN_PLACE_OF_ANOTHER.has(module)) return OWN_TUPLE.exec(text)?.slice(1).join('.');
  const written = TEXT.exec(text)?.[1] ?? JSON_TEXT.exec(text)?.[1];
  if (written !== undefined) return written;
  const tuple = TUPLE.exec(text);
  return tuple === null
    ? BARE.exec(text)?.[1]
    : tuple
        .slice(1)
        .filter((part) => part !== undefined)
        .join('.');
}

/** A list of files beyond which the names of import packages are no longer looked for. */
const MODULES = 10_000;

/**
 * The import packages and modules that each installed distribution brought, by its list of files. The name of a distribution does not tell
 * them: PyJWT is imported as `jwt`.
 * https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file
 */
export const pythonModules = analyzer({
  name: 'python-modules',
  version: 3,
  files: [
    '**/*.dist-info/RECORD',
    '**/*.dist-info/top_level.txt',
    '**/*.egg-info/top_level.txt',
    '**/*.egg-info/installed-files.txt',
  ],
  maxBytes: 32 * 1024 * 1024,
  *read(file) {
    const names = new Set<string>();
    const text = file.text();
    if (file.path.endsWith('/RECORD')) yield* ofAnotherRelease(file.path, text);
    // Classes, not alternatives: those run out of stack in a line of megabytes.
    for (const match of text.matchAll(/^"?(?:\.\.\/)?([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)(?=[/.\r\n",]|$)/gm)) {
      names.add(match[1]!);
      if (names.size >= MODULES) break;
    }
    if (names.size > 0) yield { kind: 'modules', names: [...names].join(' ') };
  },
});

/** The folder that a list of files is in, as the list itself has it; installers write it there last. */
const LISTED = /^"?(([A-Za-z0-9][\w.]{0,200})-(\d[\w.!+]{0,100})\.dist-info)\/RECORD[",]/m;

/** A list of the same distribution in another version: the folder was renamed, and the list left as it was. */
function* ofAnotherRelease(path: string, text: string): Generator<Fact> {
  const [, folder, name, stated] = LISTED.exec(text) ?? [];
  if (folder === undefined || folder === path.split('/').at(-2)) return;
  yield { kind: 'told', type: pypi.type, of: name!, madeOf: name!, stated: stated! };
}

/** The metadata of a distribution and what lies beside it, in a folder that is called after it. */
const BESIDE = [
  'METADATA',
  'RECORD',
  'WHEEL',
  'INSTALLER',
  'top_level.txt',
  'REQUESTED',
  'SOURCES.txt',
  'installed-files.txt',
];

/**
 * A distribution by the name of its folder (`requests-2.25.0.dist-info`), by what lies there. Heard only where the metadata
 * is gone, tells nothing or another thing (`hiding/python-code.ts`). https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-dist-info-directory
 */
export const pythonFolders = analyzer({
  name: 'python-folders',
  version: 2,
  files: BESIDE.flatMap((name) => [`**/*.dist-info/${name}`, `**/*.egg-info/${name}`]),
  maxBytes: 32 * 1024 * 1024,
  *read({ path }) {
    const [, name, version] =
      /(?:^|\/)([A-Za-z0-9][\w.]{0,200})-(\d[\w.!+]{0,100})(?:-py\d\.\d{1,2})?\.(?:dist|egg)-info\/[^/]+$/.exec(path) ??
      [];
    if (name !== undefined && version !== undefined)
      yield { type: 'pypi', name, version, certainty: 'content', recovered: 'trace' };
  },
});
