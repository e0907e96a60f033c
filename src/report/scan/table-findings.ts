import { isSystemType, typeNamed } from '../../ecosystems/index.ts';
import { printable } from '../../errors.ts';
import { grouped } from '../../formats/grouped.ts';
import type { Finding, Package, Recovery, StatementState } from '../../model.ts';
import { SEVERITY_STYLES } from '../../terminal/style.ts';
import { type Cell, type Column, cut, naturalWidths, table } from '../../terminal/table.ts';
import { layout, type Page, paragraph, title } from '../page.ts';
import {
  type FixGroup,
  type GroupedFinding,
  isExploited,
  isFixable,
  isForSubscribers,
  isKernelHeader,
  rank,
  roleOfGroup,
  titleLine,
} from './groups.ts';
import { countSeverities, countsInWords } from './summary.ts';

/** A report with no more findings than this is shown whole. */
const WHOLE = 40;
/** Findings that one package is shown with on a terminal; one upgrade clears them all, so that more lines tell nothing new. */
const ROWS = 6;
/** Packages whose findings a terminal is shown; a page has room for all, a screen has not. */
const PACKAGES = 5;
/** Packages with nothing pressing that are listed by name on a terminal. */
const QUIET = 12;

/** Below this, versions and titles are cut more. */
const ROOMY = 76;

const columnsOf = ({ width = ROOMY }: Page): readonly Column[] => [
  { header: 'vulnerability', overflow: 'middle', minimum: 14 },
  { header: 'severity' },
  { header: 'by', overflow: 'cut', minimum: 7 },
  { header: 'fix or state', overflow: 'middle', minimum: width < ROOMY ? 8 : 18 },
  { header: 'title', overflow: 'cut', minimum: width < ROOMY ? 6 : 12 },
];

/** Findings by source package. On a terminal what is fixable, exploited or severe comes first and the rest is counted. */
export function findingLines(groups: readonly FixGroup[], page: Page): string[] {
  const total = groups.reduce((sum, group) => sum + group.findings.length, 0);
  if (total === 0) return [];
  const whole = page.all || total <= WHOLE;
  const shown = groups.map((group) => ({ group, rows: whole ? group.findings : pressing(group) }));
  const pressed = shown.filter(({ rows }) => rows.length > 0);
  const further = whole ? [] : pressed.slice(PACKAGES).map(({ group }) => group);
  const loud = pressed
    .slice(0, whole ? undefined : PACKAGES)
    .map(({ group, rows }) => ({ group, rows, lines: rows.map(cells) }));
  const quiet = shown.filter(({ rows }) => rows.length === 0).map(({ group }) => group);
  const own = columnsOf(page);
  const widths = naturalWidths(
    own,
    loud.flatMap(({ lines }) => lines),
  );
  const columns = own.map((column, index) => ({ ...column, width: widths[index]! }));
  const bare = columns.map(({ header: _, ...column }) => column);
  const [header] = table(columns, [], { ...layout(page), indent: 4 });
  return [
    title(
      'FINDINGS BY PACKAGE',
      page,
      `${grouped(total)} in ${grouped(groups.length)} ${groups.length === 1 ? 'package' : 'packages'}`,
    ),
    ...(loud.length === 0 ? [] : [header!]),
    ...loud.flatMap(({ group, rows, lines }) => [
      groupHeader(group, page),
      ...table(bare, lines, { ...layout(page), indent: 4 }),
      ...restLines(group, rows, page),
    ]),
    ...furtherLines(further, page),
    ...quietLines(quiet, loud.length > 0, page),
  ];
}

/** `and 68 more: 12 CRITICAL, ...`, their names below: packages with what has a fix or is severe. */
function furtherLines(groups: readonly FixGroup[], page: Page): string[] {
  if (groups.length === 0) return [];
  const findings = groups.flatMap((group) => group.findings.map(({ finding }) => finding));
  const names = groups.slice(0, QUIET).map(({ name }) => printable(name));
  const dim = (line: string): string => page.paint(line, 'dim');
  const left = groups.length > QUIET ? `, and ${groups.length - QUIET} more packages` : '';
  return [
    ...paragraph(`and ${groups.length} more: ${countsInWords(countSeverities(findings))}`, page, 4, dim, 2),
    ...paragraph(`in ${names.join(', ')}${left}; --all lists them, -f html shows them`, page, 6, dim),
  ];
}

