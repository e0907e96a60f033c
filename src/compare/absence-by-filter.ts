import { generic } from '../ecosystems/generic.ts';
import { isSystemType } from '../ecosystems/index.ts';
import { SEVERITIES, type Severity } from '../model.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';
import { OURS, ourFinding } from './absence-by-us.ts';
import { type AbsenceQuestion, rows } from './absence-question.ts';
import type { AlignedRow } from './align.ts';
import type { CauseFound } from './comparison.ts';
import { guessing, isGuess } from './guesses.ts';
import type { Side } from './side.ts';
import { sameScanner } from './two-formats.ts';

/** Its own settings leave it out. */
export function bySettings(question: AbsenceQuestion): CauseFound | undefined {
  const { lacks, has } = question;
  const { settings } = lacks.report;
  const states = rows(question).map(({ fix }) => fix.state);
  const caused = (says: string, text: string): CauseFound => ({
    code: 'filter.default',
    proof: 'stated',
    says,
    evidence: [{ kind: 'report', text }],
  });
  // What its own rows break was not set for all of it: a report may be put together of several runs.
  const holds = (name: string, test: (finding: ForeignFinding) => boolean): boolean =>
    lacks.facts.row(name, test) === undefined;
  const unfixed = ({ fix }: ForeignFinding): boolean => fix.state !== 'fixed' && fix.state !== 'unknown';
  if (
    settings?.only === 'fixed' &&
    holds('without a fix', unfixed) &&
    states.every((state) => state !== 'fixed' && state !== 'unknown')
  )
    return caused(
      `${lacks.name} was told to report only what has a fix, and ${has.name} knows none`,
      `${lacks.name}: only fixed`,
    );
  if (
    settings?.only === 'not-fixed' &&
    holds('with a fix', ({ fix }) => fix.state === 'fixed') &&
    states.includes('fixed')
  )
    return caused(`${lacks.name} was told to leave out what has a fix`, `${lacks.name}: only not fixed`);
  if (settings?.withoutSystem === true && systemLeftOut(question))
    return caused(
      `${lacks.name} was told to look at ${WORDS.language} alone`,
      `${lacks.name} knows the system, and lists no result for its packages`,
    );
  const listed = settings?.severities?.map((word) => word.toUpperCase());
  const severity = wouldRate(question);
  if (
    listed !== undefined &&
    severity !== undefined &&
    !listed.includes(severity) &&
    holds(`rated ${severity}`, (finding) => finding.severity === severity)
  )
    return caused(
      `${lacks.name} was restricted to ${listed.join(', ')}, and would rate it ${severity}`,
      `${lacks.name}: ${listed.join(', ')}`,
    );
  return undefined;
}

/** A system that it can match, of which the other has many rows: a report that somebody has cut to a few rows shows nothing. */
function systemLeftOut({ row, lacks, has }: AbsenceQuestion): boolean {
  return (
    kindOf(row.type) === 'system' &&
    countOf(has, 'system') >= ENOUGH &&
    lacks.verdict(row)?.dropped?.packages === undefined
  );
}

/** What it would rate a row that it does not have: as another report of the same scanner does, else by its rules, or ours where it is our own. */
function wouldRate({ row, has, lacks }: AbsenceQuestion): Severity | undefined {
  const same = has.report.scanner === lacks.report.scanner && has.report.version === lacks.report.version;
  if (same) return has.reduction.severity(row);
  if (lacks.report.scanner === OURS) return ourFinding(has, row)?.severity;
  return lacks.verdict(row)?.rated?.severity;
}

/** Rows that rules predict and a report lacks, before a filter is concluded from that. */
const ENOUGH = 20;

/** A severity list or "only fixed" that nobody states: concluded only from many rows that are all missing. */
export function byRows(question: AbsenceQuestion): CauseFound | undefined {
  const { lacks, has } = question;
  if (lacks.isLens || lacks.report.rows < ENOUGH) return undefined;
  // What is said of all its rows has to be said of rows of this kind: of others the same may hold for another reason.
  const kind = kindOf(question.row.type);
  const other = kind === 'language' ? 'system' : 'language';
  if (kind !== undefined && countOf(lacks, kind) === 0) return onlyKind(question, kind, other);
  if (rows(question).every(isGuess)) {
    const guessed = guessing(has, lacks);
    if (guessed !== undefined) return guessed;
  }
  const severity = wouldRate(question);
  const lowest = SEVERITIES.findIndex((severity) => lacks.reduction.rows[severity] > 0);
  if (severity !== undefined && lowest > 0 && SEVERITIES.indexOf(severity) < bound(severity, lowest)) {
    const below = SEVERITIES.slice(0, lowest);
    const missing = below.reduce((sum, severity) => sum + has.reduction.rows[severity], 0);
    if (missing >= ENOUGH)
      return {
        code: 'filter.default',
        proof: 'inferred',
        says: `${lacks.name} would rate it ${severity}, and its report holds no row below ${SEVERITIES[lowest]}, of which ${has.name} has ${missing}: a severity list was set`,
        evidence: [{ kind: 'report', text: `${lacks.report.rows} rows of ${lacks.name}, none of them ${severity}` }],
      };
  }
  return onlyFixed(question);
}

