import { printable } from '../errors.ts';
import type { Paint, StyleName } from './style.ts';

/** A piece of text with its style; plain text may be a bare string. */
export type Cell = string | { readonly text: string; readonly style: readonly StyleName[] };

export interface Column {
  readonly header?: string;
  readonly align?: 'left' | 'right';
  /** What happens where the terminal is too narrow: `keep` its width (default), `wrap` onto more lines, `cut` the end or the `middle` with an ellipsis. */
  readonly overflow?: 'keep' | 'wrap' | 'cut' | 'middle';
  /** A flexible column is not made narrower than this (default 8) for the sake of the others. */
  readonly minimum?: number;
  /** The column is at least this wide, so that several tables can share their edges. */
  readonly width?: number;
}

interface TableOptions {
  /** Columns of the terminal; absent: no limit, full text. */
  readonly width?: number;
  readonly paint: Paint;
  /** Spaces before each line. */
  readonly indent?: number;
  /** Spaces between columns. Default 2. */
  readonly gap?: number;
}

/** The longest text a cell shows; images and feeds can hold anything. */
const CELL = 2_000;

/** What a cell says, whatever it looks like. */
export const cellText = (cell: Cell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'string' ? cell : cell.text;
const styleOf = (cell: Cell | undefined): readonly StyleName[] =>
  cell === undefined || typeof cell === 'string' ? [] : cell.style;

/** Characters (code points) a text takes up. */
export const lengthOf = (text: string): number => {
  let length = 0;
  for (const _ of text) length++;
  return length;
};

/** The text within `width` characters, its loss shown by an ellipsis. */
export function cut(text: string, width: number): string {
  if (lengthOf(text) <= width) return text;
  return width < 1
    ? ''
    : `${[...text]
        .slice(0, width - 1)
        .join('')
        .trimEnd()}\u2026`;
}

/** The text within `width` characters, both its ends kept: versions differ at their end and are known by their beginning. */
export function cutMiddle(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  if (width < 3) return cut(text, width);
  const tail = Math.floor((width - 1) / 2);
  return `${characters.slice(0, width - 1 - tail).join('')}\u2026${characters.slice(characters.length - tail).join('')}`;
}

/** Where a word that is longer than a line is broken: behind the last slash of a path if that leaves half a line, else where the line ends. */
function breakOf(characters: readonly string[], limit: number): number {
  const slash = characters.lastIndexOf('/', limit - 1) + 1;
  return slash > limit / 2 ? slash : limit;
}

/** The text in lines of at most `width` characters, broken at spaces where there are any. */
export function wrap(text: string, width: number): string[] {
  const limit = Math.max(width, 1);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    const joined = line === '' ? rest : `${line} ${rest}`;
    if (lengthOf(joined) <= limit) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    while (lengthOf(rest) > limit) {
      const characters = [...rest];
      const end = breakOf(characters, limit);
      lines.push(characters.slice(0, end).join(''));
      rest = characters.slice(end).join('');
    }
    line = rest;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

/**
 * The lines of a table without rules: columns as wide as their widest cell, narrowed to the terminal's width where they
 * allow it. Control characters in cells are made harmless; the last column is not padded.
 */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], options: TableOptions): string[] {
  const clean = rows.map((row) => columns.map((_, index): Cell => neutral(row[index])));
  const headed = columns.some((column) => column.header !== undefined);
  const header = columns.map((column): Cell => ({ text: column.header ?? '', style: ['dim'] }));
  const all = headed ? [header, ...clean] : clean;
  const widths = fit(columns, naturalWidths(columns, all), options);
  return all.flatMap((row) => rowLines(columns, row, widths, options));
}

function neutral(cell: Cell | undefined): Cell {
  const text = printable(cellText(cell), CELL);
  return cell === undefined || typeof cell === 'string' ? text : { text, style: cell.style };
}

/** How wide each column would like to be: for tables that are to line up with one another. */
export function naturalWidths(columns: readonly Column[], rows: readonly (readonly Cell[])[]): number[] {
  return columns.map((column, index) =>
    rows.reduce(
      (widest, row) => Math.max(widest, lengthOf(cellText(neutral(row[index])))),
      Math.max(lengthOf(column.header ?? ''), column.width ?? 0),
    ),
  );
}

function fit(columns: readonly Column[], natural: readonly number[], options: TableOptions): number[] {
  const widths = [...natural];
  if (options.width === undefined) return widths;
  const room = options.width - (options.indent ?? 0) - (options.gap ?? 2) * (columns.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  const floor = (index: number) => Math.min(natural[index]!, columns[index]!.minimum ?? 8);
  while (excess > 0) {
    const flexible = columns.flatMap((column, index) =>
      (column.overflow ?? 'keep') !== 'keep' && widths[index]! > floor(index) ? [index] : [],
    );
    if (flexible.length === 0) break;
    const widest = flexible.reduce((a, b) => (widths[b]! > widths[a]! ? b : a));
    const second = Math.max(
      ...flexible.filter((index) => index !== widest).map((index) => widths[index]!),
      floor(widest),
    );
    const less = Math.min(excess, Math.max(1, widths[widest]! - second), widths[widest]! - floor(widest));
    widths[widest]! -= less;
    excess -= less;
  }
  return widths;
}

function rowLines(
  columns: readonly Column[],
  row: readonly Cell[],
  widths: readonly number[],
  options: TableOptions,
): string[] {
  const cells = columns.map((column, index) => cellLines(cellText(row[index]), column, widths[index]!));
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  const indent = ' '.repeat(options.indent ?? 0);
  const gap = ' '.repeat(options.gap ?? 2);
  return Array.from({ length: height }, (_, line) => {
    const last = cells.findLastIndex((lines) => (lines[line] ?? '') !== '');
    const parts = cells.slice(0, last + 1).map((lines, index) => {
      const text = lines[line] ?? '';
      const space = ' '.repeat(Math.max(0, widths[index]! - lengthOf(text)));
      const painted = options.paint(text, ...styleOf(row[index]));
      if (columns[index]!.align === 'right') return space + painted;
      return index === last ? painted : painted + space;
    });
    return parts.length === 0 ? '' : indent + parts.join(gap);
  });
}

function cellLines(text: string, column: Column, width: number): string[] {
  if (lengthOf(text) <= width) return [text];
  if (column.overflow === 'wrap') return wrap(text, width);
  if (column.overflow === 'middle') return [cutMiddle(text, width)];
  return [column.overflow === 'cut' ? cut(text, width) : text];
}
