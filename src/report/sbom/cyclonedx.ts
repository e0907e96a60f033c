// Long because it is one format, whose components and vulnerabilities point at each other.

import { addTo } from '../../collections.ts';
import { coverageStatement } from '../../coverage/assessment.ts';
import { typeNamed } from '../../ecosystems/index.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import { type ParsedLicence, spdxLicence } from '../../formats/text/index.ts';
import { findingExposure } from '../../matching/nearest-first.ts';
import type {
  Evidence,
  Finding,
  OperatingSystem,
  Package,
  Rating,
  Report,
  Risk,
  Severity,
  Supplier,
  Suppression,
} from '../../model.ts';
import { codeInWords, exposureInWords, namedInWords } from '../../policy/exposure.ts';
import { riskPlace } from '../../policy/risk-place.ts';
import { suppressionInWords } from '../../policy/suppression-words.ts';
import { reportFormat } from '../report-format.ts';
import { gateInWords, isFixable, jsonPieces, stateInWords } from '../scan/index.ts';
import { isWebAddress } from '../web-address.ts';
import { type BomPackage, bomPackages, digestsOf, documentUuid, isDigestProperty, subjectPurl } from './bom.ts';
import { type Relations, relationsOf } from './relations.ts';
import { subjectSupplier, supplierOf } from './supplier.ts';

/** A CycloneDX 1.6 bill of materials, with the vulnerabilities found. https://cyclonedx.org/docs/1.6/json/ */
export const cyclonedxReport = reportFormat({
  name: 'cyclonedx',
  extension: 'cdx.json',
  mediaType: 'application/vnd.cyclonedx+json; version=1.6',
  description: 'CycloneDX 1.6 bill of materials with vulnerabilities',
  render: (report) => jsonPieces(document(report)),
});

type Members = Record<string, unknown>;

function* document(report: Report): Generator<readonly [string, unknown]> {
  const { packages, refOf } = bomPackages(report);
  const relations = relationsOf(report);
  yield ['$schema', 'http://cyclonedx.org/schema/bom-1.6.schema.json'];
  yield ['bomFormat', 'CycloneDX'];
  yield ['specVersion', '1.6'];
  yield ['serialNumber', `urn:uuid:${documentUuid(report)}`];
  yield ['version', 1];
  yield ['metadata', metadata(report)];
  yield ['components', components(report, packages)];
  yield ['dependencies', dependencies(report, packages, relations, refOf)];
  yield ['compositions', [{ aggregate: 'incomplete', dependencies: [IMAGE] }]];
  // An inventory has no database and says nothing of vulnerabilities; a scan that found none says that.
  if (report.database.schema > 0 || report.risks.length > 0) yield ['vulnerabilities', weaknesses(report, refOf)];
}

/** Reference of the image in its own document. */
const IMAGE = 'image';

function metadata(report: Report): Members {
  const { subject } = report;
  const purl = subjectPurl(report);
  const supplier = subjectSupplier(subject);
  return {
    timestamp: report.created,
    tools: { components: [{ type: 'application', name: report.tool.name, version: report.tool.version }] },
    ...(supplier === undefined ? {} : { supplier: entity(supplier) }),
    component: {
      'bom-ref': IMAGE,
      type: 'container',
      name: subject.name,
      ...(subject.digest === undefined ? {} : { version: subject.digest }),
      ...(purl === undefined ? {} : { purl }),
      properties: properties([
        ['source', subject.source],
        ['reference', subject.reference],
        ['imageId', subject.imageId],
        [
          'platform',
          subject.platform &&
            [subject.platform.os, subject.platform.architecture, subject.platform.variant].filter(Boolean).join('/'),
        ],
        ['supplier', supplier?.kind === 'person' ? supplier.kind : undefined],
        ['database', `${report.database.built} ${report.database.digest}`.trim()],
        ['assessment', coverageStatement(report)],
        ['gate', report.gate && gateInWords(report.gate).lines.join('; ')],
        ...(subject.repoTags ?? []).map((tag) => ['repoTag', tag] as const),
      ]),
    },
  };
}

/** Facts that the format has no place for, under a prefix of our own. */
function properties(facts: readonly (readonly [string, string | undefined])[]): { name: string; value: string }[] {
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [{ name: `plimsoll:${name}`, value }]));
}

