import { createHash } from 'node:crypto';
import { coverageStatement } from '../../coverage/assessment.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import { printable } from '../../errors.ts';
import { before } from '../../formats/ends.ts';
import type { Finding, Report, Risk, Severity } from '../../model.ts';
import { riskPlace } from '../../policy/risk-place.ts';
import { reportFormat } from '../report-format.ts';
import {
  fixedVersion,
  type GroupedFinding,
  jsonPieces,
  proofInWords,
  stateInWords,
  titleLine,
  worstAndNearest,
} from '../scan/index.ts';
import { isWebAddress } from '../web-address.ts';

/**
 * GitLab's container scanning report, for merge requests and its vulnerability list.
 * https://gitlab.com/gitlab-org/security-products/security-report-schemas (container-scanning-report-format, 15.0)
 */
export const gitlabReport = reportFormat({
  name: 'gitlab',
  extension: 'json',
  mediaType: 'application/json',
  description: "GitLab's container scanning report (schema 15.0)",
  render: (report) => jsonPieces(gitlabDocument(report)),
});

function* gitlabDocument(report: Report): Generator<readonly [string, unknown]> {
  const tool = { id: report.tool.name, name: 'Plimsoll', vendor: { name: 'Plimsoll' }, version: report.tool.version };
  const end = Date.parse(report.created);
  const statement = coverageStatement(report);
  yield ['version', '15.0.7'];
  yield [
    'scan',
    {
      analyzer: tool,
      scanner: tool,
      type: 'container_scanning',
      start_time: time(end - report.statistics.milliseconds),
      end_time: time(end),
      status: 'success',
      ...(statement === undefined
        ? {}
        : { messages: [{ level: report.assessment?.complete ? 'info' : 'warn', value: statement }] }),
    },
  ];
  yield ['vulnerabilities', entries(report)];
  yield ['remediations', []];
}

/** Without a zone, as its schema wants it. */
const time = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 19);

const SEVERITIES: Readonly<Record<Severity, string>> = {
  CRITICAL: 'Critical',
  HIGH: 'High',
  MEDIUM: 'Medium',
  LOW: 'Low',
  NEGLIGIBLE: 'Info',
  UNKNOWN: 'Unknown',
};

function* entries(report: Report): Generator<Record<string, unknown>> {
  const image = imageOf(report);
  const system = named(report.os === undefined ? '' : `${report.os.id} ${report.os.versionId ?? ''}`.trim(), 'unknown');
  const place = (name: string, version: string) => ({
    dependency: { package: { name: printable(name, 4_000) }, version: printable(version, 4_000) },
    operating_system: printable(system, 255),
    image,
  });
  for (const grouped of worstAndNearest(report.findings)) yield vulnerabilityRow(grouped, place);
  for (const risk of report.risks) yield riskRow(risk, place);
}

type Place = (name: string, version: string) => Record<string, unknown>;

function vulnerabilityRow({ finding, packages }: GroupedFinding, place: Place): Record<string, unknown> {
  const { package: pkg } = finding;
  const name = sourceOf(pkg).name;
  const version = sourceOf(pkg).version;
  const links = [...new Set([finding.url, ...(finding.references ?? [])].filter(isWebAddress))];
  return {
    id: uuid('vulnerability', finding.id, pkg.type, name, version),
    name: printable(titleLine(finding) || named(finding.id, UNNAMED), 255),
    description: printable(
      [...proofInWords(packages), finding.description ?? finding.title ?? finding.id].join('. '),
      100_000,
    ),
    severity: SEVERITIES[finding.severity],
    solution:
      fixedVersion(finding) === undefined
        ? printable(`No upgrade: ${stateInWords(finding)}`, 7_000)
        : printable(`Upgrade ${packages.map((pkg) => pkg.name).join(', ')} to ${fixedVersion(finding)}`, 7_000),
    identifiers: identifiersOf(finding),
    ...(links.length === 0 ? {} : { links: links.slice(0, 50).map((url) => ({ url })) }),
    location: place(name, version),
  };
}

function riskRow(risk: Risk, place: Place): Record<string, unknown> {
  const rule = printable(named(risk.rule, UNNAMED), 255);
  return {
    id: uuid('risk', risk.rule, risk.evidence.path, risk.at ?? ''),
    name: printable(risk.title, 255),
    description: printable(
      [risk.title, risk.detail, risk.at, riskPlace(risk)].filter((part) => part !== undefined).join('\n'),
      100_000,
    ),
    severity: SEVERITIES[risk.severity],
    solution: 'Look at the file before the image is used.',
    identifiers: [{ type: 'plimsoll_rule', name: rule, value: rule }],
    location: place(riskPlace(risk), ''),
  };
}

/** What stands where the schema asks for a name (`minLength: 1`) and a stored report has none. */
const UNNAMED = 'unnamed';

const named = (text: string, otherwise: string): string => (text.trim() === '' ? otherwise : text);

/** The id and its other names; an empty one says nothing and is left out, and at least one is asked for. */
function identifiersOf({ id, aliases, url }: Finding): Record<string, unknown>[] {
  const ids = [id, ...aliases].filter((name) => name.trim() !== '').slice(0, 20);
  return (ids.length === 0 ? [UNNAMED] : ids).map((name) => identifier(name, url));
}

function identifier(id: string, url: string | undefined): Record<string, unknown> {
  const type = /^([A-Z]+)-/.exec(id)?.[1]?.toLowerCase() ?? 'advisory';
  return {
    type,
    name: printable(id, 255),
    value: printable(id, 255),
    ...(isWebAddress(url) && url.includes(id) ? { url } : {}),
  };
}

/** `name:tag`: the pattern of its schema knows nothing else. */
function imageOf({ subject }: Report): string {
  const name =
    subject.repoTags?.[0] ??
    (subject.digest === undefined ? subject.name : `${before(subject.name, ':@')}@${subject.digest}`);
  const clean = printable(named(name.replace(/^[a-z]+:(?=[./])/, ''), UNNAMED), 400);
  return /^[^:]+(?::\d[^:]*)?:[^:]+(?::\d[^:]*)?$/.test(clean) ? clean : `${clean.replaceAll(':', '_')}:untagged`;
}

/** A UUID that follows from what it names, so that the next report speaks of the same. */
function uuid(...parts: readonly string[]): string {
  const hash = createHash('sha256').update(parts.join('\0')).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
