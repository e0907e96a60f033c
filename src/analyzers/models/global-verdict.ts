import type { PickleEvent } from '../../formats/models/index.ts';
import type { Severity } from '../../model.ts';
import {
  DANGEROUS_GLOBALS,
  DANGEROUS_LAST_NAMES,
  DANGEROUS_MODULE_NAMES,
  ESCAPING_ATTRIBUTES,
} from './dangerous-globals.ts';
import { HARMLESS_CLASSES_OF, HARMLESS_NAMES, HARMLESS_PATTERNS, NOT_MERE_CLASSES } from './harmless-globals.ts';
import { LOADING_CLASSES } from './loading-classes.ts';

interface Danger {
  readonly severity: Severity;
  readonly why: string;
  readonly together?: { readonly rule: string; readonly title: string };
}

/** What a name that a pickle imports stands for. */
export type GlobalVerdict =
  | { readonly verdict: 'harmless' }
  | ({ readonly verdict: 'dangerous'; readonly name: string } & Danger)
  | { readonly verdict: 'unknown'; readonly name: string };

/**
 * Python 2's and the platforms' module names, as `pickle` itself translates them when it reads old protocols.
 * https://github.com/python/cpython/blob/main/Lib/_compat_pickle.py
 */
const MODULE_ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    __builtin__: 'builtins', __builtins__: 'builtins', exceptions: 'builtins', copy_reg: 'copyreg', posix: 'os', nt: 'os', commands: 'subprocess', thread: '_thread', dummy_thread: '_thread', _dummy_thread: '_thread',
    SocketServer: 'socketserver', httplib: 'http.client', urllib2: 'urllib.request', urlparse: 'urllib.parse', robotparser: 'urllib.robotparser', xmlrpclib: 'xmlrpc.client', SimpleXMLRPCServer: 'xmlrpc.server', DocXMLRPCServer: 'xmlrpc.server', BaseHTTPServer: 'http.server', SimpleHTTPServer: 'http.server', CGIHTTPServer: 'http.server', Cookie: 'http.cookies', cookielib: 'http.cookiejar',
    cPickle: 'pickle', _abcoll: 'collections.abc', UserDict: 'collections', UserList: 'collections', UserString: 'collections', whichdb: 'dbm', anydbm: 'dbm', dumbdbm: 'dbm', dbhash: 'dbm', gdbm: 'dbm', StringIO: 'io', cStringIO: 'io', _winreg: 'winreg', Tkinter: 'tkinter', _operator: 'operator', _functools: 'functools', _weakref: 'weakref', posixpath: 'os.path', ntpath: 'os.path', _sitebuiltins: 'builtins', _sqlite3: 'sqlite3', _signal: 'signal', _asyncio: 'asyncio', _multiprocessing: 'multiprocessing',
  }), // biome-ignore format: a table
);

const NAME_ALIASES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['builtins:xrange', ['builtins', 'range']],
  ['builtins:unicode', ['builtins', 'str']],
  ['builtins:basestring', ['builtins', 'str']],
  ['builtins:long', ['builtins', 'int']],
  ['builtins:unichr', ['builtins', 'chr']],
  ['builtins:reduce', ['functools', 'reduce']],
  ['builtins:StandardError', ['builtins', 'Exception']],
  ['itertools:izip', ['builtins', 'zip']],
  ['itertools:imap', ['builtins', 'map']],
  ['itertools:ifilter', ['builtins', 'filter']],
  ['collections:IterableUserDict', ['collections', 'UserDict']],
]);

/** The name as Python 3 on Linux would find it. */
function canonicalGlobal(module: string, name: string): { readonly module: string; readonly name: string } {
  const known = MODULE_ALIASES.get(module) ?? module;
  const renamed = NAME_ALIASES.get(`${known}:${name}`);
  return renamed ? { module: renamed[0], name: renamed[1] } : { module: known, name };
}

/** Attributes in a row: nested classes need two or three. */
const MOST_PARTS = 16;
/** No importable module has a longer name. */
const MOST_MODULE_CHARACTERS = 512;

/** Named among the dangerous for what calling them does; an array may be of such a class. */
const CLASSES_IN_DATA = new Set(['memmap', 'DataSource']);

