import { printable } from '../errors.ts';
import { type Paint, painter } from '../terminal/style.ts';
import { cut, lengthOf, wrap } from '../terminal/table.ts';

/** What the sections of the table report share. */
export interface Page {
  readonly width: number | undefined;
  readonly paint: Paint;
  /** Every finding on its own line: asked for, or because no terminal has to hold it. */
  readonly all: boolean;
  /** What is alike has a line of its own too: asked for. */
  readonly apart?: boolean;
  /** Lines of one paragraph at most, where a screen would not hold them all; what is cut off ends with dots. */
  readonly prose?: number;
}

/**
 * Columns of a line where no terminal says how many: in a file or behind a pipe. As Trivy's tables, which get 190 columns wide there, and
 * Grype's with 150, ours are read in an editor or a build's log; the whole text of a title is in the data formats.
 */
const FILE_WIDTH = 160;

/** The page that was asked for; `whole`: what no terminal holds has all of it. */
export function pageFor(
  {
    fileWidth = FILE_WIDTH,
    width = fileWidth,
    colour = false,
    all = false,
  }: { readonly width?: number; readonly fileWidth?: number; readonly colour?: boolean; readonly all?: boolean },
  whole = false,
): Page {
  return { width, paint: painter(colour), all: all || whole, ...(all && { apart: true }) };
}

/** Below this a terminal is narrow: columns stand one blank apart, and what is said twice elsewhere is said once. */
const SMALL = 72;

export const isSmall = ({ width }: Page): boolean => width !== undefined && width < SMALL;

/** A section's title, made harmless, and what is said beside it: below it where a line does not hold both. */
export function title(name: string, page: Page, beside = ''): string {
  const [text, rest] = [printable(name), printable(beside, 4_000)];
  if (rest === '') return page.paint(text, 'bold');
  const fits = page.width === undefined || lengthOf(text) + 2 + lengthOf(rest) <= page.width;
  const lines = fits ? [rest] : wrap(rest, (page.width ?? 0) - 2);
  return `${page.paint(text, 'bold')}${fits ? '' : '\n'}${lines.map((line) => `  ${page.paint(line, 'dim')}`).join('\n')}`;
}

/** Running text, made harmless and wrapped to the terminal; lines after the first stand `hanging` further in. */
export function paragraph(
  text: string,
  page: Page,
  indent: number,
  style: (line: string) => string = (line) => line,
  hanging = 0,
): string[] {
  // A publisher's line ends are where his own lines were full.
  const clean = printable(text.slice(0, 8_000).replace(/[\t\r\n]+/g, ' '), 4_000);
  const lines =
    page.width === undefined ? [clean] : firstLines(wrap(clean, page.width - indent - hanging), page, indent + hanging);
  return lines.map((line, index) => ' '.repeat(index === 0 ? indent : indent + hanging) + style(line));
}

/** As many lines as a paragraph of the page may have; the last of them says that there is more. */
function firstLines(lines: string[], { prose = lines.length, width = 0 }: Page, before: number): string[] {
  if (lines.length <= prose) return lines;
  // A blank and a word more than the line holds: cutting them off leaves the dots.
  return [...lines.slice(0, prose - 1), cut(`${lines[prose - 1]} ${lines[prose]}`, width - before)];
}

/** Table options that come from the page. */
export function layout(page: Page): { width?: number; paint: Paint } {
  return page.width === undefined ? { paint: page.paint } : { width: page.width, paint: page.paint };
}
