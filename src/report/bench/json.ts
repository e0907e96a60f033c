import { harmlessJson } from '../escape.ts';
import { benchFormat, limited } from './format.ts';

/** `-f json`: the report as it is. docs/cis.md describes the fields. */
export const benchJson = benchFormat({
  name: 'json',
  description: 'everything, as data',
  *render(report, { limit }) {
    const sections = report.sections.map((section) => ({
      ...section,
      findings: section.findings.map((finding) => ({ ...finding, items: limited(finding.items, limit) })),
    }));
    yield `${harmlessJson(JSON.stringify({ ...report, sections }, null, 2))}\n`;
  },
});
