import { distributionNamespace, ecosystemNamed, languageNamespace } from '../../ecosystems/index.ts';
import { type BoltBucket, openBolt } from '../../formats/databases/index.ts';
import { readJson } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';
import { type AffectedRange, type Rating, SEVERITIES, type Severity, type StatementState } from '../../model.ts';
import { publisherInTrivy, TRIVY_LEVELS } from '../publishers.ts';
import { vectorRating, wordRating } from '../ratings/index.ts';
import { date, entries, finiteNumber, identifier, listMember, member, textMember, textsWithin } from '../values.ts';
import { readConstraint, readOutside } from './constraints.ts';
import { type FeedDocument, type FeedItem, type FeedStatement, feed } from './feed.ts';
import { plainDatabase } from './packed-database.ts';

/** BoltDB's magic number stands behind the first page's header. */
const isBolt = (head: Buffer): boolean => head.length >= 20 && head.readUInt32LE(16) === 0xed0cdaed;

/**
 * Trivy's own database, as it is published (an archive in an OCI layer) or unpacked: so that whoever mirrors it needs nothing
 * else, and a comparison can use the very data that Trivy used. https://github.com/aquasecurity/trivy-db
 */
export const trivyDb = feed({
  name: 'trivy-db',
  version: 6,
  title: "Trivy's database (BoltDB)",
  licence: 'Apache-2.0, and the terms of its sources',
  byDefault: false,
  maxBytes: LIMITS.feedDatabaseBytes,
  async sources(listed) {
    // As it is published, or as Trivy keeps it.
    const isPlain = (await listed('trivy'))?.includes('trivy.db') === true;
    return [{ name: 'trivy-db', path: isPlain ? 'trivy/trivy.db' : 'trivy/db.tar.gz' }];
  },
  async *parse(document: FeedDocument) {
    const plain = await plainDatabase(document, isBolt, /(?:^|\/)trivy\.db$/);
    const bolt = openBolt(plain.path);
    try {
      const sources = new Map<string, string>();
      for (const entry of bolt.root.entries()) {
        if (entry.key !== 'data-source' || !('bucket' in entry)) continue;
        for (const row of entry.bucket.entries())
          if ('value' in row) sources.set(row.key, textMember(json(row.value), 'ID', 50) ?? row.key);
      }
      for (const entry of bolt.root.entries()) {
        if (!('bucket' in entry) || entry.key === 'data-source') continue;
        if (entry.key === 'vulnerability') yield* vulnerabilities(entry.bucket);
        else yield* advisories(entry.key, sources.get(entry.key), entry.bucket);
      }
    } finally {
      bolt.close();
      plain.remove();
    }
  },
});

function json(value: Buffer): unknown {
  try {
    return readJson(value.toString('utf8'));
  } catch {
    return undefined;
  }
}

function* vulnerabilities(bucket: BoltBucket): Generator<FeedItem> {
  for (const entry of bucket.entries()) {
    if (!('value' in entry)) continue;
    yield { kind: 'counted' };
    const value = json(entry.value);
    const id = identifier(entry.key);
    if (value === undefined || id === undefined) {
      yield { kind: 'rejected', id: entry.key, reason: 'no JSON, or no id' };
      continue;
    }
    const title = textMember(value, 'Title', 500);
    const description = textMember(value, 'Description', 8_000);
    const published = date(member(value, 'PublishedDate'));
    const modified = date(member(value, 'LastModifiedDate'));
    const references = textsWithin(member(value, 'References'), 500);
    const cwes = textsWithin(member(value, 'CweIDs'), 100);
    yield {
      kind: 'record',
      record: {
        id,
        ...(title !== undefined && { title }),
        ...(description !== undefined && { description }),
        ratings: ratings(value),
        ...(cwes.length > 0 && { cwes }),
        ...(references.length > 0 && { references }),
        ...(published !== undefined && { published }),
        ...(modified !== undefined && { modified }),
      },
    };
  }
}

function ratings(value: unknown): readonly Rating[] {
  const words = entries(member(value, 'VendorSeverity')).flatMap(([source, level]): readonly Rating[] => {
    const severity = TRIVY_LEVELS[finiteNumber(level) ?? 0] ?? 'UNKNOWN';
    return source === 'nvd' ? [] : [{ source: publisherInTrivy(source), severity, method: 'text', original: severity }];
  });
  const vectors = entries(member(value, 'CVSS')).flatMap(([source, cvss]) =>
    ['V40Vector', 'V3Vector', 'V2Vector'].flatMap((key) => {
      const vector = textMember(cvss, key, 400);
      return vector === undefined ? [] : (vectorRating(source, vector) ?? []);
    }),
  );
  return [...words, ...vectors].filter(({ severity }) => SEVERITIES.includes(severity));
}

/** `debian 11` and `pip::GitHub Security Advisory Pip` alike. Undefined for what nothing here matches. */
function namespaceOf(bucket: string): string | undefined {
  const colons = bucket.indexOf('::');
  if (colons >= 0) return languageNamespace(bucket.slice(0, colons));
  const space = bucket.lastIndexOf(' ');
  return space < 0
    ? distributionNamespace(bucket, '')
    : distributionNamespace(bucket.slice(0, space), bucket.slice(space + 1));
}

