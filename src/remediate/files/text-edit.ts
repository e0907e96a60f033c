/** A part of a text and what takes its place. Offsets are of the original, in UTF-16 units. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits that do not overlap; of two that do, the earlier one counts. Everything else stays byte for byte. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let out = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at) continue;
    out += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return out + text.slice(at);
}

/** The line break that a text uses. */
export const lineBreakOf = (text: string): string => (/\r\n/.test(text) ? '\r\n' : '\n');

/** Line number, from 1, of an offset. */
export function lineAt(text: string, offset: number): number {
  if (counted?.text !== text) counted = { text, breaks: breaksOf(text) };
  const { breaks } = counted;
  let [low, high] = [0, breaks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((breaks[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

/** Where the lines of the text end that was asked about last: there is a question for each of its requirements, and a text may have a million. */
let counted: { readonly text: string; readonly breaks: Uint32Array } | undefined;

function breaksOf(text: string): Uint32Array {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  const breaks = new Uint32Array(count);
  count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks[count++] = at;
  return breaks;
}
