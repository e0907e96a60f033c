import { ecosystemNamed } from '../../ecosystems/index.ts';
import type { Statement } from '../../model.ts';
import type { Dispute } from '../alias-classes.ts';
import { revisionsOf } from '../ids.ts';
import { filedPackages } from './by-id.ts';
import { expandRow } from './expand.ts';
import type { FiledRecord } from './records.ts';
import type { SqliteStore } from './sqlite-store.ts';
import type { StoredStatement } from './stored-statement.ts';

/** Everything the database holds on one vulnerability, source by source. */
export interface Dossier {
  /** The id asked for and every other of the same vulnerability. */
  readonly ids: readonly string[];
  readonly records: readonly FiledRecord[];
  readonly statements: readonly Statement[];
  readonly disputes: readonly Dispute[];
}

/** Looks an id up in every document: all records, and all statements under any id of its class, or of the bulletin, in any revision where none is named. */
export function dossier(store: SqliteStore, id: string): Dossier {
  return store.guarded(() => {
    const ids = store.records.members(id);
    const bulletins = [id, ...revisionsOf(id)];
    const statements = [...statementsAbout(store, [...new Set([...ids, ...bulletins])])].filter(
      ({ id: own, bulletin = own, recorded }) =>
        ids.includes(own) || bulletins.includes(bulletin) || bulletins.includes(recorded),
    );
    const records = [...new Set([...ids, ...bulletins, ...statements.map(({ recorded }) => recorded)])].flatMap(
      (name) => store.records.of(name),
    );
    return { ids, records, statements, disputes: disputesOf(store, ids) };
  });
}

function disputesOf({ sqlite }: SqliteStore, ids: readonly string[]): readonly Dispute[] {
  const rows = sqlite.query('SELECT id, claimed, feed, kept FROM disputes').all([]);
  return rows.flatMap(([id, claimed, feed, kept]) => {
    if (
      !ids.includes(String(id)) &&
      !String(claimed)
        .split(' ')
        .some((name) => ids.includes(name))
    )
      return [];
    return [
      { id: String(id), claimed: String(claimed), feed: String(feed), ...(typeof kept === 'string' && { kept }) },
    ];
  });
}

/**
 * The statements on packages of a name (`*` stands for anything), in every namespace or those that begin with
 * `within` (`Debian`, `Debian:11`).
 */
export function search(store: SqliteStore, name: string, within?: string): readonly Statement[] {
  const isPattern = name.includes('*');
  const pattern = name.toLowerCase().replace(/[[?]/g, (character) => `[${character}]`);
  const matches = (namespace: string, candidate: string) => {
    if (within !== undefined && namespace !== within && !namespace.startsWith(`${within}:`)) return false;
    return (
      isPattern ||
      candidate === (ecosystemNamed(namespace)?.normalize(name) ?? name) ||
      candidate.toLowerCase() === name.toLowerCase()
    );
  };
  return store.guarded(() => [...everyStatement(store, isPattern ? pattern : undefined, matches)]);
}

/** The statements on every package that one of these ids is mentioned for, document by document. */
function* statementsAbout(store: SqliteStore, ids: readonly string[]): Generator<StoredStatement> {
  const read = reader(store);
  const select = store.sqlite.query('SELECT feed, data FROM statements WHERE namespace = ? AND package = ?');
  for (const { namespace, package: name } of filedPackages(store.sqlite, ids))
    for (const [feed, data] of select.all([namespace, name])) yield* read(namespace, name, feed, data);
}

/** Reads through the statements on all packages, or those that a pattern and `matches` let pass. */
function* everyStatement(
  store: SqliteStore,
  pattern: string | undefined,
  matches: (namespace: string, name: string) => boolean,
): Generator<StoredStatement> {
  const read = reader(store);
  const namespaces = namesOf(store, 'namespaces');
  const query = store.sqlite.query(
    pattern === undefined
      ? 'SELECT namespace, package, feed, data FROM statements'
      : 'SELECT namespace, package, feed, data FROM statements WHERE lower(package) GLOB ?',
  );
  for (const [number, name, feed, data] of query.iterate(pattern === undefined ? [] : [pattern]))
    if (matches(namespaces.get(Number(number)) ?? '?', String(name))) yield* read(number, name, feed, data);
}

function namesOf({ sqlite }: SqliteStore, table: 'namespaces' | 'feeds'): ReadonlyMap<number, string> {
  const rows = sqlite.query(`SELECT id, name FROM ${table}`).all([]);
  return new Map(rows.map(([id, name]) => [Number(id), String(name)]));
}

/** Takes rows of the table of statements apart. */
function reader(store: SqliteStore) {
  const [namespaces, feeds] = [namesOf(store, 'namespaces'), namesOf(store, 'feeds')];
  return (namespace: unknown, name: unknown, feed: unknown, data: unknown): readonly StoredStatement[] => {
    const row = {
      namespace: namespaces.get(Number(namespace)) ?? '?',
      package: String(name),
      feed: feeds.get(Number(feed)) ?? '?',
      records: store.records,
    };
    const statements: StoredStatement[] = [];
    expandRow(data, row, statements);
    return statements;
  };
}

/** The versions of a statement in few words: `< 65.5.1`, `>= 4.0, < 4.1.1`, `= 1.0, 1.1`. */
export function rangeText({ ranges, versions }: Pick<Statement, 'ranges' | 'versions'>): string {
  const parts = ranges.map(({ introduced, fixed, lastAffected, limit, isAfter }) => {
    const bounds = [
      introduced && `${isAfter ? '>' : '>='} ${introduced}`,
      fixed && `< ${fixed}`,
      lastAffected && `<= ${lastAffected}`,
      limit && `< ${limit}`,
    ].filter(Boolean);
    return bounds.length === 0 ? 'all' : bounds.join(', ');
  });
  if (versions !== undefined)
    parts.push(`= ${versions.slice(0, 5).join(', ')}${versions.length > 5 ? ` and ${versions.length - 5} more` : ''}`);
  return parts.join(' or ');
}
