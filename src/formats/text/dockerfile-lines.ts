/**
 * From the text of a Dockerfile to logical lines: parser directives, comments, continuations and here-documents.
 * Every character of a logical line knows where it stands in the file, so that an edit can be made there.
 * https://docs.docker.com/reference/dockerfile/#parser-directives, .../#here-documents
 */
import { LIMITS } from '../../limits.ts';
import { splitWords } from './dockerfile-words.ts';

/** A place in the file: `offset` in UTF-16 units from the beginning, `line` and `column` from 1. */
interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** From `start` up to but without `end`. */
export interface SourceRange {
  readonly start: Position;
  readonly end: Position;
}

/** A here-document of RUN, COPY or ADD. */
export interface Heredoc {
  readonly name: string;
  /** As it arrives in the build (tabs dropped for `<<-`), with its line breaks. */
  readonly body: string;
  /** The body's lines in the file, without the terminator's line. */
  readonly range: SourceRange;
}

/** What is wrong, and where. */
export interface DockerfileProblem {
  readonly message: string;
  readonly at: Position;
}

/** One instruction's text with continuations joined and comments taken out. */
export interface LogicalLine {
  readonly text: string;
  readonly heredocs: readonly Heredoc[];
  /** Everything from the keyword to the last character, here-documents included. */
  readonly range: SourceRange;
  /** Offset in the file of the character at `index` of `text`. */
  source(index: number): number;
}

/** The whole file in logical lines. */
export interface DockerfileLines {
  /** `\` or, by directive, a backtick. */
  readonly escape: string;
  readonly lines: readonly LogicalLine[];
  readonly problems: readonly DockerfileProblem[];
  position(offset: number): Position;
}

interface PhysicalLine {
  /** Without its line break. */
  readonly text: string;
  readonly start: number;
}

function physicalLines(text: string): PhysicalLine[] {
  const lines: PhysicalLine[] = [];
  let start = text.startsWith('\ufeff') ? 1 : 0;
  while (start < text.length) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 ? text.length : feed;
    const body = text.slice(start, end);
    lines.push({ text: body.endsWith('\r') ? body.slice(0, -1) : body, start });
    start = end + 1;
  }
  return lines;
}

/** Offsets to lines and columns by binary search over the line starts. */
function positions(text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { offset, line: low + 1, column: offset - starts[low]! + 1 };
  };
}

const COMMENT = /^\s*#/;
const DIRECTIVE = /^#[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*(.*)$/;
const KNOWN_DIRECTIVES = new Set(['syntax', 'escape', 'check']);
const HEREDOC_KEYWORDS = /^(?:onbuild\s+)?(?:run|copy|add)\s/i;

/** Reads the lines of a Dockerfile. Never throws; what is wrong is among `problems`. */
export function readLines(text: string): DockerfileLines {
  const position = positions(text);
  const rangeOf = (start: number, end: number): SourceRange => ({ start: position(start), end: position(end) });
  const physical = physicalLines(text);
  const problems: DockerfileProblem[] = [];
  const escapeMark = readDirectives(physical, position, problems).get('escape') ?? '\\';
  const lines: LogicalLine[] = [];
  let at = 0;
  while (at < physical.length) {
    const line = physical[at]!;
    if (line.text.trim() === '' || COMMENT.test(line.text)) {
      at++;
      continue;
    }
    if (lines.length >= LIMITS.dockerfileInstructions) {
      problems.push({ message: 'too many instructions', at: position(line.start) });
      break;
    }
    const read = readLogical(physical, at, escapeMark, rangeOf, problems);
    // Marks of continuation alone, up to the end or to another such line: nothing is continued.
    if (read.line.text === '')
      problems.push({ message: 'a continuation mark with nothing to continue', at: position(line.start) });
    else lines.push(read.line);
    at = read.next;
  }
  return { escape: escapeMark, lines, problems, position };
}

type RangeOf = (start: number, end: number) => SourceRange;

/** `# syntax=`, `# escape=` or `# check=` at the top of the file, by their names in lower case. */
function readDirectives(
  lines: readonly PhysicalLine[],
  position: (offset: number) => Position,
  problems: DockerfileProblem[],
): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    if (index === 0 && line.text.startsWith('#!')) continue;
    const match = DIRECTIVE.exec(line.text.trim().slice(0, LIMITS.dockerfileWordBytes));
    const name = match?.[1]?.toLowerCase();
    if (name === undefined || !KNOWN_DIRECTIVES.has(name)) break;
    const at = position(line.start);
    const value = match![2]!;
    if (directives.has(name)) problems.push({ message: `parser directive ${name} is given twice`, at });
    else if (name === 'escape' && value !== '\\' && value !== '`')
      problems.push({ message: `parser directive escape must be \\ or \`, not ${value}`, at });
    else directives.set(name, value);
  }
  return directives;
}

