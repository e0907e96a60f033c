import { addTo } from '../../collections.ts';
import type { Sqlite } from './sqlite.ts';
import type { StoredStatement } from './stored-statement.ts';

/** A package in a namespace, as statements are filed. */
interface FiledPackage {
  readonly namespace: number;
  readonly package: string;
}

/** The packages that any of these ids is mentioned for, each once, in the order of the file. */
export function filedPackages(
  sqlite: Sqlite,
  ids: readonly string[],
): readonly (FiledPackage & { readonly number: number })[] {
  const numbers = new Set<number>();
  for (const id of ids) {
    const packages = sqlite.query('SELECT packages FROM ids WHERE id = ?').get([id])?.[0];
    if (typeof packages === 'string') for (const number of packages.split(',')) numbers.add(Number(number));
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

/** Looks statements up by id; `onPackage` gives those on a package, `members` the ids of the same vulnerability. */
export function statementsById(
  sqlite: Sqlite,
  onPackage: (filed: FiledPackage) => readonly StoredStatement[],
  members: (id: string) => readonly string[],
): (id: string) => readonly StoredStatement[] {
  const kept = new Map<number, { readonly byId: ById; readonly size: number }>();
  let size = 0;
  const statementsOn = (filed: FiledPackage & { readonly number: number }): ById => {
    const known = kept.get(filed.number);
    if (known !== undefined) return known.byId;
    const statements = onPackage(filed);
    const byId = new Map<string, StoredStatement[]>();
    for (const statement of statements) {
      addTo(byId, statement.id, statement);
    }
    for (const [number, oldest] of kept) {
      if (size + statements.length <= STATEMENTS_KEPT) break;
      kept.delete(number);
      size -= oldest.size;
    }
    kept.set(filed.number, { byId, size: statements.length });
    size += statements.length;
    return byId;
  };
  return (id) => {
    const ids = members(id);
    return filedPackages(sqlite, ids).flatMap((place) => {
      const byId = statementsOn(place);
      return ids.flatMap((name) => byId.get(name) ?? []);
    });
  };
}
