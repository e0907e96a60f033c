import { isAscii } from 'node:buffer';
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import { holdNursery } from './nursery.ts';

interface Loaded {
  exports: unknown;
}

/** A file of the program as a function, which gives what the file exports to the first of what it is given. */
type Part = (
  exports: unknown,
  require: (id: string) => unknown,
  module: Loaded,
  filename: string,
  bring: Bring,
) => void;
type Bring = (parts: Readonly<Record<string, Part>>) => void;

/** A compiled file and where its code cache lies. */
export interface Compiled {
  readonly script: Script;
  readonly cache: string;
}

/**
 * V8 compiles what runs often twice: soon, and well. In the few seconds of a scan, and in each of its threads anew, the second costs
 * a fifth of all processor time and comes too early for much of what it is spent on: it may wait twice as long, and puts less of
 * what a function calls into the function. (Three times as long takes one to three per cent less of all threads together, and three to six
 * more of the main one, for which a scan waits.) Before any code is loaded, for kept code is that of these settings. Newer engines have a
 * compiler in between and other measures: of them only the heap is held down.
 */
export function tune(): void {
  // Loaded where it is called: the version is told without it.
  for (const name of NODES_OWN) process.getBuiltinModule(name);
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  // What ran a while ago is thrown away otherwise, and compiled again: in a scan, and in the build before it is kept.
  setFlagsFromString('--no-flush-bytecode');
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  if (!process.versions.v8.startsWith('11.')) return;
  setFlagsFromString('--interrupt-budget=250000');
  // The longer a function is, the longer it waits, and no first round of a loop is written out before it: of short scans a twentieth is spared.
  setFlagsFromString('--bytecode-size-allowance-per-tick=50');
  setFlagsFromString('--no-turbo-loop-peeling');
  setFlagsFromString('--max-inlined-bytecode-size=200');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=300');
  setFlagsFromString(`--incremental-marking-hard-trigger=${MARKING_PERCENT}`);
}

/**
 * How much more than what is alive V8 lets a heap become before it collects all of it. Left alone it lets 30 MB become 110 before it
 * looks, in each thread; most of what a scan makes is garbage by then.
 */
const HEAP_GROWING_PERCENT = 60;

/**
 * Of what the heap may grow, how much is used when V8 begins to mark what is alive. Left alone it begins as soon as less is left than one nursery: of
 * a scan out of the cache, whose heap is 12 MB and may be 19, all of it was marked while the report was written, in three threads, for a process
 * that ended then: a tenth of its processor time, and a twentieth of a first scan's.
 */
const MARKING_PERCENT = 75;

/**
 * What every command loads of Node. Node's modules have kept code too, of the settings that Node was built with: loaded after `tune`
 * they would be compiled anew, a twentieth of a scan out of the cache.
 */
const NODES_OWN = [
  'node:child_process',
  'node:crypto',
  'node:fs/promises',
  'node:perf_hooks',
  'node:stream/promises',
  'node:zlib',
];

/** Starts the program in a folder. Its version, which scripts ask for again and again, is told without loading it. */
export function launch(folder: string, argv: readonly string[]): void {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v') && !isOther()) {
    const { version } = JSON.parse(readFileSync(join(folder, '..', 'package.json'), 'utf8'));
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return;
      process.stderr.write(`plimsoll: the version could not be written: ${error.message} (standard output)\n`);
      process.exitCode = 3;
    });
    process.stdout.write(`${version}\n`);
    return;
  }
  const begin = (): void => {
    tune();
    holdNursery();
    try {
      void (runIn(folder, 'program.cjs') as { start(): Promise<void> }).start();
    } catch (error) {
      // Left alone it would end the process with a stack and 1, the code of a gate.
      if (!isDamage(error)) throw error;
      process.stderr.write(`plimsoll: ${error.message} (${error.path}); install Plimsoll again\n`);
      process.exitCode = 3;
    }
  };
  if (process.pid !== 1 || process.platform === 'win32') begin();
  else void import('./programs/first-process.ts').then(({ runAsChild }) => runAsChild(begin));
}

/** Whether standard output is a device other than a terminal: what a shell has closed looks like /dev/null, and the program knows how to tell. */
function isOther(): boolean {
  try {
    return fstatSync(1).isCharacterDevice() && !process.stdout.isTTY;
  } catch {
    return true;
  }
}

/**
 * Runs a CommonJS file of a folder, and those that it requires from there, each with the compiled code that the build left
 * beside it (`.cache`): compiling would be a fourth of a scan out of the layer cache. Code of another version of Node, or
 * none, only costs the time to compile. `compiled` gets every file that is run. Returns what the file exports. A file can bring others along
 * (`bring`), which then are not looked for in the folder: a file, a checksum and a piece of kept code for each took a sixth of a scan out of the cache.
 * https://nodejs.org/api/vm.html#scriptcreatecacheddata
 */
