/** JUnit's XML, for continuous integration: a section is a suite, a check a case. */
import type { BenchFinding } from '../../cis/bench.ts';
import { xmlText } from '../escape.ts';
import { type BenchRenderOptions, benchFormat, itemText, limited } from './format.ts';

/** `-f junit`. A warning fails; what is not applicable, not testable or not readable is skipped, with the reason. */
export const benchJunit = benchFormat({
  name: 'junit',
  description: 'JUnit XML',
  *render(report, options) {
    yield `<?xml version="1.0" encoding="UTF-8"?>\n`;
    const total = report.sections.reduce((sum, section) => sum + section.findings.length, 0);
    const seconds = ((Date.parse(report.finished) - Date.parse(report.started)) / 1_000).toFixed(3);
    yield `<testsuites name="${xmlText(`${report.benchmark}: ${report.target}`)}" tests="${total}" failures="${report.counts.warn}" errors="0" time="${seconds}">\n`;
    for (const { id, title, findings } of report.sections) {
      const failures = findings.filter((finding) => finding.result === 'warn').length;
      const skipped = findings.filter(isSkipped).length;
      yield `  <testsuite name="${xmlText(`${id} ${title}`)}" tests="${findings.length}" failures="${failures}" errors="0" skipped="${skipped}" timestamp="${report.started.slice(0, 19)}">\n`;
      for (const finding of findings) yield* testCase(finding, `cis.${id}`, options);
      yield '  </testsuite>\n';
    }
    yield '</testsuites>\n';
  },
});

const isSkipped = ({ result }: BenchFinding) => result !== 'pass' && result !== 'warn' && result !== 'info';

function* testCase(finding: BenchFinding, name: string, { limit }: BenchRenderOptions): Generator<string> {
  const opening = `    <testcase classname="${name}" name="${xmlText(`${finding.id} ${finding.title}`)}"`;
  const message = xmlText(finding.summary ?? finding.result);
  const lines = limited(finding.items, limit).map(itemText);
  if (finding.result === 'pass') yield `${opening}/>\n`;
  else if (finding.result === 'info')
    yield `${opening}>\n      <system-out>${xmlText([finding.summary ?? '', ...lines].join('\n'))}</system-out>\n    </testcase>\n`;
  else if (finding.result === 'warn')
    yield `${opening}>\n      <failure message="${message}" type="level${finding.level}">${xmlText([...lines, `fix: ${finding.remediation}`].join('\n'))}</failure>\n    </testcase>\n`;
  else
    yield `${opening}>\n      <skipped message="${xmlText(`${finding.result}: ${finding.summary ?? ''}`)}"/>\n    </testcase>\n`;
}
