import { cpe } from '../../ecosystems/cpe.ts';
import { distributionNamespace, languageNamespace } from '../../ecosystems/index.ts';
import { readJson } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';
import type { Rating } from '../../model.ts';
import { vectorRating, wordRating } from '../ratings/index.ts';
import { hasTable, openSqlite, type Sqlite } from '../store/index.ts';
import { date, identifier, listMember, member, textMember, textsWithin } from '../values.ts';
import { type FeedDocument, type FeedItem, type FeedStatement, feed } from './feed.ts';
import { cleared, type Handle, statements } from './grype-rows.ts';
import { plainDatabase } from './packed-database.ts';

const isSqlite = (head: Buffer): boolean => head.toString('latin1', 0, 15) === 'SQLite format 3';

/**
 * Grype's own database of schema 6, as it is published (an archive) or unpacked: so that whoever mirrors it needs nothing
 * else, and a comparison can use the very data that Grype used. https://github.com/anchore/grype/tree/main/grype/db/v6
 */
export const grypeDb = feed({
  name: 'grype-db',
  version: 5,
  title: "Grype's database (SQLite, schema 6)",
  licence: 'Apache-2.0, and the terms of its sources',
  byDefault: false,
  maxBytes: LIMITS.feedDatabaseBytes,
  async sources(listed) {
    // As it is published, or as Grype keeps it.
    const isPlain = (await listed('grype'))?.includes('vulnerability.db') === true;
    return [{ name: 'grype-db', path: isPlain ? 'grype/vulnerability.db' : 'grype/vulnerability-db.tar.zst' }];
  },
  async *parse(document: FeedDocument) {
    const plain = await plainDatabase(document, isSqlite, /(?:^|\/)vulnerability\.db$/);
    const sqlite = openSqlite(plain.path, 'untrusted');
    try {
      const [built] = sqlite.query('SELECT build_timestamp FROM db_metadata').get([]) ?? [];
      const published = date(
        typeof built === 'string'
          ? built
              .replace(' ', 'T')
              .replace(/\.\d+/, '')
              .replace(/\+00:00$/, 'Z')
          : undefined,
      );
      if (published !== undefined) yield { kind: 'published', date: published };
      yield* records(sqlite);
      yield* packages(sqlite);
      yield* programs(sqlite);
    } finally {
      sqlite.close();
      plain.remove();
    }
  },
});

/** Providers by our names of publishers. */
const SOURCES: ReadonlyMap<string, string> = new Map([
  ['github', 'ghsa'],
  ['rhel', 'redhat'],
  ['alma', 'almalinux'],
  ['sles', 'suse'],
  ['mariner', 'azurelinux'],
  ['govulndb', 'go'],
]);
const sourceOf = (provider: unknown): string => SOURCES.get(String(provider)) ?? String(provider);

const parsed = (value: unknown): unknown => {
  try {
    return readJson(String(value));
  } catch {
    return undefined;
  }
};

function* records(sqlite: Sqlite): Generator<FeedItem> {
  const rows = sqlite
    .query(
      'SELECT v.name, v.provider_id, v.status, v.published_date, v.modified_date, b.value FROM vulnerability_handles v JOIN blobs b ON b.id = v.blob_id',
    )
    .iterate([]);
  for (const [name, provider, status, published, modified, value] of rows) {
    yield { kind: 'counted' };
    const id = identifier(name);
    const blob = parsed(value);
    if (id === undefined || blob === undefined) {
      yield { kind: 'rejected', id: String(name), reason: 'no id, or no JSON' };
      continue;
    }
    const description = textMember(blob, 'description', 8_000);
    const references = listMember(blob, 'refs', 500).flatMap((reference) => textMember(reference, 'url', 2_000) ?? []);
    const isBulletin = bulletinOf(id, blob).bulletin !== undefined;
    const aliases = isBulletin
      ? []
      : textsWithin(member(blob, 'aliases'), 500).filter((alias) => identifier(alias) !== undefined);
    const [from, changed] = [date(dateText(published)), date(dateText(modified))];
    const state =
      status === 'rejected' || status === 'withdrawn' || status === 'disputed' ? { state: status as 'rejected' } : {};
    yield {
      kind: 'record',
      record: {
        id,
        ...(description !== undefined && { description }),
        ratings: listMember(blob, 'severities', 50).flatMap((severity) => rating(sourceOf(provider), severity)),
        ...(references.length > 0 && { references }),
        ...(from !== undefined && { published: from }),
        ...(changed !== undefined && { modified: changed }),
        ...state,
        ...(aliases.length > 0 && { aliases }),
      },
    };
  }
}

/** `2023-03-22 17:15:00+00:00`, as Go's driver writes times. */
function dateText(value: unknown): string | undefined {
  return typeof value === 'string' ? value.replace(' ', 'T').replace(/\.\d+/, '') : undefined;
}

