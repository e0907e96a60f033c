import { cvesIn, isBulletin } from '../advisories/ids.ts';
import { withoutUndefined } from '../collections.ts';
import { isSystemType, typeInWords } from '../ecosystems/index.ts';
import { isObject, type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import type { Rating } from '../model.ts';
import { osvScannerLens } from './osv-scanner-rules.ts';
import { ratingOfWord, ratings, scoreRating } from './ratings.ts';
import { type SarifRun, sarifFormat } from './sarif.ts';
import { type FindingFact, isName, type JsonDocument, jsonFormat, type ReportBody, scanner } from './scanner.ts';
import { severityWord } from './severity.ts';

/**
 * `osv-scanner --format json`: packages by source file, each with OSV records and the groups of those that are one
 * vulnerability. A group is what its table prints as one row.
 * https://google.github.io/osv-scanner/output/
 */
const osvJson = jsonFormat({
  name: 'OSV-Scanner JSON',
  recognise(head) {
    const root = object(head);
    const first = object(list(root.results)[0]);
    return (
      (Array.isArray(first.packages) && isObject(first.source)) ||
      // Nothing found: an empty list, beside what only OSV-Scanner writes.
      (Array.isArray(root.results) && (isObject(root.experimental_config) || isObject(root.image_metadata)))
    );
  },
  rows: { 'results.*.packages.*': cut },
  read,
});

function cut(row: JsonObject): JsonObject {
  const pkg = object(row.package);
  return {
    package: pkg,
    groups: list(row.groups),
    vulnerabilities: list(row.vulnerabilities).map((value) =>
      record(object(value), text(pkg.name), text(pkg.ecosystem)),
    ),
  };
}

/** What is needed of an OSV record; its lists of versions are the bulk of the file. */
function record(row: JsonObject, name: string | undefined, ecosystem: string | undefined): JsonObject {
  const own = concerned(list(row.affected).map(object), name, ecosystem);
  const fixed = own.flatMap(({ ranges }) =>
    list(ranges)
      .filter((range) => text(object(range).type) !== 'GIT')
      .flatMap((range) => list(object(range).events).flatMap((event) => text(object(event).fixed) ?? [])),
  );
  return {
    id: row.id,
    aliases: list(row.aliases),
    upstream: list(row.upstream),
    severity: list(row.severity),
    word:
      object(row.database_specific).severity ??
      object(own[0]?.ecosystem_specific).urgency ??
      object(own[0]?.ecosystem_specific).severity,
    fixed: [...new Set(fixed)],
    title: row.summary,
    published: row.published,
    withdrawn: row.withdrawn,
  };
}

/**
 * The parts of a record that speak of this package in this release; where it names no release (an older record), those
 * of the ecosystem. A version that another release was fixed in is no fix here.
 */
function concerned(
  affected: readonly JsonObject[],
  name: string | undefined,
  ecosystem: string | undefined,
): readonly JsonObject[] {
  const where = ({ package: it }: JsonObject): string => text(object(it).ecosystem) ?? '';
  const named = affected.filter(({ package: it }) => name === undefined || text(object(it).name) === name);
  if (ecosystem === undefined) return named;
  const exact = named.filter((entry) => where(entry) === ecosystem);
  return exact.length > 0 ? exact : named.filter((entry) => where(entry) === ecosystem.split(':', 1)[0]);
}

/** `Debian GNU/Linux 13 (trixie)` as `debian:13`; the ecosystem of the packages says it as well. */
function systemOf(name: string | undefined, ecosystems: readonly (string | undefined)[]): string | undefined {
  const said = ecosystems.find((ecosystem) => ecosystem?.includes(':') && isSystemType(typeInWords(ecosystem)));
  if (said !== undefined) return said.toLowerCase().replace(/:v(?=\d)/, ':');
  const match = /^([A-Za-z]+)\b.*?\s(\d+(?:\.\d+)*)/.exec(name ?? '');
  return match === null ? undefined : `${match[1]}:${match[2]}`.toLowerCase();
}

function read(document: JsonDocument): ReportBody {
  const root = object(document.root);
  const image = object(root.image_metadata);
  const results = list(root.results).map((value) => text(object(object(value).source).path));
  const ecosystems = document
    .rows('results.*.packages.*')
    .slice(0, 1_000)
    .map(({ value }) => text(object(value.package).ecosystem));
  return {
    subject: {
      ...withoutUndefined({ os: systemOf(text(image.os), ecosystems) }),
      diffIDs: list(image.layer_metadata).flatMap((layer) => text(object(layer).diff_id) ?? []),
    },
    findings: document
      .rows('results.*.packages.*')
      .flatMap(({ at, value }) => [...facts(value, results[Number(at[1])], at.join('/'))]),
  };
}

function* facts(row: JsonObject, path: string | undefined, place: string): Generator<FindingFact> {
  const pkg = object(row.package);
  const records = new Map(list(row.vulnerabilities).map((value) => [text(object(value).id) ?? '', object(value)]));
  const groups = list(row.groups).map(object);
  const grouped = groups.length > 0 ? groups : [...records.keys()].map((id): JsonObject => ({ ids: [id] }));
  const type = typeInWords(text(pkg.ecosystem));
  for (const [index, group] of grouped.entries()) {
    const ids = texts(group.ids);
    const all = ids.map((id) => records.get(id) ?? {});
    const first: JsonObject = all.find((entry) => text(entry.title) !== undefined) ?? all[0] ?? {};
    const fixed = [...new Set(all.flatMap((entry) => texts(entry.fixed)))];
    const severity = severityOfGroup(group, all);
    for (const [id, ...aliases] of namesOf(ids, group, all))
      yield {
        row: `${place}/${index}`,
        id,
        aliases,
        // Vendored sources are known by their commit only.
        package: text(pkg.os_package_name) ?? text(pkg.name) ?? text(pkg.commit),
        // OSV files distribution packages under their source's name.
        kind: isSystemType(type) && text(pkg.os_package_name) === undefined ? 'source' : 'binary',
        ...(isSystemType(type) && text(pkg.name) !== undefined && { source: { name: text(pkg.name)! } }),
        ...withoutUndefined({
          version: text(pkg.version) || text(pkg.commit),
          type,
          severity,
          feed: text(pkg.ecosystem),
          title: text(first.title),
          published: text(first.published),
        }),
        ratings: all.flatMap(recordRatings),
        fix: { state: fixed.length > 0 ? 'fixed' : 'not-fixed', versions: fixed },
        locations: [path],
      };
  }
}

/**
 * The vulnerabilities of a group, each as its names. A bulletin (DSA, DLA, USN) is none itself: it names as `upstream`
 * those that it fixes, each a finding of the one row. Other records name as upstream what they are under another id.
 */
function namesOf(
  ids: readonly string[],
  group: JsonObject,
  records: readonly JsonObject[],
): readonly (readonly string[])[] {
  const all = [...new Set([...ids, ...texts(group.aliases), ...records.flatMap((record) => texts(record.aliases))])];
  const upstream = [...new Set(records.flatMap((record) => texts(record.upstream)).flatMap(cvesIn))];
  const bulletins = all.filter(isBulletin);
  const own = all.filter((id) => !isBulletin(id));
  if (own.length > 0) return [[...own, ...(upstream.length === 1 ? upstream : []), ...bulletins]];
  return upstream.length > 0 ? upstream.map((cve) => [cve, ...bulletins]) : [all];
}

/**
 * What its own table shows: the highest score of the group, empty where no record has one. Reports from before it was
 * written leave the word of a record.
 */
function severityOfGroup(group: JsonObject, records: readonly JsonObject[]): string | undefined {
  const score = number(group.max_severity) ?? Number.parseFloat(text(group.max_severity) ?? '');
  if (!Number.isNaN(score)) return scoreRating('osv', score, undefined, '3.1')?.severity;
  if (group.max_severity !== undefined) return undefined;
  return records
    .map((record) => text(record.word))
    .find((word) => word !== undefined && severityWord(word) !== undefined);
}

function recordRatings(row: JsonObject): readonly Rating[] {
  return ratings(
    ratingOfWord((text(row.id) ?? 'osv').split('-', 1)[0]!.toLowerCase(), text(row.word)),
    ...list(row.severity).map(vector),
  );
}

/** OSV writes vectors, not scores; some databases write the score. */
function vector(entry: Json): Rating | undefined {
  const score = number(object(entry).score);
  return score === undefined
    ? undefined
    : scoreRating('osv', score, undefined, text(object(entry).type)?.replace('CVSS_V', ''));
}

/** `osv-scanner --format sarif`: a rule per group of ids, a result per package and file. */
function readSarif(run: SarifRun): ReportBody {
  return {
    ...withoutUndefined({ version: run.version }),
    subject: {},
    findings: run.results.map(({ result, rule }): FindingFact => {
      const said =
        /Package '([^']+?)@([^'@]*)' is vulnerable to '([^']+)'(?:[^(]*\(also known as ((?:'[^']+'(?:, )?)+)\))?/.exec(
          result.message ?? '',
        );
      const names = said === null ? null : /^(?:(.*):)?(.+)$/s.exec(said[1]!);
      return {
        id: said?.[3] ?? result.ruleId,
        aliases: [...(said?.[4] ?? '').matchAll(/'([^']+)'/g)].map((match) => match[1]),
        package: names?.[2] ?? said?.[1],
        ...withoutUndefined({ version: said?.[2], url: rule?.helpUri }),
        ratings: ratings(scoreRating('osv', rule?.score, undefined, '3.1')),
        severity: rule?.score === undefined ? undefined : scoreRating('osv', rule.score, undefined, '3.1')?.severity,
        locations: [result.locations[0]?.uri],
      } as FindingFact;
    }),
  };
}

export const osvScanner = scanner({
  name: 'osv-scanner',
  title: 'OSV-Scanner',
  formats: [osvJson, sarifFormat('OSV-Scanner SARIF', /^osv-scanner$/i, readSarif, { message: true })],
  lenses: [osvScannerLens],
  run: {
    program: 'osv-scanner',
    // https://google.github.io/osv-scanner/usage/scan-image
    arguments({ kind, value }) {
      if (kind === 'archive') return ['scan', 'image', '--format', 'json', '--archive', value];
      if (kind === 'dir') return ['scan', 'source', '--recursive', '--format', 'json', value];
      return isName(kind) ? ['scan', 'image', '--format', 'json', value] : undefined;
    },
    success: [0, 1],
  },
});
