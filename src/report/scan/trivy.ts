import { addTo } from '../../collections.ts';
import { coverageStatement } from '../../coverage/assessment.ts';
import { isSystemType, trivyFamily, typeNamed } from '../../ecosystems/index.ts';
import type { Evidence, Finding, Package, Report, SourceName, Suppression } from '../../model.ts';
import { reportFormat } from '../report-format.ts';
import { jsonPieces } from './json.ts';
import { packageEntry, vulnerabilityEntry } from './trivy-entries.ts';
import { riskResults } from './trivy-risks.ts';

/**
 * Trivy's report, schema 2, so that what was written for it keeps working: one row for each vulnerability in each
 * installed package. `all` adds the packages, as its `--list-all-pkgs` does.
 * https://trivy.dev/docs/latest/configuration/reporting/#json
 */
export const trivyReport = reportFormat({
  name: 'trivy',
  extension: 'json',
  mediaType: 'application/json',
  description: "Trivy's JSON (schema 2), for scripts and dashboards that read it",
  render: (report, options) => jsonPieces(trivyDocument(report, options.all ?? false)),
});

const ARTIFACT_TYPES: Partial<Readonly<Record<SourceName, string>>> = { dir: 'filesystem', sbom: 'cyclonedx' };

function* trivyDocument(report: Report, packages: boolean): Generator<readonly [string, unknown]> {
  const { subject } = report;
  yield ['SchemaVersion', 2];
  yield ['CreatedAt', report.created];
  yield ['ArtifactName', subject.reference];
  yield ['ArtifactType', ARTIFACT_TYPES[subject.source] ?? 'container_image'];
  yield ['Metadata', metadata(report)];
  // Of ours, since Trivy's readers pass over what they do not know: who wrote it, where Trivy names itself, and how much was looked at,
  // without which "no vulnerability" is not said.
  yield ['Plimsoll', { Version: report.tool.version }];
  if (report.assessment !== undefined)
    yield ['Assessment', { Statement: coverageStatement(report), ...report.assessment }];
  yield ['Results', results(report, packages)];
}

const family = ({ os }: Pick<Report, 'os'>): string => (os === undefined ? 'none' : trivyFamily(os));

function metadata({ subject, os, ...report }: Report): Record<string, unknown> {
  return {
    ...(subject.size === undefined ? {} : { Size: subject.size }),
    ...(os === undefined ? {} : { OS: { Family: trivyFamily(os), Name: os.versionId ?? '' } }),
    ...(subject.imageId === undefined ? {} : { ImageID: subject.imageId }),
    ...(subject.config === undefined ? {} : { DiffIDs: subject.config.diffIDs }),
    ...(subject.repoTags === undefined ? {} : { RepoTags: subject.repoTags }),
    ...(subject.repoDigests === undefined ? {} : { RepoDigests: subject.repoDigests }),
    ...(subject.config === undefined ? {} : { ImageConfig: imageConfig({ subject, ...report }) }),
    ...(subject.layers.length === 0
      ? {}
      : {
          Layers: subject.layers.map(({ size, digest, diffID }) => ({
            ...(size === undefined ? {} : { Size: size }),
            ...(digest === undefined ? {} : { Digest: digest }),
            DiffID: diffID,
          })),
        }),
  };
}

function imageConfig({ subject }: Pick<Report, 'subject'>): Record<string, unknown> {
  const config = subject.config!;
  return {
    architecture: config.platform.architecture,
    ...(config.author === undefined ? {} : { author: config.author }),
    created: config.created ?? subject.created ?? '0001-01-01T00:00:00Z',
    history: config.history.map(({ createdBy, created, comment, emptyLayer }) => ({
      ...(created === undefined ? {} : { created }),
      created_by: createdBy,
      ...(comment === undefined ? {} : { comment }),
      ...(emptyLayer ? { empty_layer: true } : {}),
    })),
    os: config.platform.os,
    rootfs: { type: 'layers', diff_ids: config.diffIDs },
    config: config.run,
  };
}

/** A row of the report: a package at one of its places. */
interface Row {
  readonly pkg: Package;
  readonly at: Evidence | undefined;
}

/** The operating system's packages first, then one result for each kind of package, or for each file where Trivy does so. */
function* results(report: Report, packages: boolean): Generator<Record<string, unknown>> {
  const name = `${report.subject.reference} (${[family(report), report.os?.versionId].filter(Boolean).join(' ')})`;
  const vulnerable = new Map<string, Record<string, unknown>[]>();
  for (const finding of report.findings) {
    for (const row of rows(finding.package)) {
      addTo(vulnerable, resultOf(row, name), vulnerabilityEntry(finding, row.at));
    }
  }
  const excepted = new Map<string, Record<string, unknown>[]>();
  for (const { finding, by } of report.suppressed ?? []) {
    if (!finding) continue;
    for (const row of rows(finding.package)) addTo(excepted, resultOf(row, name), modified(finding, row.at, by));
  }
  const targets = new Map<string, Row[]>();
  for (const row of report.packages.flatMap(rows)) addTo(targets, resultOf(row, name), row);
  const ordered = [...targets].sort(
    ([, a], [, b]) => Number(isSystemType(b[0]!.pkg.type)) - Number(isSystemType(a[0]!.pkg.type)),
  );
  for (const [key, members] of ordered) {
    const vulnerabilities = vulnerable.get(key);
    const suppressed = excepted.get(key);
    const first = members[0]!.pkg;
    yield {
      Target: target(members[0]!, name),
      Class: isSystemType(first.type) ? 'os-pkgs' : 'lang-pkgs',
      Type: isSystemType(first.type) ? family(report) : typeNamed(first.type).trivy.type,
      ...(packages ? { Packages: members.map(({ pkg, at }) => packageEntry(pkg, at)) } : {}),
      ...(vulnerabilities === undefined ? {} : { Vulnerabilities: vulnerabilities }),
      ...(suppressed === undefined ? {} : { ExperimentalModifiedFindings: suppressed }),
    };
  }
  yield* riskResults(report.risks);
}

/** What Trivy writes with --show-suppressed. */
function modified(finding: Finding, at: Evidence | undefined, by: Suppression): Record<string, unknown> {
  return {
    Type: 'vulnerability',
    Status: by.status === 'accepted' ? 'ignored' : by.status,
    Statement: by.justification ?? by.reason ?? '',
    Source: by.unverified ? `${by.where}, by ${by.owner}` : by.where,
    Finding: vulnerabilityEntry(finding, at),
  };
}

/** A language package counts once for each place it lies in, an OS package once. */
function rows(pkg: Package): Row[] {
  if (isSystemType(pkg.type) || pkg.evidence.length === 0) return [{ pkg, at: pkg.evidence[0] }];
  return pkg.evidence.map((at) => ({ pkg, at }));
}

/** The result that a row stands in: a file may hold packages of two types, and a result is of one. */
const resultOf = (row: Row, osTarget: string): string =>
  isSystemType(row.pkg.type) ? osTarget : `${typeNamed(row.pkg.type).trivy.type}\0${target(row, osTarget)}`;

function target({ pkg, at }: Row, osTarget: string): string {
  if (isSystemType(pkg.type)) return osTarget;
  const { trivy } = typeNamed(pkg.type);
  return trivy.byFile === true && at !== undefined ? at.path : trivy.target;
}
