import type { Statement } from '../model.ts';
import { type AbsenceQuestion, rows } from './absence-question.ts';
import type { CauseFound } from './comparison.ts';
import { typeMatches } from './lens-tests.ts';

/**
 * Its database has room for one fixed version of a vulnerability in a package, its publisher names several (a fix that was not enough,
 * and a later one), and the installed version lies between them: which of the two answers it gives is not known before it gives it.
 */
export function byLastFix(question: AbsenceQuestion): CauseFound | undefined {
  const { has, lacks, row } = question;
  const rule = lacks.lens?.version.keepsOneFix;
  const verdict = lacks.verdict(row);
  if (rule === undefined || verdict?.shown !== true || !typeMatches(rule.types, verdict.candidate.package.type))
    return undefined;
  const stated = verdict.candidate.considered.filter(({ statement }) => statement.state === 'fixed');
  const [enough, more] = [false, true].map((affected) =>
    stated.filter(({ judgement }) => judgement.affected === affected).flatMap(({ statement }) => fixesOf(statement)),
  );
  if (enough!.length === 0 || more!.length === 0) return undefined;
  return {
    code: 'match.version-input',
    proof: has.verdict(row)?.shown === true ? 'replayed' : 'inferred',
    says: `The distribution names ${enough![0]} and ${more![0]} as fixed, and ${lacks.name} keeps one of them: by the first ${rows(question)[0]?.version ?? row.version} is not affected`,
    evidence: [{ kind: 'rule', text: `${lacks.name}: ${rule.says}`, cite: rule.cite }],
  };
}

const fixesOf = ({ ranges }: Statement): readonly string[] => ranges.flatMap(({ fixed }) => fixed ?? []);
