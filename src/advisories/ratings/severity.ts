import { firstAnswer } from '../../collections.ts';
import { PlimsollError } from '../../errors.ts';
import { withoutEnd } from '../../formats/ends.ts';
import { nearest } from '../../located-yaml.ts';
import { type Rating, SEVERITIES, type Severity } from '../../model.ts';
import { raters } from '../publishers.ts';

/** What has to be known besides the ratings to choose between them. */
interface RatingContext {
  /** Who publishes the package: `debian` for a Debian package. */
  readonly publisher?: string;
  /** The publishers whose statements made the finding, the most trusted first. */
  readonly sources?: readonly string[];
}

/** A way to choose the one rating that counts. Undefined: by this scheme nobody said. */
export interface Scheme {
  readonly name: string;
  /** One line for `--help` and the report. */
  readonly title: string;
  choose(ratings: readonly Rating[], context: RatingContext): Rating | undefined;
}

const WORDS: ReadonlyMap<string, Severity> = new Map([
  ['critical', 'CRITICAL'],
  ['emergency', 'CRITICAL'],
  ['high', 'HIGH'],
  ['important', 'HIGH'],
  ['medium', 'MEDIUM'],
  ['moderate', 'MEDIUM'],
  ['low', 'LOW'],
  ['minor', 'LOW'],
  ['negligible', 'NEGLIGIBLE'],
  ['unimportant', 'NEGLIGIBLE'],
  ['informational', 'NEGLIGIBLE'],
  ['none', 'NEGLIGIBLE'],
]);

/**
 * A publisher's word (`unimportant`, `Moderate`, `Important`) on the one scale. `UNKNOWN` for `not yet assigned`,
 * `untriaged` and whatever else is no judgement. Debian marks words with asterisks that came from elsewhere.
 */
export function severityOfWord(word: string): Severity {
  return WORDS.get(withoutEnd(word.trim().toLowerCase(), '*')) ?? 'UNKNOWN';
}

/**
 * The qualitative scale for a CVSS base score, 0 to 10. CVSS 2 has no official one: NVD's is used, which ends at HIGH.
 * https://nvd.nist.gov/vuln-metrics/cvss
 */
export function severityOfScore(method: string, score: number): Severity {
  if (!(score >= 0 && score <= 10)) return 'UNKNOWN';
  if (method === 'CVSS:2.0') return score < 4 ? 'LOW' : score < 7 ? 'MEDIUM' : 'HIGH';
  if (score === 0) return 'NEGLIGIBLE';
  if (score < 4) return 'LOW';
  if (score < 7) return 'MEDIUM';
  return score < 9 ? 'HIGH' : 'CRITICAL';
}

/** Where a severity stands on the scale: 0 is UNKNOWN, 5 CRITICAL. */
function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** A rating made of a publisher's word, the word kept. `method` is `urgency`, `priority` or `text`. */
export function wordRating(source: string, method: 'urgency' | 'priority' | 'text', original: string): Rating {
  return { source, severity: severityOfWord(original), method, original };
}

/** Newest CVSS first; a publisher's own word before its vectors, since the word already weighs them. */
const METHODS = ['urgency', 'priority', 'text', 'CVSS:4.0', 'CVSS:3.1', 'CVSS:3.0', 'CVSS:2.0'];

function preferred(ratings: readonly Rating[], methods: readonly string[] = METHODS): Rating | undefined {
  let best: Rating | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const rating of ratings) {
    const rank = methods.indexOf(rating.method);
    if (rating.severity !== 'UNKNOWN' && rank >= 0 && rank < bestRank) {
      best = rating;
      bestRank = rank;
    }
  }
  return best;
}

function highest(ratings: readonly Rating[]): Rating | undefined {
  let best: Rating | undefined;
  for (const rating of ratings) {
    if (severityRank(rating.severity) > (best === undefined ? 0 : severityRank(best.severity))) best = rating;
  }
  return best;
}

const CVSS_VERSIONS = new Map([
  ['v2', ['CVSS:2.0']],
  ['v3', ['CVSS:3.1', 'CVSS:3.0']],
  ['v4', ['CVSS:4.0']],
]);

/** One word of a scheme: `vendor`, `source`, `nvd`, `nvd-v3`, `max`, `any`, or the name of whoever rates. */
function byTerm(term: string, ratings: readonly Rating[], context: RatingContext): Rating | undefined {
  const from = (source: string, methods?: readonly string[]) =>
    preferred(
      ratings.filter((rating) => rating.source === source),
      methods,
    );
  if (term === 'vendor') return context.publisher === undefined ? undefined : from(context.publisher);
  if (term === 'source') return firstAnswer(context.sources ?? [], from);
  if (term === 'max') return highest(ratings);
  if (term === 'any') return firstAnswer([...new Set(ratings.map(({ source }) => source))].sort(), from);
  const version = /^(.+)-(v[234])$/.exec(term);
  return version ? from(version[1]!, CVSS_VERSIONS.get(version[2]!)) : from(term);
}

