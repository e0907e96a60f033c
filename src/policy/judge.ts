import { filesUnread, RISK_READERS } from '../coverage/unread.ts';
import { isSystemType } from '../ecosystems/index.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { PlimsollError } from '../errors.ts';
import { counted } from '../formats/grouped.ts';
import { MATCHING } from '../matching/match.ts';
import {
  ABSENT_LAYER,
  type Coverage,
  DECLARATIONS,
  type Finding,
  type GateRule,
  type GateVerdict,
  type Report,
  type Risk,
  type Severity,
  TIME_OVER,
} from '../model.ts';
import { catchesFinding, catchesRisk, type Gate, severitiesOf } from './gate.ts';
import { isRun } from './kernel-headers.ts';
import { lackingFeeds } from './lacking-feeds.ts';
import { riskPlace } from './risk-place.ts';
import { unrated } from './unrated.ts';

/** What was there before, as far as `new` asks. */
export interface Baseline {
  has(item: Finding | Risk): boolean;
}

/** Besides the report and its gates. */
export interface Judging {
  readonly baseline?: Baseline;
  /** Goes on where part of what a gate speaks of could not be judged. */
  readonly allowUnjudged?: boolean;
}

/**
 * What the gates say of a report. A gate that could not be judged fails: nothing found is no proof where nobody could look.
 * Throws `usage` for `new` without a baseline and for a filter that keeps back what a gate judges.
 */
export function judgeGates(report: Report, gates: readonly Gate[], judging: Judging = {}): GateVerdict {
  for (const gate of gates) checkAsked(gate, report.filtered.severity, judging.baseline);
  const rules = gates.map((gate) => ruleOf(report, gate, judging));
  return { passed: rules.every(({ passed }) => passed), rules };
}

/** Throws `usage` for what a gate cannot be asked. */
export function checkAsked(gate: Gate, shown: readonly Severity[] | undefined, baseline: Baseline | undefined): void {
  if (gate.fresh && !baseline)
    throw new PlimsollError('usage', `--fail-on ${gate.word} needs a report to be new against`, {
      hint: 'name one with --baseline report.json (plimsoll scan -f json)',
    });
  const missing = shown === undefined ? [] : severitiesOf(gate).filter((severity) => !shown.includes(severity));
  if (missing.length > 0)
    throw new PlimsollError(
      'usage',
      `--severity keeps back ${missing.join(', ')}, which --fail-on ${gate.word} judges`,
      {
        hint: 'let --severity show as much as the gate judges',
      },
    );
}

const EXAMPLES = 5;

function ruleOf(report: Report, gate: Gate, { baseline, allowUnjudged }: Judging): GateRule {
  const unjudged = allowUnjudged ? [] : unjudgedBy(report, gate);
  if (gate.whole === 'end-of-life' || gate.whole === 'incomplete') {
    const caught = gate.whole === 'incomplete' ? gapsOf(report) : lifeOutcome(report).caught;
    return rule(gate, caught, unjudged);
  }
  const isNew = (subject: Finding | Risk): boolean => !gate.fresh || !baseline?.has(subject);
  const findings = report.findings.filter(
    (finding) => isRun(finding) && catchesFinding(gate, finding) && isNew(finding),
  );
  const risks = report.risks.filter((risk) => catchesRisk(gate, risk) && isNew(risk));
  const asked = report.findings.filter((finding) => isRun(finding) && isNew(finding));
  const unknown = allowUnjudged ? [] : unrated(asked, report, gate);
  // Findings count as the table counts them: a source once, whatever its binaries. Each risk counts, as it does there.
  const caught = [...new Set(findings.map(findingText)), ...risks.map(riskText)];
  return rule(gate, caught, [...unjudged, ...unknown]);
}

/** A finding as verdicts name it, and tell it from others: as the table counts, `CVE-2023-0464 in openssl 1.1.1n`. */
export const findingText = ({ id, package: pkg }: Finding): string =>
  `${id} in ${sourceOf(pkg).name} ${sourceOf(pkg).version}`;
