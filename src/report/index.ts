import { PlimsollError } from '../errors.ts';
import { cyclonedxReport } from './cyclonedx.ts';
import { htmlReport } from './html/page.ts';
import { jsonReport } from './json.ts';
import { markdownReport } from './markdown.ts';
import type { ReportFormat } from './report-format.ts';
import { sarifReport } from './sarif.ts';
import { spdxReport } from './spdx.ts';
import { tableReport } from './table.ts';
import { trivyReport } from './trivy.ts';

export { pieces, type RenderOptions, type ReportFormat } from './report-format.ts';

/** Every output format there is: adding one is adding a line. */
export const reports: readonly ReportFormat[] = [
  tableReport,
  jsonReport,
  trivyReport,
  htmlReport,
  markdownReport,
  sarifReport,
  cyclonedxReport,
  spdxReport,
];

/** The format that `-f` names. Throws `usage`. */
export function reportFormatNamed(name: string): ReportFormat {
  const found = reports.find((format) => format.name === name);
  if (found !== undefined) return found;
  throw new PlimsollError('usage', `no output format is called "${name}"`, {
    hint: `choose one of ${reports.map((format) => format.name).join(', ')}`,
  });
}
