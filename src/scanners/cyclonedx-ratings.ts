import { type Rating, severityRank } from '../model.ts';
import { cvssMethod, ratingOfWord, ratings, scoreRating } from './ratings.ts';
import { severityWord } from './severity.ts';

/** A rating as both notations of the format give it. */
export interface GivenRating {
  readonly source?: string | undefined;
  readonly severity?: string | undefined;
  readonly score?: number | undefined;
  readonly method?: string | undefined;
  readonly vector?: string | undefined;
}

/** What a vulnerability is rated, by whom if that is said, by what feed, and all ratings of it. */
export function ratedBy(
  { source, ratings: listed }: { readonly source: string | undefined; readonly ratings: readonly GivenRating[] },
  tool: string | undefined,
): {
  readonly severity: string | undefined;
  readonly severitySource: string | undefined;
  readonly feed: string | undefined;
  readonly ratings: readonly Rating[];
} {
  const namespace = namespaceOf(source);
  const given = listed.map((rating) => ({
    ...rating,
    source: publisher(rating.source ?? recordOwner(namespace, source) ?? 'cyclonedx'),
  }));
  const { best, named } = bestRating(given, source === undefined ? undefined : publisher(namespace ?? source), tool);
  const all: readonly (Rating | undefined)[] = given.flatMap((rating) => [
    rating.method?.startsWith('CVSS') || rating.vector !== undefined
      ? scoreRating(rating.source, rating.score, rating.vector, cvssMethod(rating.vector, rating.method))
      : undefined,
    ratingOfWord(rating.source, rating.severity),
  ]);
  return {
    severity: best?.severity,
    severitySource: named && (namespace === undefined || best?.source !== 'any') ? best?.source : undefined,
    feed: namespace ?? source,
    ratings: ratings(...all),
  };
}

/** Grype's namespace with its dashes: `debian-distro-debian-11`. It says where a record is from, and not whose the severity is. */
function namespaceOf(source: string | undefined): string | undefined {
  if (source === 'nvd-cpe') return 'nvd:cpe';
  const parts = /^([a-z]+)-(distro|language)-(.+)$/.exec(source ?? '');
  if (parts === null) return undefined;
  const [, publishing, kind, rest = ''] = parts;
  return `${publishing}:${kind}:${kind === 'distro' ? rest.replace('-', ':') : rest}`;
}

/** Whose rating it is where nobody is named: a record of NVD is NVD's; of a namespace of Grype the rater is not known. */
const recordOwner = (namespace: string | undefined, source: string | undefined): string | undefined =>
  namespace === undefined ? source : namespace === 'nvd:cpe' ? 'nvd' : 'any';

/** Grype wrote its namespaces as sources: `vulnerabilities:debian:10` is debian. */
const publisher = (source: string): string =>
  source
    .toLowerCase()
    .replace(/^vulnerabilities:/, '')
    .split(':', 1)[0]!;

/** Our own output puts the rating that counts first; other tools sort by name. */
export const isOwn = (tool: string | undefined): boolean => tool?.toLowerCase() === 'plimsoll';

/** After the publisher's own, Trivy shows NVD's. https://trivy.dev/docs/latest/scanner/vulnerability/#severity-selection */
export const isTrivy = (tool: string | undefined): boolean => /trivy/i.test(tool ?? '');

/** A rating with its publisher, as a document gives it. */
interface Given {
  readonly source: string;
  readonly severity?: string | undefined;
  readonly method?: string | undefined;
}

/**
 * Of one publisher Trivy writes a rating for each version of its score, and shows the level of the newer ones; that of CVSS 2 counts where
 * there is no other. https://github.com/aquasecurity/trivy/blob/main/pkg/sbom/cyclonedx/marshal.go
 */
function withoutOldScores<T extends Given>(all: readonly T[]): readonly T[] {
  const old = (rating: T): boolean => rating.method === 'CVSSv2';
  const newer = new Set(all.filter((rating) => !old(rating)).map(({ source }) => source));
  return all.filter((rating) => !old(rating) || !newer.has(rating.source));
}

/**
 * The publisher's own rating, else the first where the tool puts the one that counts first, else NVD's where the tool shows that, else the most
 * severe one. `named`: that it is the one that counts is said, not chosen here from several.
 */
function bestRating<T extends Given>(
  all: readonly T[],
  source: string | undefined,
  tool: string | undefined,
): { readonly best: T | undefined; readonly named: boolean } {
  // "unknown" of the publisher is no judgement: the others are asked.
  const counting = isTrivy(tool) ? withoutOldScores(all) : all;
  const known = counting.filter((rating) => (severityWord(rating.severity) ?? 'UNKNOWN') !== 'UNKNOWN');
  const worded = known.length > 0 ? known : counting.filter((rating) => rating.severity !== undefined);
  const rank = (rating: T): number => severityRank(severityWord(rating.severity) ?? 'UNKNOWN');
  if (isOwn(tool)) return { best: worded[0], named: true };
  const own = worded.find((rating) => rating.source === source);
  if (own !== undefined) return { best: own, named: true };
  const fallback = isTrivy(tool) ? worded.find((rating) => rating.source === 'nvd') : undefined;
  const sources = new Set(worded.map((rating) => rating.source));
  return { best: fallback ?? [...worded].sort((a, b) => rank(b) - rank(a))[0], named: sources.size < 2 };
}