function* components(report: Report, packages: readonly BomPackage[]): Generator<Members> {
  if (report.os !== undefined) yield operatingSystem(report.os);
  for (const pkg of packages) yield component(pkg, report.subject);
}

function operatingSystem(os: OperatingSystem): Members {
  return {
    'bom-ref': `os:${os.id}@${os.versionId ?? ''}`,
    type: 'operating-system',
    name: os.id,
    ...(os.versionId === undefined ? {} : { version: os.versionId }),
    description: os.name,
  };
}

/** https://cyclonedx.org/docs/1.6/json/#components_items_type */
function componentType({ type, properties }: Package): string {
  const { group } = typeNamed(type);
  if (group === 'model' || properties?.kind === 'machine-learning-model') return 'machine-learning-model';
  return group === 'native' ? 'application' : 'library';
}

/** The image needs what is in it; a package what it asks for and is there. What is only declared is not in it. */
function* dependencies(
  { subject }: Report,
  packages: readonly BomPackage[],
  relations: Relations,
  refOf: (pkg: Package) => string | undefined,
): Generator<Members> {
  const isProject = subject.source === 'project';
  const inside = packages.filter(({ pkg }) => isProject || pkg.role !== 'declared').map(({ ref }) => ref);
  yield { ref: IMAGE, dependsOn: inside };
  for (const { pkg, ref } of packages) {
    const needed = [...(relations.get(pkg) ?? [])]
      .flatMap((other) => refOf(other) ?? [])
      .filter((reference) => reference !== ref);
    if (needed.length > 0) yield { ref, dependsOn: [...new Set(needed)].sort() };
  }
}

/** An id where the licence has one, an expression where it is one, else the words of the package. https://cyclonedx.org/docs/1.6/json/#components_items_licenses */
function licences(said: readonly string[]): Members[] {
  const read = said.map((text) => ({ text, licence: spdxLicence(text, { guess: false }) }));
  const [only] = read;
  if (read.length === 1 && only?.licence !== undefined && idOf(only.licence.parsed) === undefined)
    return [{ expression: only.licence.expression, acknowledgement: 'declared' }];
  return read.map(({ text, licence }) => {
    const id = licence && idOf(licence.parsed);
    return { license: { ...(id === undefined ? { name: text } : { id }), acknowledgement: 'declared' } };
  });
}

/** Of one licence without a plus or an exception. */
const idOf = (parsed: ParsedLicence): string | undefined =>
  'license' in parsed && parsed.plus === undefined && parsed.exception === undefined && !parsed.license.includes(':')
    ? parsed.license
    : undefined;

/** Roles that are none of the running image: what lies in caches, what is only declared, what is there to be tested with. */
const EXCLUDED: ReadonlySet<Package['role']> = new Set(['cache', 'declared', 'test'] as const);

function component({ pkg, ref }: BomPackage, subject: Report['subject']): Members {
  const digests = digestsOf(pkg);
  const supplier = supplierOf(pkg, subject);
  return {
    'bom-ref': ref,
    type: componentType(pkg),
    ...(supplier === undefined ? {} : { supplier: entity(supplier) }),
    name: pkg.name,
    ...(pkg.version === '' ? {} : { version: pkg.version }),
    ...(pkg.maintainer === undefined ? {} : { publisher: pkg.maintainer }),
    ...(EXCLUDED.has(pkg.role) ? { scope: 'excluded' } : {}),
    ...(digests.length === 0
      ? {}
      : { hashes: digests.map(({ cyclonedx, value }) => ({ alg: cyclonedx, content: value })) }),
    ...(pkg.licenses === undefined || pkg.licenses.length === 0 ? {} : { licenses: licences(pkg.licenses) }),
    ...(pkg.purl === '' ? {} : { purl: pkg.purl }),
    ...(pkg.evidence.length === 0 ? {} : { evidence: { occurrences: pkg.evidence.map(occurrence) } }),
    properties: properties([
      ['type', pkg.type],
      ['role', pkg.role],
      // An organizational entity is what the format has a word for.
      ['supplier', supplier?.kind === 'person' ? supplier.kind : undefined],
      ['certainty', pkg.certainty],
      ['recovered', pkg.recovered],
      ['phantom', pkg.phantom && 'true'],
      ['source:name', pkg.source?.name],
      ['source:version', pkg.source?.version],
      ['architecture', pkg.architecture],
      ['ecosystem', pkg.namespace],
      ['exposure', pkg.exposure?.class],
      ['exposure:why', pkg.exposure?.why],
      ['exposure:seen', pkg.exposure?.seen?.how],
      ['ownedBy', pkg.ownedBy && `${pkg.ownedBy.type}:${pkg.ownedBy.name}`],
      ...pkg.evidence.slice(0, 1).flatMap(layerFacts),
      ...Object.entries(pkg.properties ?? {}).flatMap(([name, value]) =>
        isDigestProperty(name) ? [] : [[`fact:${name}`, value] as const],
      ),
    ]),
  };
}

