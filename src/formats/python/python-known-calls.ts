/** Calls that import, load, run, start or unpickle something, by the names that they are written with. */
import { type Naming, STARTING_CALLS } from './python-programs.ts';
import { ascii } from './python-words.ts';

/** What the arguments of a call are read as. */
export type ReadAs =
  | 'module'
  | 'library'
  /** Names of modules that stand elsewhere in the file. */
  | 'names'
  | 'package'
  | 'tasks'
  | 'folder'
  /** A file of Python that is run: the first argument, or the second behind a module's name. */
  | 'file'
  | 'file of a module'
  /** A module that is run as a program. */
  | 'program'
  | 'code'
  /** Code where it is a text: the call takes a function as well. */
  | 'text of code'
  /** A member of `importlib` or `builtins`, by its name. */
  | 'member of importers';

/** A name that is called, and what that means. */
export interface KnownCall {
  readonly word: Uint8Array;
  /**
   * How it has to be written: as a function or a method (`call`), of something else than `self` (`method`), without anything in front of it
   * (`built-in`), likewise and taken over by an import (`imported`); a definition of that name is no call. `any`: however.
   */
  readonly as: 'any' | 'call' | 'method' | 'built-in' | 'imported';
  /** A line of what is told, or what its arguments are read as. */
  readonly means: string | { readonly starts: Naming } | { readonly reads: ReadAs };
}

const reads = (what: ReadAs): KnownCall['means'] => ({ reads: what });

/** https://docs.python.org/3/library/pickle.html, and libraries that read such files. */
const UNPICKLERS = ['pickle', 'cPickle', '_pickle', 'joblib', 'torch', 'dill', 'cloudpickle', 'jsonpickle'].flatMap(
  (name) => [`${name}.load`, `${name}.loads`],
);

const KNOWN: readonly (readonly [names: readonly string[], as: KnownCall['as'], means: KnownCall['means']])[] = [
  ...STARTING_CALLS.map(
    ([name, naming, isBare]) => [[name], isBare ? 'imported' : 'call', { starts: naming }] as const,
  ),
  [['import_module', 'resolve_name'], 'call', reads('module')],
  // https://docs.python.org/3/library/runpy.html
  [['run_module'], 'call', reads('program')],
  [['run_path', 'execfile'], 'call', reads('file')],
  [['__import__'], 'any', reads('module')],
  [['getattr'], 'any', reads('member of importers')],
  [['read_pickle'], 'call', 'unpickles'],
  [[...UNPICKLERS, 'Unpickler'], 'any', 'unpickles'],
  // https://docs.python.org/3/library/importlib.html#importlib.abc.Loader
  [['exec_module', 'load_module'], 'method', 'runs'],
  [['ExtensionFileLoader', 'zipimporter'], 'call', 'runs'],
  // https://docs.python.org/3/library/importlib.html#importing-a-source-file-directly
  [
    ['SourceFileLoader', 'SourcelessFileLoader', 'spec_from_file_location', 'load_source'],
    'call',
    reads('file of a module'),
  ],
  [['sys.meta_path.insert', 'sys.path_hooks.insert', 'sys.meta_path.append', 'sys.path_hooks.append'], 'any', 'runs'],
  // Code that was compiled before, or is put together of its parts. https://docs.python.org/3/library/marshal.html
  [['CodeType'], 'call', 'runs'],
  [['marshal.load', 'marshal.loads'], 'any', 'runs'],
  // https://docs.python.org/3/c-api/veryhigh.html, as ctypes reaches it.
  [['PyRun_SimpleString', 'PyRun_String'], 'any', 'runs'],
  [['exec', 'eval'], 'built-in', reads('code')],
  // https://docs.python.org/3/library/code.html
  [['runsource', 'runcode'], 'method', reads('code')],
  // https://docs.python.org/3/library/debug.html
  [['pdb.run', 'cProfile.run', 'profile.run', 'timeit.timeit', 'timeit.repeat'], 'any', reads('text of code')],
  // https://docs.python.org/3/library/ctypes.html , https://docs.pytorch.org/cppdocs/library.html ,
  // https://www.tensorflow.org/guide/create_op , https://cffi.readthedocs.io/en/stable/cdef.html
  [['CDLL', 'PyDLL', 'LoadLibrary', 'load_library', 'load_op_library', 'dlopen'], 'call', reads('library')],
  [['entry_points'], 'any', reads('names')],
  // https://docs.python.org/3/library/pkgutil.html#pkgutil.walk_packages
  [['walk_packages', 'iter_modules'], 'call', reads('package')],
  [['autodiscover_tasks'], 'call', reads('tasks')],
  // https://docs.python.org/3/library/sys.html#sys.path
  [['sys.path.insert', 'sys.path.append', 'sys.path.extend'], 'any', reads('folder')],
  [['addsitedir'], 'call', reads('folder')],
];

/** What the two bytes before a bracket are as one number. */
export const endingOf = (bytes: Uint8Array, end: number): number =>
  ((bytes[end - 2] as number) << 8) | (bytes[end - 1] as number);

/** What stands before a bracket, as a place in `LIST_OF_ENDING`: of `open(` and `Popen(` not the same. No name has fewer than three bytes. */
export const listAt = (bytes: Uint8Array, end: number, ending: number): number =>
  ending ^ (((bytes[end - 3] as number) & 0x7f) << 5);

/**
 * Calls by the last three bytes of their names: of the brackets of a file hardly one in a hundred has such a name before it, and the rest is told
 * from these by one look. `CALLS_BY_ENDING[0]` is empty.
 */
export const LIST_OF_ENDING = new Uint8Array(0x10000);
export const CALLS_BY_ENDING: KnownCall[][] = [[]];
for (const [names, as, means] of KNOWN)
  for (const name of names) {
    const word = ascii(name);
    const ending = listAt(word, word.length, endingOf(word, word.length));
    if (LIST_OF_ENDING[ending] === 0) LIST_OF_ENDING[ending] = CALLS_BY_ENDING.push([]) - 1;
    (CALLS_BY_ENDING[LIST_OF_ENDING[ending] as number] as KnownCall[]).push({ word, as, means });
  }
