import { addTo } from '../../collections.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import { findingExposure } from '../../matching/nearest-first.ts';
import { distance, type Exposure, type Finding, type Package, type PackageRole, severityRank } from '../../model.ts';
import { mayBeLoaded, nearestExposure } from '../../policy/exposure.ts';
import { isKernelHeader, isRun } from '../../policy/kernel-headers.ts';
import { compareDigits, compareText } from '../../versions/order.ts';
import { inOneLine } from '../escape.ts';

export { isKernelHeader } from '../../policy/kernel-headers.ts';

/** One vulnerability in one source package, with every installed package it was found in. */
export interface GroupedFinding {
  /** The finding of the worst severity; with the fix of another, where it has none itself. */
  readonly finding: Finding;
  readonly packages: readonly Package[];
  /** The nearest that its code comes in any of them to what the container runs. */
  readonly exposure: Exposure | undefined;
  /** Whether gates on loaded code judge it in any of them: what is not known to be far counts as loaded there. */
  readonly mayBeLoaded: boolean;
}

/** What is fixed together: a source package and its binaries, or a language package and its copies. */
export interface FixGroup {
  /** Source package where the format has one. */
  readonly name: string;
  readonly version: string;
  readonly type: string;
  /** Installed packages with findings, by name. */
  readonly packages: readonly Package[];
  /** Worst first. */
  readonly findings: readonly GroupedFinding[];
  /** That of the nearest of its findings. */
  readonly exposure: Exposure | undefined;
}

export const isFixable = (finding: Finding): boolean => finding.fix.state === 'fixed';

/** The version that fixes it for everybody: what only subscribers get is no fix to whoever reads a format that has no word for them. */
export const fixedVersion = (finding: Finding): string | undefined =>
  isFixable(finding) ? finding.fix.version : undefined;

/** Whether only a subscription fixes it. */
export const isForSubscribers = (finding: Finding): boolean => finding.fix.state === 'subscription';

/** Known to be exploited, in code that the container runs. */
export const isExploited = (finding: Finding): boolean =>
  finding.exploited !== undefined && !isKernelHeader(finding.package);

/** Findings by source package: what can be fixed first, of that what is exploited, headers of the kernel last; then by worst severity, number, name. */
export function groupFindings(findings: readonly Finding[]): readonly FixGroup[] {
  const known = groupsOf.get(findings) ?? grouping(findings);
  groupsOf.set(findings, known);
  return known;
}

/** Verdict, counts, upgrades and list of one report are made of the same groups. */
const groupsOf = new WeakMap<readonly Finding[], readonly FixGroup[]>();

function grouping(findings: readonly Finding[]): FixGroup[] {
  const bySource = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = groupKey(finding.package);
    addTo(bySource, key, finding);
  }
  return [...bySource.values()].map(group).sort(compareGroups);
}

/** The same rows in one list: the worst first, in each severity the nearer to what the container runs. */
export const worstAndNearest = (findings: readonly Finding[]): readonly GroupedFinding[] =>
  groupFindings(findings)
    .flatMap((group) => group.findings)
    .sort(
      (a, b) =>
        severityRank(b.finding.severity) - severityRank(a.finding.severity) ||
        distance(a.exposure?.class) - distance(b.exposure?.class),
    );

/** Packages with the same key are fixed by the same upgrade. */
function groupKey(pkg: Package): string {
  return [pkg.type, sourceOf(pkg).name, sourceOf(pkg).version, pkg.namespace ?? ''].join('\0');
}

function group(findings: readonly Finding[]): FixGroup {
  const first = findings[0]!.package;
  const byId = new Map<string, Finding[]>();
  for (const finding of findings) {
    addTo(byId, finding.id, finding);
  }
  return {
    name: sourceOf(first).name,
    version: sourceOf(first).version,
    type: first.type,
    packages: distinct(findings.map((finding) => finding.package)),
    findings: [...byId.values()].map(groupedRow).sort(compareFindings),
    exposure: nearest(findings),
  };
}

const nearest = (some: readonly Finding[]): Exposure | undefined => nearestExposure(some.map(findingExposure));

/** One vulnerability in the packages of one source, as one row. */
export const groupedRow = (same: readonly Finding[]): GroupedFinding => ({
  finding: rowOf(same),
  packages: distinct(same.map((finding) => finding.package)),
  exposure: nearest(same),
  mayBeLoaded: same.some((finding) => isRun(finding) && mayBeLoaded(finding, false)),
});

