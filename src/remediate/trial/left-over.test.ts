import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { clearTrials, trialFolderPrefix } from './left-over.ts';

/** No process has so high a number. */
const DEAD = 2 ** 22 + 1;

it('what a trial that was killed left is removed by the next one; what lives, links and others stay', async () => {
  const folder = temporaryFolder();
  const made = [
    `${trialFolderPrefix(DEAD)}a`,
    `${trialFolderPrefix()}b`,
    `${trialFolderPrefix(process.ppid)}c`,
    'other',
  ];
  for (const name of made) {
    mkdirSync(join(folder, name, 'tmp'), { recursive: true });
    writeFileSync(join(folder, name, 'tmp', 'layer'), 'x');
  }
  symlinkSync(join(folder, 'other'), join(folder, `${trialFolderPrefix(DEAD)}link`));
  await clearTrials(folder, {});
  expect(made.map((name) => existsSync(join(folder, name, 'tmp', 'layer')))).toEqual([false, true, true, true]);
  expect(existsSync(join(folder, `${trialFolderPrefix(DEAD)}link`))).toBe(true);
  await clearTrials(join(folder, 'nothing'), {});
});

describe.skipIf(process.platform !== 'linux')('a builder that outlived its trial', () => {
  it('is ended by the next trial; one that works elsewhere is not', async () => {
    const folder = temporaryFolder();
    const of = (pid: number): string => join(folder, `${trialFolderPrefix(pid)}a`);
    const started = await Promise.all(
      [DEAD, process.ppid].map(async (pid) => {
        mkdirSync(join(of(pid), 'tmp'), { recursive: true });
        const env = { TMPDIR: join(of(pid), 'tmp') };
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6); console.log(1)'], {
          env,
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        await once(child.stdout, 'data');
        return child;
      }),
    );
    const [left, other] = started;
    const ended = once(left!, 'exit');
    await clearTrials(folder, {});
    expect((await ended)[1]).toBe('SIGKILL');
    expect([of(DEAD), of(process.ppid)].map((path) => existsSync(path))).toEqual([false, true]);
    expect(other!.exitCode ?? other!.signalCode).toBeNull();
    other!.kill('SIGKILL');
  });

  it('has its image taken back from the Engine, by a name that only a trial gives', async () => {
    const folder = temporaryFolder();
    const asked = join(folder, 'asked');
    const docker = join(folder, 'docker');
    writeFileSync(docker, `#!/bin/sh\necho "$@" >> ${asked}\n`, { mode: 0o755 });
    for (const [at, image] of ['plimsoll-try-0123456789ab', 'plimsoll-try-x --all', 'theirs'].entries()) {
      mkdirSync(join(folder, `${trialFolderPrefix(DEAD)}${at}`));
      writeFileSync(join(folder, `${trialFolderPrefix(DEAD)}${at}`, 'engine-image'), image);
    }
    await clearTrials(folder, { PATH: `${folder}:/usr/bin:/bin` });
    expect(readFileSync(asked, 'utf8')).toBe('image rm --force --no-prune plimsoll-try-0123456789ab\n');
  });
});