/** https://cyclonedx.org/docs/1.6/json/#metadata_supplier */
const entity = ({ name, address }: Supplier): Members => ({
  name,
  ...(address === undefined ? {} : { contact: [{ email: address }] }),
});

const occurrence = (evidence: Evidence): Members => ({
  location: evidence.path,
  additionalContext: `${evidence.diffID === '' ? '' : `layer ${evidence.layer + 1}, `}read by ${evidence.analyzer}`,
});
const layerFacts = (evidence: Evidence): (readonly [string, string | undefined])[] => [
  ['layer:index', String(evidence.layer)],
  ['layer:diffID', evidence.diffID],
  ['layer:digest', evidence.digest],
  ['layer:instruction', evidence.instruction],
];

function* weaknesses(report: Report, refOf: (pkg: Package) => string | undefined): Generator<Members> {
  yield* vulnerabilities(report.findings, refOf);
  for (const [index, risk] of report.risks.entries()) yield riskEntry(risk, index);
  for (const [index, { finding, risk, by }] of (report.suppressed ?? []).entries()) {
    const entry = finding ? vulnerability(finding.id, [finding], refOf) : risk && riskEntry(risk, index);
    if (entry) yield { ...entry, 'bom-ref': `suppressed:${index}`, analysis: analysisOf(by) };
  }
}

const ANALYSES: Readonly<Record<Suppression['status'], Members>> = {
  accepted: { state: 'exploitable', response: ['will_not_fix'] },
  not_affected: { state: 'not_affected' },
  fixed: { state: 'resolved' },
  false_positive: { state: 'false_positive' },
};

const analysisOf = (by: Suppression): Members => ({ ...ANALYSES[by.status], detail: suppressionInWords(by) });

/** A risk is a weakness of the image itself, of which this program is the source. */
function riskEntry(risk: Risk, index: number): Members {
  return {
    'bom-ref': `risk:${index}:${risk.rule}`,
    id: risk.rule,
    source: source('plimsoll'),
    ratings: [{ source: source('plimsoll'), severity: SEVERITIES[risk.severity], method: 'other' }],
    description: risk.title,
    ...(risk.detail === undefined ? {} : { detail: risk.detail }),
    affects: [{ ref: IMAGE }],
    properties: properties([['category', risk.category], ['place', riskPlace(risk)], ...layerFacts(risk.evidence)]),
  };
}

/** One entry for each vulnerability and each thing that is said of it: the packages of which the same is said are listed in it. */
function* vulnerabilities(
  findings: readonly Finding[],
  refOf: (pkg: Package) => string | undefined,
): Generator<Members> {
  const alike = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { id, severity, severitySource, ratings } = finding;
    addTo(alike, JSON.stringify([id, severity, severitySource, ratings, stateInWords(finding)]), finding);
  }
  const entries = new Map<string, number>();
  for (const same of alike.values()) {
    const { id } = same[0]!;
    const entry = (entries.get(id) ?? 0) + 1;
    entries.set(id, entry);
    yield { ...vulnerability(id, same, refOf), ...(entry === 1 ? {} : { 'bom-ref': `${id}:${entry}` }) };
  }
}

const SEVERITIES: Readonly<Record<Severity, string>> = {
  CRITICAL: 'critical',
  HIGH: 'high',
  MEDIUM: 'medium',
  LOW: 'low',
  NEGLIGIBLE: 'info',
  UNKNOWN: 'unknown',
};
const METHODS: ReadonlyMap<string, string> = new Map([
  ['CVSS:2.0', 'CVSSv2'],
  ['CVSS:3.0', 'CVSSv3'],
  ['CVSS:3.1', 'CVSSv31'],
  ['CVSS:4.0', 'CVSSv4'],
]);

