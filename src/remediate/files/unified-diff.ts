/** Lines around a change that are shown. */
const CONTEXT = 3;
/** Cells of the table of common lines; beyond, the middle part counts as replaced. */
const CELLS = 16_000_000;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * The difference of two texts as `diff -u` and git write it, with `a/` and `b/` before the path: `git apply` and `patch -p1` take it.
 * Empty where there is none. https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = compare(split(before), split(after));
  const out = [`--- a/${path}`, `+++ b/${path}`];
  let [oldLine, newLine] = [1, 1];
  for (let at = 0; at < lines.length; ) {
    const next = lines.findIndex(({ sign }, index) => index >= at && sign !== ' ');
    if (next < 0) break;
    const start = Math.max(at, next - CONTEXT);
    for (; at < start; at++) {
      oldLine++;
      newLine++;
    }
    const end = endOfHunk(lines, next);
    const hunk = lines.slice(start, end);
    const [olds, news] = [
      hunk.filter(({ sign }) => sign !== '+').length,
      hunk.filter(({ sign }) => sign !== '-').length,
    ];
    out.push(`@@ -${span(oldLine, olds)} +${span(newLine, news)} @@`);
    for (const { sign, text } of hunk) {
      out.push(`${sign}${text.endsWith('\n') ? text.slice(0, -1) : text}`);
      if (!text.endsWith('\n')) out.push('\\ No newline at end of file');
    }
    oldLine += olds;
    newLine += news;
    at = end;
  }
  return `${out.join('\n')}\n`;
}

const span = (line: number, count: number): string =>
  count === 1 ? `${line}` : `${count === 0 ? line - 1 : line},${count}`;

/** Changes with fewer than two contexts between them share a hunk. */
function endOfHunk(lines: readonly Line[], first: number): number {
  let last = first;
  for (let at = first; at < lines.length && at - last <= 2 * CONTEXT; at++) if (lines[at]?.sign !== ' ') last = at;
  return Math.min(lines.length, last + 1 + CONTEXT);
}

/** Lines with their line feeds; the last may lack one. */
const split = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function compare(a: readonly string[], b: readonly string[]): Line[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ sign: ' ', text }));
  return [
    ...same(a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...same(tail === 0 ? [] : a.slice(-tail)),
  ];
}

function middle(a: readonly string[], b: readonly string[]): Line[] {
  const width = b.length + 1;
  if ((a.length + 1) * width > CELLS)
    return [...a.map((text): Line => ({ sign: '-', text })), ...b.map((text): Line => ({ sign: '+', text }))];
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] as number;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: ' ', text: a[i++] as string });
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1)))
      lines.push({ sign: '-', text: a[i++] as string });
    else lines.push({ sign: '+', text: b[j++] as string });
  }
  return lines;
}
