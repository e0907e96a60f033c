import { copyFileSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { checkSum, writeSum } from './file-sum.ts';

function written(bytes = 'the database'): string {
  const path = join(temporaryFolder(), 'advisories.db');
  writeFileSync(path, bytes);
  writeSum(path, path);
  return path;
}
const touch = (path: string): void => utimesSync(path, new Date(1_000), new Date(1_000));

it('a file is whole as it was written, touched or not', () => {
  const path = written();
  expect(checkSum(path)).toBe('whole');
  touch(path);
  expect(checkSum(path)).toBe('whole');
});

it('a changed, a shorter and a longer file are damaged', () => {
  for (const bytes of ['the databasE', 'the', 'the database and more']) {
    const path = written();
    writeFileSync(path, bytes);
    touch(path);
    expect(checkSum(path)).toBe('damaged');
  }
});

it('a copy with its sum is held to it, and from then on known', () => {
  const path = written();
  const copy = join(temporaryFolder(), 'advisories.db');
  copyFileSync(path, copy);
  copyFileSync(`${path}.sum`, `${copy}.sum`);
  expect(checkSum(copy)).toBe('whole');
  expect(readFileSync(`${copy}.sum`, 'utf8')).not.toBe(readFileSync(`${path}.sum`, 'utf8'));
  const spoilt = join(temporaryFolder(), 'advisories.db');
  writeFileSync(spoilt, 'the databasE');
  copyFileSync(`${path}.sum`, `${spoilt}.sum`);
  expect(checkSum(spoilt)).toBe('damaged');
});

it('another file put in its place by hand, or one without a sum, is unknown', () => {
  const path = written();
  rmSync(path);
  writeFileSync(`${path}.new`, 'quite another database');
  copyFileSync(`${path}.new`, path);
  // On some file systems the new file has the number of the old one.
  expect(['unknown', 'damaged']).toContain(checkSum(path));
  rmSync(`${path}.sum`);
  expect(checkSum(path)).toBe('unknown');
  writeFileSync(`${path}.sum`, '{"ino":"x"}');
  expect(checkSum(path)).toBe('unknown');
});
