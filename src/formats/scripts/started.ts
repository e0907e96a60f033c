/**
 * Programs that texts of Perl, Ruby and R start: by a call that is written out, read line by line. What a call is given beyond constants is not
 * told, and a call whose program is none is told as one that is worked out.
 */

/** The words of a program, as far as they are constants (null: more, put together; none: all of it is), or a text for a shell. */
export type StartedWords = string | readonly (string | null)[];

/** What a text starts. */
export interface StartedPrograms {
  /** Where nothing stands before it: it is started when the text is run. */
  readonly starts: readonly StartedWords[];
  /** In functions and under conditions. */
  readonly calls: readonly StartedWords[];
}

/** How a language starts programs. */
export interface Dialect {
  /**
   * Calls, by their names, up to their first argument; global. Groups: `open` (Perl's: behind the handle a mode says whether it starts
   * something), `pipe` (the same of a text alone), `behind` (the program stands behind two or three handles), `word` (the first argument is
   * the program, never a command line), `text` (the first argument alone counts, unless it is a list).
   */
  readonly calls: RegExp;
  /** How arguments may be begun: `command = `, `{"A" => "b"}, `; sticky. */
  readonly before: RegExp;
  /** What is no word of the program any more: `exception: true`; sticky. */
  readonly options?: RegExp;
  /** A list of words: `qw(a b)`, `*%w[a b]`; sticky, the words in the first group. */
  readonly list?: RegExp;
  /** Texts that are commands: backticks, `qx(...)`, `%x{...}`; sticky, up to the sign that opens them. */
  readonly command?: RegExp;
  /** What in a text in double quotes is worked out; global. */
  readonly put?: RegExp;
}

/** Programs that are kept of one text. */
export const PROGRAMS = 200;
/** Words of one program. */
const WORDS = 24;
/** Characters of a command. */
const TEXT = 1_000;
/** What stands before a call that need not be made, and behind one. */
const CONDITION_BEFORE =
  /\b(?:if|unless|while|until|for|foreach|and|or|sub|def|function|else|rescue|when)\b|&&|\|\||\?/;
const CONDITION_BEHIND = /\b(?:if|unless)\b/;
/** What makes a text one for a shell. https://perldoc.perl.org/functions/exec , https://docs.ruby-lang.org/en/master/Kernel.html#method-i-system */
const FOR_SHELL = /[$&*(){}[\]'";\\|?<>~`\n!#=]/;
/** Where what is worked out stands in a text for a shell: a variable that nobody sets. */
export const PUT = '$_worked_out';
const CLOSES: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', '<': '>' };

/** Keeps what the lines of one text start. */
export function startedReader(dialect: Dialect): {
  /** `isSure`: the line is one of those that are run with the text. */
  line(line: string, isSure: boolean): void;
  told(): StartedPrograms;
} {
  const starts = new Map<string, StartedWords>();
  const calls = new Map<string, StartedWords>();
  return {
    line(line, isSure) {
      for (const { words, from, end } of startedIn(line, dialect)) {
        const isLevel =
          isSure && !CONDITION_BEFORE.test(line.slice(0, from)) && !CONDITION_BEHIND.test(line.slice(end));
        const kept = isLevel ? starts : calls;
        if (kept.size < PROGRAMS) kept.set(JSON.stringify(words), words);
      }
    },
    told: () => ({ starts: [...starts.values()], calls: [...calls.values()] }),
  };
}

interface Place {
  readonly words: StartedWords;
  readonly from: number;
  readonly end: number;
}

function* startedIn(line: string, dialect: Dialect): Generator<Place> {
  const { calls } = dialect;
  const texts = textsIn(line, dialect);
  for (const { from, end, written, isCommand } of texts)
    if (isCommand) yield { words: commandOf(written, dialect), from, end };
  calls.lastIndex = 0;
  for (let call = calls.exec(line); call !== null; call = calls.exec(line)) {
    const { index: from, groups = {} } = call;
    if (texts.some((text) => text.from < from && from < text.end)) continue;
    const words = argumentsAt(line, calls.lastIndex, groups, dialect);
    if (words !== undefined) yield { words, from, end: calls.lastIndex };
  }
}

/** A text in a line, with what is between its quotes. */
interface Text {
  readonly from: number;
  readonly end: number;
  readonly written: string;
  readonly isCommand: boolean;
}

/** The texts of a line, and lists of words, one after the other. */
function textsIn(line: string, { command, list }: Dialect): readonly Text[] {
  const texts: Text[] = [];
  for (let at = 0; at < line.length; ) {
    const sign = line[at] as string;
    let begin = sign === '"' || sign === "'" ? at + 1 : -1;
    let close = sign;
    const isCommand = begin < 0 && command !== undefined && beginsAt(command, line, at);
    if (isCommand && command !== undefined) {
      begin = command.lastIndex;
      const open = line[begin - 1] as string;
      close = CLOSES[open] ?? open;
    }
    if (begin < 0 && list !== undefined && beginsAt(list, line, at)) {
      texts.push({ from: at, end: list.lastIndex, written: '', isCommand: false });
      at = list.lastIndex;
      continue;
    }
    if (begin < 0) {
      at += 1;
      continue;
    }
    const end = closing(line, begin, close);
    texts.push({ from: at, end: end + 1, written: line.slice(begin, end), isCommand });
    at = end + 1;
  }
  return texts;
}

/** Where a text ends; where the line does, if it goes on. */
function closing(line: string, from: number, close: string): number {
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === close) return at;
  }
  return line.length;
}

