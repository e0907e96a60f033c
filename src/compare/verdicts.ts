import { SEVERITIES } from '../model.ts';
import type { LensDecision } from './replay.ts';

/** Of two decisions at one row: the one that shows it, then the worse rating. */
export function better(one: LensDecision, other: LensDecision): boolean {
  if (one.shown !== other.shown) return one.shown;
  return SEVERITIES.indexOf(one.rated?.severity ?? 'UNKNOWN') > SEVERITIES.indexOf(other.rated?.severity ?? 'UNKNOWN');
}
