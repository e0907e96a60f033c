import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import type { Considered, Judgement, Statement } from '../model.ts';

const UNDECIDABLE: Judgement = { affected: false, because: 'undecidable' };
/** A release is this much newer than a vulnerability before nobody can tell any more whether it still has it. */
const YEARS = 2;
const YEAR_MS = 365.25 * 86_400_000;

/**
 * NVD names some programs without any version. Such a statement is taken at its word only while it is not much older than the installed
 * release: how old that is at least is told by other statements, which speak of versions up to an older one and came out on a day.
 */
export function setUndecidableApart(
  considered: readonly Considered[],
  statements: readonly Statement[],
  version: string,
  rules: Pick<Ecosystem, 'compare' | 'isVersion'>,
): readonly Considered[] {
  if (!considered.some(isWithoutVersion) || !rules.isVersion(version)) return considered;
  const known = Math.max(
    0,
    ...statements.flatMap((statement) => (isOlder(statement, version, rules) ? [day(statement)] : [])),
  );
  return considered.map((considered) =>
    isWithoutVersion(considered) && day(considered.statement) < known - YEARS * YEAR_MS
      ? { ...considered, judgement: UNDECIDABLE }
      : considered,
  );
}

const isWithoutVersion = ({ judgement }: Considered): boolean =>
  judgement.affected && !('exact' in judgement.compared.range) && Object.keys(judgement.compared.range).length === 0;

const day = ({ published }: Statement): number => (published === undefined ? Number.NaN : Date.parse(published)) || 0;

/** Whether the newest version that a statement speaks of is not newer than the installed one. */
function isOlder(
  { ranges, versions = [] }: Statement,
  version: string,
  rules: Pick<Ecosystem, 'compare' | 'isVersion'>,
): boolean {
  const said = [...ranges.flatMap(({ fixed, lastAffected }) => fixed ?? lastAffected ?? []), ...versions];
  return said.length > 0 && said.every((bound) => rules.compare(bound, version) <= 0);
}
