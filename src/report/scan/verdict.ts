import { declarationsInWords } from '../../coverage/assessment.ts';
import { filesUnread } from '../../coverage/unread.ts';
import { counted, grouped } from '../../formats/grouped.ts';
import { type Notice, type Report, type Risk, severityRank } from '../../model.ts';
import { hopedChanges, sureChanges } from './changes.ts';
import { groupFindings, isExploited, isFixable, isKernelHeader } from './groups.ts';
import type { Summary } from './summary.ts';

/** What a reader who looks at one line only has to know. */
export interface ScanVerdict {
  /**
   * `fix`: something can be mended, or is dangerous; `weigh`: known vulnerabilities nobody has mended yet;
   * `incomplete`: nothing found, but not everything was judged; `clear`: nothing found.
   */
  readonly word: 'fix' | 'weigh' | 'incomplete' | 'clear';
  readonly heading: string;
  readonly text: string;
}

/** May this image sail? Only what the report holds is judged, and what it could not judge is said. */
export function scanVerdict(report: Report, summary: Summary): ScanVerdict {
  const gaps = unjudged(report, summary);
  const verdict = judgeFindings(report, summary, gaps);
  const dangers = report.risks.filter((risk) => severityRank(risk.severity) >= severityRank('HIGH'));
  if (dangers.length > 0) {
    const text = `${inWords(dangers)} dangerous (see the risks). ${verdict.text}`;
    return { word: 'fix', heading: verdict.word === 'fix' ? verdict.heading : 'LOOK FIRST', text };
  }
  if (report.risks.length === 0) return verdict;
  const where = report.risks.every(inFile) ? 'files' : 'files and configuration';
  return { ...verdict, text: `${verdict.text} ${counted(report.risks.length, 'lesser risk')} in ${where}.` };
}

const inFile = ({ evidence }: Risk): boolean => evidence.path !== '';

/** `1 file is`, `2 files and 1 entry of the configuration are`. */
function inWords(dangers: readonly Risk[]): string {
  const files = dangers.filter(inFile).length;
  const entries = dangers.length - files;
  const parts = [
    ...(files > 0 ? [counted(files, 'file')] : []),
    ...(entries > 0 ? [`${counted(entries, 'entry', 'entries')} of the configuration`] : []),
  ];
  return `${parts.join(' and ')} ${dangers.length === 1 ? 'is' : 'are'}`;
}

function judgeFindings(report: Report, summary: Summary, gaps: readonly string[]): ScanVerdict {
  const unjudgedToo = gaps.length === 0 ? '' : ` Besides, ${gaps.join(', ')}.`;
  if (summary.total > 0 && report.findings.every(({ package: pkg }) => isKernelHeader(pkg)))
    return headersOnly(summary, gaps, unjudgedToo);
  if (summary.fixable > 0) return fix(report, summary, unjudgedToo);
  if (summary.total > 0) return weigh(report, summary, unjudgedToo);
  const hidden = report.filtered.hidden === 0 ? '' : ` The filter kept back ${keptBack(report)}.`;
  if (gaps.length > 0) {
    return {
      word: 'incomplete',
      heading: 'INCOMPLETE',
      text: `Nothing found in what could be judged, but ${gaps.join(', ')}.${hidden}`,
    };
  }
  return {
    word: 'clear',
    heading: 'CLEAR',
    text: `${nothing(report)} in ${counted(summary.packages, 'package')}.${hidden}`,
  };
}

/** What there is none of, as far as the filter lets anything through: `No fixable CRITICAL or HIGH vulnerability`. */
function nothing({ filtered }: Report): string {
  const levels = filtered.severity === undefined ? '' : ` ${filtered.severity.join(' or ')}`;
  return `No ${filtered.fixable === true ? 'fixable' : 'known'}${levels} vulnerability`;
}

/** What the filter lets through and kept back; undefined where there is none. */
export function filterInWords(report: Report): string | undefined {
  const { severity, fixable, hidden } = report.filtered;
  if (hidden === 0 && severity === undefined && fixable !== true) return undefined;
  const kept = [severity?.join(', '), fixable === true ? 'fixable' : undefined].filter((part) => part !== undefined);
  return `filter: ${kept.length === 0 ? 'on' : `${kept.join(', ')} only`}; kept back: ${keptBack(report)}`;
}

/** How many findings the filter kept back, which are counted as the JSON report lists them. */
function keptBack({ filtered }: Report): string {
  return `${counted(filtered.hidden, 'finding')}, counted per installed package`;
}

