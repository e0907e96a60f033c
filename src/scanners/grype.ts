import { publisherOfFeed, raterInNvd } from '../advisories/publishers.ts';
import { withoutUndefined } from '../collections.ts';
import { isSystemType, typeInWords } from '../ecosystems/index.ts';
import { maven } from '../ecosystems/maven.ts';
import { isObject, type Json, type JsonObject, list, object, text, texts } from '../formats/text/index.ts';
import type { FixState, Rating } from '../model.ts';
import { nameFromPurl } from './collect.ts';
import { grypeAfter2024, grypeBefore2024 } from './grype-rules.ts';
import { builtVersion, readGrypeSarif, SARIF_TOLD } from './grype-sarif.ts';
import { grypeCvss, ratingOfWord, ratings, scoreRating } from './ratings.ts';
import { sarifFormat } from './sarif.ts';
import {
  BY_FIX_STATE,
  type FindingFact,
  type JsonDocument,
  jsonFormat,
  type ReportBody,
  type RunTarget,
  type ScanSettings,
  scanner,
} from './scanner.ts';
import { grypeState } from './states.ts';

/** Who writes Grype's format: we do by `scan -f grype`. */
const WRITERS: ReadonlySet<string> = new Set(['grype', 'plimsoll']);

/**
 * `grype -o json`, from 0.7 (one `matchDetails`, `links`, `cvssV2`) to today's.
 * https://github.com/anchore/grype/tree/main/schema
 */
const grypeJson = jsonFormat({
  name: 'Grype JSON',
  recognise(head) {
    const { matches, descriptor } = object(head);
    const first = object(list(matches)[0]);
    return (
      WRITERS.has(text(object(descriptor).name) ?? '') || (isObject(first.vulnerability) && isObject(first.artifact))
    );
  },
  rows: { 'matches.*': cut, 'ignoredMatches.*': cut },
  skip: ['source.target.manifest', 'source.target.config'],
  read: readGrypeJson,
});

function cut(row: JsonObject): JsonObject {
  const artifact = object(row.artifact);
  return {
    vulnerability: object(row.vulnerability),
    related: list(row.relatedVulnerabilities).map((value) => {
      const { id, namespace, severity, cvss } = object(value);
      return { id, namespace, severity, cvss } as JsonObject;
    }),
    details: row.matchDetails ?? null,
    rules: row.appliedIgnoreRules ?? null,
    artifact: {
      name: artifact.name,
      version: artifact.version,
      type: artifact.type,
      purl: artifact.purl,
      locations: list(artifact.locations).slice(0, 32),
      upstreams: artifact.upstreams,
      source: object(artifact.metadata).Source,
    },
  };
}

function readGrypeJson(document: JsonDocument): ReportBody {
  const root = object(document.root);
  const target = object(object(root.source).target);
  const distro = object(root.distro);
  const descriptor = object(root.descriptor);
  const db = object(descriptor.db);
  const status = isObject(db.status) ? db.status : db;
  const name = text(distro.name);
  return {
    ...(text(descriptor.name) === 'plimsoll' && { scanner: 'plimsoll', title: "Plimsoll (Grype's JSON)" }),
    ...withoutUndefined({ version: builtVersion(text(descriptor.version)), created: text(descriptor.timestamp) }),
    subject: {
      ...withoutUndefined({
        name: text(target.userInput) ?? text(object(root.source).target),
        digest: text(target.manifestDigest),
        imageId: text(target.imageID),
        platform:
          text(target.architecture) === undefined
            ? undefined
            : `${text(target.os) ?? 'linux'}/${text(target.architecture)}`,
        os: name === undefined ? undefined : `${name}:${text(distro.version) ?? ''}`.toLowerCase(),
      }),
      repoDigests: texts(target.repoDigests),
      diffIDs: list(target.layers).flatMap((layer) => text(object(layer).digest) ?? []),
    },
    database: withoutUndefined({ date: text(status.built), version: text(status.schemaVersion) }),
    settings: {
      ...settingsOf(object(descriptor.configuration), text(target.scope)),
      ...(text(object(root.source).type) === 'directory' && { folder: true }),
    },
    findings: findings(document, /^v?6/.test(text(status.schemaVersion) ?? '')),
  };
}