const dangerousNames = new Map<string, Danger>();
const dangerousModules = new Map<string, Danger>();
for (const { modules = [], names = [], ...danger } of DANGEROUS_GLOBALS) {
  for (const module of modules) if (!dangerousModules.has(module)) dangerousModules.set(module, danger);
  for (const key of expand(names)) if (!dangerousNames.has(key)) dangerousNames.set(key, danger);
}
/** Libraries hand the same function out under many modules: `pandas.io.parsers.readers.read_csv` is `pandas.read_csv`. */
const handedOut = new Map<string, Danger>();
const INSIDE = new Set([
  'pandas',
  'torch',
  'keras',
  'tensorflow',
  'joblib',
  'dill',
  'cloudpickle',
  'sympy',
  'ruamel',
  'yaml',
  'numpy',
]);
for (const [key, danger] of dangerousNames) {
  const [module = '', name = ''] = key.split(':');
  const library = module.split('.', 1)[0] as string;
  const short = `${library}:${name}`;
  if (
    INSIDE.has(library) &&
    danger.together === undefined &&
    !name.startsWith('_') &&
    !CLASSES_IN_DATA.has(name) &&
    !handedOut.has(short)
  )
    handedOut.set(short, dangerousNames.get(short) ?? danger);
}
const loadingClasses = new Map<string, string>();
for (const { library, why, classes } of LOADING_CLASSES)
  for (const name of classes.split(' ')) loadingClasses.set(`${library}:${name}`, why);
const harmlessNames: ReadonlySet<string> = new Set(expand(HARMLESS_NAMES));
const harmlessLibraries: ReadonlySet<string> = new Set(HARMLESS_CLASSES_OF);

function expand(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const [module = '', names = ''] = line.split(':');
    return names.split(' ').map((name) => `${module}:${name}`);
  });
}

/** Judges an imported name: dangerous ones first, then known harmless ones; everything else is unknown. */
export function judgeGlobal(givenModule: string, givenName: string): GlobalVerdict {
  const { module, name } = canonicalGlobal(givenModule, givenName);
  const full = `${module}.${name}`;
  const danger = dangerOf(module, name);
  if (harmlessNames.has(`${module}:${name}`) && (!danger || !dangerousNames.has(`${module}:${name}`))) {
    return { verdict: 'harmless' };
  }
  if (danger) return { verdict: 'dangerous', ...danger, name: full };
  return isHarmless(module, name) ? { verdict: 'harmless' } : { verdict: 'unknown', name: full };
}

/**
 * Judges what is done with an imported name. Harmless means "called with data": a class of a well-known library is, as long as its constructor
 * is given no text, which may be the address of a model; and PyTorch's reader of storages, as long as what it reads is there to be read.
 */
export function judgeCall(
  event: Pick<PickleEvent, 'kind' | 'module' | 'name' | 'given' | 'made' | 'bound'>,
): GlobalVerdict {
  const verdict = judgeGlobal(event.module, event.name);
  // `attrgetter('a')` looks up what is called so, which is no more than `itemgetter` does.
  if (verdict.verdict === 'dangerous' && event.bound?.every(isOrdinary))
    return { ...verdict, severity: 'MEDIUM', why: 'binds a name that something else looks up' };
  if (event.kind !== 'call' || event.made || verdict.verdict === 'dangerous') return verdict;
  const { module, name } = canonicalGlobal(event.module, event.name);
  const full = `${module}.${name}`;
  const danger = (why: string): GlobalVerdict => ({ verdict: 'dangerous', severity: 'HIGH', why, name: full });
  if (name === '_load_from_bytes' && module.startsWith('torch.'))
    return event.given === 'pickle' ? verdict : danger('reads another pickle, which is made on the way');
  if (isKnownByName(module, name)) return verdict;
  const isPlace = event.given === 'place' || event.given === 'address';
  if (!isClassOfLibrary(module, name)) {
    const last = name.slice(name.lastIndexOf('.') + 1);
    if (event.given === 'address' && (!/^_*[A-Z]/.test(last) || LOADING_CLASS.test(last)))
      return danger('is called with an address or a path, and may load it');
    return LOADING_FUNCTION.test(last) && (isPlace || event.given === 'words' || event.given === 'computed')
      ? danger('has the name of a function that loads, writes or runs what it is given')
      : verdict;
  }
  const loads = parts(module)
    .map((library) => loadingClasses.get(`${library}:${name}`))
    .find((why) => why !== undefined);
  if (loads !== undefined) return danger(loads);
  if (isPlace) return danger('is called with what may be an address or a file, and may load it');
  return event.given === 'nothing' || event.given === 'numbers' ? verdict : { verdict: 'unknown', name: full };
}

