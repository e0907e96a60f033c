import { type Candidate, type Rating, SEVERITIES, type Severity } from '../model.ts';
import type { Lens, RatingStep } from '../scanners/lens.ts';
import { severityOf } from '../scanners/lens.ts';
import { typeMatches } from './lens-tests.ts';
import { type Universe, vendorWords } from './universe.ts';

/** A severity, and how a lens came to it. */
export interface Rated {
  readonly severity: Severity;
  /** Index of the deciding step in `lens.rates`; -1: no step gave one. */
  readonly step: number;
  readonly name: string;
  readonly says: string;
  readonly cite: string;
  /** What it was read from: `debian: unimportant`, `nvd CVSS:3.1 7.5`. */
  readonly on: string;
  readonly source?: string;
  /** The publisher's word or the score's version, to tell two lenses apart that read the same source. */
  readonly basis?: string;
}

/** Finds the severity that a lens gives: the first of its steps that says one. */
export function rate(lens: Lens, candidate: Candidate, universe: Universe): Rated {
  for (const [index, step] of lens.rates.entries()) {
    if (!applies(step, candidate, universe)) continue;
    const found = take(step, candidate, universe);
    if (found !== undefined) return { ...found, step: index, name: step.name, says: step.says, cite: step.cite };
  }
  return {
    severity: 'UNKNOWN',
    step: -1,
    name: 'nobody',
    says: 'None of its sources gives a severity',
    cite: lens.rates.at(-1)?.cite ?? '',
    on: 'no rating',
  };
}

/** Whether a step is for this kind of package and system. */
export function applies(
  step: RatingStep,
  candidate: Pick<Candidate, 'package'>,
  universe: Pick<Universe, 'os'>,
): boolean {
  if (step.types !== undefined && !typeMatches(step.types, candidate.package.type)) return false;
  return step.systems === undefined || (universe.os !== undefined && step.systems.includes(universe.os.id));
}

type Found = Pick<Rated, 'severity' | 'on' | 'source' | 'basis'>;

function take(step: RatingStep, candidate: Candidate, universe: Universe): Found | undefined {
  if (step.take === 'word') return word(step, candidate, universe);
  if (step.take === 'state') return state(step, candidate);
  const all = [...candidate.statements.flatMap((statement) => statement.ratings), ...candidate.ratings];
  return step.take === 'cvss' ? score(step, all) : rating(step, all);
}

function word(
  step: Extract<RatingStep, { take: 'word' }>,
  candidate: Candidate,
  universe: Universe,
): Found | undefined {
  const words =
    step.scope === 'package' ? candidate.statements.flatMap(vendorWords) : universe.words(candidate, step.scope);
  let best: Found | undefined;
  for (const one of words) {
    const original = (one.original ?? one.severity).toLowerCase().replace(/\*+$/, '');
    const severity = Object.hasOwn(step.map, original) ? step.map[original] : undefined;
    if (severity !== undefined && (best === undefined || rank(severity) > rank(best.severity))) {
      best = { severity, source: one.source, basis: original, on: `${one.source}: ${original}` };
    }
  }
  return best;
}

function state(step: Extract<RatingStep, { take: 'state' }>, candidate: Candidate): Found | undefined {
  for (const statement of candidate.statements) {
    const severity = step.map[statement.state];
    if (severity !== undefined)
      return {
        severity,
        source: statement.source,
        basis: statement.state,
        on: `${statement.source}: ${statement.state}`,
      };
  }
  return undefined;
}

function score(step: Extract<RatingStep, { take: 'cvss' }>, all: readonly Rating[]): Found | undefined {
  for (const { method, scale } of step.versions) {
    const found = all.find(
      (one) =>
        one.method === method &&
        one.score !== undefined &&
        (step.publishers.includes('*') || step.publishers.includes(one.source)),
    );
    if (found !== undefined)
      return {
        severity: severityOf(found.score!, scale),
        source: found.source,
        basis: method,
        on: `${found.source} ${method} ${found.score}`,
      };
  }
  return undefined;
}

function rating(step: Extract<RatingStep, { take: 'rating' }>, all: readonly Rating[]): Found | undefined {
  const wanted = (one: Rating): boolean =>
    one.severity !== 'UNKNOWN' && (step.publishers.includes('*') || step.publishers.includes(one.source));
  // A word weighs more than a vector of the same publisher: it already counts the vector in.
  const found =
    all.find((one) => wanted(one) && !one.method.startsWith('CVSS')) ??
    all.filter((one) => wanted(one)).sort((a, b) => (a.method < b.method ? 1 : -1))[0];
  return found === undefined
    ? undefined
    : {
        severity: step.map?.[found.severity] ?? found.severity,
        source: found.source,
        basis: found.original ?? found.method,
        on: `${found.source}: ${found.original ?? `${found.method} ${found.score ?? ''}`}`.trim(),
      };
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
