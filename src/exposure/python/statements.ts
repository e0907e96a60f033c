import { conditionHolds, type Known } from './conditions.ts';

/** Something that a module imports, and whether that runs when the module is loaded. */
export interface Import {
  /** `import`: names of modules. `from`: a module and names in it. `call`: a module, or `?`. `library`: a name of a library, or `?`. `starts`: a command as JSON, or `?`. `finds`: a program. `searches`: a folder. `walks`: a package. `script`: a file, or `?`, and `module` where it is no program. `main`: a module. */
  readonly kind:
    | 'import'
    | 'from'
    | 'call'
    | 'library'
    | 'runs'
    | 'script'
    | 'main'
    | 'unread'
    | 'searches'
    | 'walks'
    | 'unpickles'
    | 'starts'
    | 'finds';
  readonly module: string;
  readonly names: readonly string[];
  readonly reach: 'loaded' | 'importable';
  /** It is imported whatever comes, and is not there. */
  readonly isMissed?: true;
  /** It stands in a function that is called while the module is loaded, or by one that is. */
  readonly isReached?: true;
}

/** A condensed Python file (`pythonImports`), with conditions judged. */
export interface Module {
  readonly imports: readonly Import[];
  /** It has a `__getattr__`. */
  readonly lazy: boolean;
  /** Strings that name files of libraries, or patterns for them, where names are put together. */
  readonly libraries: readonly string[];
  /** Strings that could name modules. */
  readonly strings: readonly string[];
  /** Strings that name scripts by their way from a folder: `./bin/spark-submit`. */
  readonly brought: readonly string[];
  /** Strings whose names say that they are of programs, where it starts one whose name is put together. */
  readonly programs: readonly string[];
}

type Runs = 'runs' | 'may run' | 'never';

interface Part {
  readonly head: string;
  readonly runs: Runs;
  /** Of a chain of `if`: whether a part before it ran for sure, or may have. */
  readonly taken: Runs;
  /** Of a `try`: something that it imports is not there. */
  failed: boolean;
  /** Of a class: what it is called. */
  readonly name?: string;
  readonly isReached?: boolean;
}

/**
 * The imports of a condensed file. `called` are functions of it that run when it is loaded or right after. `isThere` says whether a module can be found: handlers of a `try` run where one cannot.
 */
export function importsOf(
  text: string,
  known: Known,
  called: readonly string[],
  isThere: (item: Omit<Import, 'reach'>) => boolean,
): Module {
  const imports: Import[] = [];
  const parts: Part[] = [];
  let libraries: readonly string[] = [];
  let strings: readonly string[] = [];
  let brought: readonly string[] = [];
  let programs: readonly string[] = [];
  let lazy = false;
  let sure: readonly string[] = [];
  let likely: readonly string[] = [];
  for (const line of text.split('\n')) {
    let depth = 0;
    while (line.charCodeAt(depth) === BLANK) depth += 1;
    const words = depth === 0 ? line : line.slice(depth);
    const space = words.indexOf(' ');
    const kind = space < 0 ? words : words.slice(0, space);
    const rest = space < 0 ? '' : words.slice(space + 1);
    const item = itemOf(kind, rest);
    if (item === undefined) {
      if (depth === 0 && OF_THE_FILE.has(kind)) {
        if (kind === 'lazy') lazy = true;
        else if (kind === 'called') sure = rest.split(' ');
        else if (kind === 'reaches') likely = rest.split(' ');
        else if (kind === 'opens') libraries = rest.split(' ');
        else if (kind === 'brings') brought = rest.split(' ');
        else if (kind === 'programs') programs = rest.split(' ');
        else if (kind === 'names') strings = rest.split(' ');
      } else {
        const before = parts[depth];
        parts.length = depth;
        const name = functionNamed(words, parts);
        if (name !== undefined && called.includes(name)) parts.push(RUNS);
        else if (name !== undefined && sure.includes(name)) parts.push(CALLED);
        else if (name !== undefined && likely.includes(name))
          parts.push({ ...part(words, before, known), isReached: true });
        else parts.push(part(words, before, known));
      }
      continue;
    }
    parts.length = Math.min(parts.length, depth);
    const runs = together(parts);
    if (runs === 'never') continue;
    const isMissed = runs === 'runs' && !isThere(item) && !missed(parts) && !parts.includes(CALLED);
    // A function within one that is reached is called where nobody looks.
    const isReached = parts.some((part) => part.isReached) && parts.filter(({ head }) => head === 'def').length === 1;
    imports.push({
      ...item,
      reach: runs === 'runs' ? 'loaded' : 'importable',
      ...(isMissed && { isMissed }),
      ...(isReached && { isReached }),
    });
  }
  return { imports, lazy, libraries, strings, brought, programs };
}

