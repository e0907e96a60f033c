import type { AbsenceQuestion } from './absence-question.ts';
import type { CauseFound } from './comparison.ts';

/** Of one scanner in two formats: one run left out nothing that its format can say, and other runs may have been told to. */
export function byFormat({ row, has, lacks, formats }: AbsenceQuestion): CauseFound | undefined {
  if (formats === undefined) return undefined;
  if (formats.oneRun) return formats.cause;
  const short = lacks.report.notes.find(({ code }) => code === 'summary-mismatch');
  if (short !== undefined)
    return {
      ...formats.cause,
      proof: 'stated',
      says: `${lacks.name} holds fewer rows than it counts: ${short.message}`,
      evidence: [{ kind: 'report', text: short.message }],
    };
  if (!lacks.idsWithout(has).has(row.id)) return undefined;
  return {
    ...formats.cause,
    says: `${formats.cause.says}: ${lacks.name} has ${row.id} in a package that it names otherwise`,
    evidence: [{ kind: 'report', text: `${lacks.name}: ${row.id}` }],
  };
}
