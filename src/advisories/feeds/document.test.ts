import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { localDocument } from './document.ts';

/** What a feed's file leaves behind when it cannot be read. */

const folder = temporaryFolder();

const reading = async (path: string): Promise<unknown> => {
  try {
    for await (const _chunk of localDocument('kev', path).chunks());
    return undefined;
  } catch (error) {
    return error;
  }
};

it('is a folder where a file belongs: one error, and no stream of it breaks later, when the folder is gone', async () => {
  const late: unknown[] = [];
  const hear = (error: unknown) => late.push(error);
  process.prependListener('uncaughtException', hear);
  try {
    for (let round = 0; round < 20; round++) {
      const path = join(folder, `list-${round}.json`);
      mkdirSync(path);
      const answer = reading(path);
      rmSync(path, { recursive: true });
      expect(await answer).toBeInstanceOf(Error);
    }
    await wait(20);
    expect(late).toEqual([]);
  } finally {
    process.removeListener('uncaughtException', hear);
  }
});

it.skipIf(process.platform !== 'linux')('holds no file open after it could not be read', async () => {
  const open = () => readdirSync('/proc/self/fd').length;
  const path = join(folder, 'list.json');
  mkdirSync(path);
  await reading(path);
  await wait(20);
  const before = open();
  for (let round = 0; round < 40; round++) await reading(path);
  await wait(50);
  expect(open() - before).toBeLessThan(20);
});