/** How far the packages are from what the container runs, and the code in them that advisories name. */
function reachInWords(same: readonly Finding[]): string[] {
  const lines = same.flatMap((finding) => {
    const exposure = findingExposure(finding);
    return [
      ...(exposure === undefined ? [] : [`${finding.package.name} is ${exposureInWords(exposure)}`]),
      ...(finding.code === undefined ? [] : [codeInWords(finding.code)]),
      ...(finding.named === undefined ? [] : [`The text names ${namedInWords(finding.named)}`]),
    ];
  });
  return [...new Set(lines)];
}

function vulnerability(id: string, same: readonly Finding[], refOf: (pkg: Package) => string | undefined): Members {
  const first = same[0]!;
  const urls = [...new Set([first.url, ...(first.references ?? [])].filter(isWebAddress))];
  const fixed = [
    ...new Set(
      same.filter(isFixable).map((finding) => `${sourceOf(finding.package).name} ${finding.fix.version ?? ''}`.trim()),
    ),
  ];
  const cwes = (first.cwes ?? []).flatMap((cwe) => (/^CWE-\d{1,6}$/.test(cwe) ? [Number(cwe.slice(4))] : []));
  const refs = [...new Map(same.map((finding) => [refOf(finding.package), finding]))].filter(
    ([ref]) => ref !== undefined,
  );
  const told = reachInWords(same);
  return {
    'bom-ref': id,
    id,
    ...(first.statements[0] === undefined
      ? {}
      : { source: source(first.statements[0].source, isWebAddress(first.url) ? first.url : undefined) }),
    ...(first.aliases.length === 0
      ? {}
      : { references: first.aliases.map((alias) => ({ id: alias, source: source(publisherOf(alias)) })) }),
    ratings: [...first.ratings].sort((a, b) => weight(b, first) - weight(a, first)).map(rating),
    ...(cwes.length === 0 ? {} : { cwes }),
    ...(first.title === undefined && first.description === undefined
      ? {}
      : { description: first.title ?? first.description }),
    ...(first.description === undefined ? {} : { detail: first.description }),
    ...(fixed.length === 0 ? {} : { recommendation: `Upgrade to ${fixed.join(', ')}` }),
    ...(urls.length === 0 ? {} : { advisories: urls.map((url) => ({ url })) }),
    ...dates(first),
    // A detail, and no state: it is affected all the same.
    ...(told.length === 0 ? {} : { analysis: { detail: told.join('\n') } }),
    affects: refs.map(([ref, finding]) => ({
      ref,
      versions: [{ version: finding.package.version, status: 'affected' }],
    })),
    properties: properties([
      ['severity', first.severity],
      ['severitySource', first.severitySource],
      ['state', stateInWords(first)],
      ['exploited', first.exploited],
      ['epss', first.epss?.toString()],
    ]),
  };
}

const source = (name: string, url?: string): Members => ({ name, ...(url === undefined ? {} : { url }) });

const publisherOf = (id: string): string =>
  id.startsWith('CVE-') ? 'nvd' : id.slice(0, Math.max(id.indexOf('-'), 0)).toLowerCase() || 'unknown';

/** The rating that counts comes first: its publisher may give others beside it, such as an older score. */
const weight = ({ source, severity }: Rating, finding: Finding): number =>
  source === finding.severitySource ? (severity === finding.severity ? 2 : 1) : 0;

function rating(stated: Rating): Members {
  return {
    source: { name: stated.source },
    ...(stated.score === undefined ? {} : { score: stated.score }),
    severity: SEVERITIES[stated.severity],
    method: METHODS.get(stated.method) ?? 'other',
    ...(stated.vector === undefined ? {} : { vector: stated.vector }),
    ...(stated.original === undefined ? {} : { justification: `the publisher's word: ${stated.original}` }),
  };
}

/** The format wants whole moments; publishers also write days. */
function dates({ published, modified }: Finding): Members {
  const moment = (text: string | undefined): string | undefined => {
    const time = text === undefined ? Number.NaN : Date.parse(text);
    return Number.isNaN(time) ? undefined : new Date(time).toISOString();
  };
  const [first, last] = [moment(published), moment(modified)];
  return { ...(first === undefined ? {} : { published: first }), ...(last === undefined ? {} : { updated: last }) };
}
