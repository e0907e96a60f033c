import { pypi } from '../../ecosystems/pypi.ts';
import { printable } from '../../errors.ts';
import type { Dockerfile, DockerInstruction } from '../../formats/text/index.ts';
import type { Change } from '../plan.ts';
import { type DirectRequirement, directRequirement } from './direct.ts';
import type { InsertionPoint } from './insertion-point.ts';
import { repinned } from './pin.ts';
import { lineAt, lineBreakOf, type TextEdit } from './text-edit.ts';

/** A version that a Dockerfile pins, and the edit that moves it. */
interface InlinePin {
  readonly change: Change;
  readonly line: number;
  /** Undefined: the version is worked out in a way that is not understood. */
  readonly edit: TextEdit | undefined;
}

const PIN = /(^|[\s'"])([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]\s]*\])?(===?|~=|>=|<=|!=|<|>)([^\s'";&|)\\#]+)/g;

/**
 * Requirements with a version among the words of `pip install` and `uv pip install`, in any stage and in here-documents. A version
 * that is a variable of the same file is changed where the variable gets its default.
 */
export function inlinePins(dockerfile: Dockerfile, changes: readonly Change[]): InlinePin[] {
  const wanted = new Map(changes.map((change) => [pypi.normalize(change.name), change]));
  const pins: InlinePin[] = [];
  for (const instruction of dockerfile.instructions) {
    if (instruction.keyword !== 'RUN') continue;
    for (const part of shellParts(dockerfile, instruction)) {
      const isInstall = installsIn(part.text);
      for (const match of part.text.matchAll(PIN)) {
        const [, lead = '', name = '', extras = '', operator = '', version = ''] = match;
        const change = wanted.get(pypi.normalize(name));
        if (change?.to === undefined || !isInstall(match.index)) continue;
        const start = match.index + lead.length + name.length + extras.length;
        const range = part.range(start, start + operator.length + version.length);
        if (range === undefined) continue;
        const edit = /[$`]/.test(version)
          ? variableEdit(dockerfile, part, [range[1] - version.length, range[1]], version, change.to)
          : pinEdit(operator + version, change, range);
        // `requests>log` is a redirection.
        if (edit === undefined && /^[<>]$/.test(operator)) continue;
        pins.push({ change, line: lineAt(dockerfile.text, edit?.start ?? range[0]), edit });
      }
    }
  }
  return pins;
}

/** A word of a shell that is a place, alone or behind `name @`; in quotes where the shell would read a blank or a sign in it. */
const PLACE =
  /(?<=^|[\s"'])(?:[A-Za-z0-9][\w.-]{0,100}(?:\[[\w,. -]{0,200}\])?[ \t]{0,9}@[ \t]{0,9})?(?:(?:git|hg|svn|bzr)\+|https?:)[^\s"'\\,;]{1,2000}/g;

/** What `pip install` of a RUN, here-documents included, takes from a URL or a repository. */
export const inlineDirect = (dockerfile: Dockerfile): DirectRequirement[] =>
  dockerfile.instructions
    .filter(({ keyword }) => keyword === 'RUN')
    .flatMap((instruction) =>
      shellParts(dockerfile, instruction).flatMap((part) => {
        const isInstall = installsIn(part.text);
        return [...part.text.matchAll(PLACE)].flatMap((match): DirectRequirement[] => {
          // What follows an option is an index, or a page of links.
          const before = part.text.slice(Math.max(0, match.index - OPTION_LENGTH), match.index);
          if (!isInstall(match.index) || /\s--?[a-z-]+(?:\s+|=)["']?$/.test(before)) return [];
          const direct = directRequirement(match[0]);
          const at = part.range(match.index, match.index + match[0].length)?.[0];
          const { offset } = instruction.range.start;
          return direct ? [{ ...direct, line: lineAt(dockerfile.text, at ?? offset) }] : [];
        });
      }),
    );

/** No option of pip is longer, with the blanks behind it. */
const OPTION_LENGTH = 200;

interface ShellPart {
  readonly text: string;
  /** Offsets in the file; undefined where the text is not there as it is read. */
  range(from: number, to: number): readonly [number, number] | undefined;
}

function shellParts({ text }: Dockerfile, instruction: DockerInstruction): ShellPart[] {
  const { argument, heredocs } = instruction;
  // As they stand in the file, with the tabs that `<<-` drops.
  const bodies = heredocs.map(({ range: { start, end } }): ShellPart => {
    const begin = start.offset;
    return { text: text.slice(begin, end.offset), range: (from, to) => [begin + from, begin + to] };
  });
  const own: ShellPart = {
    text: argument,
    range(from, to) {
      const { start, end } = instruction.sourceRange(from, to);
      // A word that is broken over two lines is left alone.
      return text.slice(start.offset, end.offset) === argument.slice(from, to) ? [start.offset, end.offset] : undefined;
    },
  };
  return [own, ...bodies];
}

const INSTALL = /\b(?:pip[\d.]*|uv\s+pip)['"]?\s*(?:,\s*)?['"]?(?:\S+\s+){0,20}?install\b/;

/**
 * Whether the command that holds a place is a pip's install, which is said before it. Each command of the text is looked at once, for
 * the first of its places: a here-document may hold 100,000.
 */
function installsIn(text: string): (at: number) => boolean {
  const commands = [...text.matchAll(/&&|\|\||;|(?<!\\)\r?\n/g)];
  let next = 0;
  let start = 0;
  let said: number | undefined;
  return (at) => {
    for (
      ;
      next < commands.length && (commands[next]?.index ?? 0) + (commands[next]?.[0].length ?? 0) <= at + 1;
      next++
    ) {
      start = (commands[next]?.index ?? 0) + (commands[next]?.[0].length ?? 0);
      said = undefined;
    }
    if (said === undefined) {
      const match = INSTALL.exec(text.slice(start, commands[next]?.index ?? text.length));
      said = match === null ? Number.POSITIVE_INFINITY : start + match.index + match[0].length;
    }
    return said <= at + 1;
  };
}

function pinEdit(
  specifier: string,
  { to = '', exact }: Change,
  [start, end]: readonly [number, number],
): TextEdit | undefined {
  const text = repinned(specifier, to, exact);
  return text === undefined ? undefined : { start, end, text };
}

/** A version that a shell fills in: `$NAME`, `${NAME}`, `${NAME:-1.2}`. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06_02 */
const VARIABLE = /^\$(?:(\w{1,100})|\{(\w{1,100})(?::?-([\w.!+]{1,100}))?\})$/;

/**
 * `==${SETUPTOOLS_VERSION}`: what is changed is the default of ARG or ENV, else what the instruction itself sets it to (`V=1.2 && pip install x==$V`), else what the
 * shell takes where nobody sets it. `range`: where the version stands.
 */
function variableEdit(
  dockerfile: Dockerfile,
  part: ReturnType<typeof shellParts>[number],
  range: readonly [number, number],
  version: string,
  to: string,
): TextEdit | undefined {
  const [, bare, braced, otherwise] = VARIABLE.exec(version) ?? [];
  const name = bare ?? braced;
  if (name === undefined) return undefined;
  for (const { pairs } of dockerfile.instructions)
    for (const pair of pairs) {
      if (pair.name !== name || pair.value === undefined) continue;
      const written = dockerfile.text.slice(pair.range.start.offset, pair.range.end.offset);
      const at = written.lastIndexOf(pair.value);
      if (at < 0 || !/^[\w.]+$/.test(pair.value)) continue;
      const start = pair.range.start.offset + at;
      return { start, end: start + pair.value.length, text: to };
    }
  for (const set of part.text.matchAll(/(?<=^|[\s;&])(\w{1,100})=["']?([\w.!+]{1,100})(?=["']?(?:[\s;&]|$))/g)) {
    if (set[1] !== name) continue;
    const end = set.index + set[0].length;
    const own = part.range(end - (set[2] as string).length, end);
    if (own !== undefined) return { start: own[0], end: own[1], text: to };
  }
  if (otherwise === undefined) return undefined;
  const end = range[1] - 1;
  return { start: end - otherwise.length, end, text: to };
}

/** The text of a RUN of several commands with a comment above, and a change of user around it where one is needed. */
export function runText(
  commands: readonly string[],
  comment: string,
  point: InsertionPoint,
  dockerfile: Dockerfile,
): TextEdit {
  const eol = lineBreakOf(dockerfile.text);
  const [first = '', ...rest] = commands;
  const run = point.shellless
    ? `RUN ${JSON.stringify(['/bin/sh', '-c', commands.join(' && ')]).replaceAll('","', '", "')}`
    : [`RUN ${first}`, ...rest.map((command) => `    && ${command}`)].join(` ${dockerfile.escape}${eol}`);
  const lines = [
    `# ${printable(comment, 2_000)}`,
    ...(point.user === undefined ? [] : ['USER root']),
    run,
    ...(point.user === undefined ? [] : [`USER ${point.user}`]),
  ];
  const at = endOfLine(dockerfile.text, point.after.range.end.offset);
  const stray = strayMark(dockerfile, at);
  if (stray !== undefined) return { start: stray, end: at, text: `${eol}${lines.join(eol)}${eol}` };
  const before = dockerfile.text[at - 1] === '\n' || at === 0 ? '' : eol;
  return { start: at, end: at, text: `${before}${lines.join(eol)}${eol}` };
}

/** Where a continuation mark that continues nothing begins, at the end of the last instruction: what is put behind it would become part of that. */
function strayMark({ text, escape: mark }: Dockerfile, end: number): number | undefined {
  const line = text.slice(text.lastIndexOf('\n', end - 2) + 1, end).trimEnd();
  if (!line.endsWith(mark) || line.at(-2) === mark) return undefined;
  return text.lastIndexOf('\n', end - 2) + 1 + line.slice(0, -1).trimEnd().length;
}

/** The offset behind the line that holds `offset`; behind a here-document's terminator too, which its range ends with. */
function endOfLine(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  if (text[offset - 1] === '\n') return offset;
  return feed < 0 ? text.length : feed + 1;
}
