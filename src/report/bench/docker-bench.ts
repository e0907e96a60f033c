/** Docker Bench Security's own JSON, for what reads that (DefectDojo, dashboards, scripts). */

import type { BenchFinding } from '../../cis/bench.ts';
import type { BenchResult } from '../../cis/check.ts';
import { harmlessJson } from '../escape.ts';
import { DOCKER_BENCH_TITLES } from './docker-bench-titles.ts';
import { benchFormat, itemText, limited } from './format.ts';

/**
 * It knows four results. What does not exist or could not be read it calls INFO ("File not found"), and so does this.
 * PASS and WARN are the only ones that count.
 */
const RESULTS: Readonly<Record<BenchResult, string>> = {
  pass: 'PASS',
  warn: 'WARN',
  info: 'INFO',
  note: 'NOTE',
  'not-applicable': 'INFO',
  'could-not-read': 'INFO',
};

/** The version of Docker Bench Security whose ids and shape these are. */
const VERSION = '1.6.0';

const seconds = (date: string) => Math.floor(Date.parse(date) / 1_000);

/** `-f docker-bench`. */
export const benchDockerBench = benchFormat({
  name: 'docker-bench',
  description: "Docker Bench Security's JSON",
  *render(report, { limit }) {
    // Its own number: the checks that only this program has stand in a section of their own, and count nowhere.
    const comparable = report.sections.filter((section) => section.id !== 'P').flatMap((section) => section.findings);
    yield `${harmlessJson(
      JSON.stringify(
        {
          dockerbenchsecurity: VERSION,
          start: seconds(report.started),
          tests: report.sections.map(({ id, title, findings }) => ({
            // The community's checks are its section 99.
            id: id === 'C' ? '99' : id,
            desc: title,
            results: findings.map((finding) => result(finding, limit)),
          })),
          checks: comparable.length,
          score: report.score,
          end: seconds(report.finished),
        },
        null,
        2,
      ),
    )}\n`;
  },
});

/**
 * Keys in its order; `details` and `items` only where there are any, remediation only where something is left to do.
 * Its items are names (containers, images, users), which is what scripts look for: the evidence goes into the details.
 */
function result(finding: BenchFinding, limit: number | undefined): Record<string, unknown> {
  const items = limited([...new Set(finding.items.map((item) => item.subject))], limit);
  const details = [finding.summary, ...limited(finding.items, limit).map(itemText)].filter(
    (line) => line !== undefined,
  );
  const passed = finding.result === 'pass';
  return {
    id: finding.id,
    desc:
      DOCKER_BENCH_TITLES.get(finding.id) ??
      `${finding.title} (${finding.scoring === 'automated' ? 'Automated' : 'Manual'})`,
    result: RESULTS[finding.result],
    ...(passed || details.length === 0 ? {} : { details: details.join('; ') }),
    ...(passed || items.length === 0 ? {} : { items }),
    ...(passed ? {} : { remediation: finding.remediation, 'remediation-impact': finding.impact }),
  };
}