/** A risk as verdicts name it. */
export const riskText = (risk: Risk): string => `${risk.title} in ${riskPlace(risk)}`;

function rule({ word }: Gate, caught: readonly string[], unjudged: readonly string[]): GateRule {
  return {
    gate: word,
    passed: caught.length === 0 && unjudged.length === 0,
    count: caught.length,
    examples: caught.slice(0, EXAMPLES),
    ...(unjudged.length > 0 ? { unjudged } : {}),
  };
}

/** An operating system that its publisher no longer looks after, and why nobody can say. A layer that is missing may hold another. */
export function lifeOutcome(report: Report): {
  readonly caught: readonly string[];
  readonly unjudged: readonly string[];
} {
  const over = report.notices.filter(({ code, level }) => code === 'end-of-life' && level === 'warning');
  return { caught: over.map(({ message }) => message), unjudged: [...lostLayers(report), ...lifeUnjudged(report)] };
}

/** What tells how far an image could be judged. */
type Judged = Pick<Report, 'packages' | 'notices' | 'coverage' | 'unknowns'> & {
  readonly subject: Pick<Report['subject'], 'source'>;
};

/** Everything between "nothing found" and "nothing there" that somebody could mend. */
export function gapsOf(report: Judged): readonly string[] {
  const unread = filesUnread(report.unknowns.filter(({ analyzer }) => analyzer !== MATCHING));
  const failed = report.notices.filter(({ code }) => code === 'feed-failed' || code === 'database-stale');
  return [
    ...packageGaps(report),
    ...report.notices.filter(({ code }) => UNOPENED.has(code) || DOUBTED.has(code)).map(({ message }) => message),
    ...(unread > 0 ? [`${counted(unread, 'file')} could not be read`] : []),
    ...failed.map(({ message }) => message),
  ];
}

/** Signs that packages were taken out of sight: those that are left are not all. */
const HIDDEN: ReadonlySet<string> = new Set([
  'database-deleted',
  'database-emptied',
  'database-missing',
  'metadata-deleted',
  'versions-contradicted',
]);

/** Programs, systems and code that are there and were not looked into, or tell nothing. */
const UNOPENED: ReadonlySet<string> = new Set(['contents-closed', 'system-nested', 'code-unlisted']);

/**
 * What is judged, and rests on a guess against what the image says of itself: nothing is missing for a gate on findings, and somebody lied or changed what
 * decides whose advisories count.
 */
const DOUBTED: ReadonlySet<string> = new Set(['release-contradicted', 'packages-phantom']);

/** A report whose assessment says whether it is complete, by what is known of its gaps now. */
export const withCompleteness = (report: Report): Report =>
  report.assessment === undefined
    ? report
    : { ...report, assessment: { ...report.assessment, complete: gapsOf(report).length === 0 } };

/** What says that packages were taken out of sight, in words; `system`: whether packages of the operating system count. */
export function outOfSight({ packages, notices }: Judged, system = true): readonly string[] {
  return [
    ...(packages.length === 0 ? ['no package was found at all'] : []),
    ...notices
      .filter(({ code, level }) => (system && code === 'os-no-packages') || (level === 'warning' && HIDDEN.has(code)))
      .map(({ message }) => message),
  ];
}

/** Whether somebody could judge packages of this kind, if not here and now. */
export const isJudgeable = ({ namespace, type, reason }: Coverage): boolean =>
  namespace !== undefined || reason !== undefined || isSystemType(type);

/** Why packages of one kind were not judged. */
export function gapInWords({ type, namespace, packages, reason }: Coverage): string {
  if (reason !== undefined) return `${counted(packages, `${type} package`)} ${reason}`;
  return namespace === undefined
    ? `${counted(packages, `${type} package`)} of a distribution that nobody here knows`
    : `${counted(packages, 'package')} of ${namespace}, of which the database holds no advisories`;
}

