import { withoutUndefined } from '../collections.ts';
import { isSystemType, typeInWords } from '../ecosystems/index.ts';
import { isObject, type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import { ecrDate } from './ecr-basic.ts';
import { ecrEnhancedLens } from './ecr-rules.ts';
import { ratingOfWord, ratings, scoreRating } from './ratings.ts';
import { digestOfReference } from './references.ts';
import {
  type FindingFact,
  type ForeignSubject,
  type JsonFormat,
  jsonFormat,
  type ReportBody,
  scanner,
} from './scanner.ts';
import { typeOfName, typeOfPlace, typeOfTarget } from './trivy-places.ts';

const LISTS = ['findings.*', 'imageScanFindings.enhancedFindings.*'] as const;

/**
 * Amazon Inspector's findings, as `inspector2 list-findings` and as ECR's `enhancedFindings`.
 * https://docs.aws.amazon.com/inspector/v2/APIReference/API_Finding.html
 */
const inspector = jsonFormat({
  name: 'Amazon Inspector findings (ECR enhanced)',
  recognise(head) {
    const root = object(head);
    if (object(root.imageScanFindings).enhancedFindings !== undefined) return true;
    // Any of the first: Inspector lists findings in code and in the network beside those in packages.
    return list(root.findings).some((value) => {
      const { findingArn, type, packageVulnerabilityDetails } = object(value);
      return isObject(packageVulnerabilityDetails) || (findingArn !== undefined && type !== undefined);
    });
  },
  rows: Object.fromEntries(LISTS.map((pattern) => [pattern, (row: JsonObject) => ({ ...row, description: null })])),
  read(document) {
    const rows = LISTS.flatMap((pattern) => document.rows(pattern)).map(({ value }) => value);
    const root = object(document.root);
    const claimed = object(object(root.imageScanFindings).findingSeverityCounts);
    return {
      subject: {
        ...inspectorSubject(rows),
        ...withoutUndefined({ digest: text(object(root.imageId).imageDigest) ?? inspectorSubject(rows).digest }),
      },
      findings: rows.flatMap((row, index) => [...inspectorFacts(row, index)]),
      ...(Object.keys(claimed).length > 0 && {
        claimed: Object.fromEntries(Object.entries(claimed).map(([word, count]) => [word, number(count) ?? 0])),
      }),
    };
  },
});

function inspectorSubject(rows: readonly JsonObject[]): ForeignSubject {
  const details =
    rows
      .map((row) => object(object(list(row.resources)[0]).details).awsEcrContainerImage)
      .map((image) => object(image))
      .find((image) => image.imageHash !== undefined || image.repositoryName !== undefined) ?? {};
  const repository = text(details.repositoryName);
  const tag = texts(details.imageTags)[0];
  return withoutUndefined({
    name: repository === undefined ? undefined : `${repository}${tag === undefined ? '' : `:${tag}`}`,
    digest: text(details.imageHash),
    platform: text(details.architecture),
    os: text(details.platform)?.toLowerCase().replace('_', ':').replaceAll('_', '.'),
  });
}

function* inspectorFacts(row: JsonObject, index: number): Generator<FindingFact> {
  const details = object(row.packageVulnerabilityDetails);
  const type = text(row.type);
  if (type !== undefined && type !== 'PACKAGE_VULNERABILITY') return;
  const status = text(row.status);
  for (const value of list(details.vulnerablePackages)) {
    yield {
      row: String(index),
      id: text(details.vulnerabilityId),
      aliases: texts(details.relatedVulnerabilities),
      ...packageFacts(object(value), text(row.fixAvailable)),
      ...withoutUndefined({
        severity: text(row.severity),
        severitySource: text(object(object(row.inspectorScoreDetails).adjustedCvss).scoreSource)?.toLowerCase(),
        vendorWord: text(details.vendorSeverity),
        feed: text(details.source),
        url: text(details.sourceUrl),
        published: ecrDate(details.vendorCreatedAt),
        // A closed finding was there once: it is fixed, or its image is gone.
        suppressed:
          status === 'SUPPRESSED' ? 'suppression rule' : status === 'CLOSED' ? 'closed: no longer found' : undefined,
        title: text(row.title),
      }),
      ratings: ratings(
        ratingOfWord(vendor(text(details.source)), text(details.vendorSeverity)),
        ...list(details.cvss).map((entry) => {
          const { baseScore, scoringVector, source, version } = object(entry);
          return scoreRating(
            text(source)?.toLowerCase() ?? 'nvd',
            number(baseScore),
            text(scoringVector),
            text(version),
          );
        }),
      ),
    };
  }
}

/** `DEBIAN_CVE` is debian. */
const vendor = (source: string | undefined): string =>
  (source ?? 'inspector').toLowerCase().replace(/_(cve|oval).*$/, '');

/** A vulnerable package; keys in lower case as Inspector writes them. */
function packageFacts(
  row: JsonObject,
  fixAvailable: string | undefined,
): Pick<FindingFact, 'package' | 'kind' | 'fix' | 'locations'> & { version?: string; type?: string; layer?: string } {
  const manager = text(row.packageManager);
  const type = manager === 'OS' ? undefined : typeInWords(manager);
  const version = text(row.version);
  const release = text(row.release);
  const epoch = number(row.epoch);
  const fixed = text(row.fixedInVersion);
  const unfixed = fixed === undefined || /^not ?available$/i.test(fixed);
  return {
    package: text(row.name),
    kind: manager === 'OS' || isSystemType(type) ? 'unknown' : 'binary',
    ...withoutUndefined({
      version:
        version === undefined
          ? undefined
          : `${epoch ? `${epoch}:` : ''}${version}${release === undefined ? '' : `-${release}`}`,
      type,
      layer: text(row.sourceLayerHash),
    }),
    fix: {
      state: unfixed ? (fixAvailable === 'NO' ? 'not-fixed' : 'unknown') : 'fixed',
      versions: unfixed ? [] : [fixed],
    },
    locations: [text(row.filePath)],
  };
}

/**
 * Findings of Inspector in the AWS Security Finding Format, as Security Hub exports them.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
 */
function asff(name: string, pattern: string, rowsOf: (head: Json) => readonly Json[]): JsonFormat {
  return jsonFormat({
    name,
    recognise(head) {
      const first = object(rowsOf(head)[0]);
      return first.SchemaVersion !== undefined && (first.ProductArn !== undefined || first.ProductName !== undefined);
    },
    rows: { [pattern]: (row) => ({ ...row, Description: null }) },
    read: (document) => readAsff(document.rows(pattern).map(({ value }) => value)),
  });
}

function readAsff(rows: readonly JsonObject[]): ReportBody {
  const resource = object(list(rows[0]?.Resources)[0]);
  const details = object(object(resource.Details).AwsEcrContainerImage);
  // arn:aws:ecr:REGION:ACCOUNT:repository/NAME/sha256:DIGEST
  const [, repository, digest] = /:repository\/(.+)\/(sha256:[0-9a-f]{64})$/.exec(text(resource.Id) ?? '') ?? [];
  const trivy = rows.map(trivyFact).filter((fact) => fact !== undefined);
  if (trivy.length > 0 && rows.every((row) => list(row.Vulnerabilities).length === 0)) return trivyBody(rows, trivy);
  const platform = Object.entries(object(rows[0]?.ProductFields)).find(([key]) => key.endsWith('/platform'))?.[1];
  return {
    title: 'Amazon Inspector (Security Hub)',
    subject: withoutUndefined({
      name: text(details.RepositoryName) ?? repository,
      digest: text(details.ImageDigest) ?? digest,
      platform: text(details.Architecture),
      os: text(platform)?.toLowerCase().replace('_', ':').replaceAll('_', '.'),
    }),
    findings: rows.flatMap((row, index) => [...asffFacts(row, index)]),
  };
}

/** What Trivy writes by its template for Security Hub. https://github.com/aquasecurity/trivy/blob/main/contrib/asff.tpl */
function trivyBody(rows: readonly JsonObject[], findings: readonly FindingFact[]): ReportBody {
  const targets = rows.map((row) => text(object(list(row.Resources)[0]).Id) ?? '');
  const [, name, system, release] =
    targets.map((target) => SYSTEM_TARGET.exec(target)).find((parts) => parts !== null) ?? [];
  return {
    scanner: 'trivy',
    title: 'Trivy (Security Hub)',
    subject: withoutUndefined({
      name,
      digest: digestOfReference(name),
      os: system === undefined ? undefined : `${system}:${release}`.toLowerCase(),
    }),
    findings,
  };
}

/** `alpine:3.15 (alpine 3.15.0)`: Trivy's name for what it found of the system in an image; others are files, or `Python`. */
const SYSTEM_TARGET = /^(.*) \((\S+) ([^()\s]+)\)$/;

function trivyFact(row: JsonObject): FindingFact | undefined {
  const resource = object(list(row.Resources)[0]);
  const told = object(object(resource.Details).Other);
  const [id, name] = [text(told['CVE ID']), text(told.PkgName)];
  // Misconfigurations and secrets have the same form without these.
  if (id === undefined || name === undefined || !/^Trivy\//.test(text(row.GeneratorId) ?? '')) return undefined;
  const target = text(resource.Id) ?? '';
  const system = SYSTEM_TARGET.exec(target)?.[2];
  const version = text(told['Installed Package']);
  const fixed = (text(told['Patched Package']) ?? '').split(/,\s*/).filter((part) => part !== '');
  const label = text(object(row.Severity).Label);
  return {
    id,
    package: name,
    kind: system === undefined ? 'unknown' : 'binary',
    ...withoutUndefined({
      version,
      type:
        system === undefined
          ? (typeOfPlace(target) ?? typeOfTarget(target) ?? typeOfName(name, version))
          : typeInWords(system),
      // Security Hub has no word for what nobody rated.
      severity: label === 'INFORMATIONAL' ? 'UNKNOWN' : label,
      title: text(told['CVE Title']) || undefined,
      url: text(object(object(row.Remediation).Recommendation).Url),
    }),
    ratings: ratings(
      ...['3', '2'].map((major) => {
        const score = Number.parseFloat(text(told[`NvdCvssScoreV${major}`]) ?? '');
        return score > 0 ? scoreRating('nvd', score, text(told[`NvdCvssVectorV${major}`]), `${major}.0`) : undefined;
      }),
    ),
    fix: { state: fixed.length > 0 ? 'fixed' : 'not-fixed', versions: fixed },
  };
}

function* asffFacts(row: JsonObject, index: number): Generator<FindingFact> {
  const workflow = text(object(row.Workflow).Status);
  for (const entry of list(row.Vulnerabilities)) {
    const vulnerability = object(entry);
    const vendorFacts = object(vulnerability.Vendor);
    for (const value of list(vulnerability.VulnerablePackages)) {
      yield {
        row: String(index),
        id: text(vulnerability.Id),
        aliases: texts(vulnerability.RelatedVulnerabilities),
        ...packageFacts(lowerKeys(object(value)), text(vulnerability.FixAvailable)),
        ...withoutUndefined({
          severity: text(object(row.Severity).Label),
          feed: text(vendorFacts.Name),
          vendorWord: text(vendorFacts.VendorSeverity),
          url: text(vendorFacts.Url),
          suppressed:
            workflow === 'SUPPRESSED'
              ? 'suppressed in Security Hub'
              : text(row.RecordState) === 'ARCHIVED'
                ? 'archived: no longer found'
                : undefined,
          title: text(row.Title),
        }),
        ratings: ratings(
          ratingOfWord(vendor(text(vendorFacts.Name)), text(vendorFacts.VendorSeverity)),
          ...list(vulnerability.Cvss).map((score) => {
            const { BaseScore, BaseVector, Source, Version } = object(score);
            return scoreRating(
              text(Source)?.toLowerCase() ?? 'nvd',
              number(BaseScore),
              text(BaseVector),
              text(Version),
            );
          }),
        ),
      };
    }
  }
}

function lowerKeys(row: JsonObject): JsonObject {
  const lower: Record<string, Json> = Object.create(null);
  for (const [key, value] of Object.entries(row))
    if (value !== undefined) lower[key[0]!.toLowerCase() + key.slice(1)] = value;
  return lower;
}

export const ecrEnhanced = scanner({
  name: 'ecr-enhanced',
  title: 'AWS ECR enhanced (Inspector)',
  formats: [
    inspector,
    asff('AWS Security Hub findings (ASFF)', 'Findings.*', (head) => list(object(head).Findings)),
    asff('AWS Security Hub findings (ASFF, lower case)', 'findings.*', (head) => list(object(head).findings)),
    asff('AWS Security Hub findings (ASFF list)', '*', list),
  ],
  lenses: [ecrEnhancedLens],
});