/** What its configuration says of what was left out: it is written whole into every report. */
function settingsOf(configuration: JsonObject, scope: string | undefined): ScanSettings {
  const layers = (text(object(configuration.search).scope) ?? scope)?.toLowerCase().replace(/[^a-z]/g, '');
  const cpes = new Map<string, boolean>();
  for (const [language, setting] of Object.entries(object(configuration.match))) {
    const type = typeInWords(language);
    const using = object(setting)['using-cpes'] ?? object(setting).usingCpes;
    if (type !== undefined && typeof using === 'boolean') cpes.set(type, using);
  }
  return {
    ...(layers === 'alllayers' && { scope: 'all-layers' as const }),
    ...(layers === 'squashed' && { scope: 'squashed' as const }),
    ...((configuration['only-fixed'] ?? configuration.onlyFixed) === true && { only: 'fixed' as const }),
    ...((configuration['only-notfixed'] ?? configuration.onlyNotFixed) === true && { only: 'not-fixed' as const }),
    ...(cpes.size > 0 && { cpeMatching: cpes }),
  };
}

function* findings(document: JsonDocument, marked: boolean): Generator<FindingFact> {
  for (const { value } of document.rows('matches.*')) yield fact(value, marked);
  for (const { value } of document.rows('ignoredMatches.*'))
    yield { ...fact(value, marked), suppressed: ignoreReason(value) };
}

function ignoreReason(row: JsonObject): string {
  const rule = object(list(row.rules)[0]);
  // What its flags left out stands in the same list: it is no rule of anybody's.
  if (text(rule['fix-state']) !== undefined && text(rule.vulnerability) === undefined && rule.package === undefined)
    return BY_FIX_STATE;
  const named = text(rule.reason) ?? text(rule['vex-justification']) ?? text(rule['vex-status']);
  const package_ = object(rule.package);
  return (
    named ?? `ignore rule ${text(package_.name) ?? text(rule.vulnerability) ?? text(rule['fix-state']) ?? ''}`.trim()
  );
}

/** Whose word it is where the report names no feed. */
const OWN = 'grype';

function fact(row: JsonObject, marked: boolean): FindingFact {
  const vulnerability = object(row.vulnerability);
  const artifact = object(row.artifact);
  const namespace = text(vulnerability.namespace);
  const details = (Array.isArray(row.details) ? row.details : [row.details ?? null]).map(object);
  const type = typeInWords(text(artifact.type));
  const fix = object(vulnerability.fix);
  const fixed = texts(isObject(vulnerability.fix) ? fix.versions : vulnerability.fixedInVersion);
  const source = sourceOf(artifact, details, isSystemType(type));
  return {
    id: text(vulnerability.id),
    aliases: list(row.related).map((value) => text(object(value).id)),
    // Of Java it writes the artifact alone; the group stands in the purl.
    package: (type === maven.type ? nameFromPurl(text(artifact.purl)) : undefined) ?? text(artifact.name),
    kind: isSystemType(type) ? 'binary' : 'unknown',
    ...(source !== undefined && { source }),
    ...withoutUndefined({
      version: text(artifact.version),
      type,
      purl: text(artifact.purl),
      severity: text(vulnerability.severity),
      severitySource: severitySource(vulnerability, list(row.related), namespace, marked),
      status: text(fix.state),
      layer: text(object(list(artifact.locations)[0]).layerID),
      feed: namespace,
      match: text(details[0]?.type) ?? text(details[0]?.matcher),
      url: text(vulnerability.dataSource) ?? texts(vulnerability.links)[0],
    }),
    ratings: allRatings(vulnerability, list(row.related), namespace),
    // Whoever had rated it would have been filled in.
    ...(marked && text(vulnerability.severity) === 'Unknown' && { validity: 'unanalysed' as const }),
    fix: { state: fixState(text(fix.state), fixed), versions: fixed },
    locations: list(artifact.locations).map((location) => text(object(location).path)),
  };
}

/**
 * Who gave the severity, where the report shows it. A distribution's feed and NVD share one field: Grype fills in the first
 * rating of NVD's record where the distribution has none. Databases since schema 6 (`marked`) put that rating with its rater into
 * the record, so a score that NVD's record begins with says whose it is, and none that it is the distribution's own. Before, it is the distribution's only where
 * NVD is seen to say another. https://github.com/anchore/grype/blob/v0.121.2/grype/db/v6/build/writer.go fillInMissingSeverity
 */
