import { addTo } from '../../collections.ts';
import { LIMITS } from '../../limits.ts';
import { archiveOf } from '../archives.ts';
import type { FileTree } from '../model.ts';

/** A module as the import system finds it. */
export interface Found {
  /** Absent for a namespace package. */
  readonly path?: string;
  /** Folders in which its submodules lie; none of a module that is no package. */
  readonly folders: readonly string[];
}

/** Finds modules by name. */
interface Finder {
  /** Undefined: neither on the search path nor built in. `built-in` has no file. */
  find(name: string): Found | 'built-in' | undefined;
  /** Names of the modules directly in a package. */
  submodules(name: string): readonly string[];
  /** The file of a module in one folder, whatever stands before that on the search path. */
  inFolder(folder: string, name: string): string | undefined;
  /** Puts a folder at the end of the search path. */
  add(folder: string): void;
}

/** What one folder holds: files of modules by the module's name, and names that may be folders. */
interface Folder {
  /** Of any version of Python. */
  readonly modules: ModuleFiles;
  /** Extensions for one version by the module's name, of which there may be several. */
  readonly tagged: ReadonlyMap<string, readonly string[]>;
  readonly plain: ReadonlySet<string>;
}

/** Files by the names of modules. */
interface ModuleFiles {
  get(name: string): string | undefined;
  has(name: string): boolean;
  keys(): Iterable<string>;
}

const NO_FOLDERS: readonly string[] = [];

/** What is known of where modules of one image lie: hundreds of processes look through the same folders for the same names. */
interface Known {
  readonly folders: Map<string, Folder>;
  /** Folders of archives that are not unpacked. */
  readonly zipped: Map<string, Folder>;
  /** By the version and the folders that are searched, what was found by its name. */
  readonly answers: Map<string, Answers>;
  /** Names in all of those, and characters of the search paths. */
  names: number;
  characters: number;
  /** Times that all of it was forgotten. */
  generation: number;
}
type Answers = Map<string, Found | 'built-in' | undefined>;
const knownOf = new WeakMap<FileTree, Known>();

/** Search paths of which it is remembered what lies on them, and characters of all of those. */
const KEPT_PATHS = 1_024;
const KEPT_CHARACTERS = 4_194_304;

/** The answers of one search path; those of others are forgotten where they are many. */
function answersOf(known: Known, searchPath: readonly string[]): Answers {
  const key = searchPath.join('\0');
  const same = known.answers.get(key);
  if (same !== undefined) return same;
  if (known.answers.size >= KEPT_PATHS || known.characters + key.length > KEPT_CHARACTERS) forget(known);
  const answers: Answers = new Map();
  known.answers.set(key, answers);
  known.characters += key.length;
  return answers;
}

function forget(known: Known): void {
  known.answers.clear();
  known.names = 0;
  known.characters = 0;
  known.generation += 1;
}

function folderIn(tree: FileTree, path: string, zipped: boolean): Folder {
  const byName = new Map<string, string>();
  const best = new Map<string, number>();
  const tagged = new Map<string, string[]>();
  const names = tree.list(path);
  for (const file of names) {
    const dot = file.indexOf('.');
    if (dot <= 0) continue;
    const [suffix, stem] = [file.slice(dot), file.slice(0, dot)];
    if (!zipped && TAGGED.test(suffix)) addTo(tagged, stem, file);
    const rank = SUFFIXES.indexOf(suffix);
    if (zipped && rank < FIRST_SOURCE) continue;
    if (rank < 0 || rank >= (best.get(stem) ?? SUFFIXES.length)) continue;
    best.set(stem, rank);
    byName.set(stem, file);
  }
  return {
    modules: byName.size > INDEXED ? inOrder(byName) : byName,
    tagged,
    plain: new Set(names.filter((name) => !name.includes('.'))),
  };
}

/**
 * Finds modules as `importlib` does: on the search path in turn, in each folder a package before an extension before source before bytecode,
 * folders without `__init__` last and all together.
 * https://docs.python.org/3/reference/import.html, https://peps.python.org/pep-0420/
 * Long because it is an object: its methods close over what was found.
 */