function beginsAt(pattern: RegExp, line: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(line);
}

/** The words of a call whose arguments begin there; undefined where it starts nothing. */
function argumentsAt(
  line: string,
  from: number,
  { open, pipe, behind, word, text }: Readonly<Record<string, string | undefined>>,
  dialect: Dialect,
): StartedWords | undefined {
  let at = from;
  for (let left = open !== undefined ? 1 : behind === undefined ? 0 : Number(behind.at(-1)); left > 0; left -= 1) {
    const comma = line.indexOf(',', at);
    if (comma < 0) return open === undefined ? [] : undefined;
    at = comma + 1;
  }
  if (beginsAt(dialect.before, line, at)) at = dialect.before.lastIndex;
  const { words, isPlain } = wordsAt(line, at, dialect);
  if (open !== undefined || pipe !== undefined) return opened(words);
  const [first = null] = words;
  if (first === null) return [];
  if (text !== undefined && line[at] !== '[') return commandLine(first);
  return words.length === 1 && isPlain && word === undefined ? commandLine(first) : beginning(words);
}

/** What `open` of Perl starts: its mode, or the only text, says so by a stroke. https://perldoc.perl.org/functions/open */
function opened(words: readonly (string | null)[]): StartedWords | undefined {
  const [mode, ...rest] = words;
  if (typeof mode !== 'string') return undefined;
  if (/^(?:-\||\|-)/.test(mode)) {
    if (rest.length === 0) return undefined;
    return rest.length === 1 && typeof rest[0] === 'string' ? commandLine(rest[0]) : beginning(rest);
  }
  const command = /^\s*\|(?!-)(.*)$/s.exec(mode)?.[1] ?? /^(.*[^-|\s])\s*\|\s*$/s.exec(mode)?.[1];
  return command === undefined ? undefined : commandLine(command.trim());
}

/** Texts between commas; null for what is no constant, which ends them. `isPlain`: nothing else stands behind the last of them. */
function wordsAt(
  line: string,
  from: number,
  { put, list, options }: Dialect,
): { words: (string | null)[]; isPlain: boolean } {
  const words: (string | null)[] = [];
  for (let at = from; words.length < WORDS; at += 1) {
    at = pastBlanks(line, at);
    const sign = line[at];
    if (sign === undefined || /[)\];]/.test(sign)) return { words, isPlain: true };
    if (sign === '"' || sign === "'") {
      const end = closing(line, at + 1, sign);
      words.push(textOf(line.slice(at + 1, end), sign === '"' ? put : undefined));
      at = pastBlanks(line, end + 1);
      // `"git " . $command`, `"a" + b`
      if (/[.+%x*~]/.test(line[at] ?? ''))
        return { words: [...words.slice(0, -1), joined(words.at(-1))], isPlain: true };
    } else if (list !== undefined && beginsAt(list, line, at)) {
      list.lastIndex = at;
      words.push(...(list.exec(line)?.[1] ?? '').trim().split(/\s+/).slice(0, WORDS));
      at = pastBlanks(line, list.lastIndex);
    } else if (words.length > 0 && options !== undefined && beginsAt(options, line, at))
      return { words, isPlain: true };
    else return { words: [...words, null], isPlain: false };
    if (line[at] !== ',') return { words, isPlain: true };
  }
  return { words: [...words, null], isPlain: false };
}

function pastBlanks(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t' || line[at] === '[') at += 1;
  return at;
}

/** What is put behind a text is worked out. */
const joined = (text: string | null | undefined): string | null => (text == null ? null : `${text}${PUT}`);

/** A text with what is worked out in the place of what is put into it. */
function textOf(text: string, put: RegExp | undefined): string | null {
  if (text.length > TEXT) return null;
  const told = put === undefined ? text : text.replace(put, PUT);
  return told.replace(/\\(.)/gs, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

/** Of words, what is known of them: one that is put together is not. */
function beginning(words: readonly (string | null)[]): StartedWords {
  const known = words.map((word) => (word?.includes(PUT) ? null : word));
  return known[0] == null ? [] : known.includes(null) ? [...known.slice(0, known.indexOf(null)), null] : known;
}

const commandOf = (written: string, { put }: Dialect): StartedWords => {
  const text = textOf(written, put);
  return text === null ? [] : commandLine(text);
};

/** A command line, as both Perl and Ruby take it: for a shell only where something in it is for one. */
function commandLine(text: string): StartedWords {
  const line = text.trim();
  if (line === '' || line.startsWith(PUT) || /^\S*\$_worked_out/.test(line)) return [];
  const plain = line.replaceAll(PUT, '');
  if (FOR_SHELL.test(plain)) return line;
  return beginning(line.split(/\s+/).slice(0, WORDS));
}
