import { isSystemType, typeNamed } from '../../ecosystems/index.ts';
import { grouped } from '../../formats/grouped.ts';
import {
  distance,
  type Exposure,
  type ExposureClass,
  type Finding,
  type Package,
  type StatementState,
  severityRank,
} from '../../model.ts';
import { isNotLinked, isSeen, isWithinReach } from '../../policy/exposure.ts';
import { SEVERITY_STYLES } from '../../terminal/style.ts';
import { type Cell, type Column, cut, cutMiddle, lengthOf, naturalWidths, table } from '../../terminal/table.ts';
import { terminalText } from '../escape.ts';
import { isSmall, layout, type Page, paragraph, title } from '../page.ts';
import {
  type FixGroup,
  type GroupedFinding,
  isFixable,
  isForSubscribers,
  isKernelHeader,
  roleOfGroup,
  titleLine,
} from './groups.ts';
import { proofInWords } from './proof-words.ts';
import { countSeverities, countsInWords } from './summary.ts';

/** From here on a package is named with its version. */
const WIDE = 100;
/** Below this, versions and titles are cut more. */
const ROOMY = 76;

const columnsOf = ({ width = ROOMY }: Page): readonly Column[] => [
  { header: 'vulnerability', overflow: 'middle', minimum: 14 },
  { header: 'severity' },
  { header: 'by', overflow: 'cut', minimum: 7 },
  { header: 'fix or state', overflow: 'middle', minimum: width < ROOMY ? 8 : 18 },
  { header: 'title', overflow: 'cut', minimum: width < ROOMY ? 6 : 12 },
];

/** Findings by source package, what is fixable, exploited or severe first. */
export function findingLines(groups: readonly FixGroup[], page: Page): string[] {
  const total = groups.reduce((sum, group) => sum + group.findings.length, 0);
  if (total === 0) return [];
  const listed = groups.map((group) => ({ group, lines: group.findings.map(cells) }));
  const own = columnsOf(page);
  const widths = naturalWidths(
    own,
    listed.flatMap(({ lines }) => lines),
  );
  const columns = own.map((column, index) => ({ ...column, width: widths[index]! }));
  const bare = columns.map(({ header: _, ...column }) => column);
  const [header] = table(columns, [], { ...layout(page), indent: 4 });
  return [
    title('FINDINGS BY PACKAGE', page, `${grouped(total)} in ${packagesInWords(groups.length)}`),
    header!,
    ...listed.flatMap(({ group, lines }) => [
      groupHeader(group, page),
      ...table(bare, lines, { ...layout(page), indent: 4 }),
    ]),
  ];
}

const packagesInWords = (count: number): string => `${grouped(count)} ${count === 1 ? 'package' : 'packages'}`;

/** A finding, and what is asked of it for the order. */
interface Ordered {
  readonly finding: Finding;
  readonly exposure: Exposure | undefined;
  readonly headers: boolean;
}

const byWeight = (a: Ordered, b: Ordered): number =>
  Number(a.headers) - Number(b.headers) ||
  Number(b.finding.exploited !== undefined) - Number(a.finding.exploited !== undefined) ||
  severityRank(b.finding.severity) - severityRank(a.finding.severity) ||
  distance(a.exposure?.class) - distance(b.exposure?.class) ||
  Number(isFixable(b.finding)) - Number(isFixable(a.finding));

function nearCell({ finding, exposure }: Pick<GroupedFinding, 'finding' | 'exposure'>): Cell {
  if (exposure === undefined) return '';
  const near = exposure.class;
  return { text: isNotLinked(finding) ? NOT_LINKED : NEAR[near], style: isWithinReach(near) ? ['bold'] : ['dim'] };
}

/** Of the first `number` findings a line each, the exploited and the worst first, the headers of the kernel last; what is left is counted. */
export function worstLines(groups: readonly FixGroup[], page: Page, number: number): string[] {
  const all = groups.flatMap((group) =>
    group.findings.map(({ finding, exposure }) => ({
      group,
      finding,
      exposure,
      headers: group.packages.every(isKernelHeader),
    })),
  );
  if (all.length === 0) return [];
  const order = [...all].sort(byWeight);
  const shown = order.slice(0, number);
  const left = order.slice(number).map(({ finding }) => finding);
  const wide = page.width === undefined || page.width >= WIDE;
  // Ten letters of a title say less than the whole of a version.
  const titled = !isSmall(page);
  const several = inSeveralVersions(shown.map(({ group }) => group));
  const isTold = shown.some(({ exposure }) => (exposure?.class ?? 'unknown') !== 'unknown');
  const rows = shown.map(({ group, finding, exposure }): Cell[] => {
    const [id, severity, , fix, said] = cells({ finding });
    return [
      id!,
      severity!,
      { text: wide || several.has(group.name) ? `${group.name} ${group.version}` : group.name, style: ['bold'] },
      ...(isTold && wide ? [nearCell({ finding, exposure })] : []),
      fix!,
      ...(titled ? [said!] : []),
    ];
  });
  const narrow = page.width !== undefined && page.width < ROOMY;
  const columns: readonly Column[] = [
    { header: 'vulnerability', overflow: 'middle', minimum: 14 },
    { header: 'severity' },
    { header: 'package', overflow: wide || several.size > 0 ? 'middle' : 'cut', minimum: narrow ? 10 : 16 },
    ...(isTold && wide ? [{ header: 'reach' }] : []),
    { header: 'fix or state', overflow: 'middle', minimum: narrow ? 8 : 12 },
    ...(titled ? [{ header: 'title', overflow: 'cut', minimum: narrow ? 6 : 10 } as const] : []),
  ];
  return [
    title(
      'WORST FINDINGS',
      page,
      shown.length < all.length
        ? `${shown.length} shown; all ${grouped(all.length)} are in ${packagesInWords(groups.length)}`
        : `${grouped(all.length)} in ${packagesInWords(groups.length)}`,
    ),
    ...table(columns, rows, { ...layout(page), indent: 2 }),
    ...(left.length === 0
      ? []
      : paragraph(
          `and ${grouped(left.length)} more: ${countsInWords(countSeverities(left))}`,
          page,
          2,
          (line) => page.paint(line, 'dim'),
          2,
        )),
  ];
}