function* advisories(bucket: string, sourceId: string | undefined, packages: BoltBucket): Generator<FeedItem> {
  const namespace = namespaceOf(bucket);
  if (namespace === undefined) return;
  yield { kind: 'covers', namespace: namespace };
  const stated = sourceId ?? bucket.split(/[ :]/)[0]!;
  const source = publisherInTrivy(stated);
  for (const entry of packages.entries()) {
    if (!('bucket' in entry)) continue;
    for (const row of entry.bucket.entries()) {
      if (!('value' in row)) continue;
      yield { kind: 'counted' };
      for (const { value, platforms } of byMachine(json(row.value))) {
        const statement = readAdvisory(row.key, source, value, bucket.includes('::'));
        if (statement === undefined)
          yield {
            kind: 'rejected',
            id: `${bucket} ${entry.key} ${row.key}`,
            reason: 'versions that are not understood',
          };
        else
          yield {
            kind: 'statement',
            statement: { ...statement, ...named(entry.key, namespace, statement), ...platforms, source, namespace },
          };
      }
    }
  }
}

/**
 * Oracle's, Rocky's and AlmaLinux's fixes are entries of their own where they are for some machines, with one of them as the row's own.
 * https://github.com/aquasecurity/trivy-db/blob/main/pkg/types/types.go
 */
function byMachine(
  value: unknown,
): { readonly value: unknown; readonly platforms?: Pick<FeedStatement, 'platforms'> }[] {
  const all = listMember(value, 'Entries', LIMITS.feedVersions).filter(
    (entry) =>
      textMember(entry, 'FixedVersion', 200) !== undefined && textsWithin(member(entry, 'Arches'), 50).length > 0,
  );
  if (all.length === 0) return [{ value }];
  return all.map((entry) => ({
    value: { ...(value as object), FixedVersion: textMember(entry, 'FixedVersion', 200) },
    platforms: { platforms: textsWithin(member(entry, 'Arches'), 50).map((machine) => `hardware:${machine}`) },
  }));
}

/** Builds of modules stand under `nodejs:18::nodejs`. */
function named(
  key: string,
  namespace: string,
  { ranges }: Pick<FeedStatement, 'ranges'>,
): Pick<FeedStatement, 'package' | 'modules'> {
  const moduleBuild = ecosystemNamed(namespace)?.moduleBuild;
  if (moduleBuild === undefined) return { package: key };
  const parts = /^([^:]+:[^:]+)::(.+)$/.exec(key);
  if (parts !== null) return { package: parts[2]!, modules: [parts[1]!] };
  const isModular = ranges.some(({ fixed }) => fixed !== undefined && moduleBuild(fixed) !== undefined);
  return { package: key, ...(isModular && { modules: [] }) };
}

/** A distribution's own word, in its own vocabulary: of Debian's urgencies that database keeps `unimportant` only, and calls it low. */
function ownWord(source: string, level: Severity): Rating {
  if (source === 'debian' && level === 'LOW') return wordRating('debian', 'urgency', 'unimportant');
  if (source === 'ubuntu') return wordRating('ubuntu', 'priority', level.toLowerCase());
  return { source, severity: level, method: 'text', original: level };
}

/** https://github.com/aquasecurity/trivy-db/blob/main/pkg/types/status.go */
const STATES: readonly (StatementState | undefined)[] = [
  undefined,
  'not-affected',
  'open',
  'fixed',
  'undetermined',
  'will-not-fix',
  'deferred',
  'end-of-life',
];

function readAdvisory(
  id: string,
  source: string,
  value: unknown,
  isLanguage: boolean,
): Omit<FeedStatement, 'source' | 'namespace' | 'package'> | undefined {
  if (value === undefined || identifier(id) === undefined) return undefined;
  const level = TRIVY_LEVELS[finiteNumber(member(value, 'Severity')) ?? 0];
  const own = level === undefined || level === 'UNKNOWN' ? {} : { ratings: [ownWord(source, level)] };
  const fixed = textMember(value, 'FixedVersion', 200);
  const affected = textMember(value, 'AffectedVersion', 500);
  const vulnerable = textsWithin(member(value, 'VulnerableVersions'), 1_000);
  const patched = textsWithin(member(value, 'PatchedVersions'), 1_000);
  const state = STATES[finiteNumber(member(value, 'Status')) ?? 0];
  // "Fixed in 0" is how distributions' records say that nothing was ever affected.
  if (fixed === '0') return { id, state: 'not-affected', ranges: [] };
  if (vulnerable.length > 0 || patched.length > 0) {
    const secure = [...patched, ...textsWithin(member(value, 'UnaffectedVersions'), 1_000)];
    const read = vulnerable.length > 0 ? readConstraint(vulnerable.join('||')) : readOutside(secure.join('||'));
    if (read === undefined) return undefined;
    return {
      id,
      state: patched.length > 0 ? 'fixed' : 'open',
      ranges: read.ranges,
      ...(read.versions.length > 0 && { versions: read.versions }),
      ...own,
    };
  }
  // Of a language's package it would say that all versions are affected, which nobody said.
  if (isLanguage && affected === undefined && !fixed) return undefined;
  const range = affected === undefined ? undefined : readConstraint(affected)?.ranges;
  const ranges: readonly AffectedRange[] = range ?? [fixed === undefined || fixed === '' ? {} : { fixed }];
  return { id, state: state ?? (fixed ? 'fixed' : 'open'), ranges, ...own };
}
