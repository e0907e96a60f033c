// Long because it is one argument: the ways in which a severity came about, the surest first.
import { distributionInWords, isSystemType, typeInWords } from '../ecosystems/index.ts';
import { type Rating, SEVERITIES, type Severity } from '../model.ts';
import { type Lens, type RatingStep, severityOf } from '../scanners/lens.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';
import type { AlignedRow } from './align.ts';
import type { Proof } from './comparison.ts';
import { asks } from './lens-tests.ts';
import { ASSUMED, firstAsked } from './rate.ts';
import type { Side } from './side.ts';

/** How one side came to its severity, and how that is known. */
export interface SeverityBasis {
  readonly severity: Severity;
  /** Whose: `vendor` (the distribution itself), `nvd`, `ghsa`, another publisher; `none`: nobody gave one. */
  readonly party: string;
  /** Who gave the score, where others than the record's publisher do. */
  readonly rater?: string;
  readonly take: 'word' | 'state' | 'cvss' | 'rating' | 'none';
  /** The distribution's word, where it is known. */
  readonly word?: string;
  /** The version of a score and the score. */
  readonly method?: string;
  readonly score?: number;
  /** False: a word for another package or release counted. */
  readonly own?: boolean;
  readonly proof: Exclude<Proof, 'none'>;
  readonly says: string;
  readonly cite: string;
  /** What it was read from, in a few words. */
  readonly on: string;
}

/** The distribution that is called so; one that nobody here serves goes by the word. */
const systemCalled = (word: string): string | undefined =>
  distributionInWords(word)?.name ?? (isSystemType(typeInWords(word)) ? word : undefined);

/** `vendor` for the distribution's own name, else the publisher's: another vendor is not this distribution. */
function partyOf(source: string, system: string | undefined): string {
  const lower = source.toLowerCase();
  if (lower === 'vendor') return 'vendor';
  // Others rate in NVD's record too: who reads that record reads them.
  if (lower === 'cisa-adp' || lower.startsWith('cna:')) return 'nvd';
  const rater = systemCalled(lower);
  if (rater === undefined) return lower;
  const family = system?.split(':', 1)[0];
  // Where nobody says which system it is, a distribution that rates is taken for its own.
  return family === undefined || systemCalled(family) === rater ? 'vendor' : lower;
}

/**
 * What a side's severity at a row rests on: what its report states, else what its rules make of the database, else the
 * one rule whose input is known and that gives it. Undefined: it cannot be told.
 */
export function basisOf(row: AlignedRow, side: Side, other: Side): SeverityBasis | undefined {
  const severity = side.reduction.severity(row)!;
  const findings = row.cells[side.index]!.findings;
  const finding = findings.find((finding) => finding.severity === severity) ?? findings[0]!;
  const question: Question = { row, side, other, severity, finding };
  if (side.isLens) return replayed(question);
  return stated(question) ?? replayed(question) ?? concluded(question);
}

interface Question {
  readonly row: AlignedRow;
  readonly side: Side;
  readonly other: Side;
  readonly severity: Severity;
  readonly finding: ForeignFinding;
}

/** Whether a severity by the rules is the one in the report: some formats write several as LOW. */
function accepts({ side, severity }: Question, given: Severity): boolean {
  return given === severity || (side.coarse && severity === 'LOW' && (given === 'NEGLIGIBLE' || given === 'UNKNOWN'));
}

function stated(question: Question): SeverityBasis | undefined {
  const { side, severity, finding } = question;
  if (finding.severitySource !== undefined) {
    const party = partyOf(finding.severitySource, side.system);
    return {
      severity,
      party,
      rater: finding.severitySource.toLowerCase(),
      ...detailsOf(question, party),
      proof: 'stated',
      says: `The report names ${finding.severitySource} as the source of its severity`,
      cite: 'the report',
    };
  }
  const steps = ratingSteps(question);
  const word = finding.vendorWord?.toLowerCase();
  const step =
    word === undefined
      ? undefined
      : steps.find((ratingStep) => ratingStep.take === 'word' && ratingStep.map[word] === severity);
  if (step !== undefined)
    return {
      severity,
      party: 'vendor',
      take: isJudgement(word!) ? 'state' : 'word',
      word: word!,
      proof: 'stated',
      says: step.says,
      cite: step.cite,
      on: `the distribution says "${word}"`,
    };
  // By its own word it knows no level; what the other report knows does not speak against that.
  if (severity === 'UNKNOWN' || (finding.validity === 'unanalysed' && accepts(question, 'UNKNOWN')))
    return {
      severity,
      party: 'none',
      take: 'none',
      proof: 'stated',
      says: 'The report says that nobody has rated it',
      cite: 'the report',
      on: 'no rating',
    };
  return undefined;
}

