import { distance, type Exposure, type Finding, type Package, severityRank } from '../model.ts';

/** A finding, as far as it is asked how near its code is. */
type Placed = Pick<Finding, 'code'> & { readonly package: Pick<Package, 'exposure'> };

/**
 * How far the code of a finding is from what the container runs: the code that its advisory names, where it is known whether that is in the programs
 * that the package was built into; else the package.
 */
export const findingExposure = ({ code, package: pkg }: Placed): Exposure | undefined => code?.exposure ?? pkg.exposure;

/**
 * Findings that are sorted by severity, in each severity the nearer ones first: the order of every output that lists them one by one. Where nobody knows
 * what the container starts they stay as they are.
 */
export const nearestFirst = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted(
    (a, b) =>
      severityRank(b.severity) - severityRank(a.severity) ||
      distance(findingExposure(a)?.class) - distance(findingExposure(b)?.class),
  );
