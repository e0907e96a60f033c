import { PlimsollError } from '../errors.ts';
import { asffReport, csvReport, ecrReport, gitlabReport, grypeReport, junitReport } from './exchange/index.ts';
import { htmlReport } from './html/index.ts';
import type { ReportFormat } from './report-format.ts';
import { cyclonedxReport, spdxReport } from './sbom/index.ts';
import {
  gateInWords,
  jsonReport,
  markdownReport,
  openvexReport,
  sarifReport,
  tableReport,
  trivyReport,
} from './scan/index.ts';

export { harmlessJson } from './escape.ts';
export { leftOutBy, pieces, type RenderOptions, type ReportFormat } from './report-format.ts';
export { gateInWords };

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
  openvexReport,
  grypeReport,
  gitlabReport,
  junitReport,
  csvReport,
  asffReport,
  ecrReport,
];

/** The format that `-f` names. Throws `usage`. */
export function reportFormatNamed(name: string): ReportFormat {
  const known = reports.find((format) => format.name === name);
  if (known !== undefined) return known;
  throw new PlimsollError('usage', `no output format is called "${name}"`, {
    hint: `choose one of ${reports.map((format) => format.name).join(', ')}`,
  });
}
