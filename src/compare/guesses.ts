import { SEVERITIES } from '../model.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';
import type { AlignedRow } from './align.ts';
import type { CauseFound } from './comparison.ts';
import type { Side } from './side.ts';
import { sameScanner } from './two-formats.ts';

/** Whether a row was found by the CPE of the product, by the report's own word. */
export const isGuess = ({ match, feed }: Pick<ForeignFinding, 'match' | 'feed'>): boolean =>
  match === undefined ? feed?.includes('nvd:cpe') === true : /cpe/i.test(match);

/** Rows found by CPE before it is concluded that the other was not told to match so. */
const ENOUGH = 20;

const guesses = (side: Side): number => side.count('cpe', ({ cells }) => cells[side.index]!.findings.some(isGuess));

/** The same scanner found many by the CPE of the product in one report, and none in the other: it was told to match so in one of them. */
export function guessing(more: Side, less: Side): CauseFound | undefined {
  if (!sameScanner(more, less)) return undefined;
  const others = guesses(more);
  if (others < ENOUGH || guesses(less) > 0) return undefined;
  return {
    code: 'match.method',
    proof: 'inferred',
    says: `${more.name} found ${others} by the product's CPE in NVD, and ${less.name} none: it was not told to match so`,
    evidence: [{ kind: 'report', text: `${others} rows of ${more.name} were found by CPE` }],
  };
}

/** The same of a row that both have, where without what one found by CPE they say the same: in the number of rows, or in the severity. */
export function guessedBeside(row: AlignedRow, a: Side, b: Side, what: 'count' | 'severity'): CauseFound | undefined {
  for (const [more, less] of [
    [a, b],
    [b, a],
  ] as const) {
    const findings = row.cells[more.index]!.findings;
    const rest = findings.filter((finding) => !isGuess(finding));
    if (rest.length === findings.length || rest.length === 0) continue;
    const same =
      what === 'count'
        ? new Set(rest.map((finding) => finding.row)).size === less.reduction.count(row)
        : worst(rest) === less.reduction.severity(row);
    const cause = same ? guessing(more, less) : undefined;
    if (cause !== undefined) return cause;
  }
  return undefined;
}

const worst = (findings: readonly ForeignFinding[]): string =>
  SEVERITIES[Math.max(...findings.map(({ severity }) => SEVERITIES.indexOf(severity)))]!;
