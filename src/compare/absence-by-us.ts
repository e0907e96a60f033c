import type { AbsenceQuestion } from './absence-question.ts';
import type { CauseFound } from './comparison.ts';
import { judged } from './judged.ts';

/** What our own reports call their scanner. */
const OURS = 'plimsoll';

/** Of our own report: what a scan makes of the same package and vulnerability, from the statements that it judges. */
export function byOurJudgement({ row, has, lacks }: AbsenceQuestion): CauseFound | undefined {
  if (lacks.report.scanner !== OURS) return undefined;
  const verdict = has.verdict(row);
  const [first, ...more] = verdict?.candidate.considered ?? [];
  if (first === undefined || [first, ...more].some(({ judgement }) => judgement.affected)) return undefined;
  const { judgement, statement } = first;
  const because = judgement.affected ? undefined : judgement.because;
  const code =
    because === 'version'
      ? 'match.version-input'
      : because === 'state' || because === 'withdrawn'
        ? 'record.validity'
        : undefined;
  if (code === undefined) return undefined;
  return {
    code,
    proof: verdict!.shown ? 'replayed' : 'inferred',
    says: `By ${statement.source}'s ${statement.id} ${judged(first).judged}`,
    evidence: [
      { kind: 'record', text: `${statement.source} ${statement.id} (${statement.namespace} ${statement.package})` },
    ],
  };
}
