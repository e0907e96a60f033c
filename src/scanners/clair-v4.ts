import { withoutUndefined } from '../collections.ts';
import { typeInWords } from '../ecosystems/index.ts';
import { isObject, type JsonObject, list, number, object, text, texts } from '../formats/text/index.ts';
import type { Rating } from '../model.ts';
import { clairV4Lens } from './clair-rules.ts';
import { clairFix, clairIds } from './clair-words.ts';
import { ratingOfWord, ratings, scoreRating } from './ratings.ts';
import { type FindingFact, isName, type JsonDocument, jsonFormat, type ReportBody, scanner } from './scanner.ts';

/**
 * Clair v4's vulnerability report (`clairctl report -o json`, `/matcher/api/v1/vulnerability_report/`): packages and
 * vulnerabilities by id, and which belong together. Clair's own severity and the publisher's stand side by side.
 * https://quay.github.io/clair/reference/api.html
 */
const clairV4Json = jsonFormat({
  name: 'Clair v4 vulnerability report',
  recognise(head) {
    const { vulnerabilities, package_vulnerabilities, manifest_hash, packages } = object(head);
    return (
      (package_vulnerabilities !== undefined && isObject(vulnerabilities)) ||
      (manifest_hash !== undefined && isObject(packages) && head !== undefined && isObject(object(head).environments))
    );
  },
  rows: {
    'vulnerabilities.*': (row) => ({
      name: row.name,
      updater: row.updater,
      links: row.links,
      severity: row.severity,
      normalized_severity: row.normalized_severity,
      fixed_in_version: row.fixed_in_version,
      issued: row.issued,
      repository: object(row.repository).name,
    }),
  },
  read,
});

function read(document: JsonDocument): ReportBody {
  const root = object(document.root);
  const distribution = object(Object.values(object(root.distributions))[0]);
  const did = text(distribution.did);
  return {
    subject: withoutUndefined({
      digest: text(root.manifest_hash),
      os: did === undefined ? undefined : `${did}:${text(distribution.version_id) ?? ''}`.toLowerCase(),
    }),
    findings: findings(document, root),
  };
}

function* findings(document: JsonDocument, root: JsonObject): Generator<FindingFact> {
  const vulnerabilities = new Map(document.rows('vulnerabilities.*').map(({ at, value }) => [String(at[1]), value]));
  const packages = object(root.packages);
  const environments = object(root.environments);
  const scores = cvssById(root);
  for (const [packageId, ids] of Object.entries(object(root.package_vulnerabilities))) {
    const pkg = object(packages[packageId]);
    const environment = object(list(environments[packageId])[0]);
    for (const id of texts(ids)) {
      const vulnerability = vulnerabilities.get(id);
      if (vulnerability !== undefined)
        yield* facts(`${packageId}/${id}`, vulnerability, pkg, environment, scores.get(id) ?? []);
    }
  }
}

function* facts(
  row: string,
  vulnerability: JsonObject,
  pkg: JsonObject,
  environment: JsonObject,
  scores: readonly Rating[],
): Generator<FindingFact> {
  const source = object(pkg.source);
  const database = text(environment.package_db) ?? '';
  const type = typeOf(database, text(vulnerability.repository), text(vulnerability.updater));
  for (const named of clairIds(text(vulnerability.name) ?? '', text(vulnerability.links))) {
    yield {
      row,
      ...named,
      package: text(pkg.name),
      kind: text(pkg.kind) === 'source' ? 'source' : 'binary',
      ...(text(source.name) !== undefined && {
        source: { name: text(source.name)!, ...withoutUndefined({ version: text(source.version) }) },
      }),
      ...withoutUndefined({
        version: text(pkg.version),
        type,
        severity: text(vulnerability.normalized_severity) ?? text(vulnerability.severity),
        severitySource: text(vulnerability.updater),
        feed: text(vulnerability.updater),
        layer: text(environment.introduced_in),
        url: text(vulnerability.links)?.split(/\s/, 1)[0],
        published: issued(text(vulnerability.issued)),
      }),
      ratings: [
        ...ratings(ratingOfWord(vendorOfUpdater(text(vulnerability.updater)), text(vulnerability.severity))),
        ...scores,
      ],
      fix: clairFix(text(vulnerability.fixed_in_version)),
      locations: [database.replace(/^[a-z]+:/, '')],
    };
  }
}

/** Sources without a date have Go's first moment, the year 1: nobody said when. https://pkg.go.dev/time#Time.IsZero */
const issued = (moment: string | undefined): string | undefined => (moment?.startsWith('0001-') ? undefined : moment);

/** `debian/updater` is debian, `osv/pypi` is osv. */
const vendorOfUpdater = (updater: string | undefined): string =>
  (updater ?? 'clair').split(/[/-]/, 1)[0]!.toLowerCase();

function typeOf(database: string, repository: string | undefined, updater: string | undefined): string | undefined {
  const manager = /dpkg|apk(?=\/db)|rpm/.exec(database)?.[0];
  const prefix = /^(python|go|maven|ruby|jar|gobin|gem):/.exec(database)?.[1];
  return typeInWords(manager) ?? typeInWords(prefix) ?? typeInWords(repository) ?? typeInWords(updater?.split('/')[1]);
}

/** Scores from NVD that Clair attaches as an enrichment: lists of entries by vulnerability id. */
function cvssById(root: JsonObject): Map<string, readonly Rating[]> {
  const byId = new Map<string, Rating[]>();
  for (const [kind, blocks] of Object.entries(object(root.enrichments))) {
    if (!kind.includes('clair.cvss')) continue;
    for (const block of list(blocks)) {
      for (const [id, entries] of Object.entries(object(block))) {
        const kept = byId.get(id) ?? [];
        for (const entry of list(entries)) {
          const { baseScore, vectorString, version } = object(entry);
          kept.push(...ratings(scoreRating('nvd', number(baseScore), text(vectorString), text(version))));
        }
        byId.set(id, kept);
      }
    }
  }
  return byId;
}

export const clairV4 = scanner({
  name: 'clair-v4',
  title: 'Clair v4',
  formats: [clairV4Json],
  lenses: [clairV4Lens],
  run: {
    program: 'clairctl',
    arguments: ({ kind, value }) => (isName(kind) ? ['report', '--out', 'json', value] : undefined),
    success: [0],
  },
});