function inOrder(name: string, title: string, terms: readonly string[]): Scheme {
  return { name, title, choose: (ratings, context) => firstAnswer(terms, (term) => byTerm(term, ratings, context)) };
}

/** Clair 2's scale for CVSS 2, as ECR basic scanning still showed it in 2023: its steps lie a tenth below NVD's. */
function clairScore(score: number): Severity {
  if (score < 1) return 'NEGLIGIBLE';
  if (score < 3.9) return 'LOW';
  if (score < 6.9) return 'MEDIUM';
  return score < 8.9 ? 'HIGH' : 'CRITICAL';
}

const asEcr: Scheme = {
  name: 'as-ecr',
  title: "as ECR basic scanning of 2023: the distribution's word, else NVD's CVSS 2, else unknown",
  choose(ratings, context) {
    const vendor = highest(
      ratings.filter(({ source, method }) => source === context.publisher && method === 'urgency'),
    );
    if (vendor !== undefined) return vendor;
    const nvd = byTerm('nvd-v2', ratings, context);
    return nvd?.score === undefined ? undefined : { ...nvd, severity: clairScore(nvd.score) };
  },
};

const ONE_UP: ReadonlyMap<string, Severity> = new Map([
  ['unimportant', 'LOW'],
  ['low', 'MEDIUM'],
  ['medium', 'HIGH'],
  ['high', 'CRITICAL'],
]);

const asClair: Scheme = {
  name: 'as-clair',
  title: "as Clair 4: the distribution's word one step up, nothing else",
  choose(ratings, context) {
    const vendor = byTerm('vendor', ratings, context);
    if (vendor === undefined || vendor.method !== 'urgency') return vendor;
    return { ...vendor, severity: ONE_UP.get(withoutEnd(vendor.original ?? '', '*')) ?? 'UNKNOWN' };
  },
};

const asTrivy: Scheme = {
  name: 'as-trivy',
  title: 'as Trivy: like the default, with `unimportant` shown as LOW',
  choose(ratings, context) {
    const chosen = byDefault.choose(ratings, context);
    return chosen?.severity === 'NEGLIGIBLE' && chosen.source === 'debian' ? { ...chosen, severity: 'LOW' } : chosen;
  },
};

const byDefault = inOrder(
  'default',
  'who publishes the package, then whose statement it is, then NVD, GitHub, anyone',
  ['vendor', 'source', 'nvd', 'ghsa', 'any'],
);

/** The schemes with a name; `--severity-from` also takes a list of sources (`redhat,nvd-v3,max`). */
export const schemes: readonly Scheme[] = [
  byDefault,
  inOrder('vendor', 'only who publishes the package', ['vendor', 'source']),
  inOrder('nvd', "only NVD's CVSS, the newest version first", ['nvd']),
  inOrder('ghsa', "only GitHub's advisories", ['ghsa']),
  inOrder('cisa', "only CISA's ADP ratings", ['cisa-adp']),
  inOrder('max', 'the worst that anyone says', ['max']),
  asTrivy,
  inOrder('as-grype', "as Grype: the distribution's word, else NVD", ['vendor', 'source', 'nvd']),
  asEcr,
  asClair,
  inOrder('as-gcp', "as Google's Artifact Analysis of 2023: the distribution, then NVD's CVSS 2, then 3", [
    'vendor',
    'source',
    'nvd-v2',
    'nvd-v3',
  ]),
];

const byName = new Map(schemes.map((scheme) => [scheme.name, scheme]));

/** The scheme of that name, or one made of a comma-separated list of sources. A `usage` error says what there is. */
export function schemeNamed(name: string): Scheme {
  const known = byName.get(name);
  if (known) return known;
  const terms = name.split(',').map((term) => term.trim());
  const stranger = terms.find((term) => !isTerm(term));
  if (stranger === undefined) return inOrder(name, `in this order: ${name}`, terms);
  const near = nearest(stranger, [...byName.keys(), ...TERMS, ...raters]);
  throw new PlimsollError('usage', `no severity scheme or source is called "${stranger}"`, {
    hint: `${near === undefined ? '' : `did you mean ${near}? `}take one of ${[...byName.keys()].join(', ')}, or a list of sources such as debian,nvd-v3,max`,
  });
}

const TERMS: readonly string[] = ['vendor', 'source', 'max', 'any'];

/** A misspelt source would rate nothing, and every gate on a severity would stand open. */
const isTerm = (term: string): boolean =>
  TERMS.includes(term) || raters.includes(term.replace(/-v[234]$/, '')) || /^cna:\S{1,200}$/.test(term);

/** The rating that counts, by a scheme (default: the publisher of the package first). Undefined: nobody said. */
export function chooseRating(
  ratings: readonly Rating[],
  scheme: Scheme | string = byDefault,
  context: RatingContext = {},
): Rating | undefined {
  return (typeof scheme === 'string' ? schemeNamed(scheme) : scheme).choose(ratings, context);
}
