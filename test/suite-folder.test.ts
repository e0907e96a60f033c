import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ownTemporaryFolder, processesOf } from './suite-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const before = process.env.TMPDIR;
afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
});

/** The number of a process that was, and is no more. */
const dead = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('the temporary folder of a run', () => {
  it('is where programs put what is temporary, and goes with all in it', () => {
    const outside = temporaryFolder();
    process.env.TMPDIR = outside;
    const remove = ownTemporaryFolder('some');
    const folder = process.env.TMPDIR;
    expect(folder).toMatch(new RegExp(`^${outside}/some-${process.pid}-`));
    writeFileSync(join(folder, 'left'), 'x');
    remove();
    expect(process.env.TMPDIR).toBe(outside);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('takes away what killed runs left, after it was put away, and nothing else', () => {
    const outside = temporaryFolder();
    process.env.TMPDIR = outside;
    const killed = join(outside, `some-${dead()}-abcdef`);
    const others = [`some-${process.ppid}-abcdef`, `other-${dead()}-abcdef`, 'some-cache'];
    for (const path of [killed, ...others.map((name) => join(outside, name))])
      mkdirSync(join(path, 'in'), { recursive: true });
    const put: string[] = [];
    const remove = ownTemporaryFolder('some', (folder) => void put.push(folder));
    expect(put).toEqual([killed]);
    expect(existsSync(killed)).toBe(false);
    remove();
    expect(readdirSync(outside).sort()).toEqual(others.sort());
  });

  it.skipIf(process.platform !== 'linux')('is known to the processes that were started with it', async () => {
    const folder = temporaryFolder();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6); console.log(1)'], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((ready) => child.stdout.once('data', ready));
    expect(processesOf(folder)).toEqual([child.pid]);
    child.kill('SIGKILL');
    await new Promise((gone) => child.once('exit', gone));
    expect(processesOf(folder)).toEqual([]);
  });
});