type Kind = 'system' | 'language';

const kindOf = (type: string | undefined): Kind | undefined =>
  type === undefined || type === generic.type ? undefined : isSystemType(type) ? 'system' : 'language';

/** Rows of a side in packages of the system, or of languages: by what the table knows of a package, as SARIF does not say its type. */
const countOf = (side: Side, kind: Kind): number => side.count(kind, ({ type }) => kindOf(type) === kind);

/** What rows are of, in words. */
const WORDS = { system: "the system's packages", language: 'packages of languages' };

/**
 * A scanner that reads packages of languages, and reports many of the system and none of any language, was told to look at the system's alone
 * (`--pkg-types os`). That its data lacks all languages is not to be thought; that it lacks a distribution is, so the reverse is concluded only
 * where the same scanner has many of the system.
 */
function onlyKind(question: AbsenceQuestion, kind: Kind, rest: Kind): CauseFound | undefined {
  const { lacks, has } = question;
  const same = sameScanner(has, lacks);
  if (kind === 'system' && !same) return undefined;
  const others = countOf(has, kind);
  const own = countOf(lacks, rest);
  const verdict = lacks.verdict(question.row);
  if (others < ENOUGH || own < ENOUGH || (!same && verdict !== undefined && !verdict.shown)) return undefined;
  return {
    code: 'filter.default',
    proof: 'inferred',
    says: `${lacks.name} has ${own} rows of ${WORDS[rest]} and none of ${WORDS[kind]}, of which ${has.name} has ${others}: it was told to look at ${WORDS[rest]} alone`,
    evidence: [{ kind: 'report', text: `${lacks.report.rows} rows of ${lacks.name}, none of ${WORDS[kind]}` }],
  };
}

/** A report without unknown rows is common; only one that begins at MEDIUM shows that they were left out. */
function bound(severity: Severity, lowest: number): number {
  return severity === 'UNKNOWN' ? lowest - SEVERITIES.indexOf('LOW') : lowest;
}

function onlyFixed(question: AbsenceQuestion): CauseFound | undefined {
  const { lacks, has } = question;
  // A row that does not tell speaks neither for it nor against.
  const unfixedRow = ({ fix }: ForeignFinding): boolean => fix.state !== 'fixed' && fix.state !== 'unknown';
  if (lacks.silentOnFixes || lacks.facts.row('unfixed', unfixedRow) !== undefined) return undefined;
  if (has.silentOnFixes) return onlyFixedByData(question);
  // What is a fix to one is the fix of another branch to the other, or only the end of what is known to be affected.
  if (rows(question).some(({ fix }) => fix.state === 'fixed' || fix.state === 'unknown'))
    return onlyFixedByData(question);
  const { unfixed } = has.fixes;
  if (unfixed < ENOUGH) return undefined;
  return {
    code: 'filter.default',
    proof: 'inferred',
    says: `All ${haveAFix(lacks)} have a fix, and ${has.name} has ${unfixed} without: it was told to report only what has one`,
    evidence: [{ kind: 'report', text: `all ${haveAFix(lacks)} have a fixed version` }],
  };
}

/** Rows of a report of which each has a fix or does not tell. */
function haveAFix({ report, name, fixes: { telling } }: Side): string {
  return telling === report.findings.length
    ? `${report.rows} rows of ${name}`
    : `${telling} rows of ${name} that tell of fixes`;
}

/** The same beside a report whose format knows no fixes, or whose scanner takes others for fixes: what has one is known from the data. */
function onlyFixedByData({ row, lacks, has }: AbsenceQuestion): CauseFound | undefined {
  const unfixed = (row: AlignedRow): boolean => {
    const verdict = lacks.verdict(row);
    return verdict?.shown === true && verdict.candidate.considered.length > 0 && verdict.fix?.state !== 'fixed';
  };
  if (!unfixed(row)) return undefined;
  const missing = has.count(
    `unfixed beside ${lacks.index}`,
    (row) => row.cells[lacks.index] === undefined && unfixed(row),
  );
  if (missing < ENOUGH) return undefined;
  return {
    code: 'filter.default',
    proof: 'inferred',
    says: `All ${haveAFix(lacks)} have a fix, and of those that only ${has.name} has the advisories know none for ${missing}: ${lacks.name} was told to report only what has one`,
    evidence: [{ kind: 'report', text: `all ${haveAFix(lacks)} have a fixed version` }],
  };
}