/** Words that say what the distribution will do, not how bad it is. */
const isJudgement = (word: string): boolean => word === 'minor issue' || word === 'minor';

/** What the report itself holds of the source it names: the score that gives the severity, or the word. */
function detailsOf(
  { severity, finding }: Question,
  party: string,
): Pick<SeverityBasis, 'take' | 'word' | 'method' | 'score' | 'on'> {
  const source = finding.severitySource!.toLowerCase();
  const score = finding.ratings.find(
    (rating) => rating.source === source && rating.score !== undefined && rating.severity === severity,
  );
  if (score !== undefined && party !== 'vendor')
    return { take: 'cvss', method: score.method, score: score.score!, on: scoreText(score) };
  if (party === 'nvd') return { take: 'cvss', on: `${source}: ${severity}` };
  const word = finding.vendorWord?.toLowerCase();
  return {
    take: party === 'vendor' ? 'word' : 'rating',
    ...(word !== undefined && { word }),
    on: `${source}: ${word ?? severity}`,
  };
}

const scoreText = ({ source, method, score }: Rating): string =>
  `${source === 'any' ? '' : `${source.toUpperCase()}'s `}${method.replace(':', ' ')} ${score}`;

/** What the rules make of the database's statements, where that is what the report says. */
function replayed(question: Question): SeverityBasis | undefined {
  const { side, severity, row } = question;
  const verdict = side.verdict(row);
  const rated = verdict?.rated;
  if (rated === undefined || side.lens === undefined || !accepts(question, rated.severity)) return undefined;
  if (!side.isLens && verdict!.candidate.considered.length === 0) return undefined;
  const step = side.lens.rates[rated.step];
  return {
    severity,
    party: rated.source === undefined ? 'none' : partyOf(rated.source, side.system),
    ...(rated.source !== undefined && { rater: rated.source }),
    take: step?.take ?? 'none',
    ...(step?.take === 'word' && rated.basis !== undefined && { word: rated.basis }),
    ...(step?.take === 'cvss' && rated.basis !== undefined && { method: rated.basis }),
    ...(rated.own !== undefined && { own: rated.own }),
    proof: rated.basis === ASSUMED ? 'inferred' : 'replayed',
    says: rated.says,
    cite: rated.cite,
    on: rated.on,
  };
}

function ratingSteps({ row, side }: Question): readonly RatingStep[] {
  return side.steps(row);
}

/** A value that a step has where its input is known; `open` where it is not. */
type Given = { readonly severity: Severity; readonly rating?: Rating; readonly word?: string } | 'open' | 'nothing';

/**
 * Goes through the rules in their order with what the two reports state of the vulnerability: the first step that can
 * have given the severity, unless an earlier one is known to have said something else. A step whose input nobody states
 * is taken only where all scores that are known say something else.
 */
function concluded(question: Question): SeverityBasis | undefined {
  const { severity } = question;
  const steps = ratingSteps(question);
  let open: RatingStep | undefined;
  let scores = scoresAgainst(question);
  for (const step of steps) {
    const given = inputOf(question, step);
    if (given === 'nothing') continue;
    if (given === 'open') {
      if ((step.take === 'word' || step.take === 'state') && can(question, step)) open ??= step;
      continue;
    }
    if (accepts(question, given.severity)) return basis(step, given, severity, question);
    // An unknown earlier input may have decided before this one was asked.
    if (open === undefined) return undefined;
    scores += 1;
    break;
  }
  if (open !== undefined && scores > 0)
    return {
      severity,
      party: 'vendor',
      take: open.take === 'state' ? 'state' : 'word',
      proof: 'inferred',
      says: open.says,
      cite: open.cite,
      on: judgementOf(question, steps),
    };
  if (severity === 'UNKNOWN' && steps.length > 0)
    return {
      severity,
      party: 'none',
      take: 'none',
      proof: 'inferred',
      says: 'None of its sources gives a severity',
      cite: steps.at(-1)!.cite,
      on: 'no rating',
    };
  return undefined;
}

/**
 * Whose judgement a severity is that no score gives. A scanner that in the end takes any vendor's word (Trivy also AlmaLinux's for a package of
 * Debian) does not say whose it was; where the statements on the package are known, and none of them gives it, it is not the distribution's.
 */
function judgementOf({ severity, side, row }: Question, steps: readonly RatingStep[]): string {
  const told = `no score that is known gives ${severity}: it is`;
  if (!steps.some((step) => step.take === 'rating' && (step.publishers?.length ?? 0) > 1))
    return `${told} a judgement, by its rules the distribution's`;
  const known = (side.verdict(row)?.candidate.considered.length ?? 0) > 0;
  return known
    ? `${told} another vendor's judgement than the distribution's, and it does not say whose`
    : `${told} a vendor's judgement, the distribution's or another's, and it does not say whose`;
}

