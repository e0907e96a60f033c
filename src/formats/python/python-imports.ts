// Long because one pass over the bytes does it all: a second would cost as much as the first.
import { CODE, IN_NAME, type Literal, MEANING, stringReader } from './python-bytes.ts';
import { calledOnLoading, type Definition } from './python-called.ts';
import { callReader } from './python-calls.ts';
import { importStatement } from './python-import-statement.ts';
import { rareWords } from './python-rare-words.ts';
import { startsUnfollowed } from './python-starters.ts';
import { ascii, matches, wordIs } from './python-words.ts';

/** A statement that has a body. */
interface Block {
  readonly indent: number;
  readonly kind: string;
  /** Where its head is written. */
  readonly from: number;
  readonly to: number;
  /** What it defines; '' where it is neither a function nor a class. */
  readonly name: string;
  /** The part before it of the same statement: the `if` of an `elif`, the `try` of an `except`. */
  readonly before: Block | undefined;
  readonly above: Block | undefined;
  /** What `scope` says of the statements in it. */
  readonly scope: string | undefined;
  readonly depth: number;
  written: boolean;
  /** Where it ends, if that is behind. */
  end: number;
}

/** Longest condition that is kept: a longer one says no more than that there is one. */
const HEAD_LENGTH = 240;
/** Names in strings that are kept of one file, and the longest. */
const NAMES = 2_000;
const NAME_LENGTH = 120;
/** Statements within each other: Python itself stops at 100. */
const DEPTH = 100;
const TAB = 8;

/**
 * What of a Python file bears on what it imports, as lines of text; '' where there is nothing. Imports come in one form
 * (`import a.b,c`, `from ..a b,c`), below the heads of the statements that they stand in (`def name`, `class name`, `if`, `elif`, `else`,
 * `try`, `except`, `finally`, `for`, `while`, `with`, `match`, `case`; conditions as written), one space deeper for each. Besides:
 *
 *     call a.b       import_module("a.b"), __import__("a.b"); `call a.*` and `call ?` where it is put together
 *     library x.so   CDLL("x.so"), ffi.dlopen("x.so") and their like; `library ?` where the name is put together
 *     searches x     folders that are put on the search path: `/a`, `./a`; `*a` where its last part is told, `?` where nothing is
 *     walks a.b      the package whose modules are gone through (`pkgutil.walk_packages`); its own is a dot
 *     main a.b       a module that is run as a program: run_module("a.b")
 *     script /a.py   a file that is run: run_path("/a.py"), exec(open("a.py").read()), spec_from_file_location("a", "a.py"), the last as
 *                    `script x module`; `./a.py` from where the process runs, `*b/a.py` where its last parts are told, `?` where nothing is
 *     runs           exec and eval of text that is put together, finders and loaders that are set or called
 *     starts [...]   programs that are started, as JSON: their words (null: more, put together), or a text for a shell; `starts ?`
 *     finds x        which("x")
 *     unpickles      pickle.load and its like: what is read names modules
 *     called f C.m   functions that import or start something and that a statement at the margin calls; the first line of all
 *     reaches f C.m  others of those that are called while the file is loaded
 *     lazy           the module has a `__getattr__`
 *     all a b        names in the `__all__` of a package
 *     opens x.so y*  strings that name library files, of a file with `library ?`
 *     brings a/b     strings that name scripts in folders (`bin/x`, `a/x.sh`), of a file that starts programs which it puts together
 *     programs a b   strings whose names say that they are of programs (`git_exec_name = "git"`), of such a file
 *     defines a C.m  names of the module: functions, classes, what is assigned; and methods of these classes; `*` where not all is told
 *     names a.b x:y  strings that could name modules; those without a dot only of packages and of files that import by name
 *
 * Never fails: a file that is no Python gives what looks like imports in it. Time is linear in the file's size.
 * https://docs.python.org/3/reference/grammar.html
 */
