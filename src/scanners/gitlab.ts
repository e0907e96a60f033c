import { withoutUndefined } from '../collections.ts';
import { typeInWords } from '../ecosystems/index.ts';
import { isObject, type JsonObject, list, object, text } from '../formats/text/index.ts';
import { type FindingFact, jsonFormat, scanner } from './scanner.ts';
import { digestOfReference } from './trivy.ts';

/** The scanner behind a GitLab report, by its id there. */
const BEHIND: ReadonlyMap<string, string> = new Map([
  ['trivy', 'trivy'],
  ['grype', 'grype'],
  ['clair', 'clair-v2'],
  ['klar', 'clair-v2'],
  ['docker-scout', 'docker-hub'],
  ['docker scout', 'docker-hub'],
]);

/**
 * GitLab's container scanning report, which Trivy, Grype, klar and Docker Scout can write.
 * https://gitlab.com/gitlab-org/security-products/security-report-schemas
 */
const containerScanning = jsonFormat({
  name: 'GitLab container scanning',
  recognise(head) {
    const { scan, vulnerabilities, remediations, version } = object(head);
    const kind = text(object(scan).type);
    if (kind !== undefined) return kind === 'container_scanning';
    const first = object(list(vulnerabilities)[0]);
    if (first.category !== undefined) return first.category === 'container_scanning';
    const location = object(first.location);
    // Before the schema had `scan`, and what klar wrote: known by where it places a finding.
    if (location.image !== undefined || location.operating_system !== undefined)
      return Array.isArray(first.identifiers) && isObject(location.dependency);
    return Array.isArray(vulnerabilities) && Array.isArray(remediations) && /^\d+\.\d+/.test(text(version) ?? '');
  },
  rows: { 'vulnerabilities.*': (row) => ({ ...row, description: null, links: null, details: null }) },
  read(document) {
    const root = object(document.root);
    const rows = document.rows('vulnerabilities.*').map(({ value }) => value);
    const scan = object(root.scan);
    const tool = object(scan.scanner);
    const behind = BEHIND.get(text(tool.id)?.toLowerCase() ?? text(object(rows[0]?.scanner).id)?.toLowerCase() ?? '');
    const location = object(rows[0]?.location);
    const image = text(location.image);
    return {
      ...withoutUndefined({
        scanner: behind,
        title: `GitLab (${text(tool.name) ?? 'container scanning'})`,
        version: text(tool.version),
        created: text(scan.end_time),
      }),
      subject: withoutUndefined({
        name: image,
        digest: digestOfReference(image),
        os: text(location.operating_system)?.toLowerCase().replace(' ', ':'),
      }),
      findings: rows.flatMap((row, index) => [...facts(row, index)]),
    };
  },
});

function* facts(row: JsonObject, index: number): Generator<FindingFact> {
  const location = object(row.location);
  const dependency = object(location.dependency);
  const identifiers = list(row.identifiers).map((value) => ({
    type: text(object(value).type)?.toLowerCase(),
    value: text(object(value).value) ?? text(object(value).name),
  }));
  const cves = identifiers.filter((identifier) => identifier.type === 'cve').map((identifier) => identifier.value);
  const others = identifiers
    .filter((identifier) => identifier.type !== 'cve' && identifier.type !== 'cwe')
    .map((identifier) => identifier.value);
  const first = cves[0] ?? others[0] ?? text(row.cve)?.split(':').at(-1);
  const solution = text(row.solution) ?? '';
  const fixed = /\b(?:from \S+ )?to (?:version )?v?([0-9][^\s,;]*?)\.?(?:\s|$)/i.exec(solution)?.[1];
  const system = text(location.operating_system);
  for (const cve of cves.length > 1 ? cves : [first]) {
    yield {
      row: String(index),
      id: cve,
      aliases: cves.length > 1 ? [] : others,
      package: text(object(dependency.package).name),
      kind: system === undefined || system === 'Unknown' ? 'unknown' : 'binary',
      ...withoutUndefined({
        version: text(dependency.version),
        type: typeInWords(system),
        severity: text(row.severity),
        url: text(object(list(row.identifiers)[0]).url),
      }),
      fix: { state: fixed === undefined ? 'not-fixed' : 'fixed', versions: fixed === undefined ? [] : [fixed] },
      locations: [text(location.file)],
    };
  }
}

export const gitlab = scanner({
  name: 'gitlab',
  title: 'GitLab container scanning',
  formats: [containerScanning],
  lenses: [],
});