function fix(report: Report, summary: Summary, gaps: string): ScanVerdict {
  // Of packages that one vulnerability is rated apart in, the worst may be one that has no fix: gates ask each by itself.
  const severe = groupFindings(
    report.findings.filter((finding) => isFixable(finding) && severityRank(finding.severity) >= severityRank('HIGH')),
  ).flatMap(({ findings }) => findings);
  const exploited = report.findings.filter((finding) => isFixable(finding) && isExploited(finding));
  const which = severe.length === 0 ? 'none of them HIGH or worse' : `${grouped(severe.length)} of them HIGH or worse`;
  const attacked =
    exploited.length === 0
      ? ''
      : ` ${counted(new Set(exploited.map(({ id }) => id)).size, 'is', 'are')} being exploited.`;
  const rest = summary.total - summary.fixable - summary.forSubscribers;
  const unfixed = rest === 0 ? '' : ` ${counted(rest, 'more has', 'more have')} no fix yet.`;
  return {
    word: 'fix',
    heading: 'FIX FIRST',
    text: `${counted(summary.fixable, 'finding has', 'findings have')} a fix, ${which}${nothingToUpgrade(report)}.${attacked}${unfixed}${subscribers(summary, report)}${gaps}`,
  };
}

/** Headers carry the kernel's version and none of its code: what is known of the kernel is no reason to change the image. */
function headersOnly(summary: Summary, gaps: readonly string[], besides: string): ScanVerdict {
  const text = `${counted(summary.total, 'finding is', 'findings are')} about the kernel, of which only headers are here: a container runs its host's kernel.${besides}`;
  return gaps.length > 0
    ? { word: 'incomplete', heading: 'INCOMPLETE', text }
    : { word: 'clear', heading: 'HEADERS ONLY', text };
}

/** Where there is nothing to upgrade to for all that has a fix, or nothing that is sure to be there. How many upgrades clear how much stands with the upgrades, and what that rests on. */
const nothingToUpgrade = ({ changes }: Report): string =>
  changes === undefined || sureChanges(changes).length > 0
    ? ''
    : hopedChanges(changes).length > 0
      ? ': no upgrade is sure to be offered'
      : ': no upgrade could be planned';

/** How many findings only a subscription fixes. */
function subscribers({ forSubscribers }: Summary, { findings }: Pick<Report, 'findings'>): string {
  if (forSubscribers === 0) return '';
  const names = [...new Set(findings.flatMap(({ fix }) => fix.subscription ?? []))].sort();
  return ` ${counted(forSubscribers, 'finding is', 'findings are')} fixed in ${names.join(' or ')} only (--pro counts ${forSubscribers === 1 ? 'it' : 'them'} as fixable).`;
}

function weigh(report: Report, summary: Summary, gaps: string): ScanVerdict {
  const severe = summary.severities.CRITICAL + summary.severities.HIGH;
  const which = severe === 0 ? 'none HIGH or worse' : `${grouped(severe)} HIGH or worse`;
  return {
    word: 'weigh',
    heading: 'NOTHING TO UPGRADE',
    text: `${counted(summary.total, 'known vulnerability has', 'known vulnerabilities have')} no ${summary.forSubscribers > 0 ? 'free ' : ''}fix yet, ${which}: weigh them, or choose a base image with fewer packages.${subscribers(summary, report)}${gaps}`,
  };
}

/** Notices of which the counts, and the list of unreadable files, say more. */
const SAID_ELSEWHERE = ['unreadable', 'no-ecosystem', 'not-covered'];

/** The notices of a level that a reader learns nowhere else. */
export function noticesToTell({ notices }: Report, level: Notice['level']): readonly Notice[] {
  return notices.filter((notice) => notice.level === level && !SAID_ELSEWHERE.includes(notice.code));
}

/** What stands between "nothing found" and "nothing there". */
function unjudged(report: Report, summary: Summary): string[] {
  const warnings = noticesToTell(report, 'warning').length;
  const { unpinned = 0 } = report.assessment ?? {};
  const files = filesUnread(report.unknowns);
  return [
    ...(summary.packages === 0 ? ['no package was found at all'] : []),
    ...(summary.notAssessed > 0 ? [`${counted(summary.notAssessed, 'package')} could not be judged`] : []),
    ...(unpinned > 0 ? [declarationsInWords(unpinned)] : []),
    ...(files > 0 ? [`${counted(files, 'file')} could not be read`] : []),
    ...(warnings > 0 ? [`${counted(warnings, 'warning')} below`] : []),
  ];
}
