import { SEVERITIES } from '../model.ts';
import type { LensDecision } from './lens-decision.ts';

/** Of two decisions at one row: the one that shows it, then the worse rating. */
export function better(decision: LensDecision, other: LensDecision): boolean {
  if (decision.shown !== other.shown) return decision.shown;
  return (
    SEVERITIES.indexOf(decision.rated?.severity ?? 'UNKNOWN') > SEVERITIES.indexOf(other.rated?.severity ?? 'UNKNOWN')
  );
}
