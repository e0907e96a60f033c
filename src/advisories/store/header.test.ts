import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { readHeader } from './header.ts';

it.each<[string, string, (path: string) => void]>([
  ['a folder', 'what is in its place is no file', (path) => mkdirSync(path)],
  ['a text', 'it is no SQLite file', (path) => writeFileSync(path, 'hello')],
  ['nothing', 'it is no SQLite file', (path) => writeFileSync(path, '')],
  [
    'a database of another program',
    'it is an SQLite file of another program',
    (path) => writeFileSync(path, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(84)])),
  ],
])('%s in the place of the database is damage, which says what to do', (_, what, make) => {
  const path = join(temporaryFolder(), 'advisories.db');
  make(path);
  expect(() => readHeader(path)).toThrow(
    expect.objectContaining({
      code: 'database-damaged',
      message: `the advisory database is damaged: ${what}`,
      hint: 'delete it and run: plimsoll db update',
    }),
  );
});
