import { existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { takeLock } from './lock.ts';

const OLD = new Date(Date.now() - 60_000);

function lockOf(text: string | undefined, age?: Date): string {
  const path = join(temporaryFolder(), 'advisories.lock');
  if (text !== undefined) writeFileSync(path, text);
  if (age) utimesSync(path, age, age);
  return path;
}

it('is there while it is held, and gone afterwards', async () => {
  const path = lockOf(undefined);
  const lock = await takeLock(path, () => {});
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
  lock.release();
  expect([lock.waited, existsSync(path)]).toEqual([false, false]);
});

it('is gone when the process is ended while it is held', async () => {
  const path = lockOf(undefined);
  const before = new Set(process.listeners('exit'));
  const lock = await takeLock(path, () => {});
  const [atExit, ...more] = process.listeners('exit').filter((listener) => !before.has(listener));
  expect(more).toEqual([]);
  atExit?.call(process, 130);
  expect(existsSync(path)).toBe(false);
  lock.release();
  expect(process.listeners('exit').length).toBe(before.size);
});

it.each([
  ['empty', ''],
  ['of something else', 'apt'],
  ['of another form', '{"owner":1}'],
  ['of a process that has ended', JSON.stringify({ pid: 2 ** 22 + 1, began: '1', host: hostname() })],
  [
    'of a process number that another process has now',
    JSON.stringify({ pid: process.ppid, began: 'never', host: hostname() }),
  ],
  ['without a process', '{"pid":0,"began":""}'],
])('that is %s never blocks: it is taken over, and that is said', async (_, text) => {
  const said: string[] = [];
  const path = lockOf(text, OLD);
  const lock = await takeLock(path, (what) => said.push(what), AbortSignal.timeout(5_000));
  lock.release();
  expect(said.join()).toMatch(/taken over/);
});

it('that is a folder or leads nowhere never blocks either', async () => {
  const folder = lockOf(undefined);
  mkdirSync(folder);
  utimesSync(folder, OLD, OLD);
  (await takeLock(folder, () => {}, AbortSignal.timeout(5_000))).release();
  const link = lockOf(undefined);
  symlinkSync('/nowhere/at/all', link);
  (await takeLock(link, () => {}, AbortSignal.timeout(5_000))).release();
});

it('that is just being written, or held elsewhere by somebody who is not silent, is waited for until interrupted', async () => {
  const said: string[] = [];
  for (const text of [
    '',
    JSON.stringify({ pid: 1, began: '', host: 'another-machine' }),
    JSON.stringify({ pid: process.ppid, began: '', host: '' }),
  ])
    await expect(takeLock(lockOf(text), (what) => said.push(what), AbortSignal.timeout(300))).rejects.toMatchObject({
      code: 'interrupted',
    });
  expect(said).toEqual([
    expect.stringContaining('process 1 on another-machine'),
    expect.stringContaining('waiting for it'),
  ]);
});

it('that cannot be made is an error with what to do', async () => {
  await expect(takeLock('/proc/nothing/advisories.lock', () => {})).rejects.toMatchObject({
    code: 'io',
    hint: expect.stringContaining('written'),
  });
});
