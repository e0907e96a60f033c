import { withoutUndefined } from '../collections.ts';
import { isSystemType, typeInWords } from '../ecosystems/index.ts';
import { isObject, type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import type { FixState } from '../model.ts';
import { inside } from './inside.ts';
import { trivyRatings, trivySeveritySource } from './ratings.ts';
import { digestOfReference } from './references.ts';
import { sarifFormat } from './sarif.ts';
import { type FindingFact, type JsonDocument, jsonFormat, type ReportBody, scanner } from './scanner.ts';
import { trivyState } from './states.ts';
import { trivy2023Lens, trivyLens } from './trivy-rules.ts';
import { readTrivySarif } from './trivy-sarif.ts';

const cutVulnerability = (row: JsonObject): JsonObject => ({
  ...pick(row, [
    'VulnerabilityID',
    'VendorIDs',
    'PkgID',
    'PkgName',
    'PkgPath',
    'PkgIdentifier',
    'InstalledVersion',
    'FixedVersion',
  ]),
  ...pick(row, [
    'Status',
    'Layer',
    'SeveritySource',
    'PrimaryURL',
    'DataSource',
    'Severity',
    'VendorSeverity',
    'CVSS',
    'PublishedDate',
    'Title',
  ]),
});
const cutPackage = (row: JsonObject): JsonObject =>
  pick(row, ['ID', 'Name', 'SrcName', 'SrcVersion', 'SrcRelease', 'SrcEpoch']);
const cutModified = (row: JsonObject): JsonObject => ({
  ...pick(row, ['Type', 'Status', 'Statement', 'Source']),
  Finding: cutVulnerability(object(row.Finding)),
});

function pick(row: JsonObject, keys: readonly string[]): JsonObject {
  const kept: Record<string, Json> = Object.create(null);
  for (const key of keys) if (row[key] !== undefined) kept[key] = row[key];
  return kept;
}

/**
 * `trivy image -f json`, schema 2 (`Results`) and the bare list of results before it (up to 0.19).
 * https://trivy.dev/latest/docs/configuration/reporting/#json
 */
const trivyJson = jsonFormat({
  name: 'Trivy JSON',
  recognise(head) {
    if (isObject(head))
      return head.SchemaVersion !== undefined && (head.ArtifactName !== undefined || head.Results !== undefined);
    const first = object(list(head)[0]);
    return first.Target !== undefined && (first.Vulnerabilities !== undefined || first.Type !== undefined);
  },
  rows: {
    'Results.*.Vulnerabilities.*': cutVulnerability,
    'Results.*.Packages.*': cutPackage,
    'Results.*.ExperimentalModifiedFindings.*': cutModified,
    '*.Vulnerabilities.*': cutVulnerability,
  },
  skip: ['Results.*.Secrets', 'Results.*.Misconfigurations', 'Results.*.Licenses', 'Metadata.ImageConfig.history'],
  read: readTrivyJson,
});

function readTrivyJson(document: JsonDocument): ReportBody {
  const root = object(document.root);
  const legacy = Array.isArray(document.root);
  const metadata = object(root.Metadata);
  const os = object(metadata.OS);
  const config = object(metadata.ImageConfig);
  const results = legacy ? list(document.root) : list(root.Results);
  const own = text(object(root.Plimsoll).Version);
  const version = own ?? text(object(root.Trivy).Version);
  const first = text(object(results[0]).Target);
  const system = legacy ? /\(([a-z]+) ([\w.]+)\)/i.exec(first ?? '') : null;
  const family = text(os.Family) ?? system?.[1];
  return {
    ...(own !== undefined && { scanner: 'plimsoll', title: "Plimsoll (Trivy's JSON)" }),
    ...(version !== undefined && { version }),
    subject: {
      ...withoutUndefined({
        name: text(root.ArtifactName) ?? first?.replace(/ \(.*\)$/, ''),
        imageId: text(metadata.ImageID),
        platform: text(config.architecture),
      }),
      ...withoutUndefined({
        os: family === undefined ? undefined : `${family}:${text(os.Name) ?? system?.[2] ?? ''}`.toLowerCase(),
      }),
      ...withoutUndefined({ digest: digestOfReference(texts(metadata.RepoDigests)[0]) }),
      repoDigests: texts(metadata.RepoDigests),
      diffIDs: texts(metadata.DiffIDs),
    },
    ...withoutUndefined({ created: text(root.CreatedAt) }),
    ...(family !== undefined && lacksSystem(results) && { settings: { withoutSystem: true } }),
    findings: findings(document, results, legacy),
  };
}

/**
 * Trivy lists a result for the packages of the system wherever it looks at them, also one without findings. Results had no classes before 0.20.
 * https://github.com/aquasecurity/trivy/blob/main/pkg/scan/local/service.go
 */
function lacksSystem(results: readonly Json[]): boolean {
  const classes = results.map((result) => text(object(result).Class));
  return classes.includes('lang-pkgs') && !classes.includes('os-pkgs');
}

function* findings(document: JsonDocument, results: readonly Json[], legacy: boolean): Generator<FindingFact> {
  const sources = new Map<string, { name: string; version?: string }>();
  for (const { at, value } of document.rows('Results.*.Packages.*')) {
    const name = text(value.SrcName);
    if (name !== undefined)
      sources.set(`${at[1]}/${text(value.Name)}`, { name, ...withoutUndefined({ version: sourceVersion(value) }) });
  }
  const rows = legacy ? document.rows('*.Vulnerabilities.*') : document.rows('Results.*.Vulnerabilities.*');
  for (const { at, value } of rows) {
    const index = Number(legacy ? at[0] : at[1]);
    yield fact(value, object(results[index]), sources.get(`${index}/${text(value.PkgName)}`));
  }
  for (const { at, value } of document.rows('Results.*.ExperimentalModifiedFindings.*')) {
    if (text(value.Type) !== undefined && text(value.Type) !== 'vulnerability') continue;
    const reason = [text(value.Status), text(value.Statement), text(value.Source)]
      .filter((part) => part !== undefined)
      .join(', ');
    yield {
      ...fact(object(value.Finding), object(results[Number(at[1])]), undefined),
      suppressed: reason || 'modified',
    };
  }
}

function fact(
  row: JsonObject,
  result: JsonObject,
  source: { name: string; version?: string } | undefined,
): FindingFact {
  const layer = object(row.Layer);
  const type = typeInWords(text(result.Type));
  const os = text(result.Class) === 'os-pkgs' || isSystemType(type);
  const fixed = text(row.FixedVersion)?.split(/,\s*/) ?? [];
  const status = text(row.Status);
  return {
    id: text(row.VulnerabilityID),
    aliases: texts(row.VendorIDs),
    package: text(row.PkgName),
    kind: os ? 'binary' : 'unknown',
    ...(source !== undefined && { source }),
    ...withoutUndefined({
      version: text(row.InstalledVersion),
      type,
      purl: text(object(row.PkgIdentifier).PURL),
      severity: text(row.Severity),
      severitySource: trivySeveritySource(text(row.SeveritySource), text(row.Severity), row.VendorSeverity),
      status,
      layer: text(layer.DiffID) ?? text(layer.Digest),
      feed: text(object(row.DataSource).ID),
      title: text(row.Title),
      url: text(row.PrimaryURL),
      published: text(row.PublishedDate),
    }),
    ratings: trivyRatings(row.VendorSeverity, row.CVSS),
    ...(text(row.Severity) === 'UNKNOWN' &&
      row.SeveritySource === undefined &&
      row.VendorSeverity === undefined && { validity: 'unanalysed' as const }),
    fix: { state: fixed.length > 0 ? 'fixed' : trivyFixState(status), versions: fixed },
    // What a language package was read from is its place; for OS packages the target is only the image's name.
    locations: [text(row.PkgPath) ?? (os ? undefined : text(result.Target))],
  };
}

/** What Trivy's status means for a fix. https://trivy.dev/latest/docs/configuration/filtering/#by-status */
function trivyFixState(status: string | undefined): FixState {
  if (status === 'will_not_fix' || status === 'end_of_life') return 'wont-fix';
  if (status === 'fix_deferred') return 'deferred';
  return status === 'fixed' ? 'fixed' : status === 'under_investigation' ? 'unknown' : 'not-fixed';
}

function sourceVersion(row: JsonObject): string | undefined {
  const version = text(row.SrcVersion);
  if (version === undefined) return undefined;
  const epoch = number(row.SrcEpoch);
  const release = text(row.SrcRelease);
  return `${epoch ? `${epoch}:` : ''}${version}${release === undefined ? '' : `-${release}`}`;
}

/** What the list of a cluster's workloads was called: until 0.31, in between, and since 0.44. */
const WORKLOADS = ['Vulnerabilities', 'Resources', 'Findings'] as const;

/** `trivy k8s --report all -f json`: the results of all workloads of a cluster, of several images at once. */
const trivyKubernetes = jsonFormat({
  name: 'Trivy Kubernetes JSON',
  recognise: (head) =>
    object(head).ClusterName !== undefined &&
    [...WORKLOADS, 'Misconfigurations'].some((key) => object(head)[key] !== undefined),
  rows: Object.fromEntries(WORKLOADS.map((key) => [`${key}.*.Results.*.Vulnerabilities.*`, cutVulnerability])),
  skip: WORKLOADS.flatMap((key) =>
    ['Misconfigurations', 'Packages', 'Secrets'].map((part) => `${key}.*.Results.*.${part}`),
  ),
  read(document) {
    const root = object(document.root);
    const resources = WORKLOADS.flatMap((key) => list(root[key]));
    const rows = WORKLOADS.flatMap((key) => document.rows(`${key}.*.Results.*.Vulnerabilities.*`));
    return {
      subject: withoutUndefined({ name: text(root.ClusterName) }),
      findings: rows.map(({ at, value }) =>
        fact(value, object(list(object(list(root[String(at[0])])[Number(at[1])]).Results)[Number(at[3])]), undefined),
      ),
      notes: [
        {
          code: 'several-subjects',
          message: `a report on the ${resources.length} resources of a cluster, not on one image`,
          count: resources.length,
        },
      ],
    };
  },
});

export const trivy = scanner({
  name: 'trivy',
  title: 'Trivy',
  formats: [
    trivyJson,
    trivyKubernetes,
    // https://github.com/sigstore/cosign/blob/main/specs/COSIGN_VULN_ATTESTATION_SPEC.md
    inside(trivyJson, 'Trivy in a Cosign vulnerability predicate', ['scanner', 'result']),
    inside(trivyJson, 'Trivy in a vulnerability attestation', ['predicate', 'scanner', 'result']),
    sarifFormat('Trivy SARIF', /^trivy$/i, readTrivySarif),
  ],
  lenses: [trivyLens, trivy2023Lens],
  run: {
    program: 'trivy',
    arguments: ({ kind, value }) => {
      const told = ['--quiet', '--scanners', 'vuln', '--list-all-pkgs', '--format', 'json'];
      if (kind === 'dir') return ['rootfs', ...told, value];
      if (kind === 'sbom') return ['sbom', '--quiet', '--format', 'json', value];
      if (kind === 'archive' || kind === 'oci-archive' || kind === 'oci-dir')
        return ['image', ...told, '--input', value];
      const from = { docker: 'docker', podman: 'podman', registry: 'remote', name: undefined }[kind];
      return ['image', ...told, ...(from === undefined ? [] : ['--image-src', from]), value];
    },
    success: [0],
    state: { arguments: ['version', '--format', 'json'], read: trivyState },
  },
});
