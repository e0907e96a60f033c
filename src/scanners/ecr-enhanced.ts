import { isObject, type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import { date } from './ecr-basic.ts';
import { ecrEnhancedLens } from './ecr-rules.ts';
import { isOsType, purlType } from './names.ts';
import { ratings, scoreRating, wordRating } from './ratings.ts';
import {
  type FindingFact,
  type ForeignSubject,
  type JsonFormat,
  jsonFormat,
  type ReportBody,
  scanner,
} from './scanner.ts';
import { named } from './trivy.ts';

const LISTS = ['findings.*', 'Findings.*', 'imageScanFindings.enhancedFindings.*'] as const;

/**
 * Amazon Inspector's findings, as `inspector2 list-findings` and as ECR's `enhancedFindings`.
 * https://docs.aws.amazon.com/inspector/v2/APIReference/API_Finding.html
 */
const inspector = jsonFormat({
  name: 'Amazon Inspector findings (ECR enhanced)',
  recognise(head) {
    const root = object(head);
    const first = object(list(root.findings)[0] ?? list(object(root.imageScanFindings).enhancedFindings)[0]);
    return object(root.imageScanFindings).enhancedFindings !== undefined || isObject(first.packageVulnerabilityDetails);
  },
  rows: Object.fromEntries(
    LISTS.slice(0, 3).map((pattern) => [pattern, (row: JsonObject) => ({ ...row, description: null })]),
  ),
  read(document) {
    const rows = LISTS.flatMap((pattern) => document.rows(pattern)).map(({ value }) => value);
    const root = object(document.root);
    const claimed = object(object(root.imageScanFindings).findingSeverityCounts);
    return {
      subject: {
        ...inspectorSubject(rows),
        ...named({ digest: text(object(root.imageId).imageDigest) ?? inspectorSubject(rows).digest }),
      },
      findings: rows.flatMap((row, index) => [...inspectorFacts(row, index)]),
      ...(Object.keys(claimed).length > 0 && {
        claimed: Object.fromEntries(Object.entries(claimed).map(([word, count]) => [word, number(count) ?? 0])),
      }),
    };
  },
});

function inspectorSubject(rows: readonly JsonObject[]): ForeignSubject {
  const details = object(object(object(list(rows[0]?.resources)[0]).details).awsEcrContainerImage);
  const repository = text(details.repositoryName);
  const tag = texts(details.imageTags)[0];
  return named({
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
  for (const one of list(details.vulnerablePackages)) {
    yield {
      row: String(index),
      id: text(details.vulnerabilityId),
      aliases: texts(details.relatedVulnerabilities),
      ...packageFacts(object(one), text(row.fixAvailable)),
      ...named({
        severity: text(row.severity),
        severitySource:
          text(object(object(row.inspectorScoreDetails).adjustedCvss).scoreSource) ?? text(details.source),
        feed: text(details.source),
        url: text(details.sourceUrl),
        published: date(details.vendorCreatedAt),
        suppressed: status === 'SUPPRESSED' ? 'suppression rule' : undefined,
        title: text(row.title),
      }),
      // A closed finding is one that was there: the report lists it, Inspector's console still counts it where asked.
      ...(status !== undefined && { status }),
      ratings: ratings(
        wordRating(vendor(text(details.source)), text(details.vendorSeverity)),
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
  const type = manager === 'OS' ? undefined : purlType(manager);
  const version = text(row.version);
  const release = text(row.release);
  const epoch = number(row.epoch);
  const fixed = text(row.fixedInVersion);
  const unfixed = fixed === undefined || /^not ?available$/i.test(fixed);
  return {
    package: text(row.name),
    kind: manager === 'OS' || isOsType(type) ? 'unknown' : 'binary',
    ...named({
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
      return first.SchemaVersion !== undefined && first.ProductArn !== undefined;
    },
    rows: { [pattern]: (row) => ({ ...row, Description: null }) },
    read: (document) => readAsff(document.rows(pattern).map(({ value }) => value)),
  });
}

function readAsff(rows: readonly JsonObject[]): ReportBody {
  const details = object(object(object(list(rows[0]?.Resources)[0]).Details).AwsEcrContainerImage);
  const platform = Object.entries(object(rows[0]?.ProductFields)).find(([key]) => key.endsWith('/platform'))?.[1];
  return {
    title: 'Amazon Inspector (Security Hub)',
    subject: named({
      name: text(details.RepositoryName),
      digest: text(details.ImageDigest),
      platform: text(details.Architecture),
      os: text(platform)?.toLowerCase().replace('_', ':').replaceAll('_', '.'),
    }),
    findings: rows.flatMap((row, index) => [...asffFacts(row, index)]),
  };
}

function* asffFacts(row: JsonObject, index: number): Generator<FindingFact> {
  const workflow = text(object(row.Workflow).Status);
  for (const entry of list(row.Vulnerabilities)) {
    const vulnerability = object(entry);
    const vendorFacts = object(vulnerability.Vendor);
    for (const one of list(vulnerability.VulnerablePackages)) {
      yield {
        row: String(index),
        id: text(vulnerability.Id),
        aliases: texts(vulnerability.RelatedVulnerabilities),
        ...packageFacts(lowerKeys(object(one)), text(vulnerability.FixAvailable)),
        ...named({
          severity: text(object(row.Severity).Label),
          feed: text(vendorFacts.Name),
          url: text(vendorFacts.Url),
          status: text(row.RecordState),
          suppressed: workflow === 'SUPPRESSED' ? 'suppressed in Security Hub' : undefined,
          title: text(row.Title),
        }),
        ratings: ratings(
          wordRating(vendor(text(vendorFacts.Name)), text(vendorFacts.VendorSeverity)),
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
    asff('AWS Security Hub findings (ASFF list)', '*', list),
  ],
  lenses: [ecrEnhancedLens],
});
