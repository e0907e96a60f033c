/** A line that others stand in. */
interface Around {
  readonly margin: number;
  readonly from: number;
  /** The function that it defines, where it does; asked once, of lines alone that a place is in. */
  name?: string;
}

/**
 * The functions that places of a file are in, by the name of the one that stands at its level, or of a method's; empty: in none. `code` is
 * Python's without its texts and comments, the places are in order. Time is linear in its length.
 */
export function functionsAt(code: string, places: readonly number[]): ReadonlySet<string> {
  const functions = new Set<string>();
  const around: Around[] = [];
  let next = 0;
  let isBehind = true;
  for (let start = 0; next < places.length; ) {
    if (isBehind) {
      const begin = lastAtMargin(code, start, places[next] as number);
      if (begin > start) around.length = 0;
      start = begin;
      isBehind = false;
    }
    const lineEnd = code.indexOf('\n', start);
    const end = lineEnd < 0 ? code.length : lineEnd;
    let from = start;
    let origin = start;
    for (let letter = code[from]; letter !== undefined && BLANK.includes(letter); letter = code[from]) {
      from += 1;
      if (letter === '\f') origin = from;
    }
    const margin = from - origin;
    if (from < end && code[from] !== '\r' && !CONTINUES.includes(code[from] as string)) {
      while ((around.at(-1)?.margin ?? -1) >= margin) around.pop();
      around.push({ margin, from });
    }
    // What is given to a function by default, and what it is wrapped in, is worked out where it stands.
    if ((places[next] as number) <= end) {
      functions.add(definedAround(code, around));
      while (next < places.length && (places[next] as number) <= end) next += 1;
      isBehind = true;
    }
    if (lineEnd < 0) break;
    start = end + 1;
  }
  return functions;
}

/**
 * The last line at the margin before a place, or with it, if it is behind `from`: what stands before such a line is around nothing behind it. Few
 * lines of a file are looked at then.
 */
function lastAtMargin(code: string, from: number, place: number): number {
  for (let line = lineStart(code, place); line > from; line = lineStart(code, line - 1))
    if (!NOT_AT_MARGIN.includes(code[line] ?? '')) return line;
  return from;
}

const lineStart = (code: string, at: number): number => (at === 0 ? 0 : code.lastIndexOf('\n', at - 1) + 1);

/**
 * What stands at a margin. A tab is one letter: Python takes no file in which that orders lines otherwise than its stops of eight do. Behind a form feed
 * it begins anew. https://docs.python.org/3/reference/lexical_analysis.html#indentation
 */
const BLANK = ' \t\f';
/** What a line begins with that belongs to the one before it. */
const CONTINUES = `"')]}`;
const NOT_AT_MARGIN = `${BLANK}${CONTINUES}\r\n`;
const DEFINES = /(?:async[ \t]+)?def[ \t]+(\w+)/y;

/** The outermost function that a line stands in, the last of `around`; empty where there is none. */
function definedAround(code: string, around: readonly Around[]): string {
  for (const line of around.slice(0, -1)) {
    DEFINES.lastIndex = line.from;
    line.name ??= DEFINES.exec(code)?.[1] ?? '';
    if (line.name !== '') return line.name;
  }
  return '';
}
