import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
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
  const circle = lockOf(undefined);
  symlinkSync('advisories.lock', circle);
  (await takeLock(circle, () => {}, AbortSignal.timeout(5_000))).release();
});

it('that says nothing and is of a time to come is watched, and taken over when nobody writes to it', async () => {
  const said: string[] = [];
  const path = lockOf('', new Date(Date.now() + 86_400_000));
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 3_000;
    return now;
  });
  const lock = await takeLock(path, (what) => said.push(what), AbortSignal.timeout(60_000));
  clock.mockRestore();
  lock.release();
  expect(said.join()).toMatch(/taken over/);
});

it('of another container of the same name is waited for, and taken over when it has been silent for minutes', async () => {
  const owner = { pid: 2 ** 22 + 1, began: '1', host: hostname(), space: 'pid:[1]' };
  const minutes = (count: number) => new Date(Date.now() - count * 60_000);
  await expect(
    takeLock(lockOf(JSON.stringify(owner), minutes(1)), () => {}, AbortSignal.timeout(300)),
  ).rejects.toMatchObject({ code: 'interrupted' });
  const said: string[] = [];
  (await takeLock(lockOf(JSON.stringify(owner), minutes(3)), (what) => said.push(what))).release();
  expect(said).toEqual([expect.stringContaining('another container')]);
});

it('of a dead process is taken over by one of many, and the others wait for that one', async () => {
  const path = lockOf(JSON.stringify({ pid: 2 ** 22 + 1, began: '1', host: hostname() }), OLD);
  let holding = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      const lock = await takeLock(path, () => {});
      most = Math.max(most, ++holding);
      await new Promise((resolve) => setImmediate(resolve));
      holding--;
      lock.release();
    }),
  );
  expect(most).toBe(1);
  expect(readdirSync(dirname(path))).toEqual([]);
});

it('that was being taken over when a process was killed is taken over all the same', async () => {
  const path = lockOf('apt', OLD);
  writeFileSync(`${path}.taking`, '');
  utimesSync(`${path}.taking`, OLD, OLD);
  (await takeLock(path, () => {}, AbortSignal.timeout(5_000))).release();
  expect(readdirSync(dirname(path))).toEqual([]);
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