export function moduleFinder(
  tree: FileTree,
  begins: readonly string[],
  version: readonly [number, number],
  /** The archive that a launcher unpacks; out of others no compiled module is loaded. */
  unpacked?: string,
): Finder {
  const searchPath = [...begins];
  const known: Known = knownOf.get(tree) ?? {
    folders: new Map(),
    zipped: new Map(),
    answers: new Map(),
    names: 0,
    characters: 0,
    generation: 0,
  };
  knownOf.set(tree, known);
  const tag = version.join('');
  const kind = `${tag} ${unpacked ?? ''}`;
  const isZipped = (path: string): boolean =>
    archiveOf(`${path}/`) !== undefined && (unpacked === undefined || !`${path}/`.startsWith(`${unpacked}/`));
  let [answers, generation]: [Answers, number] = [new Map(), -1]; // none of the present generation

  function folderAt(path: string): Folder {
    const zipped = isZipped(path);
    const folders = zipped ? known.zipped : known.folders;
    const read = folders.get(path);
    if (read !== undefined) return read;
    const folder = folderIn(tree, path, zipped);
    folders.set(path, folder);
    return folder;
  }

  const forVersion = (file: string): boolean => TAGGED.exec(file.slice(file.indexOf('.')))?.[1] === tag;
  const moduleIn = ({ modules, tagged }: Folder, name: string): string | undefined =>
    tagged.get(name)?.find(forVersion) ?? modules.get(name);
  function stemsIn({ modules, tagged }: Folder): Iterable<string> {
    const more = [...tagged].flatMap(([stem, files]) => (!modules.has(stem) && files.some(forVersion) ? stem : []));
    if (more.length === 0) return modules.keys();
    // In the order of the names of files, in which `a-b.py` is before `a.py`.
    return [...modules.keys(), ...more].sort((stem, other) => (`${stem}.` < `${other}.` ? -1 : 1));
  }

  function within(roots: readonly string[], name: string): Found | undefined {
    const portions: string[] = [];
    for (const root of roots) {
      const inside = folderAt(root);
      const { plain } = inside;
      const file = moduleIn(inside, name);
      // Most modules are in one folder of the search path and not in the others, of which there may be hundreds.
      if (file === undefined && !plain.has(name)) continue;
      const folder = root === '' ? name : `${root}/${name}`;
      const isFolder = plain.has(name) && tree.isFolder(folder);
      const init = isFolder ? moduleIn(folderAt(folder), '__init__') : undefined;
      const package_ = init === undefined ? undefined : tree.real(`${folder}/${init}`);
      if (package_ !== undefined) return { path: package_, folders: [folder] };
      const module = file === undefined ? undefined : tree.real(root === '' ? file : `${root}/${file}`);
      if (module !== undefined) return { path: module, folders: NO_FOLDERS };
      if (isFolder) portions.push(folder);
    }
    return portions.length === 0 ? undefined : { folders: portions };
  }

  function search(name: string): Found | 'built-in' | undefined {
    const dot = name.lastIndexOf('.');
    if (name === 'distutils' || name.startsWith('distutils.')) {
      // setuptools puts its own copy in the place of the standard library's, from a `.pth` file on.
      const own = find(`setuptools._${name}`);
      if (own !== undefined && find('_distutils_hack') !== undefined) return own;
    }
    if (dot < 0) return BUILT_IN.has(name) ? (within(searchPath, name) ?? 'built-in') : within(searchPath, name);
    const parent = find(name.slice(0, dot));
    if (parent === undefined || parent === 'built-in') return undefined;
    const last = name.slice(dot + 1);
    const place = within(parent.folders, last);
    if (place !== undefined || parent.folders.length === 0) return place;
    // `pkg_resources.extern` finds its modules in `pkg_resources._vendor`, by a finder of its own.
    if (name.slice(0, dot).endsWith('.extern')) return find(`${name.slice(0, dot - 'extern'.length)}_vendor.${last}`);
    const vendored = name.includes('.extern.') ? /^(.*)\.extern\.(.*)$/.exec(name) : null;
    if (vendored) return find(`${vendored[1]}._vendor.${vendored[2]}`);
    // `pkgutil.extend_path` and `declare_namespace` join the folders of that name that lie elsewhere on the search path.
    const top = name.slice(0, dot).split('.').join('/');
    return within(
      searchPath
        .map((root) => (root === '' ? top : `${root}/${top}`))
        .filter((folder) => !parent.folders.includes(folder) && tree.isFolder(folder)),
      last,
    );
  }

  function current(): Answers {
    if (generation !== known.generation) {
      answers = answersOf(known, [kind, ...searchPath]);
      generation = known.generation;
    }
    return answers;
  }

  function find(name: string): Found | 'built-in' | undefined {
    const before = current().get(name);
    if (before !== undefined || answers.has(name)) return before;
    const place = NAME.test(name) && name.split('.').length <= DEPTH ? search(name) : undefined;
    current(); // what was asked about between may have had them forgotten
    if (answers.size >= LIMITS.keptModules) {
      known.names -= answers.size;
      answers.clear();
    }
    if (known.names >= LIMITS.keptModulesOfAll) forget(known);
    current().set(name, place);
    known.names += 1;
    return place;
  }

  return {
    find,
    inFolder(folder, name) {
      const parts = name.split('.');
      if (parts.length > DEPTH) return undefined;
      const last = parts.pop() as string;
      return within([[folder, ...parts].join('/')], last)?.path;
    },
    add(folder) {
      if (searchPath.includes(folder) || searchPath.length >= LIMITS.searchFolders) return;
      searchPath.push(folder);
      // What was not found may be there.
      generation = -1;
    },
    submodules(name) {
      const place = find(name);
      if (place === undefined || place === 'built-in') return [];
      return place.folders.flatMap((folder) => [
        ...[...stemsIn(folderAt(folder))].filter((stem) => stem !== '__init__'),
        ...tree
          .list(folder)
          .filter((name) => !name.includes('.') && moduleIn(folderAt(`${folder}/${name}`), '__init__') !== undefined),
      ]);
    },
  };
}

