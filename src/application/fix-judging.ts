import type { Report, Subject } from '../model.ts';
import type { Except } from '../remediate/proof.ts';
import type { ScanOptions } from './scan-image.ts';

/** How findings are judged wherever a plan looks at some: by one database, one scheme, the same exceptions. */
export interface FixJudging extends Pick<ScanOptions, 'store' | 'scheme'> {
  /** Those of files and the configuration, and those that are attached to the image that is to be changed. */
  readonly except?: (report: Report) => Report;
}

/**
 * What is excepted of an image is excepted of what takes its place: a base that is tried and a trial have names and digests of their
 * own, and rules that name the image by its would not speak of them.
 */
export const asOfImage =
  (except: (report: Report) => Report, image: Subject): ((report: Report) => Report) =>
  (report) => ({ ...except({ ...report, subject: image }), subject: report.subject });

/** The same for a planner, which judges findings in versions that are not there. */
export const plannedBy = (
  { except, ...judging }: FixJudging,
  report: Report,
): Pick<ScanOptions, 'store' | 'scheme'> & { readonly except?: Except } => ({
  ...judging,
  ...(except && { except: (findings) => except({ ...report, findings, risks: [] }).findings }),
});
