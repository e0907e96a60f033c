// Long because the arguments of all calls are read by the same few functions.
import { CODE, IN_NAME, type Literal, MEANING, type stringReader } from './python-bytes.ts';
import { type CallPlaces, callPlaces } from './python-call-places.ts';
import { argumentEnd, fileAt, fileOpenedAt } from './python-files.ts';
import {
  CALLS_BY_ENDING,
  endingOf,
  type KnownCall,
  LIST_OF_ENDING,
  listAt,
  type ReadAs,
} from './python-known-calls.ts';
import { type Naming, OWN_INTERPRETER, STARTED_LETTERS, STARTED_WORDS, takesOver } from './python-programs.ts';
import type { RareWords } from './python-rare-words.ts';
import { ascii, blankEnd, endsWith, matches, wordIs } from './python-words.ts';

/** What is made of a call. */
interface Told {
  /** A line of what `pythonImports` says, below the statements that it stands in. */
  define(line: string): void;
  /** The file imports by names that it has elsewhere. */
  byName(): void;
  /** What code in a text imports. */
  importsOf(code: Buffer): string;
}

/** Calls of one file after another that import, load, run, start or unpickle something. */
interface CallReader {
  begin(file: Buffer): void;
  /** An import, as it is written: what it takes over is called by another name, or by its bare one. */
  takenOver(statement: string): void;
  /** A bracket that opens: the call of something that matters? */
  opened(bracket: number): void;
  /** Brackets in a formatted string, as far as they may be of calls. */
  formatted(from: number, to: number): void;
  /** Where something is called by its name, whatever it is. */
  readonly places: CallPlaces;
  /** What imports by name, where it is neither called nor defined nor in a comment or text: somebody else has it. */
  areGivenAway(words: RareWords): boolean;
  /** What runs text, likewise: `run = exec`, `map(eval, texts)`. */
  runsAreGivenAway(words: RareWords): boolean;
  /** Brackets of calls that start programs. */
  readonly followed: ReadonlySet<number>;
  /** Whether the file has the name of what imports by name; known once it was asked what is given away. */
  readonly importsByName: boolean;
}

/** Longest name of a module that is read, and how far back a line is looked at. */
const NAME_LENGTH = 120;
const LINE_LENGTH = 960;

