import { coverageStatement } from '../../coverage/assessment.ts';
import { typeNamed } from '../../ecosystems/index.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import type { Report, Risk } from '../../model.ts';
import { riskPlace } from '../../policy/risk-place.ts';
import { suppressionInWords } from '../../policy/suppression-words.ts';
import { xmlText } from '../escape.ts';
import { reportFormat } from '../report-format.ts';
import {
  type GroupedFinding,
  groupedRow,
  proofInWords,
  stateInWords,
  titleLine,
  worstAndNearest,
} from '../scan/index.ts';

/**
 * JUnit's XML, for pipelines that show tests: a suite for each kind of package and one for risks, a failing case for each
 * vulnerability of each source package. What an exception took out is skipped, what could not be read is an error.
 * https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
 */
export const junitReport = reportFormat({
  name: 'junit',
  extension: 'xml',
  mediaType: 'application/xml',
  description: 'JUnit XML: each finding is a failed test',
  render: junit,
});

interface Case {
  readonly suite: string;
  readonly name: string;
  readonly kind: 'failure' | 'skipped' | 'error' | 'passed';
  readonly type?: string;
  readonly message?: string;
  readonly text?: string;
}

function* junit(report: Report): Generator<string> {
  const cases = [...casesOf(report)];
  const count = (list: readonly Case[], kind: Case['kind']): number =>
    list.filter((entry) => entry.kind === kind).length;
  const statement = coverageStatement(report);
  const seconds = (report.statistics.milliseconds / 1_000).toFixed(3);
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites name="${xmlText(report.subject.name)}" tests="${cases.length}" failures="${count(cases, 'failure')}" errors="${count(cases, 'error')}" time="${seconds}">\n`;
  for (const suite of new Set(cases.map((entry) => entry.suite))) {
    const own = cases.filter((entry) => entry.suite === suite);
    yield `  <testsuite name="${xmlText(suite)}" tests="${own.length}" failures="${count(own, 'failure')}" errors="${count(own, 'error')}" skipped="${count(own, 'skipped')}" time="0" timestamp="${xmlText(report.created.slice(0, 19))}">\n`;
    if (statement !== undefined)
      yield `    <properties>\n      <property name="assessment" value="${xmlText(statement)}"/>\n    </properties>\n`;
    for (const entry of own) yield testCase(entry);
    yield '  </testsuite>\n';
  }
  yield '</testsuites>\n';
}

function testCase({ suite, name, kind, type, message, text }: Case): string {
  const opening = `    <testcase classname="${xmlText(suite)}" name="${xmlText(name)}" time="0"`;
  if (kind === 'passed') return `${opening}/>\n`;
  const told = `message="${xmlText(message ?? '')}"`;
  if (kind === 'skipped') return `${opening}>\n      <skipped ${told}/>\n    </testcase>\n`;
  return `${opening}>\n      <${kind} ${told} type="${xmlText(type ?? '')}">${xmlText(text ?? '')}</${kind}>\n    </testcase>\n`;
}

function* casesOf(report: Report): Generator<Case> {
  let any = false;
  for (const grouped of worstAndNearest(report.findings)) {
    any = true;
    yield vulnerabilityCase(grouped);
  }
  for (const risk of report.risks) {
    any = true;
    yield riskCase(risk);
  }
  for (const { finding, risk, by } of report.suppressed ?? []) {
    const base = finding ? vulnerabilityCase(groupedRow([finding])) : risk && riskCase(risk);
    if (base) yield { ...base, kind: 'skipped', message: `taken out by an exception: ${suppressionInWords(by)}` };
  }
  for (const { path, analyzer, reason } of report.unknowns)
    yield { suite: 'could not be read', name: path, kind: 'error', type: analyzer, message: reason, text: reason };
  if (!any) yield { suite: 'packages', name: `${report.packages.length} packages`, kind: 'passed' };
}

function vulnerabilityCase({ finding, packages }: GroupedFinding): Case {
  const { package: pkg } = finding;
  const name = `${sourceOf(pkg).name} ${sourceOf(pkg).version}`;
  return {
    suite: typeNamed(pkg.type).kind,
    name: `${name}: ${finding.id}`,
    kind: 'failure',
    type: finding.severity,
    message: `${finding.severity}: ${[stateInWords(finding), ...proofInWords(packages)].join('; ')}`,
    text: [
      titleLine(finding),
      packages.map((pkg) => pkg.purl).join('\n'),
      ...pkg.evidence.slice(0, 10).map((place) => place.path),
      finding.url ?? '',
    ]
      .filter((line) => line !== '')
      .join('\n'),
  };
}

const riskCase = (risk: Risk): Case => ({
  suite: 'risks',
  name: `${riskPlace(risk)}: ${risk.rule}`,
  kind: 'failure',
  type: risk.severity,
  message: risk.title,
  text: [risk.title, risk.detail ?? '', risk.at ?? ''].filter((line) => line !== '').join('\n'),
});
