import { withoutUndefined } from '../collections.ts';
import { isObject, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import { ecrDate } from './ecr-basic.ts';
import { ecrEnhancedLens } from './ecr-rules.ts';
import { packageFacts, vendor } from './inspector-package.ts';
import { ratingOfWord, ratings, scoreRating } from './ratings.ts';
import { type FindingFact, type ForeignSubject, jsonFormat, type ReadNote, scanner } from './scanner.ts';
import { securityHubFormats } from './security-hub.ts';

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
      notes: inspectorNotes(rows),
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

/** What of the findings is no row of this image: those in code and networks, and those of further images. */
function inspectorNotes(rows: readonly JsonObject[]): readonly ReadNote[] {
  const others = rows.filter((row) => !isOnPackages(row)).length;
  const images = new Set(rows.filter(isOnPackages).map((row) => text(object(list(row.resources)[0]).id)));
  return [
    ...(others === 0
      ? []
      : [
          {
            code: 'other-findings',
            message: 'findings in code or in the network are left out',
            count: others,
          } as const,
        ]),
    ...(images.size <= 1
      ? []
      : [
          {
            code: 'several-subjects',
            message: `findings of ${images.size} images or functions, not of one image`,
            count: images.size,
          } as const,
        ]),
  ];
}

const isOnPackages = ({ type }: JsonObject): boolean => type === undefined || type === 'PACKAGE_VULNERABILITY';

function* inspectorFacts(row: JsonObject, index: number): Generator<FindingFact> {
  const details = object(row.packageVulnerabilityDetails);
  if (!isOnPackages(row)) return;
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

export const ecrEnhanced = scanner({
  name: 'ecr-enhanced',
  title: 'AWS ECR enhanced (Inspector)',
  formats: [inspector, ...securityHubFormats],
  lenses: [ecrEnhancedLens],
});
