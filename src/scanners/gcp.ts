import { withoutUndefined } from '../collections.ts';
import { isSystemType, typeInWords } from '../ecosystems/index.ts';
import { isObject, type JsonObject, list, number, object, text } from '../formats/text/index.ts';
import { gcpLens } from './gcp-rules.ts';
import { ratingOfWord, ratings, scoreRating } from './ratings.ts';
import { digestOfReference } from './references.ts';
import {
  type FindingFact,
  type ForeignSubject,
  isName,
  type JsonDocument,
  type JsonFormat,
  jsonFormat,
  type ReportBody,
  type Streamed,
  scanner,
} from './scanner.ts';

const cut = (row: JsonObject): JsonObject => {
  const { longDescription: _, ...vulnerability } = object(row.vulnerability);
  return {
    name: row.name,
    noteName: row.noteName,
    resourceUri: row.resourceUri,
    createTime: row.createTime,
    kind: row.kind,
    vulnerability,
  };
};

const isOccurrence = (row: JsonObject): boolean =>
  isObject(row.vulnerability) && (row.noteName !== undefined || row.kind === 'VULNERABILITY');

/**
 * Grafeas occurrences, one per (vulnerability, image), each with the packages it concerns. The three shapes that
 * `gcloud artifacts docker images describe`, `list-vulnerabilities` and the REST interface give them differ only in
 * what is around them.
 * https://cloud.google.com/artifact-analysis/docs/reference/rest/v1/projects.occurrences
 */
function occurrences(name: string, pattern: string, recognise: JsonFormat['recognise']): JsonFormat {
  return jsonFormat({
    name,
    recognise,
    rows: { [pattern]: cut },
    read: (document) => read(document, document.rows(pattern)),
  });
}

const formats = [
  occurrences('GCP image description', 'package_vulnerability_summary.vulnerabilities.*.*', (head) => {
    const { package_vulnerability_summary, image_summary } = object(head);
    return isObject(package_vulnerability_summary) || isObject(image_summary);
  }),
  occurrences('GCP vulnerability list', '*', (head) => isOccurrence(object(list(head)[0]))),
  occurrences('GCP occurrences (REST)', 'occurrences.*', (head) =>
    isOccurrence(object(list(object(head).occurrences)[0])),
  ),
];

function read(document: JsonDocument, rows: readonly Streamed[]): ReportBody {
  const root = object(document.root);
  const image = object(root.image_summary);
  const uri = text(rows[0]?.value.resourceUri)?.replace(/^https?:\/\//, '');
  const discovery = object(object(list(object(root.discovery_summary).discovery)[0]).discovery);
  const status = text(discovery.analysisStatus);
  const subject: ForeignSubject = withoutUndefined({
    name: text(image.fully_qualified_digest) ?? uri,
    digest: text(image.digest) ?? digestOfReference(uri),
  });
  return {
    subject,
    ...withoutUndefined({ created: text(discovery.lastScanTime) }),
    findings: rows
      .filter(({ value }) => isOccurrence(value))
      .flatMap(({ at, value }) => [...facts(value, at.join('/'), String(at.at(-2)))]),
    notes:
      status === undefined || status.startsWith('FINISHED_SUCCESS')
        ? []
        : [{ code: 'partial', message: `the analysis has the status ${status}`, count: 1 }],
  };
}

function* facts(row: JsonObject, place: string, under: string): Generator<FindingFact> {
  const vulnerability = object(row.vulnerability);
  const id = text(row.noteName)?.split('/').at(-1) ?? text(vulnerability.shortDescription);
  const v3 = object(vulnerability.cvssv3 ?? vulnerability.cvssV3);
  const v2 = object(vulnerability.cvssV2 ?? vulnerability.cvssv2);
  const links = list(vulnerability.relatedUrls).map((value) => text(object(value).url) ?? '');
  const vex = object(vulnerability.vexAssessment);
  const state = text(vex.state);
  const issues = list(vulnerability.packageIssue);
  for (const value of issues.length === 0 ? [null] : issues) {
    const issue = object(value);
    const kind = text(issue.packageType);
    const type =
      kind === 'OS' || kind === undefined
        ? typeInWords(/^cpe:\/o:([^:]+)/.exec(text(issue.affectedCpeUri) ?? '')?.[1])
        : typeInWords(kind);
    const fixed = versionOf(object(issue.fixedVersion));
    yield {
      row: text(row.name) ?? place,
      id,
      aliases: links.map((url) => /\/(GHSA-[\w-]{14,})$/.exec(url)?.[1]),
      package: text(issue.affectedPackage),
      kind: isSystemType(type) ? 'unknown' : 'binary',
      ...withoutUndefined({
        version: versionOf(object(issue.affectedVersion)),
        type,
        // The summary sorts by effective severity; a row without one is filed under "None".
        severity:
          text(issue.effectiveSeverity) ??
          text(vulnerability.effectiveSeverity) ??
          (under === 'None' ? undefined : text(vulnerability.severity)),
        url: links[0],
        suppressed:
          state === 'NOT_AFFECTED' || state === 'FIXED' ? `VEX: ${state.toLowerCase().replace('_', ' ')}` : undefined,
      }),
      ratings: ratings(
        ratingOfWord('gcp', text(vulnerability.severity)),
        ratingOfWord('gcp-effective', text(issue.effectiveSeverity) ?? text(vulnerability.effectiveSeverity)),
        scoreRating('nvd', number(v2.baseScore), undefined, '2.0'),
        scoreRating(
          'nvd',
          number(v3.baseScore),
          /CVSS:3\.\d\/\S+/.exec(text(vulnerability.longDescription) ?? '')?.[0],
          '3.1',
        ),
      ),
      fix: { state: fixed === undefined ? 'not-fixed' : 'fixed', versions: fixed === undefined ? [] : [fixed] },
      locations: list(issue.fileLocation).map((location) => text(object(location).filePath)),
    };
  }
}

/** A version in parts, or none: `MAXIMUM` means that there is no fixed one. https://grafeas.io/docs/concepts/what-is-grafeas/schemas */
function versionOf(version: JsonObject): string | undefined {
  const kind = text(version.kind);
  if (kind === 'MAXIMUM' || kind === 'MINIMUM') return undefined;
  const name = text(version.name);
  if (name === undefined) return text(version.fullName);
  const epoch = number(version.epoch);
  const revision = text(version.revision);
  return text(version.fullName) ?? `${epoch ? `${epoch}:` : ''}${name}${revision === undefined ? '' : `-${revision}`}`;
}

export const gcp = scanner({
  name: 'gcp',
  title: 'GCP Artifact Analysis',
  formats,
  lenses: [gcpLens],
  run: {
    program: 'gcloud',
    arguments: ({ kind, value }) =>
      isName(kind)
        ? ['artifacts', 'docker', 'images', 'describe', value, '--show-package-vulnerability', '--format=json']
        : undefined,
    success: [0],
  },
});
