import { closeSync, fstatSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { keptText } from '../../bounded-file.ts';
import { LIMITS } from '../../limits.ts';

/** What is kept beside a database file, so that a changed byte of it is noticed: which file it speaks of, and its sum. */
interface Sum {
  readonly ino: number;
  readonly bytes: number;
  readonly crc32: number;
  /** When the file was last found to be whole: milliseconds of its own time of change. */
  readonly checked: number;
}

const sumPath = (path: string): string => `${path}.sum`;
const READ = 4 * 1024 * 1024;

/** Leaves the sum of a finished file, before it takes the place of the old one under `path`. */
export function writeSum(finished: string, path: string): void {
  const { ino, size, mtimeMs } = statSync(finished);
  write(path, { ino, bytes: size, crc32: sumOf(finished), checked: mtimeMs });
}

/**
 * Whether a database file is as it was written: `whole`, `damaged`, or `unknown` where no sum speaks of it (another one that was put
 * here by hand). The bytes are read only when the file has been touched since it was last found whole, or was copied together with its
 * sum, as a backup or the cache of a CI system does it.
 */
export function checkSum(path: string): 'whole' | 'damaged' | 'unknown' {
  const sum = read(path);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (sum === undefined || stat === undefined) return 'unknown';
  const isCopy = stat.ino !== sum.ino;
  if (stat.size !== sum.bytes) return isCopy ? 'unknown' : 'damaged';
  if (!isCopy && stat.mtimeMs === sum.checked) return 'whole';
  if (sumOf(path) !== sum.crc32) return 'damaged';
  write(path, { ...sum, ino: stat.ino, checked: stat.mtimeMs });
  return 'whole';
}

function read(path: string): Sum | undefined {
  try {
    const value = JSON.parse(keptText(sumPath(path), LIMITS.settingsBytes)) as Partial<Sum>;
    const { ino, bytes, crc32: sum, checked } = value;
    return [ino, bytes, sum, checked].every((number) => typeof number === 'number') ? (value as Sum) : undefined;
  } catch {
    return undefined;
  }
}

/** A folder that cannot be written to does without. */
function write(path: string, sum: Sum): void {
  try {
    writeFileSync(sumPath(path), JSON.stringify(sum));
  } catch {
    // Read-only media: checked each time.
  }
}

function sumOf(path: string): number {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.min(READ, Math.max(1, fstatSync(file).size)));
    let sum = 0;
    for (let bytes = readSync(file, buffer); bytes > 0; bytes = readSync(file, buffer))
      sum = crc32(buffer.subarray(0, bytes), sum);
    return sum;
  } finally {
    closeSync(file);
  }
}
