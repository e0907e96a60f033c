// Long because it is one format in two notations, whose readers have to agree.

import { withoutUndefined } from '../collections.ts';
import { isSystemType, packageOfPurl, typeInWords } from '../ecosystems/index.ts';
import { parsePurl } from '../ecosystems/purl.ts';
import { PlimsollError } from '../errors.ts';
import {
  child,
  children,
  childText,
  type Json,
  type JsonObject,
  list,
  number,
  object,
  text,
  type XmlElement,
} from '../formats/text/index.ts';
import { uriDecoded } from '../formats/uri.ts';
import { type Rating, severityRank } from '../model.ts';
import { cvssMethod, ratingOfWord, ratings, scoreRating } from './ratings.ts';
import { digestOfReference } from './references.ts';
import { type FindingFact, jsonFormat, type ReportBody, scanner, type XmlFormat } from './scanner.ts';
import { severityWord } from './severity.ts';

/** A component as both spellings of the format give it. */
interface Component {
  readonly ref: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly purl: string | undefined;
}

/** A vulnerability as both spellings of the format give it. */
interface Vulnerability {
  readonly id: string | undefined;
  readonly source: string | undefined;
  readonly references: readonly (string | undefined)[];
  readonly ratings: readonly {
    readonly source?: string | undefined;
    readonly severity?: string | undefined;
    readonly score?: number | undefined;
    readonly method?: string | undefined;
    readonly vector?: string | undefined;
  }[];
  readonly affects: readonly (string | undefined)[];
  readonly state: string | undefined;
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

function* facts(
  components: ReadonlyMap<string, Component>,
  vulnerabilities: readonly Vulnerability[],
  tool: string | undefined,
): Generator<FindingFact> {
  // Trivy recommends an upgrade wherever it knows a fix: where it does so elsewhere, none is known here.
  const silent = isTrivy(tool) && vulnerabilities.some(({ recommendation }) => recommendation !== undefined);
  for (const vulnerability of vulnerabilities) {
    const namespace = namespaceOf(vulnerability.source);
    const given = vulnerability.ratings.map((rating) => ({
      ...rating,
      source: publisher(rating.source ?? recordOwner(namespace, vulnerability.source) ?? 'cyclonedx'),
    }));
    const { best, named } = bestRating(
      given,
      vulnerability.source === undefined ? undefined : publisher(namespace ?? vulnerability.source),
      tool,
    );
    const all: readonly (Rating | undefined)[] = given.flatMap((rating) => [
      rating.method?.startsWith('CVSS') || rating.vector !== undefined
        ? scoreRating(rating.source, rating.score, rating.vector, cvssMethod(rating.vector, rating.method))
        : undefined,
      ratingOfWord(rating.source, rating.severity),
    ]);
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
          severity: best?.severity,
          severitySource: named && (namespace === undefined || best?.source !== 'any') ? best?.source : undefined,
          feed: namespace ?? vulnerability.source,
          published: vulnerability.published,
          suppressed: TAKEN_OUT.has(vulnerability.state ?? '') ? `VEX: ${vulnerability.state}` : undefined,
        }),
        ratings: ratings(...all),
        ...(vulnerability.recommendation !== undefined
          ? { fix: fixOf(vulnerability.recommendation, name) }
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
const isOwn = (tool: string | undefined): boolean => tool?.toLowerCase() === 'plimsoll';

/** After the publisher's own, Trivy shows NVD's. https://trivy.dev/docs/latest/scanner/vulnerability/#severity-selection */
const isTrivy = (tool: string | undefined): boolean => /trivy/i.test(tool ?? '');

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

/** `Upgrade a to version 1; Upgrade b to version 2.1, 3`: one text for all packages of a vulnerability, of which one's part is read. */
function fixOf(recommendation: string, name: string | undefined): FindingFact['fix'] & object {
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

function bodyOf(
  tool: { name?: string | undefined; version?: string | undefined },
  subject: { name?: string | undefined; version?: string | undefined },
  created: string | undefined,
  findings: Iterable<FindingFact>,
): ReportBody {
  const known = isTrivy(tool.name)
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

/** CycloneDX JSON with vulnerabilities, since 1.4. https://cyclonedx.org/docs/1.6/json/ */
const cyclonedxJson = jsonFormat({
  name: 'CycloneDX JSON',
  recognise: (head) => text(object(head).bomFormat) === 'CycloneDX',
  rows: {
    'vulnerabilities.*': ({ description: _, detail: __, proofOfConcept: ___, ...row }) => row,
    'components.*': cutComponent,
  },
  skip: ['dependencies', 'services'],
  read(document) {
    const root = object(document.root);
    const rows = document.rows('vulnerabilities.*');
    if (rows.length === 0 && !Array.isArray(root.vulnerabilities)) {
      throw new PlimsollError('unsupported', 'a CycloneDX inventory without vulnerabilities', {
        hint: 'scan it instead: plimsoll scan sbom:FILE',
      });
    }
    const metadata = object(root.metadata);
    const tools = Array.isArray(metadata.tools) ? list(metadata.tools) : list(object(metadata.tools).components);
    const tool = object(tools[0]);
    const components = new Map<string, Component>();
    for (const { value } of document.rows('components.*')) addJsonComponent(components, value, 0);
    return bodyOf(
      withoutUndefined({ name: text(tool.name), version: text(tool.version) }),
      withoutUndefined({
        name: text(object(metadata.component).name),
        version: text(object(metadata.component).version),
      }),
      text(metadata.timestamp),
      facts(
        components,
        rows.map(({ value }) => jsonVulnerability(value)),
        text(tool.name),
      ),
    );
  },
});

function cutComponent(row: JsonObject): JsonObject {
  return {
    'bom-ref': row['bom-ref'],
    group: row.group,
    name: row.name,
    version: row.version,
    purl: row.purl,
    components: row.components,
  };
}

function addJsonComponent(all: Map<string, Component>, row: JsonObject, depth: number): void {
  const group = text(row.group);
  const purl = text(row.purl);
  const component: Component = {
    ref: text(row['bom-ref']),
    name: group === undefined ? text(row.name) : `${group}/${text(row.name)}`,
    version: text(row.version),
    purl,
  };
  for (const key of [component.ref, purl]) if (key !== undefined) all.set(key, component);
  if (depth < 32) for (const inner of list(row.components)) addJsonComponent(all, object(inner), depth + 1);
}

function jsonVulnerability(row: JsonObject): Vulnerability {
  const source = (value: Json | undefined): string | undefined => text(object(value).name);
  return {
    id: text(row.id),
    source: source(row.source),
    references: list(row.references).map((value) => text(object(value).id)),
    ratings: list(row.ratings).map((value) => {
      const rating = object(value);
      return {
        source: source(rating.source),
        severity: text(rating.severity),
        score: number(rating.score),
        method: text(rating.method),
        vector: text(rating.vector),
      };
    }),
    affects: list(row.affects).map((value) => text(object(value).ref)),
    state: text(object(row.analysis).state),
    published: text(row.published),
    recommendation: text(row.recommendation),
  };
}

/** CycloneDX XML: 1.4 and later, and the vulnerability extension that 1.2 and 1.3 used. https://cyclonedx.org/ext/vulnerability/ */
const cyclonedxXml: XmlFormat = {
  kind: 'xml',
  name: 'CycloneDX XML',
  recognise: (root) => root.name === 'bom',
  read(root) {
    const metadata = child(root, 'metadata');
    const tool =
      child(child(metadata, 'tools'), 'tool') ?? child(child(child(metadata, 'tools'), 'components'), 'component');
    const subject = child(metadata, 'component');
    const components = new Map<string, Component>();
    for (const element of children(child(root, 'components'), 'component')) addXmlComponent(components, element, 0);
    const lists = children(root, 'vulnerabilities').flatMap((element) => children(element, 'vulnerability'));
    return bodyOf(
      { name: childText(tool, 'name'), version: childText(tool, 'version') },
      { name: childText(subject, 'name'), version: childText(subject, 'version') },
      childText(metadata, 'timestamp'),
      facts(
        components,
        [...lists.map((element) => xmlVulnerability(element)), ...embedded(root, components)],
        childText(tool, 'name'),
      ),
    );
  },
};

/** The extension also allowed vulnerabilities inside the component they concern, which then needs no reference of its own. */
function embedded(root: XmlElement, components: Map<string, Component>): readonly Vulnerability[] {
  return children(child(root, 'components'), 'component').flatMap((element, index) => {
    const place = `component ${index}`;
    components.set(place, {
      ref: place,
      name: childText(element, 'name'),
      version: childText(element, 'version'),
      purl: childText(element, 'purl'),
    });
    return children(child(element, 'vulnerabilities'), 'vulnerability').map((element) => ({
      ...xmlVulnerability(element),
      affects: [place],
    }));
  });
}

function addXmlComponent(all: Map<string, Component>, element: XmlElement, depth: number): void {
  const ref = element.attributes.get('bom-ref');
  const purl = childText(element, 'purl');
  const component: Component = { ref, name: childText(element, 'name'), version: childText(element, 'version'), purl };
  for (const key of [ref, purl]) if (key !== undefined) all.set(key, component);
  if (depth < 32)
    for (const inner of children(child(element, 'components'), 'component')) addXmlComponent(all, inner, depth + 1);
}

function xmlVulnerability(element: XmlElement): Vulnerability {
  const source = (element: XmlElement | undefined): string | undefined =>
    child(element, 'source')?.attributes.get('name') ?? childText(child(element, 'source'), 'name');
  const refs = children(child(element, 'affects'), 'target').map((target) => childText(target, 'ref'));
  const own = element.attributes.get('ref');
  return {
    id: childText(element, 'id'),
    source: source(element),
    references: children(child(element, 'references'), 'reference').map((element) => childText(element, 'id')),
    ratings: children(child(element, 'ratings'), 'rating').map((element) => ({
      source: source(element),
      severity: childText(element, 'severity'),
      score:
        Number.parseFloat(childText(child(element, 'score'), 'base') ?? childText(element, 'score') ?? '') || undefined,
      method: childText(element, 'method'),
      vector: childText(element, 'vector'),
    })),
    affects: refs.length > 0 ? refs : own === undefined ? [] : [own],
    state: childText(child(element, 'analysis'), 'state'),
    published: childText(element, 'published'),
    recommendation: childText(element, 'recommendation'),
  };
}

export const cyclonedx = scanner({
  name: 'cyclonedx',
  title: 'CycloneDX',
  formats: [cyclonedxJson, cyclonedxXml],
  lenses: [],
});
