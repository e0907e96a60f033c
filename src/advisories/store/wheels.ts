import type { RecordedWheels } from '../wheels.ts';
import { pack, unpack } from './packing.ts';
import { hasTable, type Sqlite } from './sqlite.ts';

/** The table; files written before there was one do not have it. */
export const WHEELS = `CREATE TABLE IF NOT EXISTS wheels (
  module TEXT NOT NULL, package TEXT NOT NULL, feed INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (module, package)) WITHOUT ROWID;`;

/** `[[version...], [[name, [digest, version...]...]...]]`: versions of a digest are given by their place. */
export const packWheels = ({ versions, files }: RecordedWheels): Buffer | string =>
  pack(JSON.stringify([versions, [...files].map(([name, digests]) => [name, ...digests])]));

type PackedFile = readonly [name: string, ...digests: (readonly [digest: string, ...versions: number[]])[]];

function unpackWheels(module: string, name: string, data: unknown): RecordedWheels {
  const [versions, files] = JSON.parse(unpack(data)) as [string[], PackedFile[]];
  return { name, module, versions, files: new Map(files.map(([source, ...digests]) => [source, digests])) };
}

/** What the database knows of wheels, by the name under which their code is imported. */
export function wheelReader(sqlite: Sqlite): (module: string) => readonly RecordedWheels[] {
  let select: ReturnType<Sqlite['query']> | undefined;
  return (module) => {
    if (select === undefined && !hasTable(sqlite, 'wheels')) return [];
    select ??= sqlite.query('SELECT package, data FROM wheels WHERE module = ? ORDER BY package');
    return select.all([module]).map(([name, data]) => unpackWheels(module, String(name), data));
  };
}

/** All of them, by distribution and import package, one at a time. */
export function* allWheels(sqlite: Sqlite): Generator<RecordedWheels> {
  const query = 'SELECT module, package, data FROM wheels ORDER BY package, module';
  for (const [module, name, data] of sqlite.query(query).iterate([]))
    yield unpackWheels(String(module), String(name), data);
}
