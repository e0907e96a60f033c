import type { ForeignFinding } from '../scanners/scanner.ts';
import { type AbsenceQuestion, rows } from './absence-question.ts';
import type { CauseEvidence, CauseFound, Proof } from './comparison.ts';
import { idMatches } from './lens-tests.ts';
import type { Dropped, LensDecision } from './replay.ts';
import { UNNAMED } from './reported.ts';
import type { Side } from './side.ts';
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
  if (!lacks.isLens && contradicted(lacks, dropped, candidate.package.type)) return false;
  // A version that our database calls fixed explains nothing where another scanner with the same rule reports it.
  if (dropped.code === 'match.version-input' && candidate.reported === true && has.verdict(row)?.shown !== true)
    return false;
  // Which sources have it, a report that names none cannot tell.
  if (dropped.code === 'feed.coverage' && !known) return candidate.statements.every(({ source }) => source !== UNNAMED);
  return true;
}

/** A row of its own report that the rule would have left out. */
function contradicted({ facts }: Side, { packages, statements }: Dropped, type: string): boolean {
  if (packages !== undefined) return facts.against(packages, type) !== undefined;
  const { ids, validity } = statements?.when ?? {};
  if (ids !== undefined && facts.row(`ids ${ids.join(' ')}`, (finding) => idMatches(ids, finding.id)) !== undefined)
    return true;
  return (
    validity?.includes('rejected') === true &&
    facts.row('rejected', (finding) => finding.validity === 'rejected') !== undefined
  );
}

function proofOf(question: AbsenceQuestion, { candidate, dropped }: LensDecision): Proof {
  const { row, has } = question;
  if (dropped!.code === 'record.validity' && statedBy(has, rows(question)).length > 0) return 'stated';
  const both = has.lens === undefined ? false : has.verdict(row)?.shown === true;
  return candidate.considered.length > 0 && both ? 'replayed' : 'inferred';
}
