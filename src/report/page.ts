import { printable } from '../errors.ts';
import type { Paint } from '../terminal/style.ts';
import { wrap } from '../terminal/table.ts';

/** What the sections of the table report share. */
export interface Page {
  readonly width: number | undefined;
  readonly paint: Paint;
  /** Every finding on its own line: asked for, or because no terminal has to hold it. */
  readonly all: boolean;
}

/** A section's title. */
export const title = (text: string, page: Page, rest = ''): string =>
  `${page.paint(text, 'bold')}${rest === '' ? '' : `  ${page.paint(rest, 'dim')}`}`;

/** Running text, made harmless and wrapped to the terminal; lines after the first stand `hanging` further in. */
export function paragraph(
  text: string,
  page: Page,
  indent: number,
  style: (line: string) => string = (line) => line,
  hanging = 0,
): string[] {
  const clean = printable(text, 4_000);
  const lines = page.width === undefined ? [clean] : wrap(clean, page.width - indent - hanging);
  return lines.map((line, index) => ' '.repeat(index === 0 ? indent : indent + hanging) + style(line));
}

/** Table options that come from the page. */
export function layout(page: Page): { width?: number; paint: Paint } {
  return page.width === undefined ? { paint: page.paint } : { width: page.width, paint: page.paint };
}
