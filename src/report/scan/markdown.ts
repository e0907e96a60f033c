import { assessmentInWords, coverageStatement } from '../../coverage/assessment.ts';
import { oldestInWords } from '../../coverage/needed-feeds.ts';
import { isSystemType, typeNamed } from '../../ecosystems/index.ts';
import { type Report, WORST_FIRST } from '../../model.ts';
import { isNotLinked } from '../../policy/exposure.ts';
import { riskPlace } from '../../policy/risk-place.ts';
import { suppressionInWords } from '../../policy/suppression-words.ts';
import { markdownBlock, markdownCode, markdownText } from '../escape.ts';
import { osNameInWords } from '../os-name.ts';
import { reportFormat } from '../report-format.ts';
import { isWebAddress } from '../web-address.ts';
import {
  commandOf,
  conditionsInWords,
  distinctSteps,
  listedChanges,
  remarkOf,
  stepLine,
  targetInWords,
} from './changes.ts';
import { gateInWords } from './gate-words.ts';
import { type FixGroup, groupFindings, isFixable, titleLine } from './groups.ts';
import { proofInWords } from './proof-words.ts';
import { countSeverities, countsInWords, type KindSummary, type Summary, summarize } from './summary.ts';
import { suppressedCount, suppressedInWords } from './suppressed-words.ts';
import { exposureOfGroup, namesInWords, stateInWords } from './table-findings.ts';
import { loadableInWords } from './table-notes.ts';
import { filterInWords, noticesToTell, scanVerdict } from './verdict.ts';

/** For job summaries and comments on pull requests: the table's content, findings folded by package. */
export const markdownReport = reportFormat({
  name: 'markdown',
  extension: 'md',
  mediaType: 'text/markdown; charset=utf-8',
  description: 'for job summaries and pull requests (GitHub flavour)',
  changes: true,
  *render(report, options) {
    const summary = summarize(report);
    yield headSection(report, summary);
    yield countSection(summary);
    const inCode = loadableInWords(summary);
    if (inCode !== '') yield `${markdownText(inCode)}\n\n`;
    const statement = options.brief === true ? briefStatement(report) : coverageStatement(report);
    if (statement !== undefined) yield `${markdownText(statement)}.\n\n`;
    if (options.brief === true) return;
    yield changeSection(report, summary);
    for (const group of groupFindings(report.findings)) yield groupSection(group);
    yield riskSection(report);
    yield unknownSection(report);
    yield suppressedSection(report);
    yield gateSection(report);
  },
});

const briefStatement = ({ assessment }: Report): string | undefined => assessment && assessmentInWords(assessment);

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
const header = (cells: readonly string[], numbersFrom: number): string =>
  row(cells) + row(cells.map((_, index) => (index < numbersFrom ? '---' : '---:')));

function headSection(report: Report, summary: Summary): string {
  const { heading, text } = scanVerdict(report, summary);
  const digest = report.subject.digest ?? report.subject.imageId;
  const facts = [osNameInWords(report), `${summary.packages} packages`, oldestInWords(report)];
  const filter = filterInWords(report);
  const warnings = noticesToTell(report, 'warning').map((notice) => `> **Warning** ${markdownText(notice.message)}\n`);
  return [
    `## ${markdownText(report.subject.reference)}\n\n`,
    `**${heading}** ${markdownText(text)}\n\n`,
    `${facts.map(markdownText).join(' \u00b7 ')}${digest === undefined ? '' : `  \n${markdownCode(digest)}`}\n\n`,
    ...(filter === undefined ? [] : [`${markdownText(filter)}\n\n`]),
    ...(warnings.length === 0 ? [] : [`${warnings.join('>\n')}\n`]),
  ].join('');
}

function suppressedSection(report: Report): string {
  const count = suppressedCount(report);
  if (count === undefined) return '';
  const lines = (report.suppressed ?? []).map(
    (suppressed) =>
      `- ${markdownText(suppressedInWords(suppressed))}: ${markdownText(suppressionInWords(suppressed.by))}\n`,
  );
  return `<details><summary>${markdownText(count)}</summary>\n\n${lines.join('')}\n</details>\n\n`;
}

function gateSection({ gate }: Report): string {
  if (gate === undefined) return '';
  const { heading, lines } = gateInWords(gate);
  const [first = '', ...rest] = lines.map(markdownText);
  return `**${heading}** ${first}\n\n${rest.map((line) => `- ${line}\n`).join('')}\n`;
}

