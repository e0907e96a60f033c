import { isObject, type Json, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import type { Rating } from '../model.ts';
import { isOsType, purlType } from './names.ts';
import { osvScannerLens } from './osv-scanner-rules.ts';
import { ratings, scoreRating, wordRating } from './ratings.ts';
import { type SarifRun, sarifFormat } from './sarif.ts';
import { type FindingFact, type JsonDocument, jsonFormat, type ReportBody, scanner } from './scanner.ts';
import { named } from './trivy.ts';

/**
 * `osv-scanner --format json`: packages by source file, each with OSV records and the groups of those that are one
 * vulnerability. A group is what its table prints as one row.
 * https://google.github.io/osv-scanner/output/
 */
const osvJson = jsonFormat({
  name: 'OSV-Scanner JSON',
  recognise(head) {
    const first = object(list(object(head).results)[0]);
    return Array.isArray(first.packages) && isObject(first.source);
  },
  rows: { 'results.*.packages.*': cut },
  read,
});

function cut(row: JsonObject): JsonObject {
  const found = object(row.package);
  return {
    package: found,
    groups: list(row.groups),
    vulnerabilities: list(row.vulnerabilities).map((one) =>
      record(object(one), text(found.name), text(found.ecosystem)),
    ),
  };
}

/** What is needed of an OSV record; its lists of versions are the bulk of the file. */
function record(row: JsonObject, name: string | undefined, ecosystem: string | undefined): JsonObject {
  const affected = list(row.affected).map(object);
  const own = affected.filter(
    ({ package: it }) =>
      text(object(it).name) === name &&
      (ecosystem === undefined || text(object(it).ecosystem)?.split(':', 1)[0] === ecosystem.split(':', 1)[0]),
  );
  const fixed = (own.length > 0 ? own : affected).flatMap(({ ranges }) =>
    list(ranges)
      .filter((range) => text(object(range).type) !== 'GIT')
      .flatMap((range) => list(object(range).events).flatMap((event) => text(object(event).fixed) ?? [])),
  );
  return {
    id: row.id,
    aliases: list(row.aliases),
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

function read(document: JsonDocument): ReportBody {
  const root = object(document.root);
  const image = object(root.image_metadata);
  const results = list(root.results).map((one) => text(object(object(one).source).path));
  return {
    subject: {
      ...named({ os: text(image.os)?.toLowerCase().replace(/\s+/, ':') }),
      diffIDs: list(image.layer_metadata).flatMap((layer) => text(object(layer).diff_id) ?? []),
    },
    findings: document
      .rows('results.*.packages.*')
      .flatMap(({ at, value }) => [...facts(value, results[Number(at[1])], at.join('/'))]),
  };
}

function* facts(row: JsonObject, path: string | undefined, place: string): Generator<FindingFact> {
  const found = object(row.package);
  const records = new Map(list(row.vulnerabilities).map((one) => [text(object(one).id) ?? '', object(one)]));
  const groups = list(row.groups).map(object);
  const grouped = groups.length > 0 ? groups : [...records.keys()].map((id): JsonObject => ({ ids: [id] }));
  const type = purlType(text(found.ecosystem));
  for (const [index, group] of grouped.entries()) {
    const ids = texts(group.ids);
    const all = ids.map((id) => records.get(id) ?? {});
    const first: JsonObject = all.find((one) => text(one.word) !== undefined) ?? all[0] ?? {};
    const fixed = [...new Set(all.flatMap((one) => texts(one.fixed)))];
    const score = number(group.max_severity);
    yield {
      row: `${place}/${index}`,
      id: ids[0],
      aliases: [...ids.slice(1), ...texts(group.aliases), ...all.flatMap((one) => texts(one.aliases))],
      // Vendored sources are known by their commit only.
      package: text(found.os_package_name) ?? text(found.name) ?? text(found.commit),
      // OSV files distribution packages under their source's name.
      kind: isOsType(type) && text(found.os_package_name) === undefined ? 'source' : 'binary',
      ...(isOsType(type) && text(found.name) !== undefined && { source: { name: text(found.name)! } }),
      ...named({
        version: text(found.version) || text(found.commit),
        type,
        severity:
          text(first.word) ?? (score === undefined ? undefined : scoreRating('osv', score, undefined, '3.1')?.severity),
        feed: text(found.ecosystem),
        title: text(first.title),
        published: text(first.published),
      }),
      ratings: all.flatMap(recordRatings),
      fix: { state: fixed.length > 0 ? 'fixed' : 'not-fixed', versions: fixed },
      locations: [path],
    };
  }
}

function recordRatings(row: JsonObject): readonly Rating[] {
  return ratings(
    wordRating((text(row.id) ?? 'osv').split('-', 1)[0]!.toLowerCase(), text(row.word)),
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
    ...named({ version: run.version }),
    subject: {},
    findings: run.results.map(({ result, rule }): FindingFact => {
      const said =
        /Package '([^']+?)@([^'@]*)' is vulnerable to '([^']+)'(?:[^(]*\(also known as ((?:'[^']+'(?:, )?)+)\))?/.exec(
          result.message ?? '',
        );
      const names = said === null ? null : /^(?:(.*):)?(.+)$/.exec(said[1]!);
      return {
        id: said?.[3] ?? result.ruleId,
        aliases: [...(said?.[4] ?? '').matchAll(/'([^']+)'/g)].map((match) => match[1]),
        package: names?.[2] ?? said?.[1],
        ...named({ version: said?.[2], url: rule?.helpUri }),
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
  formats: [osvJson, sarifFormat('OSV-Scanner SARIF', /^osv-scanner$/i, readSarif)],
  lenses: [osvScannerLens],
  run: { program: 'osv-scanner', arguments: (image) => ['scan', 'image', '--format', 'json', image], success: [0, 1] },
});
