import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Loaded when the first difference is shown. */
const library = (): typeof import('diff') => require('diff');

/** Lines around a change that are shown. */
const CONTEXT = 3;
/** Lines that may differ: the search for the smallest difference takes the square of it. Beyond, all is replaced. */
const CHANGED_LINES = 2_000;

/**
 * The difference of two texts as `diff -u` and git write it, with `a/` and `b/` before the path: `git apply` and `patch -p1` take it.
 * Empty where there is none. https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const { structuredPatch, formatPatch, FILE_HEADERS_ONLY } = library();
  const patch = structuredPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
    context: CONTEXT,
    maxEditLength: CHANGED_LINES,
  }) ?? { ...NO_HEADERS, oldFileName: `a/${path}`, newFileName: `b/${path}`, hunks: [replaced(before, after)] };
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

const NO_HEADERS = { oldHeader: undefined, newHeader: undefined, index: undefined };

/** One hunk that takes all away and brings all. */
function replaced(before: string, after: string) {
  const side = (sign: string, text: string): string[] => {
    const lines = text.split('\n');
    const ended = lines.at(-1) === '';
    if (ended) lines.pop();
    return [
      ...lines.map((line) => `${sign}${line}`),
      ...(ended || text === '' ? [] : ['\\ No newline at end of file']),
    ];
  };
  const [olds, news] = [side('-', before), side('+', after)];
  const count = (lines: readonly string[]): number => lines.filter((line) => !line.startsWith('\\')).length;
  return {
    oldStart: 1,
    oldLines: count(olds),
    newStart: 1,
    newLines: count(news),
    lines: [...olds, ...news],
  };
}
