import { type AffectedImport, type AffectedRange, type Rating, SEVERITIES, STATEMENT_STATES } from '../../model.ts';
import type { FeedStatement, VulnerabilityRecord } from '../feeds/index.ts';
import { severityOfScore } from '../ratings/index.ts';

/*
 * Statements and records as they lie in the database: JSON arrays by position, absent values 0, absent ends left off.
 * docs/database.md describes them for readers with other tools; a change here raises SCHEMA.
 */

type Packed = string | number | readonly Packed[];

/** `0` where nothing is: shorter than null. */
const orZero = <T>(value: T | undefined): T | 0 => value ?? 0;

function trimmed(values: readonly Packed[]): readonly Packed[] {
  let end = values.length;
  while (
    end > 0 &&
    (values[end - 1] === 0 || (Array.isArray(values[end - 1]) && (values[end - 1] as unknown[]).length === 0))
  )
    end -= 1;
  return values.slice(0, end);
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const strings = (value: unknown): readonly string[] => items(value).filter((item) => typeof item === 'string');

function packRange({ introduced, fixed, lastAffected, limit, isAfter }: AffectedRange): Packed {
  return trimmed([orZero(introduced), orZero(fixed), orZero(lastAffected), orZero(limit), isAfter === true ? 1 : 0]);
}

function unpackRange(value: unknown): AffectedRange {
  const [introduced, fixed, lastAffected, limit, isAfter] = items(value);
  const range: { -readonly [Key in keyof AffectedRange]: AffectedRange[Key] } = {};
  if (typeof introduced === 'string') range.introduced = introduced;
  if (typeof fixed === 'string') range.fixed = fixed;
  if (typeof lastAffected === 'string') range.lastAffected = lastAffected;
  if (typeof limit === 'string') range.limit = limit;
  if (isAfter === 1) range.isAfter = true;
  return range;
}

/** CVSS: source, vector, score; the rest follows from these. Words: source, severity, method, original. */
function packRating({ source, severity, method, vector, score, original }: Rating): Packed {
  if (
    vector !== undefined &&
    score !== undefined &&
    methodOf(vector) === method &&
    severityOfScore(method, score) === severity
  ) {
    return [source, vector, score];
  }
  return trimmed([
    source,
    SEVERITIES.indexOf(severity),
    method,
    orZero(original),
    orZero(vector),
    score === undefined ? -1 : score,
  ]);
}

function methodOf(vector: string): string {
  return vector.startsWith('CVSS:') ? vector.slice(0, 8) : 'CVSS:2.0';
}

function unpackRating(value: unknown): Rating {
  const [source, second, third, original, vector, score] = items(value);
  if (typeof second === 'string') {
    const method = methodOf(second);
    return {
      source: String(source),
      severity: severityOfScore(method, Number(third)),
      method,
      vector: second,
      score: Number(third),
    };
  }
  return {
    source: String(source),
    severity: SEVERITIES[Number(second)] ?? 'UNKNOWN',
    method: String(third),
    ...(typeof vector === 'string' && { vector }),
    ...(typeof score === 'number' && score >= 0 && { score }),
    ...(typeof original === 'string' && { original }),
  };
}

/** The path, `~` for the name of the package it begins with, and the names behind it: `~/html Parse Render`. */
const packImport = ({ path, symbols }: AffectedImport, name: string): Packed =>
  [path === name || path.startsWith(`${name}/`) ? `~${path.slice(name.length)}` : path, ...symbols].join(' ');

/** The code that a statement on a package of this name names. */
export const unpackImports = (value: unknown, name: string): readonly AffectedImport[] =>
  strings(value).map((text) => {
    const [path = '', ...symbols] = text.split(' ');
    return { path: path.startsWith('~') ? `${name}${path.slice(1)}` : path, symbols };
  });

/** A statement in the order of `STATEMENT`. */
export function packStatement(statement: FeedStatement): Packed {
  return trimmed([
    statement.id,
    statement.source,
    STATEMENT_STATES.indexOf(statement.state),
    statement.ranges.map(packRange),
    statement.versions ?? 0,
    (statement.ratings ?? []).map(packRating),
    orZero(statement.note),
    statement.vulnerabilities ?? 0,
    orZero(statement.fixDate),
    orZero(statement.published),
    orZero(statement.modified),
    orZero(statement.withdrawn),
    orZero(statement.url),
    orZero(statement.bulletin),
    // A stream that is not told is not the same as no module.
    statement.modules === undefined ? 0 : statement.modules.length === 0 ? '*' : statement.modules,
    statement.platforms ?? 0,
    (statement.imports ?? []).map((named) => packImport(named, statement.package)),
  ]);
}

/** Where in a packed statement each value stands. */
export const STATEMENT = {
  id: 0,
  source: 1,
  state: 2,
  ranges: 3,
  versions: 4,
  ratings: 5,
  note: 6,
  vulnerabilities: 7,
  fixDate: 8,
  published: 9,
  modified: 10,
  withdrawn: 11,
  url: 12,
  bulletin: 13,
  modules: 14,
  platforms: 15,
  imports: 16,
} as const;

/** Versions a packed statement names one by one; empty for anything else. */
export const unpackTexts = (value: unknown): readonly string[] => strings(value);

export const unpackRanges = (value: unknown): readonly AffectedRange[] => items(value).map(unpackRange);

export const unpackRatings = (value: unknown): readonly Rating[] => items(value).map(unpackRating);

function optional<K extends string>(key: K, value: unknown): { readonly [P in K]?: string } {
  const present = text(value);
  return present === undefined ? {} : ({ [key]: present } as { readonly [P in K]?: string });
}

const STATES = ['rejected', 'disputed', 'withdrawn'] as const;

/** id, title, description, ratings, cwes, references, published, modified, state, aliases, exploited, epss, epssPercentile */
export function packRecord(record: VulnerabilityRecord): Packed {
  return trimmed([
    record.id,
    orZero(record.title),
    orZero(record.description),
    (record.ratings ?? []).map(packRating),
    (record.cwes ?? []).map((cwe) => cwe.replace(/^CWE-/, '')),
    record.references ?? 0,
    orZero(record.published),
    orZero(record.modified),
    record.state === undefined ? 0 : STATES.indexOf(record.state) + 1,
    record.aliases ?? 0,
    orZero(record.exploited),
    packShare(record.epss),
    packShare(record.epssPercentile),
  ]);
}

/** The reverse of `packRecord`. */
export function unpackRecord(value: unknown): VulnerabilityRecord {
  const [
    id,
    title,
    description,
    ratings,
    cwes,
    references,
    published,
    modified,
    state,
    aliases,
    exploited,
    epss,
    percentile,
  ] = items(value);
  const known = STATES[Number(state ?? 0) - 1];
  return {
    id: String(id),
    ...optional('title', title),
    ...optional('description', description),
    ratings: items(ratings).map(unpackRating),
    ...(items(cwes).length > 0 && { cwes: strings(cwes).map((cwe) => `CWE-${cwe}`) }),
    ...(items(references).length > 0 && { references: strings(references) }),
    ...optional('published', published),
    ...optional('modified', modified),
    ...(known !== undefined && { state: known }),
    aliases: strings(aliases),
    ...optional('exploited', exploited),
    ...(isShare(epss) && { epss: Number(epss) }),
    ...(isShare(percentile) && { epssPercentile: Number(percentile) }),
  };
}

/** 0 stands for what is not there: a share of nothing is text. */
const packShare = (share: number | undefined): number | string => (share === 0 ? '0' : orZero(share));
const isShare = (packed: unknown): boolean => packed === '0' || (typeof packed === 'number' && packed > 0);
