import { createHash } from 'node:crypto';
import type { Location, Notification, Result, Run } from 'sarif';
import { coverageStatement } from '../../coverage/assessment.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import type { Evidence, Finding, Report, Risk, Severity, Suppressed } from '../../model.ts';
import { suppressionInWords } from '../../policy/suppression-words.ts';
import { HOMEPAGE } from '../../version.ts';
import { sarifText } from '../escape.ts';
import { reportFormat } from '../report-format.ts';
import { isWebAddress } from '../web-address.ts';
import { type GroupedFinding, groupedRow, titleLine, worstAndNearest } from './groups.ts';
import { jsonPieces } from './json.ts';
import { proofInWords, proofMarks } from './proof-words.ts';
import { fittingEntries, givenUp, type SarifEntry } from './sarif-size.ts';
import { namesInWords, stateInWords } from './table-findings.ts';

/**
 * SARIF 2.1.0, for code scanning: one rule for each vulnerability, one result for each source package that has it.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export const sarifReport = reportFormat({
  name: 'sarif',
  extension: 'sarif',
  mediaType: 'application/sarif+json',
  description: 'SARIF 2.1.0, for code scanning',
  render: (report) =>
    jsonPieces([
      ['$schema', 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'],
      ['version', '2.1.0'],
      ['runs', [run(report)]],
    ]),
});

const LEVELS: Readonly<Record<Severity, Result.level>> = {
  CRITICAL: 'error',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'note',
  NEGLIGIBLE: 'note',
  UNKNOWN: 'note',
};

/** What GitHub sorts by, where nobody gave a score. https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning */
const SCORES: Readonly<Record<Severity, number>> = {
  CRITICAL: 9.5,
  HIGH: 8,
  MEDIUM: 5.5,
  LOW: 2,
  NEGLIGIBLE: 0.5,
  UNKNOWN: 0,
};

function run(report: Report): Run {
  const whole = placeOfSubject(report.subject);
  const vulnerabilities = worstAndNearest(report.findings).map((finding) => entryOfFinding(finding, whole));
  const all = toldApart([
    ...vulnerabilities,
    ...report.risks.map((risk) => riskEntry(risk, whole)),
    ...(report.suppressed ?? []).flatMap((suppressed) => suppressedEntry(suppressed, whole)),
  ]);
  const said = notifications(report);
  const { entries, isBrief } = fittingEntries(all, said);
  const rules = rulesOf(entries);
  return {
    tool: {
      driver: {
        name: report.tool.name,
        version: report.tool.version,
        ...(HOMEPAGE === undefined ? {} : { informationUri: HOMEPAGE }),
        rules: [...rules.values()].map(({ rule }) => rule),
      },
    },
    invocations: [
      {
        executionSuccessful: true,
        endTimeUtc: report.created,
        toolExecutionNotifications: [...givenUp(all.length - entries.length, isBrief), ...said],
      },
    ],
    originalUriBaseIds: { IMAGE: { description: { text: `root of the image ${report.subject.name}` } } },
    results: entries.map(({ rule, result }) => ({
      ruleId: rule.id,
      ruleIndex: rules.get(rule.id)!.index,
      ...result,
    })),
    columnKind: 'utf16CodeUnits',
    properties: {
      subject: report.subject.name,
      ...(report.subject.digest === undefined ? {} : { digest: report.subject.digest }),
      ...(report.gate === undefined ? {} : { gate: report.gate }),
    },
  };
}

/**
 * One rule for each id. GitHub shows every result with the severity of its rule: where packages are rated apart that is the worst, and what an exception took out
 * has no say beside what counts.
 */
function rulesOf(entries: readonly SarifEntry[]): ReadonlyMap<string, { index: number; rule: SarifEntry['rule'] }> {
  const rules = new Map<string, { readonly index: number; rule: SarifEntry['rule'] }>();
  for (const { rule, result } of entries) {
    const known = rules.get(rule.id);
    if (known === undefined) rules.set(rule.id, { index: rules.size, rule });
    else if (result.suppressions === undefined && scoreOf(rule) > scoreOf(known.rule)) known.rule = rule;
  }
  return rules;
}

const scoreOf = ({ properties }: SarifEntry['rule']): number => Number(properties?.['security-severity'] ?? 0);

/** What was looked at and what could not be, before anything that was found. */
function notifications(report: Report): Notification[] {
  return [
    ...[coverageStatement(report) ?? []].flat().map(
      (text): Notification => ({
        level: report.assessment?.complete ? 'note' : 'warning',
        message: { text: sarifText(text) },
        descriptor: { id: 'assessment' },
      }),
    ),
    ...report.notices.map(
      (notice): Notification => ({
        level: notice.level === 'warning' ? 'warning' : 'note',
        message: { text: sarifText(notice.message) },
        descriptor: { id: notice.code },
      }),
    ),
    ...report.unknowns.slice(0, NOTIFICATIONS).map(
      (unknown): Notification => ({
        level: 'warning',
        message: { text: sarifText(`could not be read: ${unknown.reason}`) },
        locations: [location(unknown.path)],
        descriptor: { id: unknown.analyzer },
      }),
    ),
  ];
}

/** An exception as SARIF has it. https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html#_Toc34317732 */
function suppressedEntry({ finding, risk, by }: Suppressed, whole: string): readonly SarifEntry[] {
  const entry = finding ? entryOfFinding(groupedRow([finding]), whole) : risk && riskEntry(risk, whole);
  if (!entry) return [];
  const suppressions: Result['suppressions'] = [
    { kind: 'external', status: 'accepted', justification: suppressionInWords(by) },
  ];
  return [{ ...entry, result: { ...entry.result, suppressions } }];
}

