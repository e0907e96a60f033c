import { withoutUndefined } from '../collections.ts';
import { type JsonObject, list, number, object, text } from '../formats/text/index.ts';
import { ecrBasicClair, ecrBasicNative } from './ecr-rules.ts';
import { ratings, scoreRating } from './ratings.ts';
import { type FindingFact, jsonFormat, scanner } from './scanner.ts';

/**
 * `aws ecr describe-image-scan-findings` of basic scanning, one page or all.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html
 */
const describeFindings = jsonFormat({
  name: 'AWS ECR scan findings (basic)',
  recognise(head) {
    const { imageScanFindings, imageScanStatus } = object(head);
    if (object(imageScanFindings).enhancedFindings !== undefined) return false;
    return (
      object(imageScanFindings).findings !== undefined ||
      object(imageScanFindings).findingSeverityCounts !== undefined ||
      imageScanStatus !== undefined
    );
  },
  rows: {
    'imageScanFindings.findings.*': (row) => ({
      name: row.name,
      uri: row.uri,
      severity: row.severity,
      attributes: row.attributes,
    }),
  },
  read(document) {
    const root = object(document.root);
    const image = object(root.imageId);
    const findings = object(root.imageScanFindings);
    const repository = text(root.repositoryName);
    const tag = text(image.imageTag);
    const status = text(object(root.imageScanStatus).status);
    const complete = status === undefined || status === 'COMPLETE' || status === 'ACTIVE';
    return {
      subject: withoutUndefined({
        name: repository === undefined ? undefined : `${repository}${tag === undefined ? '' : `:${tag}`}`,
        digest: text(image.imageDigest),
      }),
      ...withoutUndefined({ created: ecrDate(findings.imageScanCompletedAt) }),
      database: withoutUndefined({ date: ecrDate(findings.vulnerabilitySourceUpdatedAt) }),
      findings: document.rows('imageScanFindings.findings.*').map(({ value }) => fact(value)),
      claimed: Object.fromEntries(
        Object.entries(object(findings.findingSeverityCounts)).map(([word, count]) => [word, number(count) ?? 0]),
      ),
      notes: complete
        ? []
        : [
            {
              code: 'partial',
              message: `the scan's status is ${status}: ${text(object(root.imageScanStatus).description) ?? 'no findings yet'}`,
              count: 1,
            },
          ],
    };
  },
});

/** The command line prints dates as text or, set up so, as seconds. */
export function ecrDate(value: JsonObject[string]): string | undefined {
  if (typeof value === 'number' && value > 0 && value < 4e9) return new Date(value * 1_000).toISOString();
  return text(value);
}

function fact(row: JsonObject): FindingFact {
  const attributes = new Map(
    list(row.attributes).map((value) => [text(object(value).key) ?? '', text(object(value).value)]),
  );
  const url = text(row.uri);
  return {
    id: text(row.name),
    package: attributes.get('package_name'),
    kind: 'source',
    ...withoutUndefined({
      version: attributes.get('package_version'),
      severity: text(row.severity),
      url,
      type: typeOf(url),
    }),
    ratings: ratings(
      scoreRating('nvd', number(attributes.get('CVSS2_SCORE')), attributes.get('CVSS2_VECTOR'), '2.0'),
      scoreRating('nvd', number(attributes.get('CVSS3_SCORE')), attributes.get('CVSS3_VECTOR'), '3.1'),
      scoreRating('nvd', number(attributes.get('CVSS4_SCORE')), attributes.get('CVSS4_VECTOR'), '4.0'),
    ),
    fix: { state: 'unknown', versions: [] },
  };
}

/** Basic findings do not say which package manager: the tracker that a finding links to does. */
function typeOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (/debian\.org|ubuntu\.com|canonical\.com/.test(url)) return 'deb';
  if (/alpinelinux\.org|mitre\.org/.test(url)) return 'apk';
  return /redhat\.com|amazon\.com|oracle\.com|centos\.org/.test(url) ? 'rpm' : undefined;
}

export const ecrBasic = scanner({
  name: 'ecr-basic',
  title: 'AWS ECR basic',
  formats: [describeFindings],
  lenses: [ecrBasicNative, ecrBasicClair],
});
