/** Output formats of the benchmark. */

import type { BenchReport } from '../../cis/bench.ts';
import type { BenchItem } from '../../cis/check.ts';
import type { RenderOptions } from '../report-format.ts';

/** What the reader's side decides. */
export interface BenchRenderOptions extends Pick<RenderOptions, 'width' | 'fileWidth'> {
  readonly colour?: boolean;
  /** Every item of evidence. */
  readonly all?: boolean;
  /** What to do about each warning, and what that may cost. */
  readonly remediation?: boolean;
  /** Items listed for one check in data formats; 0 or absent: all. */
  readonly limit?: number;
}

/** A format: a value with a pure renderer. */
export interface BenchFormat {
  readonly name: string;
  readonly description: string;
  render(report: BenchReport, options: BenchRenderOptions): Iterable<string>;
}

/** Types the value; no registration. */
export const benchFormat = (value: BenchFormat): BenchFormat => value;

/** The first `limit` items; all where the limit is 0. */
export const limited = <T>(items: readonly T[], limit = 0): readonly T[] => (limit > 0 ? items.slice(0, limit) : items);

/** One item of evidence as a line: `Dockerfile:7: ADD ...`, `trainer: no memory limit`. */
export function itemText({ subject, detail, path, line }: BenchItem): string {
  const place = line === undefined ? '' : `:${line}`;
  const named = path === subject ? `${subject}${place}` : subject;
  if (detail === undefined) return named;
  const elsewhere = path !== subject && line !== undefined ? ` (${path}${place})` : '';
  return `${named}: ${detail}${elsewhere}`;
}