function entryOfFinding({ finding, packages, exposure: near }: GroupedFinding, whole: string): SarifEntry {
  const pkg = finding.package;
  const name = sourceOf(pkg).name;
  const version = sourceOf(pkg).version;
  const by =
    finding.severitySource === 'none' ? 'nobody has rated it' : `${finding.severity} by ${finding.severitySource}`;
  return {
    rule: {
      id: finding.id,
      name: 'VulnerablePackage',
      shortDescription: { text: sarifText(titleLine(finding) || finding.id) },
      fullDescription: { text: sarifText(finding.description ?? finding.title ?? finding.id) },
      ...(isWebAddress(finding.url) ? { helpUri: finding.url } : {}),
      help: { text: sarifText(`${finding.id}: ${titleLine(finding) || 'no title'}`) },
      defaultConfiguration: { level: LEVELS[finding.severity] },
      properties: {
        tags: [
          'security',
          'vulnerability',
          finding.severity,
          ...(finding.cwes ?? []).map((cwe) => `external/cwe/${cwe.toLowerCase()}`),
        ].slice(0, TAGS),
        'security-severity': score(finding),
      },
    },
    result: {
      level: LEVELS[finding.severity],
      message: {
        text: sarifText(
          `${name} ${version} (${namesInWords(packages)}) has ${finding.id}, ${by}: ${[stateInWords(finding), ...proofInWords(packages)].join('; ')}`,
        ),
      },
      locations: (pkg.evidence.length === 0 ? [undefined] : pkg.evidence.slice(0, LOCATIONS)).map((evidence) =>
        location(evidence?.path || whole, evidence),
      ),
      partialFingerprints: { 'plimsoll/v1': fingerprint(finding.id, pkg.type, name) },
      properties: {
        purls: packages.map((pkg) => pkg.purl),
        ...(finding.aliases.length === 0 ? {} : { aliases: finding.aliases }),
        ...(finding.fix.version === undefined ? {} : { fixedVersion: finding.fix.version }),
        ...(finding.fix.subscription === undefined ? {} : { subscription: finding.fix.subscription }),
        state: finding.state,
        ...proofMarks(packages),
        ...(near === undefined
          ? {}
          : {
              exposure: near.class,
              ...(near.chain && { chain: near.chain }),
              ...(near.why !== undefined && { exposureWhy: near.why }),
              ...(near.seen && { seen: near.seen }),
            }),
        ...(finding.code === undefined ? {} : { code: finding.code }),
        ...(finding.named === undefined ? {} : { named: finding.named }),
      },
    },
  };
}

function riskEntry(risk: Risk, whole: string): SarifEntry {
  return {
    rule: {
      id: risk.rule,
      name: 'DangerousFile',
      shortDescription: { text: sarifText(risk.title) },
      defaultConfiguration: { level: LEVELS[risk.severity] },
      properties: {
        tags: ['security', risk.category, risk.severity],
        'security-severity': String(SCORES[risk.severity].toFixed(1)),
      },
    },
    result: {
      level: LEVELS[risk.severity],
      message: { text: sarifText([risk.title, risk.detail, risk.at].filter((part) => part !== undefined).join('; ')) },
      locations: [
        location(risk.evidence.path || (risk.evidence.diffID === '' ? whole : 'image-configuration'), risk.evidence),
      ],
      partialFingerprints: { 'plimsoll/v1': fingerprint(risk.rule, risk.evidence.path, risk.at ?? '') },
    },
  };
}

/** The score of the rating that gave the severity, else one from the middle of the severity's range. */
function score(finding: Finding): string {
  const rating = finding.ratings.find(
    (rating) =>
      rating.source === finding.severitySource && rating.score !== undefined && rating.severity === finding.severity,
  );
  return (rating?.score ?? SCORES[finding.severity]).toFixed(1);
}

/** Tags of one rule that code scanning takes. */
const TAGS = 20;
/** Of files that could not be read; our own limit, for the size of the file. */
const NOTIFICATIONS = 1_000;

/** Code scanning takes that many places of one result. */
const LOCATIONS = 100;

/** What stands for the target itself where a finding has no file of its own: a bill of materials by its name, an image by its. */
function placeOfSubject({ name, reference, source }: Report['subject']): string {
  const plain = source === 'sbom' || source === 'dir' ? reference.replace(/^[a-z]+:/, '') : name;
  return plain.replace(/^.*\//, '').slice(0, 200) || 'target';
}

/** A place in the image. Package databases have no lines worth naming, but code scanning wants one. */
function location(path: string, evidence?: Evidence): Location {
  const layer =
    evidence === undefined || evidence.diffID === ''
      ? []
      : [{ name: `layer ${evidence.layer + 1}`, fullyQualifiedName: evidence.diffID, kind: 'module' }];
  return {
    physicalLocation: {
      artifactLocation: {
        uri: path.replace(/^\/+/, '').split('/').map(uriPart).join('/') || 'target',
        uriBaseId: 'IMAGE',
      },
      region: { startLine: 1 },
    },
    ...(layer.length === 0 ? {} : { logicalLocations: layer }),
  };
}

/** A name with half a surrogate pair is none that a URI can hold. */
const uriPart = (part: string): string => encodeURIComponent(part.replace(/\p{Surrogate}/gu, '?'));

/** One package in several versions has one fingerprint, which would be one alert: the second is numbered. */
function toldApart(entries: readonly SarifEntry[]): readonly SarifEntry[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const own = entry.result.partialFingerprints?.['plimsoll/v1'] ?? '';
    const count = (seen.get(own) ?? 0) + 1;
    seen.set(own, count);
    if (count === 1) return entry;
    return { ...entry, result: { ...entry.result, partialFingerprints: { 'plimsoll/v1': `${own}:${count}` } } };
  });
}

/** The same for the same problem in the next build of the image, whatever the versions. */
function fingerprint(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
}