/** `f`, or `C.m` of a class: what a function is called that stands at the level of the module or of one of its classes. */
function functionNamed(words: string, parts: readonly Part[]): string | undefined {
  if (!words.startsWith('def ')) return undefined;
  const name = words.slice(4);
  if (parts.length === 0) return name;
  return parts.length === 1 && parts[0]?.name !== undefined ? `${parts[0].name}.${name}` : undefined;
}

const RUNS: Part = { head: 'def', runs: 'runs', taken: 'never', failed: false };
/** It may leave before it comes to what is not there. */
const CALLED: Part = { ...RUNS };

function itemOf(kind: string, rest: string): Omit<Import, 'reach'> | undefined {
  switch (kind) {
    case 'import':
      return rest === '' ? undefined : { kind, module: '', names: rest.split(',') };
    case 'from': {
      const space = rest.indexOf(' ');
      if (rest === '' || space < 0) return rest === '' ? undefined : { kind, module: rest, names: [''] };
      return { kind, module: rest.slice(0, space), names: rest.slice(space + 1).split(',') };
    }
    case 'runs':
    case 'unpickles':
    case 'unread':
      return { kind, module: '', names: [] };
    case 'starts':
    case 'finds':
      return { kind, module: rest, names: [] };
    case 'call':
    case 'library':
    case 'searches':
    case 'walks':
    case 'script':
    case 'main':
      return rest === '' ? undefined : { kind, module: rest, names: [] };
    default:
      return undefined;
  }
}

const BLANK = 0x20;
/** Lines that say something of the whole file; what its strings and members are may be thousands of words. */
const OF_THE_FILE: ReadonlySet<string> = new Set([
  'lazy',
  'called',
  'reaches',
  'all',
  'defines',
  'opens',
  'brings',
  'programs',
  'names',
]);

const together = (parts: readonly Part[]): Runs =>
  parts.some(({ runs }) => runs === 'never')
    ? 'never'
    : parts.every(({ runs }) => runs === 'runs')
      ? 'runs'
      : 'may run';

/** The innermost `try` that something is imported in; false: there is none. */
function missed(parts: readonly Part[]): boolean {
  const inner = parts.findLast(({ head }) => head === 'try');
  if (inner) inner.failed = true;
  return inner !== undefined || parts.some(({ head }) => head === 'except' || head === 'with');
}

function part(words: string, before: Part | undefined, known: Known): Part {
  const space = words.indexOf(' ');
  const head = space < 0 ? words : words.slice(0, space);
  const said = space < 0 ? '' : words.slice(space + 1);
  const plain = (runs: Runs): Part => ({ head, runs, taken: 'never', failed: false });
  switch (head) {
    case 'if':
    case 'while':
      return branch(head, conditionHolds(said, known), 'never');
    case 'elif':
      return branch(head, conditionHolds(said, known), before?.taken ?? 'may run');
    case 'else':
      // Of a loop or a `try`, it runs as a rule.
      if (before?.head === 'if' || before?.head === 'elif') return branch(head, true, before.taken);
      return plain(before?.head === 'try' && before.failed ? 'never' : 'runs');
    case 'except':
      // Nothing that it tries is missing: another error may bring it here all the same.
      return { ...plain(before?.failed ? 'runs' : 'may run'), failed: before?.failed ?? false };
    case 'class':
      return { ...plain('runs'), name: said };
    case 'def':
    case 'match':
    case 'case':
      return plain('may run');
    default:
      return plain('runs');
  }
}

function branch(head: string, holds: boolean | undefined, taken: Runs): Part {
  // Of real modules 99 in 100 run the `else` of a condition that cannot be judged here, and half run what stands under the condition.
  const runs: Runs = taken === 'runs' || holds === false ? 'never' : holds ? 'runs' : 'may run';
  const now: Runs =
    taken === 'runs' || runs === 'runs' ? 'runs' : taken === 'may run' || runs === 'may run' ? 'may run' : 'never';
  return { head, runs, taken: now, failed: false };
}
