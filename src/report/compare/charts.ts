import type { Bridge, Comparison, SeverityMatrix } from '../../compare/comparison.ts';
import { SEVERITIES, type Severity } from '../../model.ts';
import { heading, html, htmlTable } from '../html/index.ts';
import { severityName } from '../scan/index.ts';
import { combinations, signed, thousands, titleOf } from './summary.ts';

const ROW = 30;
const LABEL = 250;
const WIDTH = 900;

/** A bridge as a waterfall: each bar begins where the one above it ended. */
export function waterfall(bridge: Bridge, comparison: Pick<Comparison, 'reports'>): string {
  const bars: Bar[] = [];
  const [start, end] = [titleOf(bridge.from, comparison), titleOf(bridge.to, comparison)];
  bars.push({
    label: start,
    code: 'total',
    from: 0,
    to: bridge.start,
    text: thousands(bridge.start),
    says: `rows of ${start}`,
  });
  let level = bridge.start;
  for (const step of bridge.steps) {
    bars.push({
      label: step.code,
      code: step.code === 'unexplained' ? 'unexplained' : step.count < 0 ? 'less' : 'more',
      from: level,
      to: level + step.count,
      text: signed(step.count),
      says: step.says,
    });
    level += step.count;
  }
  bars.push({
    label: end,
    code: 'total',
    from: 0,
    to: bridge.end,
    text: thousands(bridge.end),
    says: `rows of ${end}`,
  });
  const severity = bridge.severity === undefined ? '' : `, ${bridge.severity}`;
  const title = `From ${start} to ${end}${severity}`;
  const svg = (layout: Layout, shown: string): string =>
    `<svg class="chart${shown}" viewBox="0 0 ${layout.width} ${bars.length * layout.row + 4}" role="img" aria-label="${html(title)}">${drawn(bars, layout)}</svg>`;
  return `${scrolling(`${title}: chart`, svg(WIDE, ''))}${svg(NARROW, ' narrow')}\n`;
}

/** One bar of a waterfall. */
interface Bar {
  readonly label: string;
  readonly code: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly says: string;
}

/** Where a waterfall's labels stand: beside its bars, or on a small screen above them, where nothing has to be scrolled. */
interface Layout {
  readonly width: number;
  readonly row: number;
  /** Where bars begin, and what is left behind them for their figures. */
  readonly left: number;
  readonly right: number;
  readonly above: boolean;
}

const WIDE: Layout = { width: WIDTH, row: ROW, left: LABEL, right: 80, above: false };
const NARROW: Layout = { width: 340, row: 44, left: 2, right: 58, above: true };

function drawn(bars: readonly Bar[], { width: whole, row, left: begin, right, above }: Layout): string {
  const levels = bars.flatMap((bar) => [bar.from, bar.to]);
  const lowest = Math.min(0, ...levels);
  const span = Math.max(1, ...levels) - lowest;
  const x = (value: number): number => begin + ((value - lowest) / span) * (whole - begin - right);
  const parts = bars.map((bar, index) => {
    const top = index * row + 4;
    const y = above ? top + 16 : top;
    const next = y + row;
    const [labelX, labelY] = above ? [begin, top + 11] : [begin - 10, y + 15];
    const height = ROW - 8;
    const left = Math.min(x(bar.from), x(bar.to));
    const width = Math.max(2, Math.abs(x(bar.to) - x(bar.from)));
    const link =
      index < bars.length - 1
        ? `<line x1="${round(x(bar.to))}" x2="${round(x(bar.to))}" y1="${y + height}" y2="${next}" class="link"/>`
        : '';
    return `<g><title>${html(`${bar.text}: ${bar.says}`)}</title><text x="${labelX}" y="${labelY}" class="label${bar.code === 'total' ? ' strong' : ''}">${html(short(bar.label, 34))}</text><rect x="${round(left)}" y="${y}" width="${round(width)}" height="${height}" rx="2" class="${bar.code}"/><text x="${round(left + width + 6)}" y="${y + 15}" class="value">${bar.text}</text>${link}</g>`;
  });
  return parts.join('');
}

