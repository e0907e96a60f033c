import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { openSqlite, resourceError } from './sqlite.ts';

it('a file that the system does not open is no damaged one: nobody is told to delete it', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'not-there', 'advisories.db');
  expect(() => openSqlite(path, 'write')).toThrow(expect.objectContaining({ code: 'io', where: path }));
  const many = new Error('Too many open files (os error 24)');
  expect(resourceError(many, path)?.line).toBe(
    `the database cannot be opened: too many files are open (${path}); raise the limits of the process (ulimit -n), or check who may read and write there`,
  );
});

it('a file that is damaged is left to those who know what to do', () => {
  const path = join(temporaryFolder(), 'advisories.db');
  writeFileSync(path, 'no database, and longer than the header of one'.repeat(100));
  const sqlite = openSqlite(path, 'immutable');
  try {
    sqlite.query('SELECT * FROM sqlite_schema').all([]);
    expect.unreachable();
  } catch (error) {
    expect(resourceError(error, path)).toBeUndefined();
  } finally {
    sqlite.close();
  }
});
