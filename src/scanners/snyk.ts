import { withoutUndefined } from '../collections.ts';
import { isSystemType, typeInWords } from '../ecosystems/index.ts';
import { type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import { ratingOfWord, ratings, scoreRating } from './ratings.ts';
import { digestOfReference } from './references.ts';
import { type SarifRun, sarifFormat } from './sarif.ts';
import {
  type FindingFact,
  isName,
  type JsonDocument,
  jsonFormat,
  type ReportBody,
  type Streamed,
  scanner,
} from './scanner.ts';
import { snykLens } from './snyk-rules.ts';

const KEYS = [
  'id',
  'title',
  'CVSSv3',
  'cvssScore',
  'cvssDetails',
  'severity',
  'severityWithCritical',
  'identifiers',
  'fixedIn',
  'nearestFixedInVersion',
  'packageName',
  'name',
  'version',
  'packageManager',
  'from',
  'nvdSeverity',
  'relativeImportance',
  'isDisputed',
  'publicationTime',
  'language',
] as const;

function cut(row: JsonObject): JsonObject {
  const kept: Record<string, Json> = Object.create(null);
  for (const key of KEYS) if (row[key] !== undefined) kept[key] = row[key];
  const description = text(row.description) ?? '';
  if (description.includes('** REJECT')) kept.rejected = true;
  if (description.includes('has not been analyzed by NVD')) kept.unanalysed = true;
  return kept;
}

const PATTERNS = [
  'vulnerabilities.*',
  'applications.*.vulnerabilities.*',
  '*.vulnerabilities.*',
  '*.applications.*.vulnerabilities.*',
] as const;
const isIssue = (row: JsonObject): boolean =>
  text(row.id) !== undefined && (row.semver !== undefined || row.from !== undefined || row.packageName !== undefined);

/**
 * `snyk container test --json`: the system's issues, and under `applications` those of each application found in the
 * image. The file has an entry for each dependency path; an issue of a package is one row, with its paths beside it.
 * https://docs.snyk.io/developer-tools/snyk-cli/commands/container-test
 */
const snykJson = jsonFormat({
  name: 'Snyk JSON',
  recognise(head) {
    const root = object(Array.isArray(head) ? list(head)[0] : head);
    if (root.bomFormat !== undefined || root.$schema !== undefined) return false;
    const first = object(list(root.vulnerabilities)[0]);
    return (
      (isIssue(first) && text(root.packageManager) !== undefined) ||
      (root.vulnerabilities !== undefined &&
        (root.licensesPolicy !== undefined || root.dependencyCount !== undefined)) ||
      (isIssue(first) && first.identifiers !== undefined)
    );
  },
  rows: Object.fromEntries(PATTERNS.map((pattern) => [pattern, cut])),
  skip: ['licensesPolicy', 'applications.*.licensesPolicy', '*.licensesPolicy'],
  read: readSnykJson,
});

function readSnykJson(document: JsonDocument): ReportBody {
  const root = object(Array.isArray(document.root) ? list(document.root)[0] : document.root);
  const rows: readonly Streamed[] = PATTERNS.flatMap((pattern) => document.rows(pattern));
  const manager = rows
    .map(({ value }) => text(value.packageManager))
    .find((type) => type !== undefined && isSystemType(typeInWords(type)));
  const summary = /^(\d+) vulnerable dependency paths/.exec(text(root.summary) ?? '')?.[1];
  const listed = rows.filter(({ at }) => at[0] === 'vulnerabilities').length;
  return {
    subject: {
      ...withoutUndefined({
        name: text(root.path),
        platform: text(root.platform),
        os: manager?.includes(':') ? manager.toLowerCase() : undefined,
      }),
      ...withoutUndefined({ digest: digestOfReference(text(root.path)), imageId: text(object(root.docker).imageId) }),
    },
    findings: [...issues(rows), ...ignored(root)],
    notes:
      summary === undefined || listed === 0 || Number(summary) === listed
        ? []
        : [
            {
              code: 'summary-mismatch',
              message: `the report's own summary counts ${summary} dependency paths of the system, the file holds ${listed}`,
              count: Math.abs(Number(summary) - listed),
            },
          ],
  };
}

/** One fact for each issue of a package in a version, wherever in the tree of dependencies it stands. */
function* issues(rows: readonly Streamed[]): Generator<FindingFact> {
  const paths = new Map<string, { value: JsonObject; locations: string[] }>();
  for (const { at, value } of rows) {
    // The system's issues and each application's are lists of their own.
    const place = at.slice(0, at.lastIndexOf('vulnerabilities')).join('/');
    const key = [place, text(value.id), text(value.name) ?? text(value.packageName), text(value.version)].join(' ');
    const from = texts(value.from).slice(1);
    const known = paths.get(key);
    const path = from.length > 1 ? [from.join(' > ')] : [];
    if (known === undefined) paths.set(key, { value, locations: path });
    else if (known.locations.length < PATHS) known.locations.push(...path);
  }
  for (const [key, { value, locations }] of paths) for (const fact of facts(value, key)) yield { ...fact, locations };
}

/** Dependency paths of one issue that are kept. */
const PATHS = 32;

function* ignored(root: JsonObject): Generator<FindingFact> {
  for (const value of list(object(root.filtered).ignore)) {
    for (const fact of facts(object(value), 'ignored')) yield { ...fact, suppressed: 'ignored by the .snyk policy' };
  }
}

/** `gcc-10/libgcc-s1` is the binary libgcc-s1 of the source gcc-10; npm scopes and Maven groups hold slashes too. */
function packageOf(name: string | undefined, os: boolean): Pick<FindingFact, 'package' | 'kind' | 'source'> {
  const slash = name?.indexOf('/') ?? -1;
  if (!os || name === undefined) return { package: name, kind: 'unknown' };
  if (slash < 0) return { package: name, kind: 'binary', source: { name } };
  return { package: name.slice(slash + 1), kind: 'binary', source: { name: name.slice(0, slash) } };
}

function* facts(row: JsonObject, place: string): Generator<FindingFact> {
  const identifiers = object(row.identifiers);
  const cves = texts(identifiers.CVE);
  const manager = text(row.packageManager);
  const type = typeInWords(manager) ?? (text(row.language) === 'linux' ? 'deb' : typeInWords(text(row.language)));
  const os = isSystemType(type);
  const id = text(row.id);
  const fixed = texts(row.fixedIn).length > 0 ? texts(row.fixedIn) : texts(row.nearestFixedInVersion);
  // One issue of Snyk may stand for several CVEs: one row, several vulnerabilities.
  for (const cve of cves.length > 1 ? cves : [undefined]) {
    yield {
      row: place,
      id,
      aliases: [...(cve === undefined ? cves : [cve]), ...texts(identifiers.GHSA)],
      ...packageOf(text(row.name) ?? text(row.packageName), os),
      ...withoutUndefined({
        version: text(row.version),
        type,
        severity: text(row.severityWithCritical) ?? text(row.severity),
        vendorWord: os ? text(row.relativeImportance) : undefined,
        feed: manager,
        title: text(row.title),
        published: text(row.publicationTime),
        url: id === undefined ? undefined : `https://security.snyk.io/vuln/${id}`,
      }),
      ...(row.rejected === true
        ? { validity: 'rejected' as const }
        : row.isDisputed === true
          ? { validity: 'disputed' as const }
          : row.unanalysed === true && { validity: 'unanalysed' as const }),
      ratings: ratings(
        ...list(row.cvssDetails).map((entry) => {
          const { assigner, cvssV3BaseScore, cvssV3Vector } = object(entry);
          return scoreRating(text(assigner)?.toLowerCase() ?? 'snyk', number(cvssV3BaseScore), text(cvssV3Vector));
        }),
        scoreRating('snyk', number(row.cvssScore), text(row.CVSSv3)),
        ratingOfWord('nvd', text(row.nvdSeverity)),
      ),
      fix: { state: fixed.length > 0 ? 'fixed' : 'not-fixed', versions: fixed },
    };
  }
}

/**
 * `snyk container test --sarif`: the CVE and the package stand in the rule's description,
 * `(CVE-2022-0563) util-linux/libblkid1@2.38.1-5+b1`.
 */
function readSnykSarif(run: SarifRun): ReportBody {
  const place = run.results[0]?.result.locations[0]?.uri?.replace('sha256_', 'sha256:');
  const system = /`(?:[A-Z][a-z]+):([\w.]+)`/.exec(run.results[0]?.rule?.help ?? '');
  return {
    title: 'Snyk Container',
    ...withoutUndefined({ version: run.version }),
    subject: withoutUndefined({
      name: place,
      digest: digestOfReference(place),
      os: system === null ? undefined : system[0].slice(1, -1).toLowerCase(),
    }),
    findings: [...sarifFacts(run)],
  };
}

function* sarifFacts(run: SarifRun): Generator<FindingFact> {
  for (const { result, rule } of run.results) {
    const described = /^(?:\(([^)]*)\)\s*)?(\S+)$/.exec(rule?.full ?? '');
    const cves = (described?.[1] ?? '').split(/,\s*/).filter((id) => id !== '');
    const whole = described?.[2] ?? '';
    const at = whole.lastIndexOf('@');
    const type = typeInWords(rule?.tags.find((tag) => typeInWords(tag) !== undefined));
    const version = at > 0 ? whole.slice(at + 1) : undefined;
    const fixed = /version ([^\s,]+) or higher/.exec(rule?.remediation ?? '')?.[1];
    for (const cve of cves.length > 1 ? cves : [undefined]) {
      yield {
        row: `${result.ruleId}/${whole}`,
        id: result.ruleId,
        aliases: cve === undefined ? cves : [cve],
        ...packageOf(at > 0 ? whole.slice(0, at) : whole || undefined, isSystemType(type)),
        ...withoutUndefined({
          version,
          type,
          severity: /^(\w+) severity/i.exec(rule?.short ?? '')?.[1] ?? result.level,
          title: rule?.short,
        }),
        ratings: ratings(scoreRating('snyk', rule?.score, undefined, '3.1')),
        ...(rule?.help?.includes('** REJECT')
          ? { validity: 'rejected' as const }
          : rule?.help?.includes('has not been analyzed by NVD') && { validity: 'unanalysed' as const }),
        fix: { state: fixed === undefined ? 'not-fixed' : 'fixed', versions: fixed === undefined ? [] : [fixed] },
      };
    }
  }
}

export const snyk = scanner({
  name: 'snyk',
  title: 'Snyk Container',
  formats: [sarifFormat('Snyk SARIF', /^snyk/i, readSnykSarif), snykJson],
  lenses: [snykLens],
  run: {
    program: 'snyk',
    // https://docs.snyk.io/developer-tools/snyk-cli/commands/container-test
    arguments({ kind, value }) {
      if (kind === 'archive') return ['container', 'test', '--json', `docker-archive:${value}`];
      if (kind === 'oci-archive') return ['container', 'test', '--json', `oci-archive:${value}`];
      return isName(kind) ? ['container', 'test', '--json', value] : undefined;
    },
    success: [0, 1],
  },
});
