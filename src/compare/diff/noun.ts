import type { FixState, Severity } from '../../model.ts';

/** What was looked at, and when: one side of a difference. */
export interface DiffSide {
  /** As it was named; of a report what it is about. */
  readonly reference: string;
  readonly digest?: string;
  /** When it was judged. */
  readonly created?: string;
  /** Another program's report: `Trivy 0.42.1`. */
  readonly scanner?: string;
  /** Digest of the advisories it was judged by, and of when they are. */
  readonly database?: { readonly digest?: string; readonly date?: string };
  /** Findings by severity, one for each vulnerability in each version of each source package, as a scan counts them. */
  readonly severities: Readonly<Record<Severity, number>>;
  readonly total: number;
  readonly fixable: number;
  /** Absent where the report lists none. */
  readonly packages?: number;
}

/** A finding as it stands on one side. */
export interface FindingState {
  /** Installed versions that have it. */
  readonly versions: readonly string[];
  readonly severity: Severity;
  readonly fix: { readonly state: FixState; readonly version?: string };
  readonly exploited?: string;
}

/** Why a finding came, went or changed: the image is another, or what is known of it. */
export type ChangeCause =
  /** The package came or went with it. */
  | 'package'
  /** The package is there in another version. */
  | 'version'
  /** The same package in the same version: advisories say something else, or another scanner judges. */
  | 'advisories'
  /** An exception or a VEX document takes it out of the count, or does so no longer. */
  | 'exception'
  /** A report does not list packages, so that nobody can say. */
  | 'unknown';

/** One vulnerability in one source package that is not the same on both sides. */
export interface FindingDifference {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title?: string;
  /** purl type and name of the package (the source package where it has one). */
  readonly type: string;
  readonly name: string;
  readonly before?: FindingState;
  readonly after?: FindingState;
  readonly cause: ChangeCause;
  /** The versions of the package on the other side, where it is there: what it was upgraded from or to. */
  readonly elsewhere?: readonly string[];
  /** What changed, of one that is on both sides. */
  readonly changed?: readonly ('severity' | 'fix' | 'exploited')[];
}

/** A risk in a file or the configuration that only one side has. */
export interface RiskDifference {
  readonly category: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly path: string;
}

/** A package that is not the same on both sides. */
export interface PackageDifference {
  readonly type: string;
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'upgraded' | 'downgraded' | 'changed';
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Where its licences are others. */
  readonly licences?: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** Two bills of materials against each other. */
export interface BomDiff {
  readonly schemaVersion: 1;
  readonly kind: 'bom-diff';
  readonly tool: { readonly name: 'plimsoll'; readonly version: string };
  readonly created: string;
  readonly before: { readonly reference: string; readonly digest?: string; readonly packages: number };
  readonly after: { readonly reference: string; readonly digest?: string; readonly packages: number };
  readonly packages: readonly PackageDifference[];
  readonly unchanged: number;
}

/** Two results against each other. */
export interface Diff {
  readonly schemaVersion: 1;
  readonly kind: 'diff';
  readonly tool: { readonly name: 'plimsoll'; readonly version: string };
  readonly created: string;
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** What has to be known before the lists: other advisories, another scanner. */
  readonly notices: readonly string[];
  /** Worst first. */
  readonly fresh: readonly FindingDifference[];
  readonly cleared: readonly FindingDifference[];
  readonly changed: readonly FindingDifference[];
  /** Findings that are the same on both sides. */
  readonly unchanged: number;
  readonly risks: { readonly fresh: readonly RiskDifference[]; readonly cleared: readonly RiskDifference[] };
  /** What of the later side could not be judged, so that nothing new in it proves nothing. Absent: all was, or another program judged. */
  readonly unjudged?: readonly string[];
  /** Absent where a report lists no packages. */
  readonly packages?: readonly PackageDifference[];
}