interface Segment {
  readonly logical: number;
  readonly source: number;
}

function readLogical(
  physical: readonly PhysicalLine[],
  first: number,
  escapeMark: string,
  rangeOf: RangeOf,
  problems: DockerfileProblem[],
): { line: LogicalLine; next: number } {
  const segments: Segment[] = [];
  let text = '';
  let at = first;
  let end = 0;
  for (; at < physical.length; at++) {
    const line = physical[at]!;
    if (at > first && (COMMENT.test(line.text) || line.text.trim() === '')) continue;
    // Where nothing but a continuation mark stood, the instruction begins here.
    const skip = text === '' ? Math.max(0, line.text.search(/\S/)) : 0;
    const body = line.text.slice(skip);
    const kept = continued(body, escapeMark);
    segments.push({ logical: text.length, source: line.start + skip });
    text += kept ?? body;
    end = line.start + line.text.length;
    if (kept === undefined) break;
  }
  const next = Math.min(at + 1, physical.length);
  const start = segments[0]!.source;
  const heredocs = HEREDOC_KEYWORDS.test(text)
    ? readHeredocs(text, physical, next, escapeMark, rangeOf, problems, start)
    : { found: [], next, end: undefined };
  return {
    line: {
      text: text.trimEnd(),
      heredocs: heredocs.found,
      range: rangeOf(start, heredocs.end ?? trimmedEnd(physical, first, next, end)),
      source: (index) => locate(segments, index),
    },
    next: heredocs.next,
  };
}

/** The line without its continuation mark, or undefined where it does not continue. A doubled mark is no continuation. */
function continued(line: string, escapeMark: string): string | undefined {
  const trimmed = line.trimEnd();
  if (!trimmed.endsWith(escapeMark) || trimmed.at(-2) === escapeMark) return undefined;
  return trimmed.slice(0, -1);
}

function trimmedEnd(physical: readonly PhysicalLine[], first: number, next: number, end: number): number {
  for (let index = next - 1; index >= first; index--) {
    const line = physical[index]!;
    if (line.start + line.text.length === end) return line.start + line.text.trimEnd().length;
  }
  return end;
}

function locate(segments: readonly Segment[], index: number): number {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (segments[middle]!.logical <= index) low = middle;
    else high = middle - 1;
  }
  const segment = segments[low]!;
  return segment.source + index - segment.logical;
}

const HEREDOC = /^\d*<<(-?)([^<]*)$/;

function readHeredocs(
  text: string,
  physical: readonly PhysicalLine[],
  next: number,
  escapeMark: string,
  rangeOf: RangeOf,
  problems: DockerfileProblem[],
  start: number,
): { found: Heredoc[]; next: number; end: number | undefined } {
  const heredocs: Heredoc[] = [];
  let at = next;
  let end: number | undefined;
  for (const word of splitWords(text, escapeMark)) {
    const match = HEREDOC.exec(word.text);
    const name = unquoted(match?.[2] ?? '', escapeMark);
    if (match === null || name === '') continue;
    const chomp = match[1] === '-';
    const from = at;
    while (at < physical.length && chomped(physical[at]!.text, chomp) !== name) at++;
    const rows = physical.slice(from, at);
    const last = rows.at(-1);
    const begin = physical[from]?.start ?? start;
    heredocs.push({
      name,
      body: rows.map((row) => `${chomped(row.text, chomp)}\n`).join(''),
      range: rangeOf(begin, last === undefined ? begin : last.start + last.text.length),
    });
    const terminator = physical[at];
    if (terminator === undefined) {
      problems.push({ message: `here-document ${name} is not terminated`, at: rangeOf(start, start).start });
      end = last === undefined ? end : last.start + last.text.length;
      break;
    }
    end = terminator.start + terminator.text.length;
    at++;
  }
  return { found: heredocs, next: at, end };
}

const chomped = (line: string, chomp: boolean) => (chomp ? line.replace(/^\t+/, '') : line);

/** The name of a here-document without quotes and escapes; empty where it is no single name. */
function unquoted(word: string, escapeMark: string): string {
  if (splitWords(word, escapeMark).length !== 1) return '';
  let out = '';
  for (let at = 0; at < word.length; at++) {
    const character = word[at]!;
    if (character === '"' || character === "'") continue;
    if (character === escapeMark && at + 1 < word.length) out += word[++at];
    else out += character;
  }
  return out;
}
