import { STATEMENT, unpackTexts } from './codec.ts';
import { unpack } from './packing.ts';
import { type Row, StoredStatement } from './stored-statement.ts';

/** The statements of one row, one for each vulnerability that they speak of. Throws an `Error` when the row is damaged. */
export function expandRow(data: unknown, row: Row, into: StoredStatement[]): void {
  const statements: unknown = JSON.parse(unpack(data));
  if (!Array.isArray(statements)) throw new Error(`the statements on ${row.package} are no list`);
  for (const raw of statements) {
    if (!Array.isArray(raw)) throw new Error(`a statement on ${row.package} is no list`);
    const own = String(raw[STATEMENT.id]);
    const bulletin = typeof raw[STATEMENT.bulletin] === 'string' ? String(raw[STATEMENT.bulletin]) : undefined;
    const several = raw[STATEMENT.vulnerabilities];
    if (!Array.isArray(several)) into.push(new StoredStatement(raw, row, own, bulletin));
    else for (const id of unpackTexts(several)) into.push(new StoredStatement(raw, row, id, bulletin ?? own));
  }
}

/** Every id under which the statements of a row may be looked up: their own, their bulletins', those they are about. */
export function mentionedIds(data: unknown): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const raw of JSON.parse(unpack(data)) as readonly (readonly unknown[])[]) {
    ids.add(String(raw[STATEMENT.id]));
    if (typeof raw[STATEMENT.bulletin] === 'string') ids.add(String(raw[STATEMENT.bulletin]));
    for (const id of unpackTexts(raw[STATEMENT.vulnerabilities])) ids.add(id);
  }
  return ids;
}

/** Every version that the statements of a row call fixed. */
export function fixedIn(data: unknown): ReadonlySet<string> {
  const versions = new Set<string>();
  for (const raw of JSON.parse(unpack(data)) as readonly (readonly unknown[])[])
    for (const range of Array.isArray(raw[STATEMENT.ranges]) ? (raw[STATEMENT.ranges] as unknown[]) : [])
      if (Array.isArray(range) && typeof range[1] === 'string') versions.add(range[1]);
  return versions;
}
