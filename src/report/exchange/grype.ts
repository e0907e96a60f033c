import { mapEach } from '../../collections.ts';
import { coverageStatement } from '../../coverage/assessment.ts';
import { typeNamed } from '../../ecosystems/index.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import type { Evidence, Finding, FixState, Package, Rating, Report, Severity } from '../../model.ts';
import { suppressionInWords } from '../../policy/suppression-words.ts';
import { reportFormat } from '../report-format.ts';
import { fixedVersion, jsonPieces, proofMarks } from '../scan/index.ts';
import { isWebAddress } from '../web-address.ts';

/**
 * Grype's JSON, for what reads that: one match for each vulnerability in each installed package.
 * https://github.com/anchore/grype/tree/main/schema
 */
export const grypeReport = reportFormat({
  name: 'grype',
  extension: 'json',
  mediaType: 'application/json',
  description: "Grype's JSON, for scripts and dashboards that read it",
  leavesOut: ['risks'],
  render: (report) => jsonPieces(grypeDocument(report)),
});

function* grypeDocument(report: Report): Generator<readonly [string, unknown]> {
  yield ['matches', mapEach(report.findings, match)];
  const ignored = (report.suppressed ?? []).flatMap(({ finding, by }) =>
    finding === undefined
      ? []
      : [{ ...match(finding), appliedIgnoreRules: [{ vulnerability: finding.id, reason: suppressionInWords(by) }] }],
  );
  if (ignored.length > 0) yield ['ignoredMatches', ignored];
  const statement = coverageStatement(report);
  yield ['source', source(report)];
  yield ['distro', { name: report.os?.id ?? '', version: report.os?.versionId ?? '', idLike: report.os?.idLike ?? [] }];
  yield [
    'descriptor',
    {
      name: report.tool.name,
      version: report.tool.version,
      timestamp: report.created,
      // What was asked for stands here in Grype's own; of ours it is how much was looked at.
      ...(statement === undefined ? {} : { configuration: { assessment: statement } }),
      db: { status: { built: report.database.built, schemaVersion: String(report.database.schema) } },
    },
  ];
}

const SEVERITIES: Readonly<Record<Severity, string>> = {
  CRITICAL: 'Critical',
  HIGH: 'High',
  MEDIUM: 'Medium',
  LOW: 'Low',
  NEGLIGIBLE: 'Negligible',
  UNKNOWN: 'Unknown',
};

/** Grype knows four states. */
const FIXES: Readonly<Partial<Record<FixState, string>>> = {
  fixed: 'fixed',
  'wont-fix': 'wont-fix',
  'not-fixed': 'not-fixed',
  subscription: 'not-fixed',
};

function match(finding: Finding): Record<string, unknown> {
  const { package: pkg } = finding;
  const urls = [finding.url, ...(finding.references ?? [])].filter(isWebAddress);
  return {
    vulnerability: {
      id: finding.id,
      dataSource: isWebAddress(finding.url) ? finding.url : '',
      namespace: namespaceOf(finding),
      severity: SEVERITIES[finding.severity],
      urls: [...new Set(urls)],
      ...(finding.description === undefined ? {} : { description: finding.description }),
      cvss: finding.ratings.flatMap(cvss),
      ...(finding.epss === undefined ? {} : { epss: [{ cve: finding.id, epss: finding.epss }] }),
      fix: {
        versions: [fixedVersion(finding) ?? []].flat(),
        state: FIXES[finding.fix.state] ?? 'unknown',
      },
      advisories: finding.statements.flatMap(({ bulletin, url }) =>
        bulletin === undefined ? [] : [{ id: bulletin, link: url ?? '' }],
      ),
    },
    relatedVulnerabilities: finding.aliases.map((id) => ({ id, dataSource: '', namespace: '', urls: [], cvss: [] })),
    matchDetails: [
      {
        type: pkg.source === undefined || pkg.source.name === pkg.name ? 'exact-direct-match' : 'exact-indirect-match',
        matcher: 'plimsoll',
        searchedBy: {
          namespace: namespaceOf(finding),
          package: { name: sourceOf(pkg).name, version: sourceOf(pkg).version },
        },
        // What proves the package has no place of its own there.
        found: { vulnerabilityID: finding.id, ...proofMarks([pkg]) },
      },
    ],
    artifact: artifact(pkg),
  };
}

/** `debian:distro:debian:11`, `github:language:python`: whose words it rests on. */
function namespaceOf({ package: pkg, severitySource }: Finding): string {
  const [system, release] = (pkg.namespace ?? '').split(':');
  return release === undefined
    ? `${severitySource}:language:${pkg.type}`
    : `${system!.toLowerCase()}:distro:${system!.toLowerCase()}:${release}`;
}

function cvss({ source, vector, score, method }: Rating): Record<string, unknown>[] {
  if (vector === undefined) return [];
  return [
    {
      source,
      version: method.replace('CVSS:', ''),
      vector,
      metrics: score === undefined ? {} : { baseScore: score },
      vendorMetadata: {},
    },
  ];
}

/** Grype's own names of types, where they are not those of package URLs. https://github.com/anchore/syft/blob/main/syft/pkg/type.go */
const TYPE_NAMES = new Set(['python', 'go-module', 'rust-crate', 'java-archive', 'php-composer', 'dotnet']);

const typeName = (type: string): string => typeNamed(type).words.find((word) => TYPE_NAMES.has(word)) ?? type;

function artifact(pkg: Package): Record<string, unknown> {
  return {
    id: pkg.purl,
    name: pkg.name,
    version: pkg.version,
    type: typeName(pkg.type),
    locations: pkg.evidence.map(place),
    language: '',
    licenses: pkg.licenses ?? [],
    cpes: [],
    purl: pkg.purl,
    upstreams: pkg.source === undefined ? [] : [{ name: pkg.source.name, version: pkg.source.version }],
  };
}

const place = ({ path, diffID }: Evidence): Record<string, unknown> => ({
  path: `/${path}`,
  ...(diffID === '' ? {} : { layerID: diffID }),
});

function source({ subject }: Report): Record<string, unknown> {
  if (subject.source === 'dir' || subject.source === 'sbom')
    return { type: subject.source === 'dir' ? 'directory' : 'sbom-file', target: subject.name };
  return {
    type: 'image',
    target: {
      userInput: subject.reference,
      imageID: subject.imageId ?? '',
      manifestDigest: subject.digest ?? '',
      tags: subject.repoTags ?? [],
      imageSize: subject.size ?? 0,
      layers: subject.layers.map(({ diffID, size }) => ({ digest: diffID, size: size ?? 0 })),
      repoDigests: subject.repoDigests ?? [],
      architecture: subject.platform?.architecture ?? '',
      os: subject.platform?.os ?? '',
    },
  };
}