/** Names that stand for several packages: a line without the version would look like the one before it. */
function inSeveralVersions(groups: readonly FixGroup[]): ReadonlySet<string> {
  const first = new Map<string, string>();
  return new Set(
    groups.flatMap(({ name, version }) => {
      if (!first.has(name)) first.set(name, version);
      return first.get(name) === version ? [] : [name];
    }),
  );
}

/** `openssl 1.1.1n-0+deb11u3  libssl-dev, libssl1.1, openssl · layer 1: ADD file:...`. */
function groupHeader(group: FixGroup, page: Page): string {
  const { width = Number.POSITIVE_INFINITY } = page;
  // A name leaves room for its version; both together never pass the edge.
  const name = cut(terminalText(group.name), width - 14);
  const version = cutMiddle(terminalText(group.version), width - 3 - lengthOf(name));
  const head = `  ${name} ${version}`;
  const where = [
    ...(isSystemType(group.type) ? [] : [typeNamed(group.type).label]),
    ...(group.packages.every(isKernelHeader) ? ["headers only: a container runs its host's kernel"] : []),
    ...exposureOfGroup(group),
    ...installedAs(group),
    ...places(group),
  ].join(' \u00b7 ');
  const room = page.width === undefined ? Number.POSITIVE_INFINITY : page.width - lengthOf(head) - 2;
  const tail = room < 10 ? '' : cut(terminalText(where), room);
  const painted = `  ${page.paint(name, 'bold')} ${version}`;
  return tail === '' ? painted : `${painted}  ${page.paint(tail, 'dim')}`;
}

/** How near a package is to what the container runs, in a word or two. */
const NEAR: Readonly<Record<ExposureClass, string>> = {
  loaded: 'loaded',
  importable: 'importable',
  callable: 'callable',
  present: 'on disk only',
  'not-code': 'no code',
  unknown: '?',
};

/** How near a finding is, as the table says it. */
export const nearnessInWords = ({ class: standing, seen }: Exposure): string =>
  seen === undefined ? NEAR[standing] : 'seen loaded';

/** No program holds the code that the advisory names. */
const NOT_LINKED = 'not linked';

/** The same of all that is fixed together; nothing where it cannot be told. */
export function exposureOfGroup({ packages, findings, exposure }: FixGroup): string[] {
  // That it cannot be told is said once, under the counts.
  if (exposure === undefined || exposure.class === 'unknown') return [];
  if (packages.some(isSeen)) return ['seen loaded'];
  return [findings.every(({ finding }) => isNotLinked(finding)) ? NOT_LINKED : NEAR[exposure.class]];
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
  const brought = first.diffID === '' ? [] : [`layer ${layers.join(', ')}${made}`];
  return [...(role === 'installed' ? [] : [role]), ...proofInWords(group.packages), ...path, ...brought];
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

function cells({ finding }: Pick<GroupedFinding, 'finding'>): Cell[] {
  const said = `${isNotLinked(finding) ? `${NOT_LINKED}: ` : ''}${titleLine(finding)}`;
  return [
    finding.id,
    { text: finding.severity, style: SEVERITY_STYLES[finding.severity] },
    { text: finding.severitySource === 'none' ? '-' : finding.severitySource, style: ['dim'] },
    isFixable(finding) ? { text: `\u2192 ${finding.fix.version ?? 'fixed'}`, style: ['green'] } : stateInWords(finding),
    finding.exploited === undefined
      ? said
      : { text: `EXPLOITED since ${finding.exploited.slice(0, 10)}: ${said}`, style: ['red'] },
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

/** The packages of a finding by name, for formats that have one line for each. */
export const namesInWords = (packages: readonly Package[]): string =>
  [...new Set(packages.map((pkg) => pkg.name))].join(', ');
