import { go } from '../ecosystems/go.ts';
import { findingOf } from '../matching/finding.ts';
import type { Finding, Judgement } from '../model.ts';
import type { CauseCode } from '../scanners/causes.ts';
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

/** What each reason to hold a package unaffected is called among the causes: every one has a name, or it would be unexplained. */
const BECAUSE: Readonly<Record<Extract<Judgement, { affected: false }>['because'], CauseCode>> = {
  withdrawn: 'record.validity',
  state: 'record.validity',
  version: 'match.version-input',
  'unknown-version': 'match.version-input',
  undecidable: 'match.version-input',
  module: 'match.method',
  flavour: 'match.method',
  platform: 'match.method',
  subscription: 'match.method',
};

/** Of our own report: what a scan makes of the same package and vulnerability, from the statements that it judges. */
export function byOurJudgement({ row, has, lacks }: AbsenceQuestion): CauseFound | undefined {
  if (lacks.report.scanner !== OURS) return undefined;
  const verdict = has.verdict(row);
  const [first, ...more] = verdict?.candidate.considered ?? [];
  if (first === undefined || [first, ...more].some(({ judgement }) => judgement.affected)) return undefined;
  const { judgement, statement } = first;
  if (judgement.affected) return undefined;
  return {
    code: BECAUSE[judgement.because],
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
