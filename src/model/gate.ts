/** What gates say. */

/** What one gate says. */
export interface GateRule {
  /** As `--fail-on` takes it: `fixable:HIGH`. */
  readonly gate: string;
  readonly passed: boolean;
  /** What it caught, and the first few of that in words. */
  readonly count: number;
  readonly examples: readonly string[];
  /** Why it could not be judged: it fails then, whatever was caught. */
  readonly unjudged?: readonly string[];
  /** Findings that a policy's rule does not count yet. */
  readonly inGrace?: number;
  /** Of a policy's rule: where it stands (`plimsoll.yaml:4:7`, `preset batch`), and why it is there. */
  readonly where?: string;
  readonly why?: string;
}

/** What all gates of a run say: each of them can shut it. */
export interface GateVerdict {
  readonly passed: boolean;
  readonly rules: readonly GateRule[];
  /** The policy that was in force, by its file. */
  readonly policy?: { readonly file: string; readonly preset?: string };
}
