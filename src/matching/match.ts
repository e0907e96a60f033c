import type { Scheme } from '../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { addTo } from '../collections.ts';
import { orDefect } from '../errors.ts';
import { type Finding, type NoInterest, type Package, SEVERITIES, type Unknown } from '../model.ts';
import { compareText } from '../versions/order.ts';
import { byStatements } from './by-statements.ts';
import { type CandidateSource, candidateSource } from './candidates.ts';
import { type LastingVerdicts, lastingVerdicts, verdictOf } from './finding.ts';
import { releasesAmong } from './releases-among.ts';

/** What matching found, and what it could not or need not look at. */
export interface Matched {
  readonly findings: readonly Finding[];
  /** Packages that were not compared with advisories, by why. */
  readonly passed: ReadonlyMap<NoInterest, readonly Package[]>;
  /** Statements that say "not yet determined": no findings, but worth a word. */
  readonly undetermined: number;
  /** Statements that name no version and are much older than what is installed: kept apart from findings. */
  readonly undecidable: number;
  /** Packages that could not be judged for a defect of this program, each with its reason. */
  readonly problems: readonly Unknown[];
}

/** The room that judges, among the readers that an Unknown can come from. */
export const MATCHING = 'matching';

/** A finding but for the package, and for the way to it. */
export type Verdict = Omit<Finding, 'package' | 'reasons'>;

/**
 * What would be found of packages that are not there, for those who weigh hundreds of versions of a few: worst first. Of versions of which the
 * very same is said the answer is the same array, as long as `store` gives the same statements (`remembering`).
 */
export function hypothetically(store: AdvisoryStore, scheme?: Scheme): (asked: Package) => readonly Verdict[] {
  const source = candidateSource(store);
  const lasting = lastingVerdicts();
  const remembered = byStatements<readonly Verdict[]>((judgement) =>
    judgement.affected ? `${judgement.fixed ?? ''}\0${judgement.subscription ?? ''}` : '-',
  );
  const verdicts = (asked: Package): readonly Verdict[] =>
    source
      .of(asked)
      .candidates.map((candidate): Verdict => {
        const { reasons: _, ...verdict } = verdictOf(candidate, scheme, lasting);
        return verdict;
      })
      .sort(byWeight);
  return (asked) =>
    orDefect(
      () => remembered(source.affected(asked), () => verdicts(asked)),
      () => [],
    );
}

/** Matches every package with the advisories: interest, retrieval, judgement, then one finding for each vulnerability of each package. */
export function match(packages: readonly Package[], store: AdvisoryStore, scheme?: Scheme): Matched {
  const source: CandidateSource = candidateSource(store);
  const lasting: LastingVerdicts = lastingVerdicts();
  const findings: Finding[] = [];
  const passed = new Map<NoInterest, Package[]>();
  /** By what is asked: the binaries of one source share the answer. */
  const verdicts = new Map<string, readonly Omit<Finding, 'package'>[]>();
  let undetermined = 0;
  let undecidable = 0;
  const problems: Unknown[] = [];
  const pass = (reason: NoInterest, asked: Package): void => {
    addTo(passed, reason, asked);
  };
  const answerTo = (asked: Package, key: string): readonly Omit<Finding, 'package'>[] => {
    let answer = verdicts.get(key);
    if (answer === undefined) {
      const retrieved = source.of(asked);
      answer = retrieved.candidates.map((candidate) => verdictOf(candidate, scheme, lasting));
      undetermined += retrieved.undetermined;
      undecidable += retrieved.undecidable;
      verdicts.set(key, answer);
    }
    return answer;
  };
  const judged = (asked: Package): void => {
    const [first = asked, ...others] = releasesAmong(asked);
    const interest = source.interest(first);
    if (interest.passed !== undefined) {
      pass(interest.passed, asked);
      return;
    }
    // One release may be spoken of by the CVE, another by a publisher's record of it.
    const namesOf = ({ id, aliases }: Pick<Finding, 'id' | 'aliases'>): readonly string[] => [
      ...new Set([id, ...aliases, ...source.aliases(id)]),
    ];
    const further = others.map((other) => {
      const { key } = source.interest(other);
      return new Set(key === undefined ? [] : answerTo(other, key).flatMap(namesOf));
    });
    if (!interest.comparable || first !== asked) pass('unknown-version', asked);
    for (const verdict of answerTo(first, interest.key))
      if (further.every((ids) => namesOf(verdict).some((id) => ids.has(id))))
        findings.push({ ...verdict, package: asked });
  };
  for (const asked of packages)
    orDefect(
      () => judged(asked),
      (defect) => {
        pass('defect', asked);
        problems.push(unjudged(asked, defect));
      },
    );
  return { findings: findings.sort(byImportance), passed, undetermined, undecidable, problems };
}

function unjudged({ name, version, evidence }: Package, defect: string): Unknown {
  const [{ path, layer } = { path: '', layer: undefined }] = evidence;
  const reason = `${name} ${version} could not be judged: ${defect}`;
  return { path, ...(layer === undefined ? {} : { layer }), analyzer: MATCHING, reason };
}

/** Worst first, then by package and id: the order of every output, where nothing says what is nearer (`nearestFirst`). */
function byImportance(a: Finding, b: Finding): number {
  return (
    rank(a, b) ||
    compareText(a.package.name, b.package.name) ||
    compareText(a.package.version, b.package.version) ||
    compareText(a.id, b.id)
  );
}

const byWeight = (a: Verdict, b: Verdict): number => rank(a, b) || compareText(a.id, b.id);

const rank = (a: Verdict, b: Verdict): number => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity);
