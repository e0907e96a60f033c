import { LIMITS } from '../../limits.ts';
import type { StartedPrograms, StartedWords } from './started.ts';

/** What a text of Julia says that it loads. */
export interface JuliaNames extends StartedPrograms {
  /** Packages that it uses at the level of a module: `using A, B.C`, `import D: e`. */
  readonly uses: readonly string[];
  /** The same under conditions, in macros (`@eval using A`, `@require A="..."`) and by a name in a text (`Base.require(Main, :A)`). */
  readonly mentions: readonly string[];
  /** Texts that it runs, by their way from its own folder: `include("a.jl")`, `include(joinpath("b", "c.jl"))`. */
  readonly sources: readonly string[];
  /** Libraries that it names by their way within what was unpacked for it: `lib/libz.so`. */
  readonly libraries: readonly string[];
}

const NAME = '[A-Za-z_][\\w!]{0,100}';
/** https://docs.julialang.org/en/v1/manual/modules/#Standalone-using-and-import */
const STATEMENT =
  /(?:^|[;=]|\bbegin\b|@\w{1,40}(?:[ \t]{1,9}\w{1,40})?)[ \t]{0,80}(?:using|import)[ \t]{1,80}([^;#\n]{1,2000})/g;
const FIRST = new RegExp(`^(${NAME})`);
const REQUIRED = new RegExp(`@require[ \\t]{1,9}(${NAME})[ \\t]{0,9}=|\\brequire\\([^()\\n]{0,80}:(${NAME})\\)`, 'g');
const INCLUDED = /\binclude\([ \t]{0,9}(?:joinpath\(([^()\n]{0,400})\)|"([^"$\n]{1,300})")/g;
const LIBRARY = /"((?:[\w.-]{1,100}\/){0,4}lib[\w.+-]{1,100}\.so[\d.]{0,20})"/g;
const MODULE = /^[ \t]{0,80}(?:bare)?module[ \t]{1,9}\w/;
/** A statement whose list goes on on the next line. */
const GOES_ON = /(?:using|import)[ \t][^;#]{0,4000},[ \t]{0,80}$/;

/** No shell reads these: words are parted by blanks. https://docs.julialang.org/en/v1/manual/running-external-programs/ */
const COMMAND = /(?<![\w\])"`])`([^`\n]{1,1000})`/g;
/** What is put in, and quotes. */
const NO_CONSTANT = /[$"'\\{}*]/;

/** Reads a text of Julia, line by line: of a module what stands at its level counts, wherever that is. */
export function juliaNames(text: string): JuliaNames {
  const kept = {
    uses: new Set<string>(),
    mentions: new Set<string>(),
    sources: new Set<string>(),
    libraries: new Set<string>(),
  };
  const [starts, calls] = [new Map<string, StartedWords>(), new Map<string, StartedWords>()];
  /** How far lines of a module are put in. */
  const levels = new Set([0]);
  let isOpened = false;
  let begun = '';
  for (const whole of codeOf(text).split('\n')) {
    const line = begun + whole.slice(0, LINE).replace(/(?:^|[ \t])#.*$/, '');
    if (line.trim() === '') continue;
    begun = GOES_ON.test(line) && line.length < LINE ? `${line} ` : '';
    if (begun !== '') continue;
    const depth = line.length - line.trimStart().length;
    if (isOpened) levels.add(depth);
    isOpened = MODULE.test(line);
    const isLevel = levels.has(depth);
    for (const [, command = ''] of line.matchAll(COMMAND)) {
      const words = command
        .trim()
        .split(/\s+/)
        .map((word) => (NO_CONSTANT.test(word) ? null : word));
      if (words[0] !== '') (isLevel ? starts : calls).set(command, words[0] === null ? [] : words);
    }
    readLine(line, isLevel, kept);
    if (kept.uses.size + kept.mentions.size + kept.libraries.size + starts.size + calls.size > LIMITS.scriptNames)
      break;
  }
  return {
    uses: [...kept.uses],
    mentions: [...kept.mentions],
    sources: [...kept.sources],
    libraries: [...kept.libraries],
    starts: [...starts.values()],
    calls: [...calls.values()],
  };
}

const LINE = 4_000;

function readLine(
  line: string,
  isLevel: boolean,
  { uses, mentions, sources, libraries }: Readonly<Record<'uses' | 'mentions' | 'sources' | 'libraries', Set<string>>>,
): void {
  for (const [said, list = ''] of line.matchAll(STATEMENT)) {
    const isSure = isLevel && !said.startsWith('@') && !/^\s*(?:if|elseif|@static)\b/.test(line);
    // What stands behind the first colon are names in a module; those that begin with a point are its own.
    for (const part of list.split(':', 1)[0]!.split(','))
      for (const name of FIRST.exec(part.trimStart())?.slice(1) ?? []) (isSure ? uses : mentions).add(name);
  }
  for (const [, name, quoted] of line.matchAll(REQUIRED)) mentions.add((name ?? quoted) as string);
  for (const [, parts, path] of line.matchAll(INCLUDED)) {
    const words =
      path !== undefined ? [path] : [...(parts ?? '').matchAll(/"([^"$]{1,300})"/g)].map(([, word = '']) => word);
    if (words.length > 0) sources.add(words.join('/'));
  }
  for (const [, library = ''] of line.matchAll(LIBRARY)) libraries.add(library);
}

/** Without texts of several lines (documentation) and comments of several lines, which examples stand in. */
function codeOf(text: string): string {
  const parts: string[] = [];
  let at = 0;
  let quoted = -1;
  let noted = -1;
  /** Looked for once where there is none, and not anew before what was found: a text of comments would be gone through for each of them. */
  const after = (place: number, sign: string): number => {
    if (place >= at || place === text.length) return place;
    const next = text.indexOf(sign, at);
    return next < 0 ? text.length : next;
  };
  for (;;) {
    quoted = after(quoted, '"""');
    noted = after(noted, '#=');
    const next = Math.min(quoted, noted);
    if (next === text.length || parts.length > LIMITS.scriptNames) break;
    const end = text.indexOf(next === quoted ? '"""' : '=#', next + (next === quoted ? 3 : 2));
    parts.push(text.slice(at, next));
    if (end < 0) return parts.join('');
    at = end + (next === quoted ? 3 : 2);
  }
  parts.push(text.slice(at));
  return parts.join('');
}
