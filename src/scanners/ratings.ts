import { publisherInTrivy, raterInNvd, TRIVY_LEVELS } from '../advisories/publishers.ts';
import { type Json, list, number, object, text } from '../formats/text/index.ts';
import type { Rating, Severity } from '../model.ts';
import { CVSS2, CVSS3, severityOf } from './lens.ts';
import { severityWord } from './severity.ts';

/** A word as a rating; undefined when there is none. */
export function ratingOfWord(source: string, word: string | undefined): Rating | undefined {
  if (word === undefined) return undefined;
  return { source, severity: severityWord(word) ?? 'UNKNOWN', method: 'text', original: word };
}

/** `CVSS:3.1` for what a vector says of itself, else by the version that is written beside it. */
export function cvssMethod(vector: string | undefined, version?: string): string {
  const own = /^CVSS:(\d\.\d)/.exec(vector ?? '')?.[1];
  if (own !== undefined) return `CVSS:${own}`;
  const digits = /(\d)(?:\.(\d))?/.exec(version ?? '');
  if (digits === null) return 'CVSS:2.0';
  const [, major, minor] = digits;
  return `CVSS:${major}.${minor ?? (major === '3' ? '1' : '0')}`;
}

/** A score as a rating, on the scale of its version; undefined without a score. */
export function scoreRating(
  source: string,
  score: number | undefined,
  vector: string | undefined,
  version?: string,
): Rating | undefined {
  if (score === undefined || score < 0 || score > 10) return undefined;
  const method = cvssMethod(vector, version);
  return {
    source,
    severity: severityOf(score, method === 'CVSS:2.0' ? CVSS2 : CVSS3),
    method,
    score,
    ...(vector !== undefined && { vector }),
  };
}

/** Those that are there. */
export function ratings(...all: readonly (Rating | undefined)[]): readonly Rating[] {
  return all.filter((rating) => rating !== undefined);
}

/** Trivy's `VendorSeverity` (numbers) and `CVSS` (by vendor), which Harbor carries too. */
export function trivyRatings(vendorSeverity: Json | undefined, cvss: Json | undefined): readonly Rating[] {
  const stated: (Rating | undefined)[] = [];
  for (const [source, level] of Object.entries(object(vendorSeverity))) {
    const severity = TRIVY_LEVELS[number(level) ?? 0] ?? 'UNKNOWN';
    stated.push({ source: publisherInTrivy(source), severity, method: 'text', original: severity });
  }
  for (const [named, value] of Object.entries(object(cvss))) {
    const source = publisherInTrivy(named);
    const scores = object(value);
    stated.push(scoreRating(source, number(scores.V2Score), text(scores.V2Vector), '2.0'));
    stated.push(scoreRating(source, number(scores.V3Score), text(scores.V3Vector), '3.1'));
    stated.push(scoreRating(source, number(scores.V40Score), text(scores.V40Vector), '4.0'));
  }
  return ratings(...stated);
}

/** Whom Trivy asks, in this order, where neither the data source of the advisory nor NVD has a level. */
const TRIVY_LATER =
  'redhat redhat-oval debian ubuntu alpine amazon oracle-oval suse-cvrf photon arch-linux alma rocky cbl-mariner azure ' +
  'ruby-advisory-db php-security-advisories nodejs-security-wg ghsa glad aqua osv k8s wolfi chainguard bitnami govulndb julia';

/**
 * Whose severity a row of Trivy has. It names nobody (`SeveritySource`) where it takes the first of its further sources that has a
 * level: which that is, its `VendorSeverity` shows. Undefined where it cannot be told.
 * https://github.com/aquasecurity/trivy/blob/main/pkg/vulnerability/vulnerability.go autoDetectSeverity; trivy-db AllSourceIDs
 */
export function trivySeveritySource(
  named: string | undefined,
  word: string | undefined,
  vendorSeverity: Json | undefined,
): string | undefined {
  if (named !== undefined && named !== '') return publisherInTrivy(named);
  const levels = object(vendorSeverity);
  const level = (source: string): Severity => TRIVY_LEVELS[number(levels[source]) ?? 0] ?? 'UNKNOWN';
  const first = TRIVY_LATER.split(' ').find((source) => level(source) !== 'UNKNOWN');
  return first !== undefined && level(first) === word ? publisherInTrivy(first) : undefined;
}

/** Grype's list of CVSS entries. */
export function grypeCvss(source: string, cvss: Json | undefined): readonly Rating[] {
  return ratings(
    ...list(cvss).map((entry) => {
      const { vector, version, metrics, source: from } = object(entry);
      const rater = text(from);
      return scoreRating(
        rater === undefined ? source : raterInNvd(rater),
        number(object(metrics).baseScore),
        text(vector),
        text(version),
      );
    }),
  );
}

/** The scores alone, where no vendor severities stand beside them. */
export function trivyRatingsOf(cvss: Json | undefined): readonly Rating[] {
  return trivyRatings(undefined, cvss);
}
