/** Modules that are there to start programs, by the names in them that start none. https://docs.python.org/3/library/subprocess.html */
const MODULES = /^(?:subprocess|pty|_posixsubprocess|posix|os)$/;
/** Packages that start what they are given. */
const PACKAGES = /^(?:pexpect|ptyprocess|sh|plumbum|invoke|fabric|sarge|delegator)(?:\.|$)/;
const HARMLESS =
  /^(?:PIPE|STDOUT|DEVNULL|\w*Error|TimeoutExpired|CompletedProcess|Process|Stream\w+|list2cmdline|mswindows|STARTUPINFO|[A-Z]+_[A-Z_]+|SW_HIDE|_\w+|kill|wait|poll|communicate|terminate|send_signal|returncode|stdin|stdout|stderr|pid|openpty|fork|tty|__\w+__)$/;
/** What of `os` starts programs. https://docs.python.org/3/library/os.html#process-management */
const OF_OS = /^(?:system|popen[234]?|spawn[lv]p?e?|posix_spawnp?|exec[lv]p?e?|fexecve)$/;
const MAY_START = [
  'subprocess',
  'spawn',
  'system',
  'popen',
  'getattr',
  'exec',
  'pexpect',
  'ptyprocess',
  'plumbum',
  'invoke',
  'fabric',
  'sarge',
  'delegator',
  'import sh',
  'from sh ',
  'pty',
  ' as ',
];
/**
 * What a file has in which `startsUnfollowed` could see anything: a module or a package that starts programs by its name, or `os` otherwise than in
 * `import os` on a line of its own and in front of a member that starts none (`os.path`). One pass, where the whole takes a dozen: four files in five
 * have none of it.
 */
const NAMES_STARTERS =
  /subprocess|posix|\b(?:pty|pexpect|ptyprocess|sh|plumbum|invoke|fabric|sarge|delegator)\b|\bos\b(?!\.(?!system|popen|spawn|posix|exec|fexec)\w)(?<!(?:^|\n)[ \t]*import os(?=[\r\n]|$))/;
/** What `from os import *` and `from subprocess import *` bring. */
const STARRED =
  'system popen spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe posix_spawn posix_spawnp execl execle execlp execlpe execv execve execvp execvpe run call check_call check_output Popen getoutput getstatusoutput'.split(
    ' ',
  );