/** As bad as the worst of them, whatever can be fixed of the others: what gates and `compare` count must be no worse than what the row says. */
function rowOf(same: readonly Finding[]): Finding {
  const worst = same.reduce(worse);
  const fixable = isFixable(worst) ? undefined : same.filter(isFixable).at(0);
  return fixable === undefined ? worst : { ...worst, fix: fixable.fix, state: fixable.state };
}

function worse(a: Finding, b: Finding): Finding {
  const difference = severityRank(b.severity) - severityRank(a.severity);
  return difference > 0 || (difference === 0 && isFixable(b) && !isFixable(a)) ? b : a;
}

function distinct(packages: readonly Package[]): Package[] {
  return [...new Set(packages)].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** CVE-2023-999 before CVE-2023-1000. */
function compareIds(a: string, b: string): number {
  const parts = (id: string): readonly string[] => id.match(/\d+|\D+/g) ?? [];
  const [left, right] = [parts(a), parts(b)];
  for (const [index, part] of left.entries()) {
    const other = right[index] ?? '';
    const bothNumbers = /^\d/.test(part) && /^\d/.test(other);
    const difference = bothNumbers ? compareDigits(part, other) : compareText(part, other);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** What the copies of a group are there for: `installed` as soon as one of them is. */
export function roleOfGroup({ packages }: FixGroup): PackageRole {
  const roles = packages.map((pkg) => pkg.role ?? 'installed');
  return roles.includes('installed') ? 'installed' : roles[0]!;
}

/** The title, or of the description the first sentence that says more than what the package is. */
export function titleLine({ title, description }: Finding): string {
  if (title !== undefined || description === undefined) return inOneLine(title ?? '').trim();
  const text = inOneLine(description.slice(0, 2_000)).trim();
  const [first = text, ...rest] = text.split(/(?<=[.!?]) (?=[A-Z])/);
  const telling = saysWhatItIs(first) ? (behindName(first) ?? rest[0] ?? first) : first;
  return telling.slice(0, 300);
}

/** `Pillow is a Python imaging library.`, or `There is a MEDIUM severity vulnerability affecting CPython.`; not `There is a flaw in X before 3.0`. */
const saysWhatItIs = (sentence: string): boolean =>
  /\bthere is\b/i.test(sentence)
    ? /^There is an? [A-Z]+ severity vulnerability affecting \w+\.$/.test(sentence)
    : /^.{1,60}? is (an?|the) /.test(sentence);

/** What follows where the name of the package begins the next sentence too, in small letters: `urllib3 is a client. urllib3 does not ...` */
function behindName(sentence: string): string | undefined {
  const [name] = sentence.split(' ', 1);
  const end = sentence.indexOf(`. ${name} `);
  return end < 0 ? undefined : sentence.slice(end + 2);
}

/** Worst first; of equals the exploited, then the fixable, then the newest id. */
function compareFindings(
  { finding: a, exposure }: GroupedFinding,
  { finding: b, exposure: other }: GroupedFinding,
): number {
  return (
    severityRank(b.severity) - severityRank(a.severity) ||
    Number(b.exploited !== undefined) - Number(a.exploited !== undefined) ||
    distance(exposure?.class) - distance(other?.class) ||
    Number(isFixable(b)) - Number(isFixable(a)) ||
    compareIds(b.id, a.id)
  );
}

function compareGroups(a: FixGroup, b: FixGroup): number {
  const fixable = (group: FixGroup) => Number(group.findings.some(({ finding }) => isFixable(finding)));
  const exploited = (group: FixGroup) => Number(group.findings.some(({ finding }) => isExploited(finding)));
  const headers = (group: FixGroup) => Number(group.packages.every(isKernelHeader));
  const worst = (group: FixGroup) => severityRank(group.findings[0]!.finding.severity);
  // Of its worst findings: a package of which a lesser one is loaded is no nearer for that in the severity that it stands in.
  const nearness = (group: FixGroup) =>
    Math.min(
      ...group.findings.flatMap(({ finding, exposure }) =>
        severityRank(finding.severity) === worst(group) ? [distance(exposure?.class)] : [],
      ),
    );
  return (
    fixable(b) - fixable(a) ||
    exploited(b) - exploited(a) ||
    headers(a) - headers(b) ||
    worst(b) - worst(a) ||
    nearness(a) - nearness(b) ||
    b.findings.length - a.findings.length ||
    (a.name < b.name ? -1 : 1)
  );
}