/** Long because it is an object: its methods close over one file. */
export function callReader(strings: ReturnType<typeof stringReader>, told: Told): CallReader {
  const argument: Literal = { from: 0, to: 0, end: 0, formatted: false };
  /** Brackets of calls that start programs. */
  const followed = new Set<number>();
  /** `from subprocess import run` */
  const places = callPlaces();
  let bareCalls = false;
  let importsByName = false;
  let bytes: Buffer = Buffer.alloc(0);

  function takenOver(statement: string): void {
    // Under another name it is not known when it is called.
    if (/\b(?:import_module|run_path|run_module|__import__)[ \t]+as\b/.test(statement)) told.define('call ?');
    if (UNPICKLES_FROM.test(statement)) told.define('unpickles');
    const taken = takesOver(statement);
    if (taken === 'names') bareCalls = true;
    else if (taken === 'unclear') told.define('starts ?');
  }

  /** Asked at every bracket of every file: what is no call that matters has to be told from it at once. */
  function opened(bracket: number): void {
    const open = bytes[bracket - 1] === 0x20 ? bracket - 1 : bracket;
    const ending = endingOf(bytes, open);
    if (open === bracket && bytes[bracket] === BRACKET) places.put(bracket, ending);
    const list = LIST_OF_ENDING[listAt(bytes, open, ending)] as number;
    if (list !== 0) called(open, bracket, CALLS_BY_ENDING[list] as readonly KnownCall[]);
  }

  function formatted(from: number, to: number): void {
    for (let at = from; at < to; at += 1) if (bytes[at] === BRACKET) places.put(at, endingOf(bytes, at));
  }

  /** The first of the calls with one ending that this one is. */
  function called(open: number, bracket: number, calls: readonly KnownCall[]): void {
    for (const { word, as, means } of calls) {
      const isStart = typeof means === 'object' && 'starts' in means;
      if ((isStart && bytes[bracket] !== BRACKET) || !isCalled(open, word, as)) continue;
      if (typeof means === 'string') told.define(means);
      else if ('starts' in means) {
        followed.add(bracket);
        starts(bracket + 1, means.starts);
      } else read(means.reads, bracket + 1);
      return;
    }
  }

  function isCalled(open: number, word: Uint8Array, as: KnownCall['as']): boolean {
    if (!endsWith(bytes, open, word)) return false;
    const isMember = bytes[open - word.length - 1] === DOT;
    if (as === 'any') return true;
    if (as === 'imported' && (!bareCalls || isMember)) return false;
    if (as === 'built-in' && isMember) return false;
    // Not a method that somebody calls of his own class.
    if (as === 'method' && (!isMember || endsWith(bytes, open - word.length - 1, SELF))) return false;
    return !isDefined(open, word);
  }

  function read(what: ReadAs, from: number): void {
    if (what === 'module') imported(from);
    else if (what === 'library') library(from);
    else if (what === 'names') told.byName();
    else if (what === 'package') walks(from);
    else if (what === 'tasks') tasks(from);
    else if (what === 'folder') searches(from);
    else if (what === 'file') told.define(`script ${fileAt(from, bytes)}`);
    else if (what === 'file of a module') told.define(`script ${fileAt(argumentEnd(from, bytes) + 1, bytes)} module`);
    else if (what === 'program') program(from);
    else if (what === 'code') runs(from);
    else if (what === 'text of code') runsText(from);
    else if (isOfImports(from)) told.define('call ?');
  }

  /** A program that is started. */
  function starts(from: number, naming: Naming): void {
    const here = argumentAt(from);
    const text = literalAt(here);
    if (naming === 'lookup') {
      if (text !== undefined && PROGRAM.test(text)) told.define(`finds ${text}`);
      return;
    }
    const parted = naming === 'words' ? splitAt(here) : undefined;
    if (parted !== undefined) {
      told.define(`starts ${JSON.stringify(parted)}`);
      return;
    }
    const isList = naming === 'words' && (bytes[here] === 0x5b || bytes[here] === BRACKET);
    const words = isList ? wordsAt(here + 1) : naming === 'spread' ? wordsAt(here) : undefined;
    if (words !== undefined) told.define(words[0] == null ? 'starts ?' : `starts ${JSON.stringify(words)}`);
    else if (naming === 'program')
      told.define(text === undefined ? 'starts ?' : `starts ${JSON.stringify([text, null])}`);
    else told.define(text === undefined ? 'starts ?' : `starts ${JSON.stringify(text)}`);
  }

  /** Where an argument is, behind the name that it may be given by. */
  function argumentAt(from: number): number {
    const here = blankEnd(bytes, from);
    return matches(bytes, here, ARGS) ? blankEnd(bytes, here + ARGS.length) : here;
  }

  /** The constants that a list begins with, and null for what comes behind them. */
  function wordsAt(from: number): (string | null)[] {
    const words: (string | null)[] = [];
    for (let here = blankEnd(bytes, from); words.length < STARTED_WORDS; here = blankEnd(bytes, argument.end + 1)) {
      if (bytes[here] === 0x5d || bytes[here] === 0x29) {
        // `["git"] + more`
        return bytes[blankEnd(bytes, here + 1)] === 0x2b ? [...words, null] : words;
      }
      const isOwn = words.length === 0 && wordIs(bytes, here, EXECUTABLE);
      if (isOwn) argument.end = here + EXECUTABLE.length;
      const text = isOwn ? OWN_INTERPRETER : literalAt(here);
      if (text === undefined) return [...words, null];
      words.push(text);
      argument.end = blankEnd(bytes, argument.end);
      const next = bytes[argument.end];
      if (next !== 0x2c) argument.end -= 1;
    }
    return [...words, null];
  }

  /** The string that is all of an argument or a part of a list, as it is written; undefined where it has to be worked out. */
  function literalAt(from: number): string | undefined {
    const here = stringAt(from);
    if (here < 0) return undefined;
    strings.read(here, argument);
    if (argument.formatted || argument.to - argument.from > STARTED_LETTERS) return undefined;
    const next = bytes[blankEnd(bytes, argument.end)];
    if (next !== 0x29 && next !== 0x2c && next !== 0x5d) return undefined;
    const text = bytes.toString('utf8', argument.from, argument.to);
    return text.includes('\\') ? undefined : text;
  }

  /** A folder that is put on the search path: `/opt/lib`, `./lib`; `*lib` where its last part is told, `?` where nothing is. */
  function searches(from: number): void {
    let isPlain = true;
    let last: string | undefined;
    for (let here = from, depth = 0; here < bytes.length && here - from < CALL_LETTERS; ) {
      const byte = bytes[here] as number;
      const meaning = MEANING[byte];
      if (meaning === CODE.quote) {
        strings.read(here, argument);
        const isKnown = !argument.formatted && argument.to - argument.from <= STARTED_LETTERS;
        last = isKnown ? bytes.toString('utf8', argument.from, argument.to) : undefined;
        here = argument.end;
        continue;
      }
      if (meaning === CODE.close && depth === 0) break;
      if (meaning === CODE.open) depth += 1;
      if (meaning === CODE.close) depth -= 1;
      // `os.path.join(here, "lib")`, `here + "/lib"`
      if (meaning === CODE.open || byte === 0x2b) isPlain = false;
      here += 1;
    }
    if (last === undefined || !/^[\w./+-]+$/.test(last)) told.define('searches ?');
    else if (isPlain) told.define(`searches ${last.startsWith('/') ? last : `./${last}`}`);
    else told.define(`searches *${last.replace(/^\/+/, '')}`);
  }

  /** The package whose modules are gone through: `walk_packages(shop.plugins.__path__)`; its own is a dot. */
  function walks(from: number): void {
    const here = blankEnd(bytes, from);
    const text = bytes.toString('latin1', here, here + NAME_LENGTH);
    const name = /^(?:path=)?((?:[A-Za-z_]\w*\.){0,12}__path__)\b/.exec(text)?.[1];
    if (name !== undefined) told.define(`walks ${name === OWN_PATH.slice(1) ? '.' : name.slice(0, -OWN_PATH.length)}`);
  }

  /** The words of `"git status".split()`; undefined where it is something else. */
  function splitAt(from: number): readonly string[] | undefined {
    const here = stringAt(from);
    if (here < 0) return undefined;
    strings.read(here, argument);
    if (argument.formatted || argument.to - argument.from > STARTED_LETTERS) return undefined;
    if (!matches(bytes, argument.end, SPLIT)) return undefined;
    const words = bytes.toString('utf8', argument.from, argument.to).trim().split(/\s+/);
    return words.length > STARTED_WORDS || words[0] === '' || words.some((word) => word.includes('\\'))
      ? undefined
      : words;
  }

  /**
   * `app.autodiscover_tasks(["shop"])` imports `shop.tasks`; without a list it looks in the packages that Django's settings name.
   * https://docs.celeryq.dev/en/stable/reference/celery.html#celery.Celery.autodiscover_tasks
   */
  function tasks(from: number): void {
    const here = blankEnd(bytes, from);
    if (bytes[here] !== 0x5b && bytes[here] !== BRACKET) return;
    for (const name of wordsAt(here + 1))
      if (name === null) told.define('call ?');
      else if (MODULE.test(name)) told.define(`call ${name}.tasks`);
  }

  function library(from: number): void {
    const name = constantAt(from);
    if (name === undefined) {
      // `CDLL(None)` is the program itself.
      if (!matches(bytes, blankEnd(bytes, from), NONE)) told.define('library ?');
    } else if (/^[\w.+/-]+$/.test(name)) told.define(`library ${name}`);
  }

  /** A module that is run as a program. */
  function program(from: number): void {
    const name = constantAt(from);
    told.define(name !== undefined && MODULE.test(name) ? `main ${name}` : 'call ?');
  }

  /** Text that is run: what it imports, where it is a constant, or the file that it is read from. */
  function runs(from: number): void {
    const text = constantAt(from);
    const file = text === undefined ? fileOpenedAt(from, bytes) : undefined;
    if (file !== undefined) told.define(`script ${file}`);
    else if (text === undefined) told.define('runs');
    else if (text.includes('import') || text.includes('('))
      for (const line of told.importsOf(Buffer.from(text)).split('\n'))
        if (/^(?:import|from|call|main|runs|script|starts|finds|library|unpickles)\b/.test(line)) told.define(line);
  }

  /** The same of what takes a function as well. */
  function runsText(from: number): void {
    if (stringAt(from) >= 0) runs(from);
  }

  /** `importlib`, `builtins`: as the first argument of `getattr`. */
  function isOfImports(from: number): boolean {
    const here = blankEnd(bytes, from);
    return IMPORTERS.some((word) => wordIs(bytes, here, word));
  }

  function areGivenAway(words: RareWords): boolean {
    for (const [word, written] of GIVEN)
      for (const here of words.get(word) ?? []) {
        importsByName = true;
        const end = here + word.length;
        if (
          !wordIs(bytes, here, written) ||
          bytes[blankEnd(bytes, end)] === 0x28 ||
          matches(bytes, here - DEF.length, DEF)
        )
          continue;
        const line = lineBefore(here);
        if (/["'#]|^\s*(?:from|import)\s/.test(line)) continue;
        const after = bytes[blankEnd(bytes, end)];
        // `__import__ = x` replaces it, `x = __import__` and `f(__import__)` give it away; a list of names in a text does not come here.
        if (
          after === EQUALS ||
          after === 0x5b ||
          after === undefined ||
          /[=(,[{:]\s*(?:[\w.]+\.)?$|return\s+(?:[\w.]+\.)?$/.test(line)
        )
          return true;
      }
    return false;
  }

  /** Whether a name that ends there is not called, and nothing is taken of it. */
  function endsValue(end: number): boolean {
    let here = end;
    while (bytes[here] === 0x20 || bytes[here] === 0x09) here += 1;
    return ENDS_VALUE[bytes[here] ?? 0] === 1;
  }

  /** What stands before it in its line; of a long one no more than that, since it is asked at each word. */
  function lineBefore(here: number): string {
    const before = bytes.toString('latin1', Math.max(here - LINE_LENGTH, 0), here);
    return before.slice(before.lastIndexOf('\n') + 1);
  }

  function runsAreGivenAway(words: RareWords): boolean {
    for (const [word, written] of RUN_TEXT)
      for (const here of words.get(word) ?? []) {
        const end = here + word.length;
        // `model.eval` is something else, and a name before a sign is given to something.
        const isOwn = bytes[here - 1] !== DOT || endsWith(bytes, here - 1, BUILTINS);
        if (!isOwn || !wordIs(bytes, here, written) || !endsValue(end)) continue;
        const line = lineBefore(here);
        if (/["'#]|^\s*(?:async\s+)?(?:def|class|from|import)\s|\blambda\b/.test(line)) continue;
        if (/[=(,[{:]\s*(?:builtins\.)?$|\breturn\s+(?:builtins\.)?$/.test(line)) return true;
      }
    return false;
  }

  /** `def import_module(self, name)` calls nothing. */
  const isDefined = (end: number, word: Uint8Array): boolean => matches(bytes, end - word.length - DEF.length, DEF);

  function imported(from: number): void {
    told.byName();
    const name = constantAt(from);
    const written = name !== undefined && MODULE.test(name) ? name : (beginningAt(from) ?? '?');
    told.define(`call ${written}`);
  }

  /** Of a name that is put together, `a.b.*` where its beginning stands there: `f"a.b.{x}"`, `"a.b." + x`, `"a.b.%s" % x`. */
  function beginningAt(from: number): string | undefined {
    const here = stringAt(from);
    if (here < 0) return undefined;
    strings.read(here, argument);
    if (argument.to - argument.from > NAME_LENGTH) return undefined;
    const text = bytes.toString('latin1', argument.from, argument.to);
    const next = bytes[blankEnd(bytes, argument.end)];
    // `".".join(parts)` begins with nothing that is known.
    if (!argument.formatted && next !== 0x25 && next !== 0x2b && !text.includes('{')) return undefined;
    const beginning = /^[^%{]*/.exec(text)?.[0] ?? '';
    return BEGINNING.test(beginning) ? `${beginning}*` : undefined;
  }

  /** The string that is all of an argument. */
  function constantAt(from: number): string | undefined {
    const here = stringAt(from);
    if (here < 0) return undefined;
    strings.read(here, argument);
    if (argument.formatted || argument.to - argument.from > NAME_LENGTH) return undefined;
    const next = bytes[blankEnd(bytes, argument.end)];
    return next === 0x29 || next === 0x2c ? bytes.toString('latin1', argument.from, argument.to) : undefined;
  }

  /** The quote of the string that an argument begins with; -1 where it begins with something else. */
  function stringAt(from: number): number {
    let here = blankEnd(bytes, from);
    for (let letters = 0; letters < 3 && IN_NAME[bytes[here] as number] === 1; letters += 1) here += 1;
    return here < bytes.length && MEANING[bytes[here] as number] === CODE.quote ? here : -1;
  }

  return {
    begin(file) {
      bytes = file;
      bareCalls = false;
      importsByName = false;
      followed.clear();
      places.clear();
    },
    takenOver,
    opened,
    formatted,
    places,
    areGivenAway,
    runsAreGivenAway,
    followed,
    get importsByName() {
      return importsByName;
    },
  };
}

const [EQUALS, DOT, BRACKET] = [0x3d, 0x2e, 0x28] as const;
const PROGRAM = /^[\w.+/-]{1,200}$/;
const [ARGS, EXECUTABLE] = ['args=', OWN_INTERPRETER].map(ascii) as [Uint8Array, Uint8Array];
const DEF = ascii('def ');
const SPLIT = ascii('.split()');
const NONE = ascii('None');
const OWN_PATH = '.__path__';
/** Letters of a call in which a folder is looked for. */
const CALL_LETTERS = 600;
const UNPICKLES_FROM = /^from[ \t]+(?:c?[pP]ickle|joblib|torch|dill|cloudpickle)[ \t]+import\b.*\bloads?\b/s;
const [SELF, BUILTINS] = [ascii('self'), ascii('builtins')] as const;
const RUN_TEXT = (['exec', 'eval'] as const).map((word) => [word, ascii(word)] as const);
/** What stands behind a value that is not called. */
const ENDS_VALUE = new Uint8Array(256);
for (const sign of ')],};\n\r#\0') ENDS_VALUE[sign.charCodeAt(0)] = 1;
const IMPORTERS = ['importlib', 'builtins', '__builtins__'].map(ascii);
const GIVEN = (['import_module', '__import__', '__builtins__'] as const).map((word) => [word, ascii(word)] as const);
const MODULE = /^\.*[^\W\d]\w*(?:\.[^\W\d]\w*)*$/;

/** The first names of a module's, with the dot behind them. */
const BEGINNING = /^[^\W\d]\w*\.(?:\w+\.)*\w*$/;
