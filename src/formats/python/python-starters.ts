import { IN_NAME } from './python-bytes.ts';
import { functionsAt } from './python-functions.ts';
import type { RareWord, RareWords } from './python-rare-words.ts';

/** Modules that are there to start programs, by the names in them that start none. https://docs.python.org/3/library/subprocess.html */
const MODULES = /^(?:subprocess|pty|_posixsubprocess|posix|os)$/;
/** Packages that start what they are given. */
const PACKAGES = /^(?:pexpect|ptyprocess|sh|plumbum|invoke|fabric|sarge|delegator)(?:\.|$)/;
const HARMLESS =
  /^(?:PIPE|STDOUT|DEVNULL|\w*Error|TimeoutExpired|CompletedProcess|Process|Stream\w+|list2cmdline|mswindows|STARTUPINFO|[A-Z]+_[A-Z_]+|SW_HIDE|_\w+|kill|wait|poll|communicate|terminate|send_signal|returncode|stdin|stdout|stderr|pid|openpty|fork|tty|__\w+__)$/;
/** What of `os` starts programs. https://docs.python.org/3/library/os.html#process-management */
const OF_OS = /^(?:system|popen[234]?|spawn[lv]p?e?|posix_spawnp?|exec[lv]p?e?|fexecve)$/;
/** A file in which nothing of this stands uses `os` for something else. */
const MAY_START =
  /subprocess|spawn|system|popen|getattr|exec|pexpect|ptyprocess|plumbum|invoke|fabric|sarge|delegator|import sh|from sh |pty| as /;
/** Import statements that can matter here. */
const TAKES = /subprocess|posix|\b(?:os|pty|pexpect|ptyprocess|sh|plumbum|invoke|fabric|sarge|delegator)\b/;

/** What `from os import *` and `from subprocess import *` bring. */
const STARRED =
  'system popen spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe posix_spawn posix_spawnp execl execle execlp execlpe execv execve execvp execvpe run call check_call check_output Popen getoutput getstatusoutput'.split(
    ' ',
  );