export function pythonImports(bytes: Buffer, isPackage = false): string {
  const reader = idle.pop() ?? fileReader();
  try {
    return reader.all(bytes, isPackage);
  } finally {
    reader.forget();
    if (idle.length < IDLE) idle.push(reader);
  }
}

interface FileReader {
  all(file: Buffer, inPackage: boolean): string;
  forget(): void;
}

/** Readers are used again, for what V8 compiled of them lasts as long as they do (`stringReader`): one, and one for code in a text of code. */
const idle: FileReader[] = [];
const IDLE = 2;

const NOTHING = Buffer.alloc(0);

/** Long because it is an object: its methods close over one place in one file. */
function fileReader(): FileReader {
  const strings = stringReader();
  const literal: Literal = { from: 0, to: 0, end: 0, formatted: false };
  const inCondition: Literal = { from: 0, to: 0, end: 0, formatted: false };
  const calls = callReader(strings, { define, importsOf: pythonImports, byName: () => (byName = true) });
  let bytes: Buffer = NOTHING;
  let size = 0;
  let isPackage = false;
  let lines: string[] = [];
  /** Begin and end of strings that are names: with a dot, without, in `__all__`. */
  let dotted: number[] = [];
  let plain: number[] = [];
  let exported: number[] = [];
  let libraries: number[] = [];
  let scripts: number[] = [];
  let defined: string[] = [];
  /** Functions and classes. */
  let bodies: Block[] = [];
  let inAll = false;
  let byName = false;
  let lazy = false;
  /** Begin and end of import statements. */
  let imports: number[] = [];
  let block: Block | undefined;
  /** The block that ended just now, as deep as the line that follows it. */
  let ended: Block | undefined;
  let at = 0;
  /** The bytes as letters. */
  let written = '';
  /** Some line may end otherwise than by a line feed. */
  let hasReturns = false;
  /** The first `lambda` from the last place on that it was looked for at. */
  let nextLambda = -1;

  function begin(file: Buffer, inPackage: boolean): void {
    written = file.toString('latin1');
    hasReturns = written.includes('\r');
    strings.begin(file, written);
    calls.begin(file);
    bytes = file;
    size = file.length;
    isPackage = inPackage;
    lines = [];
    dotted = [];
    plain = [];
    exported = [];
    libraries = [];
    scripts = [];
    defined = [];
    bodies = [];
    inAll = false;
    byName = false;
    lazy = false;
    imports = [];
    block = undefined;
    ended = undefined;
    nextLambda = -1;
    at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  }

  function all(file: Buffer, inPackage: boolean): string {
    begin(file, inPackage);
    while (at < size) line();
    const rare = rareWords(written);
    if (calls.areGivenAway(rare)) lines.push('call ?');
    if (calls.runsAreGivenAway(rare) || isWrittenOtherwise(bytes)) lines.push('runs');
    if (!lines.includes('starts ?'))
      for (const name of startsUnfollowed(bytes, {
        written,
        rare,
        followed: calls.followed,
        imports,
        importsByName: calls.importsByName,
      }))
        if (name === '') lines.push('starts ?');
        else lines.push(`def ${name}`, ' starts ?');
    if (lazy) lines.push('lazy');
    if (defined.length > 0) lines.push(`defines ${defined.join(' ')}`);
    if (exported.length > 0) lines.push(`all ${[...named([exported])].join(' ')}`);
    if (libraries.length > 0 && lines.some((line) => line.endsWith('library ?')))
      lines.push(`opens ${[...named([libraries])].join(' ')}`);
    if (scripts.length + plain.length > 0 && lines.some((line) => PUT_TOGETHER.test(line))) {
      if (scripts.length > 0) lines.push(`brings ${[...named([scripts])].join(' ')}`);
      const programs = [...named([calledPrograms()])].filter((name) => PROGRAM.test(name));
      if (programs.length > 0) lines.push(`programs ${programs.join(' ')}`);
    }
    const names = named(byName || lazy || isPackage ? [dotted, plain] : [dotted]);
    if (names.size > 0) lines.push(`names ${[...names].join(' ')}`);
    const said = [...calledFunctions(), ...lines];
    // A part of a text holds all of it, as long as nothing was put to it.
    return said.length === 1 ? Buffer.from(said[0] as string).toString() : said.join('\n');
  }

  /** A line with its statements. Apart from what is done once a file: V8 compiles anew what a loop stands in, all of it. */
  function line(): void {
    const indent = indentation();
    if (indent < 0) return;
    ended = undefined;
    while (block && block.indent >= indent) {
      ended = block.indent === indent ? block : undefined;
      block.end = at;
      block = block.above;
    }
    logicalLine(indent);
  }

  /** Of functions that import or start something, those that run while the file is loaded. */
  function calledFunctions(): string[] {
    if (!bodies.some(({ kind, written }) => kind === 'def' && written)) return [];
    const definitions = new Map<Block, Definition>();
    for (const body of bodies) {
      let around = body.above;
      while (around && around.kind !== 'def' && around.kind !== 'class') around = around.above;
      const { kind, name, from, end, written: isWritten } = body;
      definitions.set(body, { kind, name, from, end, isWritten, around: around && definitions.get(around) });
    }
    const { sure, likely } = calledOnLoading(bytes, [...definitions.values()], calls.places);
    return [
      ...(sure.length > 0 ? [`called ${sure.join(' ')}`] : []),
      ...(likely.length > 0 ? [`reaches ${likely.join(' ')}`] : []),
    ];
  }

  /** Of the strings without a dot those whose own name says that they are of a program: `open` and `convert` are words of other things as well. */
  function calledPrograms(): number[] {
    const those: number[] = [];
    for (let at = 0; at < plain.length; at += 2) {
      const [from, to] = [plain[at] as number, plain[at + 1] as number];
      if (OF_PROGRAM.test(textOf(Math.max(0, from - BEFORE_STRING), from))) those.push(from, to);
    }
    return those;
  }

  /** A part of the file by its bytes, as letters. */
  const textOf = (from: number, to: number): string => written.slice(from, to);

  function named(places: readonly (readonly number[])[]): Set<string> {
    const names = new Set<string>();
    for (const list of places)
      for (let at = 0; at < list.length; at += 2) names.add(textOf(list[at] as number, list[at + 1] as number));
    return names;
  }

  /** Columns before the first byte of a line, at which `at` is then; -1 behind an empty one. */
  function indentation(): number {
    const start = at;
    while (bytes[at] === 0x20) at += 1;
    const blanks = at - start;
    const indent = INDENTS[bytes[at] as number] === 1 ? otherIndentation(blanks) : blanks;
    if (!atLineEnd()) return indent;
    nextLine();
    return -1;
  }

  /** The columns where not only blanks stand before a line. */
  function otherIndentation(columns: number): number {
    let indent = columns;
    for (; at < size; at += 1) {
      const byte = bytes[at];
      if (byte === 0x20) indent += 1;
      else if (byte === 0x09) indent = (Math.floor(indent / TAB) + 1) * TAB;
      else if (byte === 0x0c) indent = 0;
      // A line that is continued before it began: what follows is as deep as this one.
      else if (byte === 0x5c && MEANING[bytes[at + 1] as number] === CODE.line) {
        spaces();
        break;
      } else break;
    }
    return indent;
  }

  /** Statements up to the end of the line. */
  function logicalLine(indent: number): void {
    for (;;) {
      const from = at;
      const word = keyword();
      inAll = isPackage && word === '' && wordIs(bytes, from, ALL_NAMES);
      if (word === 'import' || word === 'from') {
        skip(false);
        const statement = bytes.toString('utf8', from, at);
        define(importStatement(statement));
        if (statement.includes(' as ') && scope() === '')
          for (const [, alias = ''] of statement.matchAll(/\bas\s+(\w{1,100})/g)) isDefined(alias);
        calls.takenOver(statement);
        imports.push(from, at);
      } else if (word === '') {
        assigned(indent);
        skip(false);
      } else if (!skip(true, from)) skip(false);
      else if (isHead(word)) {
        enter(word, indent, from);
        at += 1;
        spaces();
        if (atLineEnd()) break;
        continue;
      } else skip(false);
      if (bytes[at] !== SEMICOLON) break;
      at += 1;
      spaces();
      if (atLineEnd()) break;
    }
    nextLine();
  }

  /** `match` and `case` are names as well: `match: str = ""`. */
  function isHead(word: string): boolean {
    if (word === 'case') return block?.kind === 'match';
    if (word !== 'match') return true;
    for (let next = at + 1; next < size; next += 1) {
      const byte = bytes[next] as number;
      if (byte === 0x23 || MEANING[byte] === CODE.line) return true;
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0c) return false;
    }
    return false;
  }

  function enter(kind: string, indent: number, from: number): void {
    const isDefinition = kind === 'def' || kind === 'class';
    const outer = scope();
    // Within a function nobody asks what something is called.
    const name = isDefinition && outer !== undefined ? definedName(from) : '';
    if (name !== '' && outer !== undefined && indent <= DEFINED_INDENT)
      isDefined(outer === '' ? name : `${outer}.${name}`);
    if (kind === 'def' && outer === '' && name === GETATTR) lazy = true;
    const depth = block === undefined ? 0 : block.depth + 1;
    if (depth >= DEPTH) return;
    const before = CONTINUES.has(kind) ? ended : undefined;
    const inner = kind === 'def' || (kind === 'class' && outer !== '') ? undefined : kind === 'class' ? name : outer;
    block = { indent, kind, from, to: at, name, before, above: block, scope: inner, depth, written: false, end: size };
    if (isDefinition && bodies.length < NAMES) bodies.push(block);
  }

  /** Keeps the name of a function or a class of the module, and of a method with its class. */
  function isDefined(name: string): void {
    if (defined.length < NAMES) defined.push(name);
    else defined[0] = '*';
  }

  /** `name = ...` and `name: int = ...` of the module; several at once, and `globals()`, leave open which names it has. */
  function assigned(indent: number): void {
    if (scope() !== '' || indent > DEFINED_INDENT || IN_NAME[bytes[at] as number] !== 1 || (bytes[at] as number) < 0x41)
      return;
    let end = at;
    while (IN_NAME[bytes[end] as number] === 1 && end - at < NAME_LENGTH) end += 1;
    let behind = end;
    while (bytes[behind] === 0x20 || bytes[behind] === 0x09) behind += 1;
    const sign = bytes[behind] as number;
    const isOpen = sign === COMMA || (sign === 0x28 && wordIs(bytes, at, GLOBALS));
    if (!isOpen && sign !== COLON && (sign !== EQUALS || bytes[behind + 1] === EQUALS)) return;
    isDefined(isOpen ? '*' : textOf(at, end));
    // `a = b = 0`: what stands between two signs is a name as well.
    if (sign === EQUALS && CHAINED.test(textOf(behind, behind + NAME_LENGTH))) isDefined('*');
  }

  /** The class that a statement stands in, '' where it is the module's own, undefined in functions and in classes of classes. */
  const scope = (): string | undefined => (block === undefined ? '' : block.scope);

  /** The name behind `def`, `async def` and `class`. */
  function definedName(from: number): string {
    let here = wordBehind(from);
    if (bytes[from] === ASYNC_LETTER) here = wordBehind(here);
    let end = here;
    while (IN_NAME[bytes[end] as number] === 1 && end - here < NAME_LENGTH) end += 1;
    return textOf(here, end);
  }

  /** Behind a word and the blanks after it. */
  function wordBehind(from: number): number {
    let here = from;
    while (IN_NAME[bytes[here] as number] === 1) here += 1;
    while (bytes[here] === 0x20 || bytes[here] === 0x09) here += 1;
    return here;
  }

  function define(statement: string | undefined): void {
    if (statement === undefined) return;
    if (block) write(block);
    lines.push(' '.repeat(block === undefined ? 0 : block.depth + 1) + statement);
    if (/pkgutil|[Ll]azy|import_string|plugin|entry_?point|stevedore/.test(statement)) byName = true;
  }

  function write(block: Block): void {
    if (block.written) return;
    block.written = true;
    if (block.above) write(block.above);
    const parts: Block[] = [];
    for (let part = block.before; part && !part.written; part = part.before) parts.push(part);
    for (const part of parts.reverse()) {
      part.written = true;
      lines.push(headOf(part));
    }
    lines.push(headOf(block));
  }

  function headOf({ kind, from, to, depth }: Block): string {
    const margin = ' '.repeat(depth);
    if (!SAYS_MORE.has(kind)) return margin + kind;
    const text = bytes.toString('utf8', from, Math.min(to, from + 4 * HEAD_LENGTH)).replace(/#[^\r\n]*/g, ' ');
    const said = text
      .replace(/[\s\\]+/g, ' ')
      .replace(/^async /, '')
      .slice(kind.length)
      .trim();
    if (kind === 'def' || kind === 'class') return `${margin}${kind} ${/^[^\s([]*/.exec(said)?.[0] ?? ''}`;
    if (said === '') return margin + kind;
    return `${margin}${kind} ${to - from > HEAD_LENGTH ? '?' : said}`;
  }

  /**
   * Passes over code up to the end of the statement: a line end or semicolon outside of brackets; with `toColon` up to the colon that
   * begins a body, and says whether there is one.
   */
  function skip(toColon: boolean, from = at): boolean {
    // What the loop needs at hand, since it looks at most bytes of the image's Python files.
    const [text, meanings, end] = [bytes, MEANING, size];
    let depth = 0;
    let here = at;
    // One step for all that is one byte: what V8 has not seen done when it compiles the loop costs compiling it again.
    for (; here < end; here += 1) {
      const meaning = meanings[text[here] as number];
      if (meaning === CODE.plain) continue;
      if (meaning === CODE.quote) {
        strings.read(here, literal);
        note(literal);
        here = literal.end - 1;
      } else if (meaning === CODE.open) {
        depth += 1;
        calls.opened(here);
      } else if (meaning === CODE.close) {
        if (depth > 0) depth -= 1;
      } else if (meaning === CODE.line) {
        if (depth === 0) break;
      } else if (meaning === CODE.comment) {
        here = lineEnd(here) - 1;
      } else if (meaning === CODE.backslash) here += text[here + 1] === 0x0d && text[here + 2] === 0x0a ? 2 : 1;
      else if (depth === 0) {
        if (meaning === CODE.semicolon) break;
        if (toColon && text[here + 1] !== EQUALS && !belongsToLambda(from, here)) {
          at = here;
          return true;
        }
      }
    }
    at = Math.min(here, size);
    return false;
  }

  /** Where a word comes next, behind the end where it does not. */
  function placeOf(word: string, from: number): number {
    const place = written.indexOf(word, from);
    return place < 0 ? size : place;
  }

  /** `if (lambda: 0)()` has its colon in brackets, `if lambda: 0:` has not. */
  function belongsToLambda(from: number, colon: number): boolean {
    if (nextLambda < from) nextLambda = placeOf('lambda', from);
    if (nextLambda >= colon) return false;
    let lambdas = 0;
    let depth = 0;
    for (let here = from; here < colon; here += 1) {
      const meaning = MEANING[bytes[here] as number];
      if (meaning === CODE.open) depth += 1;
      else if (meaning === CODE.close) depth -= 1;
      else if (meaning === CODE.colon && depth === 0) lambdas -= 1;
      else if (meaning === CODE.quote) {
        strings.read(here, inCondition);
        here = inCondition.end - 1;
      } else if (meaning === CODE.plain && depth === 0 && bytes[here] === 0x6c && wordIs(bytes, here, LAMBDA))
        lambdas += 1;
    }
    return lambdas > 0;
  }

  /** Keeps a string's place if it could name a module, a library or a script. */
  function note({ from, to, formatted }: Literal): void {
    if (formatted) {
      calls.formatted(from, to);
      return;
    }
    if (to - from > NAME_LENGTH || to - from < (inAll ? 1 : 2)) return;
    const list = listOf(from, to);
    if (list !== undefined && list.length < 2 * NAMES) list.push(from, to);
  }

  /** Where a string is kept. */
  function listOf(from: number, to: number): number[] | undefined {
    if (matches(bytes, from, LIB) && isLibrary(from, to)) return libraries;
    let dots = 0;
    for (let here = from; here < to; here += 1) {
      const byte = bytes[here] as number;
      if (byte === 0x2e || byte === 0x3a) dots += 1;
      // Its way from a folder.
      else if (byte === 0x2f) return SCRIPT.test(textOf(from, to)) ? scripts : undefined;
      else if (IN_NAME[byte] === 0) return undefined;
    }
    const first = bytes[from] as number;
    if (first < 0x41 && first !== 0x2e) return undefined;
    return inAll ? exported : dots > 0 ? dotted : plain;
  }

  /** `libcublas.so.12`, `libnccl.so*`: the name of a library's file, or a pattern for it. */
  function isLibrary(from: number, to: number): boolean {
    let hasEnding = false;
    for (let here = from; here < to; here += 1) {
      if (IN_LIBRARY[bytes[here] as number] !== 1) return false;
      hasEnding ||= matches(bytes, here, SO);
    }
    return hasEnding;
  }

  /** The keyword that a statement begins with, if it is one of those that matter; '' else. */
  function keyword(): string {
    const first = bytes[at] as number;
    if (BEGINS[first] !== 1) return '';
    let letters = 0;
    let here = at;
    for (; here < size && IN_NAME[bytes[here] as number] === 1; here += 1) {
      const byte = bytes[here] as number;
      if (byte < 0x61 || byte > 0x7a || here - at > 7) return '';
      letters = letters * 32 + byte - 0x60;
    }
    const word = KEYWORDS.get(letters) ?? '';
    if (word !== 'async') return word;
    while (bytes[here] === 0x20 || bytes[here] === 0x09) here += 1;
    for (const next of ASYNC) if (wordIs(bytes, here, next.bytes)) return next.word;
    return '';
  }

  function spaces(): void {
    for (; at < size; at += 1) {
      const byte = bytes[at];
      if (byte === 0x5c && MEANING[bytes[at + 1] as number] === CODE.line)
        at += bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a ? 2 : 1;
      else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0c) return;
    }
  }

  const atLineEnd = (): boolean => at >= size || bytes[at] === 0x23 || MEANING[bytes[at] as number] === CODE.line;

  function nextLine(): void {
    at = (MEANING[bytes[at] as number] === CODE.line ? at : lineEnd(at)) + 1;
  }

  /** Where the line ends that a place is in. Comments are a fifth of Python's text: V8 passes over them faster than any loop of ours. */
  function lineEnd(from: number): number {
    if (!hasReturns) return placeOf('\n', from);
    let here = from;
    while (here < size && MEANING[bytes[here] as number] !== CODE.line) here += 1;
    return here;
  }

  return { all, forget: () => begin(NOTHING, false) };
}

