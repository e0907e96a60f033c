import { findingOf } from '../matching/finding.ts';
import type { Finding } from '../model.ts';
import type { AbsenceQuestion } from './absence-question.ts';
import type { AlignedRow } from './align.ts';
import type { CauseFound } from './comparison.ts';
import { judged } from './judged.ts';
import type { Side } from './side.ts';

/** What our own reports call their scanner. */
export const OURS = 'plimsoll';

/** What a scan of ours finds at a row that a side has. */
export function ourFinding(has: Side, row: AlignedRow): Finding | undefined {
  const candidate = has.verdict(row)?.candidate;
  return candidate && findingOf(candidate);
}

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
