import type { Sqlite } from './sqlite.ts';
import type { StoredStatement } from './stored-statement.ts';

/** A package in a namespace, as statements are filed. */
export interface Place {
  readonly namespace: number;
  readonly package: string;
}

/** The packages that any of these ids is mentioned for, each once, in the order of the file. */
export function placesOf(sqlite: Sqlite, ids: readonly string[]): readonly (Place & { readonly number: number })[] {
  const numbers = new Set<number>();
  for (const id of ids) {
    const found = sqlite.query('SELECT packages FROM ids WHERE id = ?').get([id])?.[0];
    if (typeof found === 'string') for (const number of found.split(',')) numbers.add(Number(number));
  }
  const select = sqlite.query('SELECT namespace, package FROM packages WHERE id = ?');
  return [...numbers]
    .sort((a, b) => a - b)
    .map((number) => {
      const row = select.get([number]);
      if (row === undefined) throw new Error(`package ${number} is missing`);
      return { number, namespace: Number(row[0]), package: String(row[1]) };
    });
}

/** Statements kept at hand: the ids of one package, a kernel say, are asked for one after the other. */
const STATEMENTS_KEPT = 200_000;

type ById = ReadonlyMap<string, readonly StoredStatement[]>;

/** Looks statements up by id; `advisories` gives those on a package, `members` the ids of the same vulnerability. */
export function statementsById(
  sqlite: Sqlite,
  advisories: (place: Place) => readonly StoredStatement[],
  members: (id: string) => readonly string[],
): (id: string) => readonly StoredStatement[] {
  const kept = new Map<number, { readonly byId: ById; readonly size: number }>();
  let size = 0;
  const statementsOn = (place: Place & { readonly number: number }): ById => {
    const known = kept.get(place.number);
    if (known !== undefined) return known.byId;
    const statements = advisories(place);
    const byId = new Map<string, StoredStatement[]>();
    for (const one of statements) {
      const same = byId.get(one.id);
      if (same === undefined) byId.set(one.id, [one]);
      else same.push(one);
    }
    for (const [number, oldest] of kept) {
      if (size + statements.length <= STATEMENTS_KEPT) break;
      kept.delete(number);
      size -= oldest.size;
    }
    kept.set(place.number, { byId, size: statements.length });
    size += statements.length;
    return byId;
  };
  return (id) => {
    const ids = members(id);
    return placesOf(sqlite, ids).flatMap((place) => {
      const byId = statementsOn(place);
      return ids.flatMap((name) => byId.get(name) ?? []);
    });
  };
}
