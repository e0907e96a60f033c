import { go } from '../ecosystems/go.ts';
import { findingOf } from '../matching/finding.ts';
import type { Finding } from '../model.ts';
import { type AbsenceQuestion, rows } from './absence-question.ts';
import type { AlignedRow } from './align.ts';
import type { CauseFound } from './comparison.ts';
import { judged } from './judged.ts';
import type { Side } from './side.ts';

/** The package that the Go database calls the standard library. https://go.dev/doc/security/vuln/database */
const STANDARD_LIBRARY = 'stdlib';

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

/** Of our own report: Go's standard library of the version that a `go.mod` asks for at least. Which one builds it is not written there. */
export function byLeastGo(question: AbsenceQuestion): CauseFound | undefined {
  const { row, lacks } = question;
  if (lacks.report.scanner !== OURS || row.type !== go.type || row.package !== STANDARD_LIBRARY) return undefined;
  const places = rows(question).flatMap(({ locations }) => locations);
  if (places.length === 0 || !places.every((path) => /(?:^|\/)go\.mod$/.test(path))) return undefined;
  return {
    code: 'inventory.lang-gate',
    proof: 'inferred',
    says: 'The go and toolchain lines of a go.mod are the least Go that builds it, not the one that does: the standard library is judged in the program itself',
    evidence: [{ kind: 'report', text: `${places[0]} asks for Go ${row.version} or newer` }],
  };
}