/** Modules that are asked for by a text. */
const BY_TEXT =
  /(?:__import__|import_module)\([ \t]*["'](?:subprocess|pty|os|posix)["']|\bmodules\[[ \t]*["'](?:subprocess|pty|os|posix)["']/;
/** Texts and comments, as far as they have to be told from code. */
const NO_CODE = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*/g;
/** Where an import statement begins, from the end of the line or statement before it on. */
const IMPORT = /(?:^|[\n;])[ \t]*(?:(?:try|else|finally|if [\w. ]+):[ \t]*)?(?=(?:from|import)[ \t])/g;
const STATEMENT_END = /[\n;]/g;

/**
 * Whether a Python file uses what starts programs in a way that was not followed. `followed` are the places of the brackets of calls that are told of:
 * every other mention of a starting module, or of a function that was taken from one, may start anything: given another name, handed to a
 * function, made a class of, asked for a member by a text. Said are the functions at the file's level (empty: the level itself) in which that
 * is done. Time is linear in the file's size.
 */
export function startsUnfollowed(bytes: Buffer, followed: ReadonlySet<number>): ReadonlySet<string> {
  const written = bytes.toString('latin1');
  const mayStart = NAMES_STARTERS.test(written) || (followed.size > 0 && written.includes('executable'));
  if (!mayStart || !MAY_START.some((word) => written.includes(word))) return new Set();
  if (BY_TEXT.test(written)) return AT_ONCE;
  const code = withoutTexts(bytes, written).replace(/\\\r?\n/g, (text) => ' '.repeat(text.length));
  const { modules, functions, plain, isOpen } = takenIn(code);
  return isOpen ? AT_ONCE : functionsAt(plain, usesOf(plain, modules, functions, followed));
}

/** The code with quotes in place of its texts, and blanks in place of its comments; ends of lines stay. */
function withoutTexts(bytes: Buffer, written: string): string {
  const code = Buffer.from(bytes);
  NO_CODE.lastIndex = 0;
  for (let text = NO_CODE.exec(written); text !== null; text = NO_CODE.exec(written)) {
    const { index: from } = text;
    const end = NO_CODE.lastIndex;
    const filler = code[from] === HASH ? 0x20 : 0x22;
    for (let at = from; at < end; ) {
      const line = bytes.indexOf(0x0a, at);
      const stop = line < 0 || line > end ? end : line;
      code.fill(filler, at, stop);
      at = stop + 1;
    }
  }
  return code.toString('latin1');
}

const HASH = 0x23;

const AT_ONCE: ReadonlySet<string> = new Set(['']);

/** The functions that places of a file are in, by the name of the one that stands at its level, or of a method's; empty: in none. */
function functionsAt(code: string, places: readonly number[]): ReadonlySet<string> {
  const functions = new Set<string>();
  if (places.length === 0) return functions;
  const around: { readonly margin: number; readonly name: string | undefined }[] = [];
  const left = [...places];
  let start = 0;
  for (const line of code.split('\n')) {
    const end = start + line.length;
    const margin = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    if (margin < line.length && !/^["')\]}]/.test(line.slice(margin, margin + 1))) {
      while ((around.at(-1)?.margin ?? -1) >= margin) around.pop();
      around.push({ margin, name: /^(?:async[ \t]+)?def[ \t]+(\w+)/.exec(line.slice(margin))?.[1] });
    }
    // What is given to a function by default, and what it is wrapped in, is worked out where it stands.
    const isInside = around.length > 0 && around.slice(0, -1).some(({ name }) => name !== undefined);
    while (left[0] !== undefined && left[0] <= end) {
      left.shift();
      functions.add(isInside ? (around.find(({ name }) => name !== undefined)?.name ?? '') : '');
    }
    start = end + 1;
  }
  return functions;
}

const isPackage = (name: string): boolean => PACKAGES.test(name);

interface Taken {
  /** Names of modules, and whether that is `os`, of which most starts nothing. */
  readonly modules: ReadonlyMap<string, boolean>;
  readonly functions: ReadonlySet<string>;
  /** The code without its imports. */
  readonly plain: string;
  readonly isOpen: boolean;
}

/** What a file imports that starts programs, by the names it has there. */
function takenIn(code: string): Taken {
  const modules = new Map<string, boolean>();
  const functions = new Set<string>();
  const plain: string[] = [];
  let isOpen = false;
  let at = 0;
  IMPORT.lastIndex = 0;
  for (let begin = IMPORT.exec(code); begin !== null; begin = IMPORT.exec(code)) {
    const line = begin.index === 0 && !/^[\n;]/.test(begin[0]) ? 0 : begin.index + 1;
    const from = begin.index + begin[0].length;
    let to = from;
    let isWhole = false;
    // A statement in brackets goes on behind the ends of lines.
    while (!isWhole && to < code.length) {
      to = pieceEnd(code, to);
      const statement = code.slice(from, to);
      isWhole = !statement.includes('(') || statement.includes(')') || statement.length >= 10_000;
    }
    plain.push(code.slice(at, line), code.slice(line, to).replace(/[^\n]/g, ' '));
    at = to;
    if (isWhole)
      isOpen ||= take(
        code
          .slice(from, to)
          .replace(/[\s();]+/g, ' ')
          .trim(),
      );
    // What ended this statement may stand before the next.
    IMPORT.lastIndex = to - 1;
  }
  plain.push(code.slice(at));
  return { modules, functions, plain: plain.join(''), isOpen };

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

/** Words that are looked at whatever a file imports. */
const OWN_WORDS = [
  'subprocess_exec',
  'subprocess_shell',
  'create_subprocess_exec',
  'create_subprocess_shell',
  'executable',
];

/** Where a whole word stands. */
function* placesOf(word: string, code: string): Generator<number> {
  for (let at = code.indexOf(word); at >= 0; at = code.indexOf(word, at + word.length))
    if (!/\w/.test(code.charAt(at - 1)) && !/\w/.test(code.charAt(at + word.length))) yield at;
}

/** Behind the end of the line or statement that goes on at a place. */
function pieceEnd(code: string, at: number): number {
  STATEMENT_END.lastIndex = at;
  return (STATEMENT_END.exec(code)?.index ?? code.length - 1) + 1;
}

/** Where a name is used otherwise than by a call that was followed. Long because it is one pass: its cases share the place that was reached. */
function usesOf(
  code: string,
  modules: ReadonlyMap<string, boolean>,
  functions: ReadonlySet<string>,
  followed: ReadonlySet<number>,
): number[] {
  const places: number[] = [];
  for (const word of new Set([...OWN_WORDS, ...modules.keys(), ...functions]))
    if (/^\w+$/.test(word)) for (const index of placesOf(word, code)) if (isOther(word, index)) places.push(index);
  return places.sort((a, b) => a - b);

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
    const line = code.slice(Math.max(code.lastIndexOf('\n', from) + 1, from - 200), from);
    const next = code.slice(end, end + 1);
    return (
      next === '[' ||
      /->[ \t]*(?:\w+\[)?$/.test(line) ||
      /isinstance\([\w.]+,[ \t]*$/.test(line) ||
      (/^\s*[\w.]+:[ \t]*(?:\w+\[)?$/.test(line) && /^\]?[ \t]*=/.test(code.slice(end, end + 20)))
    );
  }
}
