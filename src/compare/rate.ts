import { MALICIOUS } from '../advisories/publishers.ts';
import { withoutEnd } from '../formats/ends.ts';
import { type Candidate, type Rating, type Severity, severityRank } from '../model.ts';
import { type Lens, type RatingStep, severityOf } from '../scanners/lens.ts';
import { asks, patternMatches, typeMatches } from './lens-tests.ts';
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
  /** False: a word for another package or release counted. */
  readonly own?: boolean;
}

/** Finds the severity that a lens gives: the first of its steps that says one. */
export function rate(lens: Lens, candidate: Candidate, universe: Universe): Rated {
  for (const [index, step] of lens.rates.entries()) {
    if (!applies(step, candidate, universe)) continue;
    const taken = take(step, candidate, universe);
    if (taken !== undefined) return { ...taken, step: index, name: step.name, says: step.says, cite: step.cite };
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
  if (step.exceptNames?.some((pattern) => patternMatches(pattern, candidate.package.name))) return false;
  return step.systems === undefined || (universe.os !== undefined && step.systems.includes(universe.os.id));
}

type Taken = Pick<Rated, 'severity' | 'on' | 'source' | 'basis' | 'own'>;

function take(step: RatingStep, candidate: Candidate, universe: Universe): Taken | undefined {
  if (step.take === 'word') return word(step, candidate, universe);
  if (step.take === 'state') return state(step, candidate);
  const all = [...candidate.statements.flatMap((statement) => statement.ratings), ...candidate.ratings];
  if (step.take === 'cvss') return score(step, all);
  return rating(step, all) ?? malware(step, candidate);
}

function word(
  step: Extract<RatingStep, { take: 'word' }>,
  candidate: Candidate,
  universe: Universe,
): Taken | undefined {
  const words =
    step.scope === 'package' ? candidate.statements.flatMap(vendorWords) : universe.words(candidate, step.scope);
  const own = new Set(candidate.statements.flatMap(vendorWords).map(wordOf));
  let best: Taken | undefined;
  for (const rating of words) {
    const original = wordOf(rating);
    const severity = Object.hasOwn(step.map, original) ? step.map[original] : undefined;
    if (severity !== undefined && (best === undefined || severityRank(severity) > severityRank(best.severity))) {
      best = {
        severity,
        source: rating.source,
        basis: original,
        own: own.has(original),
        on: `${rating.source}: ${original}${own.has(original) ? '' : ', said of another package or release'}`,
      };
    }
  }
  return best;
}

/** A distribution's word as its map has it: Debian marks with a star what it only guesses. */
function wordOf({ original, severity }: Rating): string {
  return withoutEnd((original ?? severity).toLowerCase(), '*');
}

function state(step: Extract<RatingStep, { take: 'state' }>, candidate: Candidate): Taken | undefined {
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

function score(step: Extract<RatingStep, { take: 'cvss' }>, all: readonly Rating[]): Taken | undefined {
  for (const { method, scale } of step.versions) {
    const chosen = all.find(
      (given) => given.method === method && given.score !== undefined && asks(step.publishers, given.source),
    );
    if (chosen !== undefined)
      return {
        severity: severityOf(chosen.score!, scale),
        source: chosen.source,
        basis: method,
        on: `${chosen.source} ${method} ${chosen.score}`,
      };
  }
  return undefined;
}

function rating(step: Extract<RatingStep, { take: 'rating' }>, all: readonly Rating[]): Taken | undefined {
  const chosen = firstAsked(step.publishers, all, (mine) => {
    // A word weighs more than a vector of the same publisher: it already counts the vector in.
    const word = mine.find((given) => !given.method.startsWith('CVSS'));
    return word ?? [...mine].sort((a, b) => (a.method < b.method ? 1 : -1))[0];
  });
  return chosen === undefined
    ? undefined
    : {
        severity: step.map?.[chosen.severity] ?? chosen.severity,
        source: chosen.source,
        basis: chosen.original ?? chosen.method,
        on: ratingText(chosen),
      };
}

/** The basis of a level that is not read from a record: what comes of it is inferred. */
export const ASSUMED = 'assumed';

function malware(
  { malware, publishers }: Extract<RatingStep, { take: 'rating' }>,
  { statements }: Candidate,
): Taken | undefined {
  if (malware === undefined || !statements.every(({ source }) => source === MALICIOUS)) return undefined;
  const source = publishers[0]!;
  const { severity, because } = malware;
  return { severity, source, basis: ASSUMED, on: `${source}: malware, whose level our copy does not hold: ${because}` };
}

/** A score whose report does not say who gave it is nobody's here. */
function ratingText({ source, original, method, score }: Rating): string {
  const said = original ?? `${source === 'any' ? method.replace(':', ' ') : method} ${score ?? ''}`;
  return (source === 'any' ? said : `${source}: ${said}`).trim();
}

/** Of the first publisher in the list that has a level, what `choose` takes of its ratings. */
export function firstAsked(
  publishers: readonly string[],
  all: readonly Rating[],
  choose: (mine: readonly Rating[]) => Rating | undefined,
): Rating | undefined {
  for (const publisher of publishers) {
    const mine = all.filter((given) => given.severity !== 'UNKNOWN' && asks([publisher], given.source));
    if (mine.length > 0) return choose(mine);
  }
  return undefined;
}