/** The exploited, and the first few of those that can be fixed or are severe. */
function pressing(group: FixGroup): GroupedFinding[] {
  const mattering = group.findings.filter(
    ({ finding }) => isFixable(finding) || finding.exploited !== undefined || rank(finding.severity) >= rank('HIGH'),
  );
  if (mattering.length <= ROWS + 1) return mattering;
  const chosen = new Set([...mattering.filter(({ finding }) => isExploited(finding)), ...mattering].slice(0, ROWS));
  return mattering.filter((finding) => chosen.has(finding));
}

/** `and 12 MEDIUM with a fix; 4 LOW without`. */
function restLines(group: FixGroup, rows: readonly GroupedFinding[], page: Page): string[] {
  const shown = new Set(rows);
  const left = group.findings.filter((finding) => !shown.has(finding)).map(({ finding }) => finding);
  const part = (findings: readonly Finding[], words: string) =>
    findings.length === 0 ? [] : [`${countsInWords(countSeverities(findings))} ${words}`];
  const parts = [
    ...part(left.filter(isFixable), 'with a fix'),
    ...part(
      left.filter((finding) => !isFixable(finding)),
      'without a fix',
    ),
  ];
  return parts.length === 0 ? [] : paragraph(`and ${parts.join('; ')}`, page, 4, (line) => page.paint(line, 'dim'), 2);
}

/** `openssl 1.1.1n-0+deb11u3  libssl-dev, libssl1.1, openssl · layer 1: ADD file:...`. */
function groupHeader(group: FixGroup, page: Page): string {
  const head = `  ${printable(group.name)} ${printable(group.version)}`;
  const where = [
    ...(isSystemType(group.type) ? [] : [typeNamed(group.type).label]),
    ...(group.packages.every(isKernelHeader) ? ["headers only: a container runs its host's kernel"] : []),
    ...installedAs(group),
    ...places(group),
  ].join(' \u00b7 ');
  const room = page.width === undefined ? Number.POSITIVE_INFINITY : page.width - head.length - 2;
  const tail = room < 10 ? '' : cut(printable(where, 2_000), room);
  const painted = `  ${page.paint(printable(group.name), 'bold')} ${printable(group.version)}`;
  return tail === '' ? painted : `${painted}  ${page.paint(tail, 'dim')}`;
}