/** Modules of one folder that are kept by name: an index of as many takes more memory than all else that is known of them. */
const INDEXED = 65_536;

/** Finds by halving what it looks through: the names that are looked for are made anew each time, and none is kept. */
function inOrder(byName: ReadonlyMap<string, string>): ModuleFiles {
  const stemOf = (file: string): string => file.slice(0, file.indexOf('.'));
  const files = [...byName].sort(([name], [other]) => (name < other ? -1 : 1)).map(([, file]) => file);
  const get = (name: string): string | undefined => {
    let [from, to] = [0, files.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (stemOf(files[middle] as string) < name) from = middle + 1;
      else to = middle;
    }
    const file = files[from];
    return file !== undefined && stemOf(file) === name ? file : undefined;
  };
  return { get, has: (name) => get(name) !== undefined, keys: () => files.map(stemOf) };
}

/** Packages within each other. */
const DEPTH = 50;
const NAME = /^[^\s./\\]+(?:\.[^\s./\\]+)*$/;

/** An extension of one version of CPython or PyPy. */
const TAGGED = /^\.(?:cpython-|pypy)(\d+)[a-z]*(?:-[\w-]+)?\.so$/;

/** File endings of modules of any version, the ones that are tried first first; an extension for one version is tried before those. */
const SUFFIXES: readonly string[] = ['.abi3.so', '.so', '.py', '.pyc'];
/** Of these, the first that is no compiled extension: archives have none of those. https://docs.python.org/3/library/zipimport.html */
const FIRST_SOURCE = SUFFIXES.indexOf('.py');

/** Modules that an interpreter may hold within itself; where one has a file of its own, that is meant. */
const BUILT_IN: ReadonlySet<string> = new Set(
  `__main__ _abc _ast _asyncio _bisect _blake2 _bz2 _codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections
_contextvars _csv _datetime _elementtree _functools _heapq _imp _io _json _locale _lsprof _md5 _multibytecodec _multiprocessing _opcode _operator
_pickle _posixshmem _posixsubprocess _queue _random _sha1 _sha2 _sha256 _sha3 _sha512 _signal _socket _sre _stat _statistics _string _struct
_suggestions _symtable _sysconfig _thread _tokenize _tracemalloc _typing _warnings _weakref _zoneinfo array atexit audioop binascii builtins cmath
errno faulthandler fcntl gc grp itertools marshal math mmap posix pwd pyexpat resource select spwd sys syslog termios time unicodedata xxsubtype
zlib`.split(/\s+/),
);