/** Scores of the vulnerability that the two reports state, if none of them gives the severity. */
function scoresAgainst(question: Question): number {
  const { row, side, other } = question;
  const scores = [side, other]
    .flatMap((side) => row.cells[side.index]?.findings ?? [])
    .flatMap(({ ratings }) => ratings)
    .filter(({ score }) => score !== undefined);
  return scores.some((rating) => accepts(question, rating.severity)) ? 0 : scores.length;
}

function can(question: Question, step: RatingStep): boolean {
  return (
    (step.take === 'word' || step.take === 'state') &&
    Object.values(step.map).some((severity) => severity !== undefined && accepts(question, severity))
  );
}

function basis(step: RatingStep, given: Exclude<Given, string>, severity: Severity, { side }: Question): SeverityBasis {
  const { rating, word } = given;
  return {
    severity,
    party: rating === undefined ? 'vendor' : partyOf(rating.source, side.system),
    ...(rating !== undefined && { rater: rating.source }),
    take: step.take,
    ...(word !== undefined && { word }),
    ...(rating?.score !== undefined && { method: rating.method, score: rating.score }),
    proof: 'inferred',
    says: step.says,
    cite: step.cite,
    on:
      rating === undefined
        ? `the distribution says "${word}"`
        : rating.score === undefined
          ? `${rating.source.toUpperCase()}: ${rating.original ?? rating.severity}`
          : scoreText(rating),
  };
}

/** What a step had to go by, as far as the two reports state it: its own first. */
function inputOf(question: Question, step: RatingStep): Given {
  const { row, side, other } = question;
  const both = [side, other].map((side) => row.cells[side.index]?.findings ?? []);
  if (step.take === 'state') return 'open';
  if (step.take === 'word') return wordInput(question, step, both.flat());
  for (const findings of both) {
    const all = findings.flatMap((finding) => finding.ratings);
    const given = step.take === 'cvss' ? scoreInput(step, all) : ratingInput(step, all);
    if (given !== undefined) return given;
  }
  return 'open';
}

function wordInput(
  { other, row }: Question,
  step: Extract<RatingStep, { take: 'word' }>,
  findings: readonly ForeignFinding[],
): Given {
  const word = findings.find((finding) => finding.vendorWord !== undefined)?.vendorWord?.toLowerCase();
  if (word !== undefined) {
    const severity = Object.hasOwn(step.map, word) ? step.map[word] : undefined;
    if (severity !== undefined) return { severity, word };
    return step.scope === 'package' ? 'nothing' : 'open';
  }
  // One that asks the distribution first, and states another source, found no word of it for this package.
  const source = row.cells[other.index]?.findings.find(
    (finding) => finding.severitySource !== undefined,
  )?.severitySource;
  const first = other.steps(row)[0];
  return source !== undefined &&
    step.scope === 'package' &&
    first?.take === 'word' &&
    first.scope === 'package' &&
    partyOf(source, other.system) !== 'vendor'
    ? 'nothing'
    : 'open';
}

function scoreInput(step: Extract<RatingStep, { take: 'cvss' }>, all: readonly Rating[]): Given | undefined {
  const wanted = (rating: Rating): boolean => asks(step.publishers, rating.source);
  for (const { method, scale } of step.versions) {
    const rating = all.find((rating) => rating.method === method && rating.score !== undefined && wanted(rating));
    if (rating !== undefined) return { severity: severityOf(rating.score!, scale), rating };
  }
  // A level without its score: which version it is of does not matter here.
  const level = all.find((rating) => rating.method === 'text' && wanted(rating) && rating.severity !== 'UNKNOWN');
  return level === undefined ? undefined : { severity: level.severity, rating: level };
}

function ratingInput(step: Extract<RatingStep, { take: 'rating' }>, all: readonly Rating[]): Given | undefined {
  const rating = firstAsked(
    step.publishers,
    all,
    (mine) =>
      mine.find((rating) => rating.score === undefined) ??
      [...mine].sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity))[0],
  );
  return rating === undefined ? undefined : { severity: step.map?.[rating.severity] ?? rating.severity, rating };
}

/** Whether a lens asks a publisher for scores of a version. */
export function asksFor(lens: Lens | undefined, publisher: string, method: string | undefined): boolean {
  return (lens?.rates ?? []).some(
    (step) =>
      step.take === 'cvss' &&
      asks(step.publishers, publisher) &&
      (method === undefined || step.versions.some((version) => version.method === method)),
  );
}
