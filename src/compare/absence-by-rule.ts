import { publisherOfFeed } from '../advisories/publishers.ts';
import type { Candidate } from '../model.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';
import { type AbsenceQuestion, rows } from './absence-question.ts';
import type { CauseEvidence, CauseFound, Proof } from './comparison.ts';
import { isGuess } from './guesses.ts';
import type { Dropped, LensDecision } from './lens-decision.ts';
import { idMatches, typeMatches } from './lens-tests.ts';
import { UNNAMED } from './reported.ts';
import { refutes, type Side } from './side.ts';
import { sameScanner } from './two-formats.ts';

/** Its rules leave it out, and its own report does not contradict them. */
export function byRule(question: AbsenceQuestion): CauseFound | undefined {
  const { row, has, lacks } = question;
  const verdict = lacks.verdict(row);
  const { dropped } = verdict ?? {};
  // By the same rules the other would not have it either.
  if (sameScanner(has, lacks)) return undefined;
  if (verdict === undefined || dropped === undefined || !holds(question, verdict, dropped)) return undefined;
  const { code, says, cite, on } = dropped;
  return {
    code,
    proof: proofOf(question, verdict),
    says,
    evidence: [
      { kind: 'rule', text: `${lacks.name}: ${says}`, cite },
      ...(on === undefined ? [] : [{ kind: 'record' as const, text: on }]),
      ...verdict.candidate.package.evidence
        .filter((evidence) => evidence.layer >= 0)
        .slice(0, 3)
        .map((evidence) => ({ kind: 'file' as const, text: evidence.path })),
      ...statedBy(has, rows(question)),
    ],
  };
}

/** The report says of the id itself what the rule asks. */
function statedBy(has: Side, findings: readonly ForeignFinding[]): readonly CauseEvidence[] {
  const validity = findings
    .map((finding) => finding.validity)
    .find((validity) => validity === 'rejected' || validity === 'disputed');
  return validity === undefined ? [] : [{ kind: 'report', text: `${has.name} says that the id is ${validity}` }];
}

/** Whether a rule can be the cause: what the report states must not contradict it, and what is not known must not carry it. */
function holds({ row, has, lacks }: AbsenceQuestion, { candidate }: LensDecision, dropped: Dropped): boolean {
  const known = candidate.considered.length > 0;
  if (!lacks.isLens && contradicted(lacks, dropped, candidate)) return false;
  // A version that our database calls fixed explains nothing where another scanner with the same rule reports it.
  if (dropped.code === 'match.version-input' && candidate.reported === true && has.verdict(row)?.shown !== true)
    return false;
  // Which sources have it, a report that names none cannot tell.
  if (dropped.code === 'feed.coverage' && !known) return candidate.statements.every(({ source }) => source !== UNNAMED);
  return true;
}

/** A row of its own report that the rule would have left out. */
function contradicted(lacks: Side, dropped: Dropped, candidate: Candidate): boolean {
  const { facts } = lacks;
  if (dropped.packages !== undefined) return refutes(facts, dropped, candidate.package);
  if (dropped.code === 'feed.coverage' && dropped.statements === undefined) return covered(lacks, candidate);
  const { ids, validity, types } = dropped.statements?.when ?? {};
  if (ids !== undefined && facts.row(`ids ${ids.join(' ')}`, (finding) => idMatches(ids, finding.id)) !== undefined)
    return true;
  // An id is rejected or disputed wherever it is: a report that has it in another package does not drop it for that.
  if (candidate.validity !== undefined && candidate.validity !== 'withdrawn' && validity?.includes(candidate.validity))
    for (const type of facts.typesOf([candidate.id, ...candidate.aliases]))
      if (types === undefined || typeMatches(types, type)) return true;
  return (
    validity?.includes('rejected') === true &&
    facts.row('rejected', (finding) => finding.validity === 'rejected') !== undefined
  );
}

/** Its own rows show that its sources cover what they are said not to: packages of the type at all, this package by the same publisher, or the id in it. */
function covered({ facts, lens }: Side, { id, aliases, package: { type, name }, statements }: Candidate): boolean {
  const reading = lens?.reads.find((rule) => typeMatches(rule.types, type));
  if (reading === undefined || reading.publishers.length === 0)
    return facts.row(`matched ${type}`, (finding) => finding.type === type && !isGuess(finding)) !== undefined;
  const names = new Set([id, ...aliases]);
  const publishers = new Set(statements.map(({ source }) => source));
  return facts
    .rowsOf(name)
    .some(
      (finding) =>
        (finding.type ?? type) === type &&
        !isGuess(finding) &&
        ([finding.id, ...finding.aliases].some((name) => names.has(name)) ||
          (finding.feed !== undefined && publishers.has(publisherOfFeed(finding.feed)))),
    );
}

function proofOf(question: AbsenceQuestion, { candidate, dropped }: LensDecision): Proof {
  const { row, has } = question;
  if (dropped!.code === 'record.validity' && statedBy(has, rows(question)).length > 0) return 'stated';
  const both = has.lens === undefined ? false : has.verdict(row)?.shown === true;
  return candidate.considered.length > 0 && both ? 'replayed' : 'inferred';
}