/** Packages that a gate on findings speaks of and that nobody could look at. */
function packageGaps(report: Judged): readonly string[] {
  const gaps = (report.coverage ?? []).filter((kind) => !kind.assessed && isJudgeable(kind));
  return [...outOfSight(report), ...unreadLists(report), ...gaps.map(gapInWords), ...defectsOf(report)];
}

/**
 * The lists of a project that could not be read: they are all that there is of it, and its installer would not go on without them
 * either. Of an image a single file is left to `incomplete`.
 */
export function unreadLists({ subject, unknowns, notices }: Judged): readonly string[] {
  if (subject.source !== 'project') return [];
  const files = new Map<string, string>();
  for (const { path, analyzer, reason } of unknowns)
    if (analyzer !== MATCHING && analyzer !== DECLARATIONS && !files.has(path)) files.set(path, reason);
  return [
    ...notices.filter(({ code }) => code === 'include-unread').map(({ message }) => message),
    ...[...files].map(([path, reason]) => `/${path} could not be read: ${reason}`),
  ].slice(0, EXAMPLES);
}

/** Why nothing found in a report proves nothing, for whoever asks about findings. */
export const findingsUnjudged = (report: Judged): readonly string[] => [...packageGaps(report), ...lostLayers(report)];

/** Packages that were to be judged and were not, because this program is wrong somewhere. */
export function defectsOf({ unknowns }: Pick<Report, 'unknowns'>): readonly string[] {
  const defects = unknowns.filter(({ analyzer }) => analyzer === MATCHING).length;
  return defects > 0 ? [`${counted(defects, 'package')} could not be judged for a defect of this program`] : [];
}

/** Why nobody can say how long the operating system is looked after. A rolling release, and an image without one, has no end. */
function lifeUnjudged({ os, packages, coverage = [] }: Report): readonly string[] {
  if (!packages.some(({ type }) => isSystemType(type))) return [];
  if (!os) return ['the operating system is not known'];
  const isStrange = coverage.every(({ type, namespace }) => !isSystemType(type) || namespace === undefined);
  return isStrange && coverage.length > 0 ? [`nobody here knows ${os.name}, nor how long it is looked after`] : [];
}

/** Layers that nobody could read, and what nobody had the time to: what they hold, or hide, is not known. */
export const lostLayers = ({ unknowns }: Pick<Report, 'unknowns'>): readonly string[] => {
  const late = unknowns.filter(({ analyzer }) => analyzer === TIME_OVER).length;
  return [
    ...[...new Set(unknowns.flatMap(({ analyzer, reason }) => (analyzer === ABSENT_LAYER ? [reason] : [])))].slice(
      0,
      EXAMPLES,
    ),
    ...(late > 0
      ? [`the time for reading was over before ${counted(late, 'place')}: give it more with --timeout`]
      : []),
  ];
};

/** What is written of files that no analyzer came to see. */
const LAYERS = 'layers';

/**
 * What could not be read of that which a gate speaks of. A layer that is missing may hold anything. A file counts against the gates
 * that name its kind (`model`, `secret`): a severity alone leaves single files to `incomplete`.
 */
export function unreadBy(report: Report, gate: Gate): readonly string[] {
  const { unknowns } = report;
  const named = gate.findings ? [] : [...gate.risks];
  const readers = new Set(named.flatMap((category) => RISK_READERS[category]));
  const files = unknowns.filter(
    ({ analyzer, path }) => readers.has(analyzer) || (named.length > 0 && analyzer === LAYERS && path !== ''),
  );
  const [first] = files;
  return [
    ...lostLayers(report),
    ...(first === undefined
      ? []
      : [
          `${counted(files.length, 'file')} of this kind could not be read, such as ${first.path === '' ? 'one' : `/${first.path}`}: ${first.reason}`,
        ]),
  ];
}

function unjudgedBy(report: Report, gate: Gate): readonly string[] {
  if (gate.whole === 'incomplete') return [];
  if (gate.whole === 'end-of-life') return lifeOutcome(report).unjudged;
  return [...(gate.findings ? packageGaps(report) : []), ...unreadBy(report, gate), ...lackingFeeds(report, gate)];
}
