/** SARIF 2.1.0, for code scanning. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */

import type { BenchFinding, BenchReport } from '../../cis/bench.ts';
import type { BenchItem } from '../../cis/check.ts';
import { harmlessJson, sarifText } from '../escape.ts';
import { benchFormat, limited } from './format.ts';

/** `-f sarif`: warnings of level 1 are errors, of level 2 warnings, information is a note; what could not be read is a notification. */
export const benchSarif = benchFormat({
  name: 'sarif',
  description: 'SARIF 2.1.0, for code scanning',
  *render(report, { limit }) {
    const findings = report.sections.flatMap((section) => section.findings);
    const told = findings.filter((finding) => finding.result === 'warn' || finding.result === 'info');
    const log = {
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: report.tool.name,
              version: report.tool.version,
              rules: told.map(rule),
            },
          },
          invocations: [
            {
              executionSuccessful: true,
              startTimeUtc: report.started,
              endTimeUtc: report.finished,
              toolExecutionNotifications: findings
                .filter((finding) => finding.result === 'could-not-read')
                .map(notification),
            },
          ],
          results: told.flatMap((finding, ruleIndex) => results(finding, ruleIndex, report, limit)),
          columnKind: 'utf16CodeUnits',
        },
      ],
    };
    yield `${harmlessJson(JSON.stringify(log, null, 2))}\n`;
  },
});

const ruleId = (finding: BenchFinding) => `CIS-Docker-${finding.id}`;
const level = ({ result, level: profile }: BenchFinding) =>
  result === 'info' ? 'note' : profile === 1 ? 'error' : 'warning';

function rule(finding: BenchFinding): Record<string, unknown> {
  return {
    id: ruleId(finding),
    name: finding.id,
    shortDescription: { text: sarifText(finding.title) },
    fullDescription: { text: sarifText(`${finding.title}. Looks at ${finding.looksAt}.`) },
    help: { text: sarifText(`${finding.remediation}\n\nImpact: ${finding.impact}`) },
    defaultConfiguration: { level: level(finding) },
    properties: { level: finding.level, scoring: finding.scoring, tags: ['security', 'cis-docker-1.6.0'] },
  };
}

const notification = (finding: BenchFinding) => ({
  level: 'warning',
  message: { text: sarifText(`${finding.id} ${finding.title}: ${finding.summary ?? 'could not be read'}`) },
  associatedRule: { id: ruleId(finding) },
});

function results(
  finding: BenchFinding,
  ruleIndex: number,
  report: BenchReport,
  limit: number | undefined,
): Record<string, unknown>[] {
  const items: readonly BenchItem[] =
    finding.items.length > 0 ? limited(finding.items, limit) : [{ subject: report.target }];
  return items.map((item) => ({
    ruleId: ruleId(finding),
    ruleIndex,
    level: level(finding),
    message: {
      text: sarifText([finding.summary ?? finding.title, item.detail].filter((text) => text !== undefined).join(': ')),
    },
    locations: [location(item)],
    partialFingerprints: { 'check/v1': `${finding.id}:${item.subject}:${item.detail ?? ''}`.slice(0, 400) },
  }));
}

/** Code scanning wants a file for every result: where there is none, the subject's name stands for one. */
function location({ subject, path, line }: BenchItem): Record<string, unknown> {
  const uri = (path ?? subject).replace(/^\/+/, '').split('/').map(encodeURIComponent).join('/');
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: line ?? 1 } },
    logicalLocations: [{ fullyQualifiedName: subject }],
  };
}
