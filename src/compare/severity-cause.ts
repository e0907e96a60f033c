import type { Candidate, Severity } from '../model.ts';
import type { Cause } from '../scanners/causes.ts';
import type { Lens, RatingStep } from '../scanners/lens.ts';
import { applies, type Rated } from './rate.ts';
import type { Universe } from './universe.ts';

/** How one side came to its severity: as its lens predicts it, as its report states it, or as it must have been. */
export interface SeverityBasis {
  readonly severity: Severity;
  readonly source: string;
  readonly basis: string;
  readonly take: 'word' | 'state' | 'cvss' | 'rating' | 'stated' | 'none';
  readonly says: string;
  readonly cite: string;
  readonly on: string;
}

/** Sources that are nobody's distribution. */
const GENERAL: ReadonlySet<string> = new Set(['nvd', 'ghsa', 'any', 'snyk', 'cisa-adp', 'preferred', 'none']);

/** `nvd` stays nvd, `debian` and its like become `vendor`: whose name it is does not matter. */
function party(source: string): string {
  const lower = source.toLowerCase();
  return GENERAL.has(lower) ? lower : 'vendor';
}

/**
 * What an actual severity rests on. When the lens predicts it, the lens says; else the report's own statement of its
 * source; else the step that must have given it: one whose input is known and gives it, or the distribution's word where
 * that word is not known here. Undefined: it cannot be told.
 */
export function basisOf(
  actual: { readonly severity: Severity; readonly source?: string; readonly coarse: boolean },
  predicted: Rated | undefined,
  lens: Lens | undefined,
  candidate: Candidate | undefined,
  universe: Universe,
): SeverityBasis | undefined {
  const accepts = (severity: Severity): boolean =>
    severity === actual.severity ||
    (actual.coarse && actual.severity === 'LOW' && (severity === 'NEGLIGIBLE' || severity === 'UNKNOWN'));
  if (predicted !== undefined && lens !== undefined && accepts(predicted.severity)) {
    const step = lens.rates[predicted.step];
    return {
      severity: actual.severity,
      source: predicted.source ?? 'none',
      basis: predicted.basis ?? '',
      take: step?.take ?? 'none',
      says: predicted.says,
      cite: predicted.cite,
      on: predicted.on,
    };
  }
  if (actual.source !== undefined) {
    return {
      severity: actual.severity,
      source: actual.source,
      basis: '',
      take: 'stated',
      says: `The report names ${actual.source} as the source of its severity`,
      cite: 'the report',
      on: `${actual.source}: ${actual.severity}`,
    };
  }
  if (lens === undefined || candidate === undefined || !candidate.reported) return undefined;
  for (const step of lens.rates) {
    if (step.take !== 'word' || !applies(step, candidate, universe)) continue;
    if (Object.values(step.map).some(accepts)) {
      return {
        severity: actual.severity,
        source: 'vendor',
        basis: '?',
        take: 'word',
        says: step.says,
        cite: step.cite,
        on: `no score gives ${actual.severity}: it is the distribution's own word`,
      };
    }
  }
  return undefined;
}

/** The cause of two different severities, from what each rests on and the steps that each takes for this package. */
export function severityCause(
  a: SeverityBasis | undefined,
  b: SeverityBasis | undefined,
  stepsA: readonly RatingStep[],
  stepsB: readonly RatingStep[],
): Cause {
  if (a === undefined || b === undefined) return 'unexplained';
  if (a.take === 'none' || b.take === 'none') {
    const [given, without] = a.take === 'none' ? [b, stepsA] : [a, stepsB];
    const scores = without.some(
      (step) => step.take === 'cvss' && (step.publishers.includes('*') || step.publishers.includes(given.source)),
    );
    return given.take === 'cvss' && scores ? 'severity.cvss-version' : 'severity.source-order';
  }
  if (party(a.source) !== party(b.source)) return 'severity.source-order';
  if (party(a.source) !== 'vendor')
    return a.take === 'cvss' || b.take === 'cvss' ? 'severity.cvss-version' : 'severity.source-order';
  const [scopeA, scopeB] = [scopeOf(stepsA, a), scopeOf(stepsB, b)];
  return a.basis !== b.basis && a.take === 'word' && b.take === 'word' && scopeA !== scopeB
    ? 'severity.scope'
    : 'severity.vendor-map';
}

function scopeOf(steps: readonly RatingStep[], basis: SeverityBasis): string | undefined {
  return steps.flatMap((step) => (step.take === 'word' && step.says === basis.says ? step.scope : []))[0];
}
