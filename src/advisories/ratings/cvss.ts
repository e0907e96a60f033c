import { createRequire } from 'node:module';
import type { Rating } from '../../model.ts';
import { severityOfScore } from './severity.ts';

const require = createRequire(import.meta.url);
let library: typeof import('ae-cvss-calculator') | undefined;

/** Loaded with the first vector: to compile it takes as long as half a warm scan, which meets none. */
const calculator = (): typeof import('ae-cvss-calculator') => {
  library ??= require('ae-cvss-calculator') as typeof import('ae-cvss-calculator');
  return library;
};

/** Feeds repeat a few thousand vectors over and over, and one CVSS 4 score takes a millisecond. */
const scores = new Map<string, Score | undefined>();
const KEPT = 20_000;

/** A longer vector cannot be one: all metrics of CVSS 4 together take less. */
const VECTOR_CHARACTERS = 400;

/** Pairs of metric and value: the library would write a warning to the console for anything else. */
const SHAPE = /^(?:CVSS:\d\.\d\/)?[A-Za-z]+:[A-Za-z]+(?:\/[A-Za-z]+:[A-Za-z]+)*\/?$/;

interface Score {
  readonly method: string;
  readonly score: number;
}

/**
 * The base score (0 to 10) and version of a CVSS vector of any version; CVSS 2 vectors may be written with or without
 * prefix and brackets. Undefined for what is no complete vector. https://www.first.org/cvss/
 */
export function scoreOf(vector: string): Score | undefined {
  if (vector.length > VECTOR_CHARACTERS) return undefined;
  if (scores.has(vector)) return scores.get(vector);
  if (scores.size >= KEPT) scores.clear();
  const score = calculate(vector.replace(/^\((.*)\)$/, '$1').replace(/^CVSS:2\.0\//, ''));
  scores.set(vector, score);
  return score;
}

function calculate(vector: string): Score | undefined {
  if (!SHAPE.test(vector)) return undefined;
  try {
    const parsed = calculator().fromVector(vector);
    if (!parsed?.isBaseFullyDefined()) return undefined;
    const { base } = parsed.calculateScores();
    if (base === undefined || Number.isNaN(base)) return undefined;
    return { method: parsed.getVectorName(), score: base };
  } catch {
    return undefined; // the library throws on some unknown metrics: no vector, no score
  }
}

/** A rating from a vector, its score calculated. Undefined for what is no complete vector. */
export function vectorRating(source: string, vector: string): Rating | undefined {
  const score = scoreOf(vector);
  if (!score) return undefined;
  return { source, severity: severityOfScore(score.method, score.score), ...score, vector };
}
