import type { Report } from '../model.ts';
import type { Except } from '../remediate/proof.ts';
import type { ScanOptions } from './scan-image.ts';

/** How findings are judged wherever a plan looks at some: by one database, one scheme, the same exceptions. */
export interface FixJudging extends Pick<ScanOptions, 'store' | 'scheme'> {
  readonly except?: (report: Report) => Report;
}

/** The same for a planner, which judges findings in versions that are not there. */
export const plannedBy = (
  { except, ...judging }: FixJudging,
  report: Report,
): Pick<ScanOptions, 'store' | 'scheme'> & { readonly except?: Except } => ({
  ...judging,
  ...(except && { except: (findings) => except({ ...report, findings, risks: [] }).findings }),
});