function severitySource(
  vulnerability: JsonObject,
  related: readonly Json[],
  namespace: string | undefined,
  marked: boolean,
): string | undefined {
  const word = text(vulnerability.severity);
  if (namespace === undefined || word === undefined || word === 'Unknown') return undefined;
  const from = publisherOfFeed(namespace);
  if (!namespace.includes(':distro:')) return from;
  // NVD has no such level: only a distribution says it.
  if (word === 'Negligible') return from;
  const nvd = related.map(object).find((record) => publisherOfFeed(text(record.namespace) ?? '') === 'nvd');
  if (marked) {
    const [own, theirs] = [vulnerability.cvss, nvd?.cvss].map((entries) => object(list(entries)[0]));
    if (list(vulnerability.cvss).length === 0) return from;
    const rater = text(own!.source);
    // Some distributions score themselves: theirs is not what NVD's record begins with.
    if (rater !== undefined && rater === text(theirs!.source) && text(own!.vector) === text(theirs!.vector))
      return raterInNvd(rater);
  }
  const level = text(nvd?.severity);
  return level === undefined || level === word ? undefined : from;
}

/** Whose word the level of a record is: of NVD's records that hold nothing of NVD it is that of who rated there first. */
function raterOf(source: string, cvss: Json | undefined): string {
  const raters = source === 'nvd' ? list(cvss).flatMap((entry) => text(object(entry).source) ?? []) : [];
  const names = raters.map(raterInNvd);
  return names.length === 0 || names.includes('nvd') ? source : names[0]!;
}

function allRatings(
  vulnerability: JsonObject,
  related: readonly Json[],
  namespace: string | undefined,
): readonly Rating[] {
  const from = publisherOfFeed(namespace || OWN);
  const old = (['cvssV2', 'cvssV3'] as const).map((key) => {
    const { baseScore, vector } = object(vulnerability[key]);
    return scoreRating(
      'nvd',
      typeof baseScore === 'number' ? baseScore : undefined,
      text(vector),
      key === 'cvssV2' ? '2.0' : '3.1',
    );
  });
  return ratings(
    // Of a distribution's feed it may be NVD's level that is written there.
    namespace?.includes(':distro:') ? undefined : ratingOfWord(from, text(vulnerability.severity)),
    ...grypeCvss(from, vulnerability.cvss),
    ...old,
    ...related.flatMap((value) => {
      const { namespace: space, severity, cvss } = object(value);
      const source = publisherOfFeed(text(space) || OWN);
      return [ratingOfWord(raterOf(source, cvss), text(severity)), ...grypeCvss(source, cvss)];
    }),
  );
}

/** The source package: named as upstream, or by the search that found it; its own name where neither says another. */
function sourceOf(
  artifact: JsonObject,
  details: readonly JsonObject[],
  os: boolean,
): { name: string; version?: string } | undefined {
  if (!os) return undefined;
  const upstream = object(list(artifact.upstreams)[0]);
  const searched = object(object(details[0]?.searchedBy).package);
  const name = text(upstream.name) ?? text(artifact.source) ?? text(searched.name);
  const version = text(upstream.version) ?? (text(searched.name) === name ? text(searched.version) : undefined);
  if (name !== undefined) return { name, ...(version !== undefined && { version }) };
  return Array.isArray(artifact.upstreams) ? { name: text(artifact.name) ?? '' } : undefined;
}

function fixState(state: string | undefined, versions: readonly string[]): FixState {
  if (state === 'fixed' || versions.length > 0) return 'fixed';
  return state === 'wont-fix' ? 'wont-fix' : state === 'not-fixed' ? 'not-fixed' : 'unknown';
}

/** Grype and Syft name the kind of a target before it. https://github.com/anchore/grype#supported-sources */
function grypeTarget({ kind, value }: RunTarget): string {
  if (kind === 'name') return value;
  return `${kind === 'archive' ? 'docker-archive' : kind}:${value}`;
}

export const grype = scanner({
  name: 'grype',
  title: 'Grype',
  formats: [grypeJson, sarifFormat('Grype SARIF', /^grype$/i, readGrypeSarif, { told: SARIF_TOLD })],
  lenses: [grypeAfter2024, grypeBefore2024],
  run: {
    program: 'grype',
    // Not --quiet: that silences what it says of a failure.
    arguments: (target) => ['--output', 'json', grypeTarget(target)],
    success: [0, 2],
    state: { arguments: ['db', 'status', '--output', 'json'], read: grypeState },
  },
});
