import { withoutUndefined } from '../collections.ts';
import { isSystemType, packageOfPurl, typeInWords } from '../ecosystems/index.ts';
import { parsePurl } from '../ecosystems/purl.ts';
import { uriDecoded } from '../formats/uri.ts';
import { type GivenRating, isOwn, isTrivy, ratedBy } from './cyclonedx-ratings.ts';
import { digestOfReference } from './references.ts';
import type { FindingFact, ReportBody } from './scanner.ts';

/** A component as both notations of the format give it. */
export interface Component {
  readonly ref: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly purl: string | undefined;
}

/** A vulnerability as both notations of the format give it. */
export interface DocumentVulnerability {
  readonly id: string | undefined;
  readonly source: string | undefined;
  readonly references: readonly (string | undefined)[];
  readonly ratings: readonly GivenRating[];
  readonly affects: readonly (string | undefined)[];
  readonly state: string | undefined;
  /** What is done about it: `will_not_fix`. */
  readonly responses: readonly string[];
  readonly published: string | undefined;
  readonly recommendation: string | undefined;
}

/** What CycloneDX's `analysis.state` takes out. https://cyclonedx.org/docs/1.6/json/#vulnerabilities_items_analysis_state */
const TAKEN_OUT: ReadonlySet<string> = new Set([
  'not_affected',
  'false_positive',
  'resolved',
  'resolved_with_pedigree',
]);

/** Why a vulnerability does not count. What our own exceptions accept is exploitable all the same, and out of our count. */
function takenOut({ state = '', responses }: DocumentVulnerability, tool: string | undefined): string | undefined {
  if (TAKEN_OUT.has(state)) return `VEX: ${state}`;
  return isOwn(tool) && responses.includes('will_not_fix') ? 'accepted' : undefined;
}

/** The findings of a document, whichever its notation. */
export function* findingFacts(
  components: ReadonlyMap<string, Component>,
  vulnerabilities: readonly DocumentVulnerability[],
  tool: string | undefined,
): Generator<FindingFact> {
  // Trivy recommends an upgrade wherever it knows a fix: where it does so elsewhere, none is known here.
  const silent = isTrivy(tool) && vulnerabilities.some(({ recommendation }) => recommendation !== undefined);
  for (const vulnerability of vulnerabilities) {
    const rated = ratedBy(vulnerability, tool);
    // One that names no component concerns the subject itself.
    for (const ref of vulnerability.affects.length === 0 ? [undefined] : vulnerability.affects) {
      const component = components.get(ref ?? '') ?? componentOf(ref);
      const parts = parsePurl(component?.purl);
      const type = typeInWords(parts?.type) ?? parts?.type;
      const name = parts === undefined ? component?.name : packageOfPurl(parts).name;
      yield {
        id: vulnerability.id,
        aliases: vulnerability.references,
        package: name,
        kind: isSystemType(type) ? 'binary' : 'unknown',
        ...withoutUndefined({
          version: component?.version ?? parts?.version,
          type,
          purl: component?.purl,
          severity: rated.severity,
          severitySource: rated.severitySource,
          feed: rated.feed,
          published: vulnerability.published,
          suppressed: takenOut(vulnerability, tool),
        }),
        ratings: rated.ratings,
        ...(vulnerability.recommendation !== undefined
          ? { fix: recommendedFix(vulnerability.recommendation, name) }
          : silent && { fix: NOT_FIXED }),
      };
    }
  }
}

/** A reference may be a purl itself, or a BOM-Link that ends in one. */
function componentOf(ref: string | undefined): Component | undefined {
  if (ref === undefined) return undefined;
  const hash = ref.startsWith('urn:cdx:') ? uriDecoded(ref.slice(ref.indexOf('#') + 1)) : ref;
  const parts = parsePurl(hash);
  return parts === undefined ? undefined : { ref, name: parts.name, version: parts.version, purl: hash };
}

/** `Upgrade a to version 1; Upgrade b to version 2.1, 3`: one text for all packages of a vulnerability, of which one's part is read. */
function recommendedFix(recommendation: string, name: string | undefined): FindingFact['fix'] & object {
  const parts = recommendation.split(';').flatMap((part) => {
    const [, of = '', versions = ''] = /Upgrade (.*?) to version (.+)/i.exec(part) ?? [];
    return versions === '' ? [] : [{ of: of.trim().toLowerCase(), versions: versionsIn(versions) }];
  });
  // A package of the system and one of a language may have one name: whose version is whose, the text does not say.
  const named = parts.filter(({ of }) => of === name?.toLowerCase());
  const own = named.length === 0 && parts.length === 1 ? parts : named;
  return { state: own.length === 0 ? 'unknown' : 'fixed', versions: own.flatMap(({ versions }) => versions) };
}

const NOT_FIXED: FindingFact['fix'] & object = { state: 'not-fixed', versions: [] };

/** Versions before the words that follow them. */
function versionsIn(text: string): readonly string[] {
  const versions: string[] = [];
  for (const part of text.trim().split(/,\s*/)) {
    const [version = '', ...words] = part.split(/\s/, 2);
    if (version !== '') versions.push(version.replace(/\.$/, ''));
    if (words.length > 0) break;
  }
  return versions;
}

/** A report of these findings: whose it is, and what it is about. */
export function bodyOf(
  tool: { name?: string | undefined; version?: string | undefined },
  subject: { name?: string | undefined; version?: string | undefined },
  created: string | undefined,
  findings: Iterable<FindingFact>,
): ReportBody {
  const known = isOwn(tool.name)
    ? 'plimsoll'
    : isTrivy(tool.name)
      ? 'trivy'
      : /grype/i.test(tool.name ?? '')
        ? 'grype'
        : /scout/i.test(tool.name ?? '')
          ? 'docker-hub'
          : undefined;
  return {
    ...withoutUndefined({
      scanner: known,
      title: tool.name === undefined ? 'CycloneDX' : `${tool.name} (CycloneDX)`,
      version: tool.version,
      created,
    }),
    subject: withoutUndefined({
      name: subject.name,
      digest: digestOfReference(subject.name) ?? (subject.version?.startsWith('sha256:') ? subject.version : undefined),
    }),
    findings,
  };
}
