import { distributionNamespace, languageNamespace } from '../../ecosystems/index.ts';
import type { Rating, StatementState } from '../../model.ts';
import { vectorRating, wordRating } from '../ratings/index.ts';
import { openSqlite, type Sqlite } from '../store/index.ts';
import { date, identifier, listMember, member, textMember, textsWithin } from '../values.ts';
import { readConstraint } from './constraints.ts';
import { splitCpe } from './cpe.ts';
import { type FeedDocument, type FeedItem, type FeedStatement, feed } from './feed.ts';
import { plainDatabase } from './packed-database.ts';

const isSqlite = (head: Buffer): boolean => head.toString('latin1', 0, 15) === 'SQLite format 3';

/**
 * Grype's own database of schema 6, as it is published (an archive) or unpacked: so that whoever mirrors it needs nothing
 * else, and a comparison can use the very data that Grype used. https://github.com/anchore/grype/tree/main/grype/db/v6
 */
export const grypeDb = feed({
  name: 'grype-db',
  version: 2,
  title: "Grype's database (SQLite, schema 6)",
  licence: 'Apache-2.0, and the terms of its sources',
  byDefault: false,
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
    return JSON.parse(String(value));
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
    const aliases = textsWithin(member(blob, 'aliases'), 500).filter((alias) => identifier(alias) !== undefined);
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

/** What a row of statements belongs to. */
interface Handle {
  readonly id: string;
  readonly source: string;
  readonly published?: string;
  /** Taken back by its publisher, or rejected as a vulnerability at all. */
  readonly isVoid: boolean;
  /** The distribution's own word on it. */
  readonly ratings?: readonly Rating[];
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

function* packages(sqlite: Sqlite): Generator<FeedItem> {
  const rows = sqlite
    .query(
      `SELECT v.name, v.provider_id, v.status, v.published_date, w.value, p.name, p.${ecosystemColumn(sqlite)}, o.name, o.major_version, o.minor_version, o.label_version, b.value
       FROM affected_package_handles a JOIN vulnerability_handles v ON v.id = a.vulnerability_id JOIN blobs w ON w.id = v.blob_id JOIN packages p ON p.id = a.package_id
       LEFT JOIN operating_systems o ON o.id = a.operating_system_id JOIN blobs b ON b.id = a.blob_id`,
    )
    .iterate([]);
  for (const [id, provider, status, published, about, name, kind, system, major, minor, label, value] of rows) {
    const release = [major, minor].filter(Boolean).join('.') || String(label ?? '');
    const namespace =
      system === null ? languageNamespace(String(kind)) : distributionNamespace(String(system), release);
    if (namespace === undefined) continue;
    const handle = handleOf(id, provider, status, published);
    const words =
      system === null
        ? []
        : listMember(parsed(about), 'severities', 50)
            .flatMap((severity) => rating(handle.source, severity))
            .filter(({ vector }) => vector === undefined);
    const rated = words.length > 0 ? { ...handle, ratings: words } : handle;
    yield* statements(rated, namespace, String(name), parsed(value), system !== null);
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
    yield* statements(handleOf(id, provider, status, published), 'CPE', `${vendor}:${product}`, parsed(value), true);
}

const STATES: ReadonlyMap<string, StatementState> = new Map([
  ['fixed', 'fixed'],
  ['not-fixed', 'open'],
  ['wont-fix', 'will-not-fix'],
  ['unknown', 'open'],
]);

/** What a row says besides its ranges: the stream of a module, the systems that a program has to run on. */
function conditionsOf(blob: unknown, isModular: boolean): Pick<FeedStatement, 'modules' | 'platforms'> {
  const qualifiers = member(blob, 'qualifiers');
  const module = textMember(qualifiers, 'rpm_modularity', 200);
  const platforms = textsWithin(member(qualifiers, 'platform_cpes'), 1_000).flatMap((name) => {
    const cpe = splitCpe(name);
    return cpe?.part === 'o' ? [`${cpe.vendor}:${cpe.product}`] : [];
  });
  return {
    ...(module !== undefined && module !== '' ? { modules: [module] } : isModular && { modules: [] }),
    ...(platforms.length > 0 && { platforms }),
  };
}

/**
 * One statement for each state: the ranges of one record may differ in whether they are fixed. A distribution's row without a
 * constraint is open in all versions; a language's says nothing.
 */
function* statements(
  { id, source, published, isVoid, ratings }: Handle,
  namespace: string,
  name: string,
  blob: unknown,
  mayBeAll: boolean,
): Generator<FeedItem> {
  for (const range of listMember(blob, 'ranges', 10_000)) {
    const constraint = textMember(member(range, 'version'), 'constraint', 10_000) ?? '';
    const fix = member(range, 'fix');
    const read = constraint.trim() === '' && !mayBeAll ? undefined : readConstraint(constraint);
    if (read === undefined) {
      yield {
        kind: 'rejected',
        id: `${namespace} ${name} ${id}`,
        reason: `a constraint that is not understood: ${constraint.trim() === '' ? 'none' : constraint}`,
      };
      continue;
    }
    const fixed = textMember(fix, 'version', 200);
    const ranges = read.ranges.map((range) =>
      fixed === undefined || range.fixed !== undefined || range.lastAffected !== undefined
        ? range
        : { ...range, fixed },
    );
    const state =
      STATES.get(textMember(fix, 'state', 30) ?? '') ??
      (ranges.some((range) => range.fixed !== undefined) ? 'fixed' : 'open');
    const isModular = ranges.some((range) => range.fixed !== undefined && /[.-]module[+_]el\d/.test(range.fixed));
    yield {
      kind: 'statement',
      statement: {
        id,
        source,
        namespace,
        package: name,
        state: isVoid ? 'withdrawn' : state,
        ranges,
        ...(read.versions.length > 0 && { versions: read.versions }),
        ...conditionsOf(blob, isModular),
        ...(ratings !== undefined && { ratings }),
        ...(published !== undefined && { published }),
      },
    };
  }
}
