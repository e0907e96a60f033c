import { withoutUndefined } from '../collections.ts';
import { isSystemType, typeInWords } from '../ecosystems/index.ts';
import { type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import type { FixState } from '../model.ts';
import { ratings, scoreRating } from './ratings.ts';
import { type FindingFact, type JsonFormat, jsonFormat, type ReportBody, scanner } from './scanner.ts';

const ASSESSED = /ContainerRegistryVulnerability$/;

const detailsOf = (row: Json | undefined): JsonObject => object(object(object(row).properties).additionalData);

/**
 * What Defender for Containers found in images of a registry, as Azure Resource Graph lists it (`az graph query`, its REST interface, and the list alone).
 * https://learn.microsoft.com/azure/defender-for-cloud/subassessment-rest-api
 */
const subassessments = (name: string, pattern: string, rowsOf: (head: Json) => readonly Json[]): JsonFormat =>
  jsonFormat({
    name,
    recognise: (head) => ASSESSED.test(text(detailsOf(rowsOf(head)[0]).assessedResourceType) ?? ''),
    rows: { [pattern]: cut },
    read: (document) => read(document.rows(pattern).map(({ value }) => value)),
  });

const cut = (row: JsonObject): JsonObject => {
  const { id, additionalData, status, timeGenerated } = object(row.properties);
  return { properties: { id, additionalData, status, timeGenerated } as JsonObject };
};

function read(rows: readonly JsonObject[]): ReportBody {
  const image = object(detailsOf(rows[0]).artifactDetails);
  const host = text(image.registryHost);
  const repository = text(image.repositoryName);
  const tag = texts(image.tags)[0];
  const system = object(object(detailsOf(rows[0]).softwareDetails).osDetails);
  const days = rows.map((row) => text(object(row.properties).timeGenerated) ?? '').sort();
  return {
    subject: withoutUndefined({
      name:
        repository === undefined
          ? undefined
          : `${host === undefined ? '' : `${host}/`}${repository}${tag === undefined ? '' : `:${tag}`}`,
      digest: text(image.digest),
      os: text(system.osVersion)
        ?.toLowerCase()
        .replace(/_(?:linux_)?/, ':'),
    }),
    ...withoutUndefined({ created: days.at(-1) }),
    findings: rows.map(fact),
    notes:
      new Set(rows.map((row) => text(object(detailsOf(row).artifactDetails).digest))).size > 1
        ? [{ code: 'several-subjects', message: 'findings of several images', count: 1 }]
        : [],
  };
}

/** https://learn.microsoft.com/azure/defender-for-cloud/subassessment-rest-api (fixStatus) */
const FIXES: ReadonlyMap<string, FixState> = new Map([
  ['FixAvailable', 'fixed'],
  ['NoFixAvailable', 'not-fixed'],
  ['Scheduled', 'deferred'],
  ['WontFix', 'wont-fix'],
]);

function fact(row: JsonObject): FindingFact {
  const { status } = object(row.properties);
  const details = detailsOf(row);
  const software = object(details.softwareDetails);
  const vulnerability = object(details.vulnerabilityDetails);
  const scores = object(vulnerability.cvss);
  const type = typeInWords(text(software.language)) ?? systemType(software);
  const version = text(software.fixedVersion);
  const state = FIXES.get(text(software.fixStatus) ?? '') ?? 'unknown';
  const references = list(vulnerability.references).map((value) => text(object(value).link) ?? '');
  return {
    id: text(vulnerability.cveId) ?? text(object(row.properties).id),
    aliases: references.map((link) => /\/(GHSA-[\w-]{14,})$/.exec(link)?.[1]),
    package: text(software.packageName),
    kind: isSystemType(type) ? 'unknown' : 'binary',
    ...withoutUndefined({
      version: text(software.version),
      type,
      severity: text(object(status).severity) ?? text(vulnerability.severity),
      url: references.find((link) => link !== ''),
      published: text(vulnerability.publishedDate),
      status: text(software.fixStatus),
      suppressed: suppressedBy(object(status)),
    }),
    ratings: ratings(
      ...['2.0', '3.0', '3.1', '4.0'].map((method) => {
        const { base, cvssVectorString } = object(scores[method]);
        return scoreRating('any', number(base), text(cvssVectorString), method);
      }),
    ),
    // It may say that there is a fix and not which.
    fix: {
      state: state === 'fixed' && version === undefined ? 'unknown' : state,
      versions: version === undefined ? [] : [version],
    },
    locations: texts(software.evidence),
  };
}

/** The type of a package of the system is that of the distribution: `ubuntu_linux_20.04`. */
const systemType = (software: JsonObject): string | undefined =>
  text(software.category) === 'OS'
    ? typeInWords(text(object(software.osDetails).osVersion)?.split('_', 1)[0])
    : undefined;

function suppressedBy(status: JsonObject): string | undefined {
  const code = text(status.code);
  if (code === undefined || code === 'Unhealthy') return undefined;
  return code === 'Healthy' ? 'healthy: no longer found' : (text(status.cause) ?? text(status.description) ?? code);
}

export const defender = scanner({
  name: 'defender',
  title: 'Microsoft Defender for Containers',
  formats: [
    subassessments('Azure Resource Graph sub-assessments', 'data.*', (head) => list(object(head).data)),
    subassessments('Azure Resource Graph sub-assessments (list)', '*', list),
  ],
  lenses: [],
});
