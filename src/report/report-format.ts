import type { Report } from '../model.ts';

/** What the reader's side decides about a rendering. */
export interface RenderOptions {
  /** Columns of the terminal; absent where the output is no terminal: no limit, full text. */
  readonly width?: number;
  /** Rows of the terminal, where it says so: a condensed report fills a tall one and does not pass it. */
  readonly height?: number;
  /** Columns of a line that no terminal takes, where somebody says how many. */
  readonly fileWidth?: number;
  readonly colour?: boolean;
  /** Every finding on its own line, and whatever else the format leaves out by default. */
  readonly all?: boolean;
  /** For people: what exceptions took out of the count, one by one. Data formats hold it always. */
  readonly suppressed?: boolean;
  /** Only what it comes down to, where the format can leave out the findings themselves. */
  readonly brief?: boolean;
}

/** An output format: a value with a pure renderer. Its only input is the report. */
export interface ReportFormat {
  /** As `-f` names it. */
  readonly name: string;
  /** Of a file it is written to, without the dot. */
  readonly extension: string;
  readonly mediaType: string;
  /** One line for `--help`. */
  readonly description: string;
  /** What it has no place for: a reader of it learns nothing of these. */
  readonly leavesOut?: readonly ('findings' | 'risks')[];
  /** It shows what to change: the report is to hold it. */
  readonly changes?: true;
  /** The text, in pieces where it can be large. */
  render(report: Report, options: RenderOptions): Iterable<string> | string;
}

/** Types the value; no registration. */
export const reportFormat = (value: ReportFormat): ReportFormat => value;

/** The pieces of a rendering, whatever form it came in. */
export function pieces(rendered: Iterable<string> | string): Iterable<string> {
  return typeof rendered === 'string' ? [rendered] : rendered;
}

/** What a format has no place for in a report, in a line for each kind: whoever reads only that format would take it for nothing. */
export function leftOutBy({ name, leavesOut = [] }: ReportFormat, report: Report): string[] {
  return leavesOut
    .filter((kind) => report[kind].length > 0)
    .map((kind) => `${name} has no place for ${kind}: ${report[kind].length} are left out, other formats show them`);
}
