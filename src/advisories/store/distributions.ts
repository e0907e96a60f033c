import type { RecordedDistribution } from '../distribution.ts';
import { pack, unpack } from './packing.ts';
import { hasTable, type Sqlite } from './sqlite.ts';

/** The table; files written before there was one do not have it. */
export const DISTRIBUTIONS = `CREATE TABLE IF NOT EXISTS distributions (
  package TEXT PRIMARY KEY, feed INTEGER NOT NULL, data BLOB NOT NULL) WITHOUT ROWID;`;

const YANKED = 1;
const SOURCE = 2;
const FOREIGN = 4;

type PackedVersion = readonly [version: string, python: number, flags: number, ...wheels: number[]];

/** `[asked, [texts], [version, python, flags, wheel...]...]`: texts are given by their number, 0 is none. */
export function packDistribution({ asked, versions }: RecordedDistribution): Buffer | string {
  const texts: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    let number = numbers.get(text);
    if (number === undefined) {
      number = texts.push(text);
      numbers.set(text, number);
    }
    return number;
  };
  const packed = versions.map(
    ({ version, requiresPython, yanked, source, foreign, wheels }): PackedVersion => [
      version,
      requiresPython === undefined ? 0 : numberOf(requiresPython),
      (yanked ? YANKED : 0) | (source ? SOURCE : 0) | (foreign ? FOREIGN : 0),
      ...wheels.map(numberOf),
    ],
  );
  return pack(JSON.stringify([asked, texts, ...packed]));
}

function unpackDistribution(name: string, data: unknown): RecordedDistribution {
  const [asked, texts, ...versions] = JSON.parse(unpack(data)) as [string, string[], ...PackedVersion[]];
  return {
    name,
    asked,
    versions: versions.map(([version, python, flags, ...wheels]) => ({
      version,
      wheels: wheels.flatMap((number) => texts[number - 1] ?? []),
      ...(texts[python - 1] === undefined ? {} : { requiresPython: texts[python - 1] as string }),
      ...(flags & YANKED ? { yanked: true as const } : {}),
      ...(flags & SOURCE ? { source: true as const } : {}),
      ...(flags & FOREIGN ? { foreign: true as const } : {}),
    })),
  };
}

/** What the database recorded of distributions, by normalised name; undefined for those nobody was asked about. */
export function distributionReader(sqlite: Sqlite): (name: string) => RecordedDistribution | undefined {
  let select: ReturnType<Sqlite['query']> | undefined;
  return (name) => {
    if (select === undefined && !hasTable(sqlite, 'distributions')) return undefined;
    select ??= sqlite.query('SELECT data FROM distributions WHERE package = ?');
    const row = select.get([name]);
    return row && unpackDistribution(name, row[0]);
  };
}

/** All of them, by name. */
export function allDistributions(sqlite: Sqlite): Map<string, RecordedDistribution> {
  return new Map(
    sqlite
      .query('SELECT package, data FROM distributions ORDER BY package')
      .all([])
      .map(([name, data]) => [String(name), unpackDistribution(String(name), data)]),
  );
}