function countSection(summary: Summary): string {
  const counts = (counted: Pick<KindSummary, 'severities' | 'total' | 'fixable'>): string[] => [
    ...WORST_FIRST.map((severity) => String(counted.severities[severity])),
    String(counted.total),
    String(counted.fixable),
  ];
  const rows = summary.kinds.map((kind) =>
    kind.packages > 0 && kind.notAssessed === kind.packages && kind.total === 0
      ? row([`${kind.label} (${kind.packages}), not assessed`, ...Array<string>(8).fill('?')])
      : row([
          `${kind.label} (${kind.packages})${kind.notAssessed === 0 ? '' : `, ${kind.notAssessed} not assessed`}`,
          ...counts(kind),
        ]),
  );
  const total = summary.kinds.length < 2 ? '' : row(['**total**', ...counts(summary)]);
  return `${header(['', ...WORST_FIRST, 'total', 'fixable'], 1)}${rows.join('')}${total}\n`;
}

function changeSection(report: Report, summary: Summary): string {
  const { changes } = report;
  if (changes === undefined || changes.findings === 0) return '';
  const rows = listedChanges(changes).map(({ change }) =>
    row([
      markdownCode(change.name),
      change.from === undefined ? 'new' : markdownCode(change.from),
      change.to === undefined ? targetInWords(change) : markdownCode(change.to),
      countsInWords(change.clears),
      markdownText(remarkOf(change)),
    ]),
  );
  const steps = distinctSteps(changes.steps).map(stepLine);
  const commands = steps.filter(({ shell }) => shell).map(({ text }) => text);
  const words = steps
    .filter(({ shell }) => !shell)
    .map(({ label, text }) => `${markdownText(`${label}: ${text}`)}\n\n`);
  const stays = changes.stays.map(
    ({ reason, findings, packages }) =>
      `- ${findings} stay: ${markdownText(reason)} (${markdownText(packages.slice(0, 8).join(', '))})\n`,
  );
  const { command, does } = commandOf(report);
  return [
    `### What to change\n\n${markdownText(conditionsInWords(changes, summary.total))}.\n\n`,
    ...(rows.length > 0 ? [header(['package', 'installed', 'upgrade to', 'clears', ''], 5), ...rows, '\n'] : []),
    ...(commands.length === 0 ? [] : [`${markdownBlock('sh', commands.join('\n'))}\n`]),
    ...words,
    ...(stays.length > 0 ? [...stays, '\n'] : []),
    ...(changes.unchecked.length > 0 ? [`Not checked: ${markdownText(changes.unchecked.join('; '))}.\n\n`] : []),
    `${markdownCode(command)} ${markdownText(does)}.\n\n`,
  ].join('');
}

function groupSection(group: FixGroup): string {
  const findings = group.findings.map(({ finding }) => finding);
  const fixable = findings.filter(isFixable).length;
  const kind = isSystemType(group.type) ? '' : ` (${typeNamed(group.type).label})`;
  const title = `<b>${markdownText(group.name)}</b> ${markdownText(group.version)}${kind}: ${countsInWords(countSeverities(findings))}${[...(fixable === 0 ? [] : [`${fixable} fixable`]), ...exposureOfGroup(group), ...proofInWords(group.packages)].map((words) => `; ${markdownText(words)}`).join('')}`;
  const rows = group.findings.map(({ finding, packages }) => {
    const id = isWebAddress(finding.url) ? `[${markdownText(finding.id)}](${finding.url})` : markdownText(finding.id);
    const exploited =
      finding.exploited === undefined ? '' : `**exploited since ${markdownText(finding.exploited.slice(0, 10))}** `;
    return row([
      id,
      finding.severity,
      markdownText(finding.severitySource),
      markdownText(stateInWords(finding)),
      markdownText(namesInWords(packages)),
      `${exploited}${isNotLinked(finding) ? 'not linked: ' : ''}${markdownText(titleLine(finding))}`,
    ]);
  });
  return `<details><summary>${title}</summary>\n\n${header(['vulnerability', 'severity', 'by', 'fix or state', 'installed as', 'title'], 6)}${rows.join('')}\n</details>\n`;
}

function riskSection(report: Report): string {
  if (report.risks.length === 0) return '';
  const rows = report.risks.map((risk) =>
    row([risk.severity, risk.category, markdownText(risk.title), markdownCode(riskPlace(risk))]),
  );
  return `\n### Risks in files and configuration\n\n${header(['severity', 'kind', 'risk', 'file'], 4)}${rows.join('')}`;
}

function unknownSection(report: Report): string {
  if (report.unknowns.length === 0) return '';
  const rows = report.unknowns.map((unknown) => row([markdownCode(`/${unknown.path}`), markdownText(unknown.reason)]));
  return `\n### Could not be read\n\nWhat these files hold is not in the numbers above.\n\n${header(['file', 'why'], 2)}${rows.join('')}`;
}