/** How a distribution calls its own words of severity. */
const WORDS: ReadonlyMap<string, 'urgency' | 'priority'> = new Map([
  ['debian', 'urgency'],
  ['ubuntu', 'priority'],
]);

function rating(provider: string, severity: unknown): readonly Rating[] {
  const value = member(severity, 'value');
  const stated = textMember(severity, 'source', 100);
  const source = stated === 'nvd@nist.gov' ? 'nvd' : (stated ?? provider);
  const vector = textMember(value, 'vector', 400);
  if (vector !== undefined) return [vectorRating(source, vector) ?? []].flat();
  if (typeof value !== 'string') return [];
  // Debian says `unimportant` where that database says negligible.
  const word = provider === 'debian' && /^negligible$/i.test(value) ? 'unimportant' : value.toLowerCase();
  const method = WORDS.get(provider);
  return [method === undefined ? wordRating(provider, 'text', value) : wordRating(provider, method, word)];
}

/** The column was called `type` at first. */
function ecosystemColumn(sqlite: Sqlite): string {
  const columns = sqlite
    .query('PRAGMA table_info(packages)')
    .all([])
    .map(([, name]) => String(name));
  return columns.includes('ecosystem') ? 'ecosystem' : 'type';
}

function handleOf(id: unknown, provider: unknown, status: unknown, published: unknown): Handle {
  const day = date(dateText(published));
  return {
    id: String(id),
    source: sourceOf(provider),
    isVoid: status === 'rejected' || status === 'withdrawn',
    ...(day !== undefined && { published: day }),
  };
}

/** A distribution's bulletin of its own number speaks of each CVE that it names. */
function bulletinOf(id: string, about: unknown): Pick<FeedStatement, 'bulletin' | 'vulnerabilities'> {
  if (!/^AL[A-Z]A-\d/.test(id)) return {};
  const cves = textsWithin(member(about, 'aliases'), 500).filter((alias) => /^CVE-\d/.test(alias));
  return { bulletin: id, vulnerabilities: [...new Set(cves)] };
}

function* packages(sqlite: Sqlite): Generator<FeedItem> {
  yield* packagesOf(sqlite, 'affected_package_handles');
  if (hasTable(sqlite, 'unaffected_package_handles')) yield* packagesOf(sqlite, 'unaffected_package_handles');
}

function* packagesOf(
  sqlite: Sqlite,
  table: 'affected_package_handles' | 'unaffected_package_handles',
): Generator<FeedItem> {
  const rows = sqlite
    .query(
      `SELECT v.name, v.provider_id, v.status, v.published_date, w.value, p.name, p.${ecosystemColumn(sqlite)}, o.name, o.major_version, o.minor_version, o.label_version, b.value
       FROM ${table} a JOIN vulnerability_handles v ON v.id = a.vulnerability_id JOIN blobs w ON w.id = v.blob_id JOIN packages p ON p.id = a.package_id
       LEFT JOIN operating_systems o ON o.id = a.operating_system_id JOIN blobs b ON b.id = a.blob_id`,
    )
    .iterate([]);
  let last = '';
  for (const [id, provider, status, published, about, name, kind, system, major, minor, label, value] of rows) {
    const release = [major, minor].filter(Boolean).join('.') || String(label ?? '');
    const namespace =
      system === null ? languageNamespace(String(kind)) : distributionNamespace(String(system), release);
    if (namespace === undefined) continue;
    // Red Hat's rows are there once for each minor release, which are one namespace.
    const key = [id, namespace, name, value].join('\0');
    if (key === last) continue;
    last = key;
    const word = parsed(about);
    const handle = { ...handleOf(id, provider, status, published), ...bulletinOf(String(id), word) };
    if (handle.vulnerabilities?.length === 0) continue;
    const words =
      system === null
        ? []
        : listMember(word, 'severities', 50)
            .flatMap((severity) => rating(handle.source, severity))
            .filter(({ vector }) => vector === undefined);
    const rated = words.length > 0 ? { ...handle, ratings: words } : handle;
    const blob = parsed(value);
    yield* table === 'affected_package_handles'
      ? statements(rated, namespace, String(name), blob, system !== null)
      : cleared(rated, namespace, String(name), blob, system !== null);
  }
}

function* programs(sqlite: Sqlite): Generator<FeedItem> {
  const rows = sqlite
    .query(
      `SELECT v.name, v.provider_id, v.status, v.published_date, c.vendor, c.product, b.value FROM affected_cpe_handles a JOIN vulnerability_handles v ON v.id = a.vulnerability_id
       JOIN cpes c ON c.id = a.cpe_id JOIN blobs b ON b.id = a.blob_id WHERE c.part = 'a'`,
    )
    .iterate([]);
  for (const [id, provider, status, published, vendor, product, value] of rows)
    yield* statements(handleOf(id, provider, status, published), cpe.name, `${vendor}:${product}`, parsed(value), true);
}