/** Which reports share how many findings: an UpSet plot, for what circles cannot show. https://upset.app */
export function upset(comparison: Comparison): string {
  const groups = combinations(comparison).slice(0, 24);
  const { reports } = comparison;
  const most = Math.max(1, ...groups.map((group) => group.rows.length));
  const largest = Math.max(1, ...reports.map((report) => report.keys));
  const step = Math.min(44, (WIDTH - LABEL - 120) / Math.max(1, groups.length));
  const top = 150;
  const x = (index: number): number => LABEL + 110 + index * step + step / 2;
  const y = (index: number): number => top + 26 + index * 26;
  const columns = groups.map((group, index) => {
    const height = (group.rows.length / most) * (top - 30);
    const names = group.reports.map((name) => titleOf(name, comparison));
    const on = reports
      .map((report, at) => (group.reports.includes(report.name) ? y(at) : undefined))
      .filter((at): at is number => at !== undefined);
    const dots = reports
      .map(
        (report, at) =>
          `<circle cx="${round(x(index))}" cy="${y(at)}" r="6" class="${group.reports.includes(report.name) ? 'on' : 'off'}"/>`,
      )
      .join('');
    return `<g><title>${html(`${thousands(group.rows.length)} reported by ${names.join(', ')}${names.length < reports.length ? ' only' : ''}`)}</title><rect x="${round(x(index) - step * 0.35)}" y="${round(top - height)}" width="${round(step * 0.7)}" height="${round(Math.max(height, 1))}" class="total"/><text x="${round(x(index))}" y="${round(top - height - 6)}" class="value middle">${thousands(group.rows.length)}</text>${on.length > 1 ? `<line x1="${round(x(index))}" x2="${round(x(index))}" y1="${on[0]}" y2="${on.at(-1)}" class="joined"/>` : ''}${dots}</g>`;
  });
  const sets = reports.map((report, index) => {
    const width = (report.keys / largest) * 90;
    return `<g><title>${html(`${titleOf(report.name, comparison)}: ${thousands(report.keys)} distinct findings`)}</title><text x="${LABEL - 10}" y="${y(index) + 4}" class="label">${html(short(titleOf(report.name, comparison), 34))}</text><rect x="${LABEL}" y="${y(index) - 8}" width="${round(width)}" height="16" class="more"/></g>`;
  });
  return svg(y(reports.length) + 4, 'Findings by who reports them', [...sets, ...columns].join(''));
}

/** The figures of the UpSet plot: who reports how many, and how many of them files and advisories bear out. */
export function combinationTable(comparison: Comparison): string {
  const rows = combinations(comparison).map(({ reports, rows, evidence }) => {
    const who = reports.map((name) => titleOf(name, comparison)).join(', ');
    const only = reports.length < comparison.reports.length ? ' only' : '';
    return `<tr><td class="n">${thousands(rows.length)}</td><td>${html(who)}${only}</td><td class="n">${thousands(evidence.confirmed)}</td><td class="n">${thousands(evidence.contradicted)}</td><td class="n">${thousands(evidence.undecidable)}</td></tr>\n`;
  });
  const number = (text: string) => ({ text, number: true as const });
  const columns = [
    number('findings'),
    'reported by',
    number('confirmed'),
    number('contradicted'),
    number('undecidable'),
  ];
  return htmlTable('Findings by who reports them: figures', columns, rows);
}

/** Shades of a cell, by its count. */
const SHADES = 5;

/** Severities of two reports against each other, as a table whose cells darken with their count. */
export function matrixTable(matrix: SeverityMatrix, comparison: Pick<Comparison, 'reports'>): string {
  const used = (side: 'from' | 'to'): readonly (Severity | null)[] => [
    ...[...SEVERITIES].reverse().filter((severity) => matrix.cells.some((cell) => cell[side] === severity)),
    ...(matrix.cells.some((cell) => cell[side] === null) ? [null] : []),
  ];
  const columns = used('to');
  const most = Math.max(1, ...matrix.cells.map(({ count }) => count));
  const word = (severity: Severity | null): string => (severity === null ? 'not reported' : severity.toLowerCase());
  // Seven columns of whole words pass the edge of a telephone, and the worst that is missed stands in the last of them.
  const headed = (severity: Severity | null, scope: 'col' | 'row'): string => {
    const short = severity === null ? 'none' : severityName(severity, { width: 0 }).toLowerCase();
    return heading({ text: word(severity), short }, scope);
  };
  const head = columns.map((severity) => headed(severity, 'col')).join('');
  const body = used('from').map((from) => {
    const cells = columns.map((to) => {
      const count = matrix.cells.find((cell) => cell.from === from && cell.to === to)?.count ?? 0;
      if (count === 0) return '<td class="zero">0</td>';
      const shade = Math.max(1, Math.round(SHADES * Math.sqrt(count / most)));
      return `<td class="${from === to ? 'same' : 'apart'}${shade}">${thousands(count)}</td>`;
    });
    return `<tr>${headed(from, 'row')}${cells.join('')}</tr>`;
  });
  const caption = `${titleOf(matrix.from, comparison)} (down) against ${titleOf(matrix.to, comparison)} (across)`;
  return scrolling(
    caption,
    `<table><caption>${html(caption)}</caption><thead><tr><td></td>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`,
  );
}

/** What is wider than a small screen scrolls sideways, by keyboard too. */
const scrolling = (name: string, content: string): string =>
  `<div class="scroll" tabindex="0" role="region" aria-label="${html(name)}, scrolls">${content}</div>\n`;

const svg = (height: number, title: string, content: string): string =>
  scrolling(
    `${title}: chart`,
    `<svg class="chart" viewBox="0 0 ${WIDTH} ${round(height)}" role="img" aria-label="${html(title)}">${content}</svg>`,
  );

const round = (value: number): string => String(Math.round(value * 10) / 10);
const short = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}\u2026` : text;