function installedAs(group: FixGroup): string[] {
  const names = [
    ...new Set(group.packages.map((pkg) => (pkg.version === group.version ? pkg.name : `${pkg.name} ${pkg.version}`))),
  ];
  if (names.length === 1 && names[0] === group.name) return [];
  return [names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ')];
}

/** The folder a Python distribution lies in; for others the file that proves them. */
const placeOf = (path: string): string => path.replace(/\/[^/]+\.(?:dist-info|egg-info)(?:\/[^/]+)?$/, '');

/** Instructions can be pages long; this much of one tells which it is. */
const INSTRUCTION = 60;

/** What proves a package that no package manager lists. */
const RECOVERED_FROM: Readonly<Record<Recovery, string>> = {
  'lower-layer': 'a lower layer lists it',
  documentation: 'its changelog is there',
  code: 'its code says so',
  'lock-file': 'a lock file names it, and its folder is there',
  unpacked: 'unpacked from a packed program',
};

function places(group: FixGroup): string[] {
  const evidence = group.packages.flatMap((pkg) => pkg.evidence);
  const first = evidence[0];
  if (first === undefined) return [];
  const paths = [...new Set(evidence.map(({ path }) => path))];
  const path = isSystemType(group.type)
    ? []
    : [`/${placeOf(paths[0]!)}${paths.length === 1 ? '' : ` and ${paths.length - 1} more`}`];
  const role = roleOfGroup(group);
  const layers = [...new Set(evidence.map(({ layer }) => layer + 1))].sort((a, b) => a - b);
  const made =
    first.instruction === undefined || layers.length > 1
      ? ''
      : `: ${cut(shortInstruction(first.instruction), INSTRUCTION)}`;
  const recovered = group.packages.find((one) => one.recovered !== undefined)?.recovered;
  const how = recovered === undefined ? [] : [`recovered: ${RECOVERED_FROM[recovered]}`];
  return [...(role === 'installed' ? [] : [role]), ...how, ...path, `layer ${layers.join(', ')}${made}`];
}

/** Without what builders wrap around an instruction: `/bin/sh -c #(nop) `, `# buildkit`. */
export function shortInstruction(instruction: string): string {
  return instruction
    .replace(/^(RUN )?\/bin\/sh -c (#\(nop\) *)?/, (_, run: string | undefined, nop: string | undefined) =>
      nop === undefined ? (run ?? 'RUN ') : '',
    )
    .replace(/ # buildkit$/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function cells({ finding }: GroupedFinding): Cell[] {
  return [
    finding.id,
    { text: finding.severity, style: SEVERITY_STYLES[finding.severity] },
    { text: finding.severitySource === 'none' ? '-' : finding.severitySource, style: ['dim'] },
    isFixable(finding) ? { text: `\u2192 ${finding.fix.version ?? 'fixed'}`, style: ['green'] } : stateInWords(finding),
    finding.exploited === undefined
      ? titleLine(finding)
      : { text: `EXPLOITED since ${finding.exploited.slice(0, 10)}: ${titleLine(finding)}`, style: ['red'] },
  ];
}

/** The publisher's state, where there is no fix to name. */
const STATE_WORDS: Readonly<Record<StatementState, string>> = {
  open: 'open',
  fixed: 'open',
  'not-affected': 'not affected',
  unimportant: 'unimportant',
  'no-dsa': 'no-dsa',
  ignored: 'ignored',
  postponed: 'postponed',
  'end-of-life': 'end of life',
  undetermined: 'undetermined',
  'will-not-fix': 'will not fix',
  deferred: 'deferred',
  withdrawn: 'withdrawn',
};

/** The state of a finding in words: `fixed in 65.5.1`, `no-dsa`. */
export function stateInWords(finding: Finding): string {
  if (isForSubscribers(finding)) return `${finding.fix.subscription ?? 'subscription'} only: ${finding.fix.version}`;
  return isFixable(finding) ? `fixed in ${finding.fix.version ?? 'a later version'}` : STATE_WORDS[finding.state];
}

function quietLines(groups: readonly FixGroup[], after: boolean, page: Page): string[] {
  if (groups.length === 0) return [];
  const listed = groups.slice(0, QUIET);
  const rest = groups.slice(QUIET);
  const rows = listed.map((group): Cell[] => [group.name, group.version, counted([group])]);
  return [
    ...(after ? [''] : []),
    `  ${page.paint(`${groups.length} ${after ? 'more ' : ''}${groups.length === 1 ? 'package' : 'packages'} without a fix and nothing HIGH`, 'bold')}`,
    ...table([{ overflow: 'cut' }, { overflow: 'cut' }, { overflow: 'wrap' }], rows, { ...layout(page), indent: 4 }),
    ...(rest.length === 0 ? [] : paragraph(`and ${rest.length} more: ${counted(rest)}`, page, 4, undefined, 2)),
    ...paragraph('--all shows every finding, -f json everything known of each', page, 2, (line) =>
      page.paint(line, 'dim'),
    ),
  ];
}

const counted = (groups: readonly FixGroup[]): string =>
  countsInWords(countSeverities(groups.flatMap((group) => group.findings.map(({ finding }) => finding))));

/** The packages of a finding by name, for formats that have one line for each. */
export const namesInWords = (packages: readonly Package[]): string =>
  [...new Set(packages.map((pkg) => pkg.name))].join(', ');
