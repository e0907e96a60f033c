import { recordOf } from '../matching/by-vulnerability.ts';
import type { AbsenceQuestion } from './absence-question.ts';
import { asFinding, otherCves } from './as-finding.ts';
import type { CauseFound } from './comparison.ts';

/** One record gives the flaw several CVEs, and this report has it under another of them. */
export function byOtherName({ row, has, lacks }: AbsenceQuestion): CauseFound | undefined {
  const candidate = lacks.verdict(row)?.candidate ?? has.verdict(row)?.candidate;
  if (candidate === undefined) return undefined;
  const names = [candidate.id, ...otherCves(candidate)];
  if (!names.includes(row.id)) return undefined;
  const finding = asFinding(candidate);
  const other = names.find((id) => id !== row.id && lacks.reports({ ...finding, id, aliases: [] }));
  if (other === undefined) return undefined;
  const record = candidate.considered.map(({ statement }) => recordOf(statement)).find((id) => id !== undefined);
  return {
    code: 'id.alias',
    proof: 'replayed',
    says: `${record ?? 'One record'} gives one flaw the names ${row.id} and ${other}, and ${lacks.name} has it as ${other}`,
    evidence: [
      { kind: 'record', text: `${record ?? candidate.id} names ${names.join(' and ')}` },
      { kind: 'report', text: `${lacks.name}: ${other} in ${row.package} ${row.version}` },
    ],
  };
}
