import { withoutUndefined } from '../collections.ts';
import { typeInWords } from '../ecosystems/index.ts';
import { isObject, type JsonObject, list, object, text } from '../formats/text/index.ts';
import { digestOfReference } from './references.ts';
import { type FindingFact, jsonFormat, scanner } from './scanner.ts';
import { typeOfName } from './trivy-places.ts';

/** The scanner behind a GitLab report, by its id there. */
const BEHIND: ReadonlyMap<string, string> = new Map([
  ['plimsoll', 'plimsoll'],
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
        title: `GitLab (${text(tool.name) ?? text(object(rows[0]?.scanner).name) ?? 'container scanning'})`,
        version: text(tool.version),
        created: text(scan.end_time),
      }),
      subject: withoutUndefined({
        name: image,
        digest: digestOfReference(image),
        os: text(location.operating_system)?.toLowerCase().replace(' ', ':'),
      }),
      findings: rows.flatMap((row, index) => [...facts(row, index, behind)]),
    };
  },
});

function* facts(row: JsonObject, index: number, behind: string | undefined): Generator<FindingFact> {
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
  // Ours writes the names of one vulnerability, that which it goes by first; of others two CVEs are two.
  const names = behind === 'plimsoll' ? identifiers.map(({ value }) => value) : others;
  const first = (behind === 'plimsoll' ? names : cves)[0] ?? others[0] ?? text(row.cve)?.split(':').at(-1);
  const ids = cves.length > 1 && behind !== 'plimsoll' ? cves : [first];
  const solution = text(row.solution) ?? '';
  const fixed = fixedIn(solution);
  const name = text(object(dependency.package).name);
  const version = text(dependency.version);
  const system = systemOf(text(location.operating_system), name, version, behind);
  for (const cve of ids) {
    yield {
      row: String(index),
      id: cve,
      aliases: ids.length > 1 ? [] : names,
      package: name,
      kind: system === undefined ? 'unknown' : 'binary',
      ...withoutUndefined({
        version,
        type: typeInWords(system) ?? (namesSystemEverywhere(behind) ? typeOfName(name, version) : undefined),
        severity: text(row.severity),
        url: text(object(list(row.identifiers)[0]).url),
      }),
      fix: { state: fixed.length === 0 ? 'not-fixed' : 'fixed', versions: fixed },
      locations: [text(location.file)],
    };
  }
}

/** `Upgrade NAME to 2.3.11, 3.0.4`, `Upgrade NAME from 1.0 to 1.1`: the versions behind "to". */
function fixedIn(solution: string): readonly string[] {
  const [, list = ''] = /\bto (?:versions? )?(v?[0-9][^\s,;]*(?:,\s*v?[0-9][^\s,;]*)*)/i.exec(solution) ?? [];
  return list === '' ? [] : list.split(/,\s*/).map((version) => version.replace(/^v/i, '').replace(/\.$/, ''));
}

const namesSystemEverywhere = (behind: string | undefined): boolean => behind === 'trivy' || behind === 'plimsoll';

/** What no package of a system is called. */
const LANGUAGE_NAME = /[/:@]/;

/** Versions of a system's packages have a release behind them: `0.7-r1`, `2.31-13+deb11u5`. */
const hasRelease = (version: string): boolean =>
  version.includes('-') && /\d/.test(version.slice(version.lastIndexOf('-')));

/**
 * The system that a package is of. Trivy's template and ours write the system of the image at packages of languages too: there its name or its version
 * has to bear it out, and what neither does stays open. https://github.com/aquasecurity/trivy/blob/main/contrib/gitlab.tpl
 */
function systemOf(told: string | undefined, name = '', version = '', behind?: string): string | undefined {
  if (told === undefined || told === 'Unknown') return undefined;
  return !namesSystemEverywhere(behind) || (!LANGUAGE_NAME.test(name) && hasRelease(version)) ? told : undefined;
}

export const gitlab = scanner({
  name: 'gitlab',
  title: 'GitLab container scanning',
  formats: [containerScanning],
  lenses: [],
});
