import { ecosystemNamed } from '../ecosystems/index.ts';
import type { Advisory } from '../model.ts';
import { expandRow } from './expand.ts';
import { unpack } from './packing.ts';
import type { FiledRecord } from './records.ts';
import type { SqliteStore } from './sqlite-store.ts';
import type { StoredAdvisory } from './stored-advisory.ts';

/** A claim of sameness that was not followed. */
export interface DisputedClaim {
  readonly id: string;
  readonly claimed: string;
  readonly feed: string;
  readonly kept?: string;
}

/** Everything the database holds on one vulnerability, source by source. */
export interface Dossier {
  /** The id asked for and every other of the same vulnerability. */
  readonly ids: readonly string[];
  readonly records: readonly FiledRecord[];
  readonly statements: readonly Advisory[];
  readonly disputes: readonly DisputedClaim[];
}

/** Looks an id up in every document: all records, and all statements under any id of its class, or of the bulletin. */
export function dossier(store: SqliteStore, id: string): Dossier {
  return store.guarded(() => {
    const ids = store.records.members(id);
    const statements = [
      ...everyStatement(store, (text) => ids.some((name) => text.includes(JSON.stringify(name)))),
    ].filter(({ id: own, bulletin, recorded }) => ids.includes(own) || bulletin === id || recorded === id);
    const records = [...new Set([...ids, ...statements.map(({ recorded }) => recorded)])].flatMap((name) =>
      store.records.of(name),
    );
    return { ids, records, statements, disputes: disputesOf(store, ids) };
  });
}

function disputesOf({ sqlite }: SqliteStore, ids: readonly string[]): readonly DisputedClaim[] {
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
 * `ecosystem` (`Debian`, `Debian:11`).
 */
export function search(store: SqliteStore, name: string, ecosystem?: string): readonly Advisory[] {
  const isPattern = name.includes('*');
  const pattern = name.toLowerCase().replace(/[[?]/g, (character) => `[${character}]`);
  const matches = (namespace: string, candidate: string) => {
    if (ecosystem !== undefined && namespace !== ecosystem && !namespace.startsWith(`${ecosystem}:`)) return false;
    return (
      isPattern ||
      candidate === (ecosystemNamed(namespace)?.normalize(name) ?? name) ||
      candidate.toLowerCase() === name.toLowerCase()
    );
  };
  return store.guarded(() => [...everyStatement(store, undefined, isPattern ? pattern : undefined, matches)]);
}

/** Reads through all statements; `mentions` looks at a package's text before it is taken apart. */
function* everyStatement(
  { sqlite, records }: SqliteStore,
  mentions: (text: string) => boolean = () => true,
  pattern?: string,
  matches: (namespace: string, name: string) => boolean = () => true,
): Generator<StoredAdvisory> {
  const names = (table: string) =>
    new Map(
      sqlite
        .query(`SELECT id, name FROM ${table}`)
        .all([])
        .map(([id, name]) => [Number(id), String(name)]),
    );
  const [namespaces, feeds] = [names('namespaces'), names('feeds')];
  const query = sqlite.query(
    pattern === undefined
      ? 'SELECT namespace, package, feed, data FROM statements'
      : 'SELECT namespace, package, feed, data FROM statements WHERE lower(package) GLOB ?',
  );
  for (const [number, name, feed, data] of query.iterate(pattern === undefined ? [] : [pattern])) {
    const ecosystem = namespaces.get(Number(number)) ?? '?';
    if (!matches(ecosystem, String(name))) continue;
    if (!mentions(unpack(data))) continue;
    const found: StoredAdvisory[] = [];
    expandRow(data, { ecosystem, package: String(name), feed: feeds.get(Number(feed)) ?? '?', records }, found);
    yield* found;
  }
}

/** The versions of a statement in few words: `< 65.5.1`, `>= 4.0, < 4.1.1`, `= 1.0, 1.1`. */
export function rangeText({ ranges, versions }: Pick<Advisory, 'ranges' | 'versions'>): string {
  const parts = ranges.map(({ introduced, fixed, lastAffected }) => {
    const bounds = [
      introduced && `>= ${introduced}`,
      fixed && `< ${fixed}`,
      lastAffected && `<= ${lastAffected}`,
    ].filter(Boolean);
    return bounds.length === 0 ? 'all' : bounds.join(', ');
  });
  if (versions !== undefined)
    parts.push(`= ${versions.slice(0, 5).join(', ')}${versions.length > 5 ? ` and ${versions.length - 5} more` : ''}`);
  return parts.join(' or ');
}