export function runIn(folder: string, main: string, compiled?: Compiled[]): unknown {
  const outer = createRequire(join(folder, main));
  const known = new Map<string, Loaded>();
  const brought = new Map<string, Part>();
  const bring: Bring = (parts) => {
    for (const [name, part] of Object.entries(parts)) brought.set(name, part);
  };
  const load = (name: string): unknown => {
    const before = known.get(name);
    if (before) return before.exports;
    const loaded: Loaded = { exports: {} };
    known.set(name, loaded);
    const filename = join(folder, name);
    const part = brought.get(name) ?? partIn(filename);
    part(loaded.exports, require, loaded, filename, bring);
    return loaded.exports;
  };
  const partIn = (filename: string): Part => {
    const cache = `${filename}.cache`;
    const cachedData = sound(cache);
    const script = orDamage(
      filename,
      () => new Script(asFunction(filename), { filename, ...(cachedData && { cachedData }) }),
    );
    compiled?.push({ script, cache });
    return script.runInThisContext();
  };
  const require = (id: string): unknown =>
    id.startsWith('./')
      ? load(id.slice(2))
      : orDamage(id, () => (id === 'libsql' ? briefly(() => outer(id)) : outer(id)));
  return load(main);
}

/**
 * Loads libsql, which asks for a report of the whole process (its libraries, limits, stacks: 5 to 8 ms of processor time, a twentieth of a scan out of
 * the cache) to learn which C library there is. While it is loaded the report tells that alone, where the loader that Node's own file names tells it.
 * In the library's process, which is somebody else's, nothing is touched: this is how the program loads.
 */
function briefly(loading: () => unknown): unknown {
  const whole = Object.getOwnPropertyDescriptor(process, 'report');
  const header = process.platform === 'linux' && whole?.configurable ? headerOf(process.execPath) : undefined;
  if (whole === undefined || header === undefined) return loading();
  Object.defineProperty(process, 'report', { value: { getReport: () => ({ header }) }, configurable: true });
  try {
    return loading();
  } finally {
    Object.defineProperty(process, 'report', whole);
  }
}

/** Where the name of its loader stands in a program: behind the program headers. */
const LOADER_BYTES = 4_096;

/** What a report says of the C library of a program, by the loader that it names; undefined where that is neither glibc's nor musl's. */
function headerOf(program: string): { readonly glibcVersionRuntime?: string } | undefined {
  const bytes = Buffer.alloc(LOADER_BYTES);
  try {
    const file = openSync(program, 'r');
    try {
      readSync(file, bytes, 0, LOADER_BYTES, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
  const loader = /\/ld-(linux|musl)[\w-]*\.so\.\d\0/.exec(bytes.toString('latin1'))?.[1];
  if (loader === undefined) return undefined;
  return loader === 'linux' ? { glibcVersionRuntime: 'unknown' } : {};
}

/** Part of the program that is missing, cut off or no code: half an installation, which no report of a defect mends. */
interface Damage extends Error {
  readonly code: typeof DAMAGED;
  readonly path: string;
}
const DAMAGED = 'PROGRAM_DAMAGED';
const isDamage = (error: unknown): error is Damage => (error as Partial<Damage>).code === DAMAGED;

/** Loads a part of the program. What is not there, cannot be read or is no code is told as damage of that part. */
function orDamage<T>(path: string, loading: () => T): T {
  try {
    return loading();
  } catch (error) {
    const isOurs = error instanceof SyntaxError || typeof (error as NodeJS.ErrnoException).code === 'string';
    if (!isOurs || isDamage(error)) throw error;
    throw Object.assign(new Error('this part of the program is missing or damaged', { cause: error }), {
      code: DAMAGED,
      path,
    });
  }
}

const BEFORE = Buffer.from('(function (exports, require, module, __filename, bring) { ');
const BEHIND = Buffer.from('\n})');

/**
 * The text of a file as a function's, in one string: each thread holds it as long as it runs, and of text put together out of parts the parts as well.
 * The build writes ASCII: one sign beyond Latin-1 would double what the whole text takes.
 */
function asFunction(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.allocUnsafe(BEFORE.length + size + BEHIND.length);
    let end = BEFORE.copy(bytes);
    for (let left = size; left > 0; ) {
      const got = readSync(file, bytes, end, left, null);
      if (got === 0) break;
      end += got;
      left -= got;
    }
    end += BEHIND.copy(bytes, end);
    const text = bytes.subarray(0, end);
    return text.toString(isAscii(text) ? 'latin1' : 'utf8');
  } finally {
    closeSync(file);
  }
}

/** As much as a pointer, though the checksum needs half of it: V8 copies code that does not lie at a multiple of that. */
const CHECKSUM_BYTES = 8;

/** Bytes of a cache file: a checksum, since V8 believes what it is given, then the code. */
export function cacheBytes({ script }: Compiled): Buffer {
  const code = script.createCachedData();
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(crc32(code));
  return Buffer.concat([checksum, code]);
}

function sound(path: string): Buffer | undefined {
  if (!statSync(path, { throwIfNoEntry: false })) return undefined;
  const bytes = readFileSync(path);
  const code = bytes.subarray(CHECKSUM_BYTES);
  return code.length > 0 && bytes.readUInt32LE() === crc32(code) ? code : undefined;
}
