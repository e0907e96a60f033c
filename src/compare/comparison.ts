import type { Severity } from '../model.ts';
import type { Cause } from '../scanners/causes.ts';
import type { ReadNote, ScannerReport } from '../scanners/scanner.ts';
import type { Identity } from './identity.ts';

/** A proof that a cause rests on. */
export interface CauseEvidence {
  /** `rule`: a scanner's rule and where it was read; `record`: an advisory or rating; `file`: in the image; `report`: what a report says. */
  readonly kind: 'rule' | 'record' | 'file' | 'report';
  readonly text: string;
  readonly cite?: string;
}

/**
 * What a cause rests on. `stated`: a report says so in its own words. `replayed`: the rules known here, run over the
 * database and the image, predict what both say. `inferred`: the rules fit what the reports say, and nothing speaks
 * against it. `none`: it is not known.
 */
export type Proof = 'stated' | 'replayed' | 'inferred' | 'none';

/** From the strongest to the weakest. */
export const PROOFS: readonly Proof[] = ['stated', 'replayed', 'inferred', 'none'];

/** A cause as it is counted. */
export interface CountedCause {
  readonly code: Cause;
  readonly proof: Proof;
}

/** Why two reports differ at one place. */
export interface CauseFound extends CountedCause {
  readonly says: string;
  readonly evidence: readonly CauseEvidence[];
}

/** One report of a comparison, counted. */
export interface ComparedReport
  extends Pick<
    ScannerReport,
    'scanner' | 'title' | 'format' | 'version' | 'where' | 'subject' | 'created' | 'database' | 'rows'
  > {
  /** Short and unique within the comparison: `trivy`, `grype-2`, `lens:ecr-basic`. */
  readonly name: string;
  /** Rows by severity. */
  readonly severities: Readonly<Record<Severity, number>>;
  /** What the scanner calls them, most severe first. */
  readonly words: readonly (readonly [Severity, string])[];
  /** Rows of the aligned table that it reports. */
  readonly keys: number;
  /** Findings it lists as held back. */
  readonly suppressed: number;
  /** The lens that its differences are explained by. */
  readonly lens?: string;
  /** How well that lens predicts it: only for real reports. */
  readonly replay?: { readonly agreed: number; readonly onlyPredicted: number; readonly onlyReported: number };
  readonly notes: readonly ReadNote[];
}

/** What one report says at one row of the table. */
export interface ComparedCell {
  readonly report: string;
  readonly severity: Severity;
  readonly original?: string;
  readonly severitySource?: string;
  readonly fix: { readonly state: string; readonly versions: readonly string[] };
  /** Rows of the report that speak of it. */
  readonly rows: number;
  /** The packages it names there, as it names them. */
  readonly packages: readonly string[];
}

/** One row of the aligned table, with what a team can make of it. */
export interface ComparedRow {
  readonly key: string;
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: string;
  readonly version: string;
  readonly type?: string | undefined;
  readonly title?: string | undefined;
  readonly reportedBy: readonly ComparedCell[];
  readonly agreement: 'all' | 'some' | 'one';
  /** Whether files and advisories bear it out. */
  readonly evidence: 'confirmed' | 'contradicted' | 'undecidable';
  readonly evidenceSays: string;
  /** One severity for the team, and whose it is. */
  readonly severity: Severity;
  readonly severitySource: string;
}

/** Where two reports differ. */
export interface Difference {
  readonly key: string;
  readonly kind: 'present' | 'severity' | 'fix' | 'count';
  readonly between: readonly [string, string];
  /** What each says, in its order; null: nothing. */
  readonly values: readonly [string | null, string | null];
  readonly causes: readonly CauseFound[];
}

/** A reconciliation: start + sum of the steps = end, always. */
export interface Bridge {
  readonly from: string;
  readonly to: string;
  /** Absent: all rows; else the rows of that severity. */
  readonly severity?: Severity;
  readonly start: number;
  readonly steps: readonly BridgeStep[];
  readonly end: number;
}

/** Rows added or taken away by one cause, with the weakest proof among them. */
interface BridgeStep extends CountedCause {
  readonly count: number;
  readonly says: string;
}

/** How the differences between reports are explained: places by the weakest proof of their causes. */
export interface ProofTally {
  readonly places: number;
  readonly stated: number;
  readonly replayed: number;
  readonly inferred: number;
  readonly unexplained: number;
  /** Rows of both reports that no cause accounts for. */
  readonly unexplainedRows: number;
}

/** How the severities of two reports meet: rows of the table by (severity here, severity there); null: not reported. */
export interface SeverityMatrix {
  readonly from: string;
  readonly to: string;
  readonly cells: readonly { readonly from: Severity | null; readonly to: Severity | null; readonly count: number }[];
}

/** The result of a comparison, as data. */
export interface Comparison {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'plimsoll'; readonly version: string };
  readonly created: string;
  /** Set when reports are not about the same image and were compared all the same, or when it is not proven. */
  readonly identity: Identity;
  /** What the explanations rest on. */
  readonly basis: { readonly image: boolean; readonly database?: string };
  readonly reports: readonly ComparedReport[];
  readonly rows: readonly ComparedRow[];
  readonly differences: readonly Difference[];
  readonly bridges: readonly Bridge[];
  readonly matrices: readonly SeverityMatrix[];
  /** Of all pairs together. */
  readonly tally: ProofTally;
  /** Of each pair. */
  readonly tallies: readonly (ProofTally & { readonly from: string; readonly to: string })[];
  readonly unexplained: { readonly count: number; readonly rows: number; readonly keys: readonly string[] };
}
