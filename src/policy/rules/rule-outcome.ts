import type { GateRule } from '../../model.ts';
import type { Placed } from './policy.ts';

const EXAMPLES = 5;

/** What one rule makes of the report. */
export interface RuleOutcome {
  readonly caught?: readonly string[];
  readonly unjudged?: readonly string[];
  /** Findings whose time of grace is not over. */
  readonly graced?: number;
}

/** A rule of a policy by its name and place, as a verdict tells it. What could not be judged shuts it, unless that is allowed. */
export function policyRule(
  name: string,
  { where, why }: Placed<unknown>,
  outcome: RuleOutcome,
  allowUnjudged: boolean | undefined,
): GateRule {
  const { caught = [], graced = 0 } = outcome;
  const unjudged = allowUnjudged ? [] : (outcome.unjudged ?? []);
  return {
    gate: `policy ${name}`,
    passed: caught.length === 0 && unjudged.length === 0,
    count: caught.length,
    examples: caught.slice(0, EXAMPLES),
    ...(unjudged.length > 0 ? { unjudged } : {}),
    ...(graced > 0 ? { inGrace: graced } : {}),
    where,
    ...(why === undefined ? {} : { why }),
  };
}
