import type { Scheme } from '../advisories/ratings/index.ts';
import { findingOf } from '../matching/finding.ts';
import { passedSentence } from '../matching/interest.ts';
import type { Candidate, Finding, Severity, Suppression } from '../model.ts';
import type { Excepted } from '../policy/exceptions/index.ts';
import { suppressionInWords } from '../policy/suppression-words.ts';
import { judged } from './judged.ts';

/** What a scan by our own rules makes of it: `finding` is true where it reports it, with what it then says. */
export interface OwnVerdict {
  readonly finding: boolean;
  /** Why, in a sentence. */
  readonly says: string;
  readonly severity?: Severity;
  readonly severitySource?: string;
  readonly state?: Finding['state'];
  readonly fix?: Finding['fix'];
  /** Who took it out of the count: it is no finding of a scan then, and the rest is what it would say without that word. */
  readonly suppressed?: Suppression;
}

/** How a scan of ours was told to judge. */
export interface OwnJudging {
  /** Whose ratings count; default: the publisher of the package first. */
  readonly scheme?: Scheme;
  /** What exceptions say of a finding. */
  readonly excepted?: (finding: Finding) => Excepted | undefined;
}

/** The verdict of a scan, and why. */
export function ownVerdict(candidate: Candidate, proven: boolean, { scheme, excepted }: OwnJudging): OwnVerdict {
  const { package: installed, passed, considered } = candidate;
  if (proven && candidate.reported === true && installed.evidence.every(({ layer }) => layer < 0))
    return {
      finding: false,
      says: `no ${installed.name} ${installed.version} is in the image: only a report names it`,
    };
  if (passed !== undefined) return { finding: false, says: passedSentence(installed, passed) };
  const finding = findingOf(candidate, scheme);
  if (finding === undefined) {
    const first = considered[0];
    return {
      finding: false,
      says:
        first === undefined
          ? 'no statement of the database speaks of it in this package'
          : `${first.statement.source}: ${judged(first).judged}`,
    };
  }
  const { severity, severitySource, state, fix } = finding;
  const by = [...new Set(finding.statements.map(({ id, source }) => `${source} ${id}`))].join(', ');
  const says = `${by}; rated by ${severitySource}`;
  const verdict = { severity, severitySource, state, fix };
  const exception = excepted?.(finding);
  if (exception === undefined) return { finding: true, says, ...verdict };
  const words = suppressionInWords(exception.by);
  return exception.ended
    ? { finding: true, says: `${says}; no longer ${words}`, ...verdict }
    : { finding: false, says: `${words}; without that ${says}`, ...verdict, suppressed: exception.by };
}