/** What the first two lines name as the encoding. https://peps.python.org/pep-0263/ */
const CODING = /^[ \t\f]*#.{0,200}?coding[:=][ \t]*([-\w.]{1,40})/;
/** Encodings in which the letters of ASCII are themselves; another one, or a codec of somebody's own, makes other statements of the bytes. https://docs.python.org/3/library/codecs.html#standard-encodings */
const AS_ASCII =
  /^(?:utf-?8|u8|ascii|us-ascii|646|latin|l\d|iso-?8859|8859|cp(?:125|437|[78]\d\d|9[345])|windows-125|125\d|euc|gb|big5|shift|s-?jis|ujis|koi8|kz|mac|johab|tis|hp-roman|hkscs|chinese|greek|hebrew|arabic|cyrillic|thai|ks|hangul|korean)/;
const NOT_ASCII = /^(?:cp875|cp864$)/;

/** Whether a file says that its bytes are no letters of ASCII: what looks like statements in it is none. */
function isWrittenOtherwise(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, CODING_LETTERS);
  if (!head.includes('coding')) return false;
  for (const line of head.split(/\r\n?|\n/, 2)) {
    const name = CODING.exec(line)?.[1]?.toLowerCase().replaceAll('_', '-');
    if (name !== undefined) return !AS_ASCII.test(name) || NOT_ASCII.test(name);
    if (!/^[ \t\f]*(?:#|$)/.test(line)) return false;
  }
  return false;
}
const CODING_LETTERS = 512;

const SEMICOLON = 0x3b;
/** `:=` begins no body. */
const EQUALS = 0x3d;
const COLON = 0x3a;
const COMMA = 0x2c;
const CHAINED = /^= ?\w{1,100} ?= /;
const GLOBALS = ascii('globals');
const ALL_NAMES = ascii('__all__');
const GETATTR = '__getattr__';
const LAMBDA = ascii('lambda');
/** Of `async`: neither of the other words that define something begins with it. */
const ASYNC_LETTER = 0x61;
/** Methods stand as deep as this, as a rule; what is deeper is in functions. */
const DEFINED_INDENT = 16;
const LIB = ascii('lib');
const SO = ascii('.so');
/** `./bin/spark-submit`, `scripts/run.sh`: never a whole path. */
const SCRIPT = /^(?:\.{1,2}\/)*(?:[\w-][\w.-]*\/)*(?:s?bin\/[\w-][\w.-]*|[\w-][\w.-]*\/[\w-][\w.-]*\.(?:sh|bash))$/;
/** Bytes before a string that are looked at for its name: `git_exec_name = "`, `"command": "`. */
const BEFORE_STRING = 64;
const OF_PROGRAM = /(?:exec|prog(?:ram|name|_)|binary|command|cmd|tool)\w{0,20}["']?\s{0,4}[=:]\s{0,4}[fr]?["']$/i;
/** As programs on PATH are called. */
const PROGRAM = /^[a-z][\w.+-]{1,39}$/;
/** The first word of what is started is not told. */
const PUT_TOGETHER = /^ *starts (?:\?$|\[null)/;
/** Letters of names of libraries, and of patterns for them. */
const IN_LIBRARY = new Uint8Array(256);
for (const letter of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.*?[]')
  IN_LIBRARY[letter.charCodeAt(0)] = 1;

const HEADS = [
  'class',
  'def',
  'if',
  'elif',
  'else',
  'try',
  'except',
  'finally',
  'for',
  'while',
  'with',
  'match',
  'case',
];
const SAYS_MORE: ReadonlySet<string> = new Set(['class', 'def', 'if', 'elif', 'except', 'while']);
const CONTINUES: ReadonlySet<string> = new Set(['elif', 'else', 'except', 'finally']);
/** What stands before lines besides blanks: tabs, form feeds, and backslashes before the line's end. */
const INDENTS = new Uint8Array(256);
for (const byte of [0x09, 0x0c, 0x5c]) INDENTS[byte] = 1;
const BEGINS = new Uint8Array(256);
const KEYWORDS = new Map<number, string>();
for (const word of [...HEADS, 'import', 'from', 'async']) {
  BEGINS[word.charCodeAt(0)] = 1;
  KEYWORDS.set(
    [...word].reduce((sum, letter) => sum * 32 + letter.charCodeAt(0) - 0x60, 0),
    word,
  );
}
const ASYNC = ['def', 'with', 'for'].map((word) => ({ word, bytes: ascii(word) }));