/** Names of functions that libraries give to what opens, fetches, writes or runs; nobody can list them all. */
const LOADING_FUNCTION =
  /^_*(?:load|read|open|download|fetch|retrieve|urlopen|urlretrieve|connect|imread|save|write|dump|execute|evaluate|run|launch|upload)(?:_|s?$)|^load[a-z]*$|_(?:loads?|download|open|exec|eval|run)$|^from_(?:pretrained|url|uri|file|path|checkpoint|hub)$|^to_(?:csv|excel|json|pickle|parquet|hdf|sql|feather|stata|html|latex|xml|orc|gbq|zarr|netcdf)$|^to_?file$/;
/** The same of classes. */
const LOADING_CLASS =
  /(?:Client|Session|Connection|Connector|Reader|Writer|File|FileSystem|FS|Store|Loader|Template|Browser|Chrome|Firefox|Socket|Server|Host|Downloader|Fetcher|Dataset|Engine|Pipeline|LLM|Llama|Redis|Fire)$/;

/** Whether a path of attributes leads through none that run code or hand out modules. */
const isOrdinary = (path: string): boolean =>
  path
    .split('.')
    .every(
      (part) =>
        /^[a-zA-Z]\w*$/.test(part) &&
        !ESCAPING_ATTRIBUTES.has(part) &&
        !DANGEROUS_LAST_NAMES.has(part) &&
        !DANGEROUS_MODULE_NAMES.has(part),
    );

/** `a.b.c`, `a.b`, `a`. */
function parts(module: string): string[] {
  if (module.length > MOST_MODULE_CHARACTERS) return [];
  const texts: string[] = [];
  for (let end = module.length; end > 0; end = module.lastIndexOf('.', end - 1)) texts.push(module.slice(0, end));
  return texts;
}

function dangerOf(module: string, name: string): Danger | undefined {
  const exact = dangerousNames.get(`${module}:${name}`);
  if (exact) return exact;
  const parts = name.split('.');
  const way = [...module.split('.'), ...parts].find((part) => ESCAPING_ATTRIBUTES.has(part));
  if (way && !(parts.length === 1 && module === 'builtins')) {
    return { severity: 'CRITICAL', why: `reaches out of the module through ${way}` };
  }
  if (parts.length > MOST_PARTS) return { severity: 'HIGH', why: 'a path of attributes without an honest purpose' };
  if (parts.length > 1) {
    const inner = throughAttributes(parts);
    if (inner) return inner;
  }
  const whole = ancestorOf(module);
  if (whole) return whole;
  const elsewhere = handedOut.get(`${module.split('.', 1)[0]}:${name}`);
  if (elsewhere) return elsewhere;
  if (DANGEROUS_LAST_NAMES.has(parts.at(-1) as string)) {
    return { severity: 'HIGH', why: 'has the name of a function that runs code' };
  }
  if (DANGEROUS_MODULE_NAMES.has(parts.at(-1) as string) && module !== 'builtins') {
    return { severity: 'HIGH', why: `hands out the module ${parts.at(-1)}` };
  }
  return undefined;
}

/** `torch.serialization` + `os.system`: the name goes through a module that the first one imports. */
function throughAttributes(parts: readonly string[]): Danger | undefined {
  for (let from = 0; from < parts.length - 1; from += 1) {
    for (let split = from + 1; split < parts.length; split += 1) {
      const { module, name } = canonicalGlobal(parts.slice(from, split).join('.'), parts.slice(split).join('.'));
      const danger = dangerousNames.get(`${module}:${name}`) ?? ancestorOf(module);
      if (danger) return { severity: danger.severity, why: `${danger.why} (${module}.${name} through another module)` };
    }
  }
  return undefined;
}

/** The rule for the module or one that it lies in. */
function ancestorOf(module: string): Danger | undefined {
  if (module.length > MOST_MODULE_CHARACTERS) return undefined;
  for (let end = module.length; end > 0; end = module.lastIndexOf('.', end - 1)) {
    const danger = dangerousModules.get(module.slice(0, end));
    if (danger) return danger;
  }
  return undefined;
}

const isClassName = (name: string): boolean => /^_{0,2}[A-Z][A-Za-z0-9_]*$/.test(name) && !NOT_MERE_CLASSES.has(name);

function isHarmless(module: string, name: string): boolean {
  return isKnownByName(module, name) || isClassOfLibrary(module, name);
}

const isKnownByName = (module: string, name: string): boolean =>
  harmlessNames.has(`${module}:${name}`) ||
  HARMLESS_PATTERNS.some((pattern) => pattern.module.test(module) && pattern.name.test(name));

const isClassOfLibrary = (module: string, name: string): boolean =>
  isClassName(name) && parts(module).some((library) => harmlessLibraries.has(library));