/** Modules that are asked for by a text, and by what. */
const BY_TEXT = /(?:__import__\(|import_module\(|\bmodules\[)[ \t]*["'](?:subprocess|pty|os|posix)["']/y;
const ASKING = ['__import__', 'import_module', 'modules['] as const satisfies readonly RareWord[];
/** Texts and comments, as far as they have to be told from code. */
const NO_CODE = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*/g;

/** The import statements of a file, where they stand: begin and end of one after the other. */
type Imports = readonly number[];

/**
 * Whether a Python file uses what starts programs in a way that was not followed. `followed` are the places of the brackets of calls that are told of:
 * every other mention of a starting module, or of a function that was taken from one, may start anything: given another name, handed to a
 * function, made a class of, asked for a member by a text. Said are the functions at the file's level (empty: the level itself) in which that
 * is done. Texts and comments are told from code where a mention is left that could matter: of four files in five there is none. Time is
 * linear in the file's size.
 */
export function startsUnfollowed(
  bytes: Buffer,
  { written, rare, followed, imports, importsByName }: ReadFile,
): ReadonlySet<string> {
  const taken = takenIn(bytes, imports);
  if (taken.isOpen) return AT_ONCE;
  const words = new Set([...taken.modules.keys(), ...taken.functions].filter((name) => /^\w+$/.test(name)));
  if (OF_LOOPS.some((word) => rare.has(word))) for (const word of ALL_OF_LOOPS) words.add(word);
  if (followed.size > 0) words.add('executable');
  const asksByText = importsByName || rare.has('modules[');
  // Each is looked for by itself; no program takes over as many.
  if (words.size > WORDS) return AT_ONCE;
  if (words.size === 0 && !asksByText) return NOWHERE;
  if (asksByText && ASKING.some((word) => rare.get(word)?.some((at) => isAskedAt(written, at)))) return AT_ONCE;
  if (!isAnyOther(written, words, taken, followed, imports) || !MAY_START.test(written)) return NOWHERE;
  const code = plainCode(bytes, written, imports);
  return functionsAt(
    code,
    [...usesOf(code, words, taken, followed)].sort((a, b) => a - b),
  );
}

/** What was found of a file when it was read. */
interface ReadFile {
  /** Its bytes as letters. */
  readonly written: string;
  readonly rare: RareWords;
  readonly followed: ReadonlySet<number>;
  readonly imports: Imports;
  /** It has the name of a function that imports modules by theirs. */
  readonly importsByName: boolean;
}

/** Whether a starting module is asked for by a text where one of the words stands that can. */
function isAskedAt(written: string, at: number): boolean {
  BY_TEXT.lastIndex = at;
  return BY_TEXT.test(written);
}

/** Whether a mention may be one that is not followed, as far as that can be told without telling texts from code. */
function isAnyOther(
  written: string,
  words: ReadonlySet<string>,
  taken: Taken,
  followed: ReadonlySet<number>,
  imports: Imports,
): boolean {
  if (words.has('executable') && written.includes('executable')) return true;
  for (const place of usesOf(written, words, taken, followed)) if (!isWithin(imports, place)) return true;
  return false;
}

/** Whether a place is in one of these statements, which are in order. */
function isWithin(statements: Imports, place: number): boolean {
  let [low, high] = [0, statements.length >> 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((statements[2 * middle + 1] as number) <= place) low = middle + 1;
    else high = middle;
  }
  return (statements[2 * low] ?? Number.POSITIVE_INFINITY) <= place;
}

/** The code with quotes in place of its texts, and blanks in place of its comments and imports; ends of lines stay. */
function plainCode(bytes: Buffer, written: string, imports: Imports): string {
  const code = Buffer.from(bytes);
  NO_CODE.lastIndex = 0;
  for (let text = NO_CODE.exec(written); text !== null; text = NO_CODE.exec(written))
    fillLines(code, written, text.index, NO_CODE.lastIndex, code[text.index] === HASH ? BLANK : QUOTE);
  for (let at = 0; at < imports.length; at += 2)
    fillLines(code, written, imports[at] as number, imports[at + 1] as number, BLANK);
  return code.toString('latin1').replace(/\\\r?\n/g, (text) => ' '.repeat(text.length));
}

/** Fills a part of a text but for the ends of its lines. */
function fillLines(code: Uint8Array, written: string, from: number, end: number, filler: number): void {
  for (let start = from; start < end; ) {
    const lineEnd = written.indexOf('\n', start);
    const stop = lineEnd < 0 || lineEnd > end ? end : lineEnd;
    // A buffer's own looks at what it is filled with each time.
    Uint8Array.prototype.fill.call(code, filler, start, stop);
    start = stop + 1;
  }
}

const [HASH, QUOTE, BLANK] = [0x23, 0x22, 0x20] as const;

const NOWHERE: ReadonlySet<string> = new Set();
const AT_ONCE: ReadonlySet<string> = new Set(['']);

const isPackage = (name: string): boolean => PACKAGES.test(name);

interface Taken {
  /** Names of modules, and whether that is `os`, of which most starts nothing. */
  readonly modules: ReadonlyMap<string, boolean>;
  readonly functions: ReadonlySet<string>;
  /** It takes a package that starts what it is given. */
  readonly isOpen: boolean;
}

/** What a file imports that starts programs, by the names it has there. */
function takenIn(bytes: Buffer, imports: Imports): Taken {
  const modules = new Map<string, boolean>();
  const functions = new Set<string>();
  let isOpen = false;
  for (let at = 0; at < imports.length; at += 2) {
    const [from, end] = [imports[at] as number, imports[at + 1] as number];
    const statement = end - from > STATEMENT_LENGTH ? '' : bytes.toString('latin1', from, end);
    if (TAKES.test(statement))
      isOpen ||= take(
        statement
          .replace(/#[^\r\n]*/g, ' ')
          .replace(/[\s\\();]+/g, ' ')
          .trim(),
      );
  }
  return { modules, functions, isOpen };

  function take(said: string): boolean {
    const from = /^from ([\w.]+) import (.*)$/.exec(said);
    const list = (from?.[2] ?? said.slice('import '.length)).split(',');
    if ((from === null ? list.map((part) => part.trim().split(' ', 1)[0] ?? '') : [from[1] ?? '']).some(isPackage))
      return true;
    for (const part of list) {
      const [name = '', , as] = part.trim().split(' ');
      const local = as ?? name;
      if (from === null && as === undefined && name.startsWith('os.')) modules.set('os', true);
      if (from !== null && name === '*' && /^(?:subprocess|os)$/.test(from[1] ?? ''))
        for (const starter of STARRED) functions.add(starter);
      if (from === null || from[1] === 'asyncio') {
        if (MODULES.test(name)) modules.set(local, name === 'os' || name === 'posix');
        else if (/^create_subprocess_\w+$/.test(name) && from !== null) functions.add(local);
      } else if (from[1] === 'os' || from[1] === 'posix') {
        if (OF_OS.test(name)) functions.add(local);
      } else if (/^(?:subprocess|pty|_posixsubprocess|asyncio\.subprocess)$/.test(from[1] ?? '')) {
        if (name !== '*' && !HARMLESS.test(name)) functions.add(local);
      }
    }
    return false;
  }
}

/** Names under which one file has what starts programs. */
const WORDS = 200;
/** Longest import statement that is looked at. */
const STATEMENT_LENGTH = 10_000;

/** What loops of events start programs with, whatever a file imports. https://docs.python.org/3/library/asyncio-subprocess.html */
const OF_LOOPS = ['subprocess_exec', 'subprocess_shell'] as const satisfies readonly RareWord[];
const ALL_OF_LOOPS = [...OF_LOOPS, ...OF_LOOPS.map((word) => `create_${word}`)];

/** Where a whole word stands. */
function* placesOf(word: string, code: string): Generator<number> {
  for (let at = code.indexOf(word); at >= 0; at = code.indexOf(word, at + word.length))
    if (IN_NAME[code.charCodeAt(at - 1)] !== 1 && IN_NAME[code.charCodeAt(at + word.length)] !== 1) yield at;
}

/** Where a name is used otherwise than by a call that was followed. Long because it is one pass: its cases share the place that was reached. */
function* usesOf(
  code: string,
  words: ReadonlySet<string>,
  { modules, functions }: Taken,
  followed: ReadonlySet<number>,
): Generator<number> {
  for (const word of words) for (const index of placesOf(word, code)) if (isOther(word, index)) yield index;

  function isOther(word: string, index: number): boolean {
    const end = index + word.length;
    // A loop's own way to start programs, and another program than the one that is named.
    if (word === 'subprocess_exec' || word === 'subprocess_shell') return true;
    if (word === 'create_subprocess_exec' || word === 'create_subprocess_shell') {
      return !isCalled(end) && !isDefined(index);
    }
    if (
      word === 'executable' &&
      followed.size > 0 &&
      /[,(]\s{0,200}$/.test(code.slice(Math.max(0, index - 200), index)) &&
      /^[ \t]*=(?!=)/.test(code.slice(end, end + 20))
    )
      return true;
    const before = code[index - 1];
    if (functions.has(word) && before !== '.' && !isDefined(index)) {
      if (!isCalled(end) && !isSet(end) && !isKind(word, index, end)) return true;
    }
    const isOs = modules.get(word);
    if (isOs === undefined || before === '.') return false;
    const member = /^\s{0,100}\.\s{0,100}(\w+)/.exec(code.slice(end, end + 300));
    if (member === null) {
      return !isSet(end) && !/hasattr\($/.test(code.slice(Math.max(0, index - 8), index));
    }
    const name = member[1] as string;
    if (isOs ? !OF_OS.test(name) : HARMLESS.test(name)) return false;
    return !isCalled(end + member[0].length) && !isKind(name, index, end + member[0].length);
  }

  function isCalled(end: number): boolean {
    return followed.has(end) || (code[end] === ' ' && followed.has(end + 1));
  }
  function isDefined(at: number): boolean {
    return /\b(?:def|class) $/.test(code.slice(Math.max(0, at - 8), at));
  }
  /** `run = 1`, `f(run=1)` */
  function isSet(end: number): boolean {
    return /^[ \t]*=(?!=)/.test(code.slice(end, end + 20));
  }
  /** A class that only says of what kind something is: `-> Popen`, `isinstance(x, Popen)`, `self.child: Popen = None`. */
  function isKind(name: string, from: number, end: number): boolean {
    if (name !== 'Popen') return false;
    const before = code.slice(Math.max(0, from - 200), from);
    const line = before.slice(before.lastIndexOf('\n') + 1);
    const next = code.slice(end, end + 1);
    return (
      next === '[' ||
      /->[ \t]*(?:\w+\[)?$/.test(line) ||
      /isinstance\([\w.]+,[ \t]*$/.test(line) ||
      (/^\s*[\w.]+:[ \t]*(?:\w+\[)?$/.test(line) && /^\]?[ \t]*=/.test(code.slice(end, end + 20)))
    );
  }
}
