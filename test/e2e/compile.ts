/** Compiles src/ into a folder of this run, so that the suite runs what is in the tree and never a stale or half-written dist/. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../src/orphans.ts';
import { ownTemporaryFolder, processesOf } from '../suite-folder.ts';
import { root } from './machine.ts';

/** Two runs in one checkout have a build each, and a folder each for what is temporary: the processes of a run find theirs by its variables. */
export default function compile(): () => void {
  process.env.E2E_KEPT ??= tmpdir();
  const removeTemporary = ownTemporaryFolder('plimsoll-run', putAway);
  const builds = join(root, '.e2e');
  mkdirSync(builds, { recursive: true });
  for (const name of readdirSync(builds)) {
    const pid = Number(/^app-(\d{1,10})$/.exec(name)?.[1] ?? 0);
    if (pid > 0 && pid !== process.pid && !isAlive(pid)) rmSync(join(builds, name), { recursive: true, force: true });
  }
  const app = join(builds, `app-${process.pid}`);
  process.env.E2E_APP = app;
  mkdirSync(app, { recursive: true });
  // The rehearsal asks the program for its version, which is in there.
  copyFileSync(join(root, 'package.json'), join(app, 'package.json'));
  // Documents that are read again are held to their schemas.
  cpSync(join(root, 'schemas'), join(app, 'schemas'), { recursive: true });
  execFileSync(process.execPath, [join(root, 'build.mjs'), join(app, 'dist')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return () => {
    rmSync(app, { recursive: true, force: true });
    removeTemporary();
  };
}

/** Ends what a run left running (browsers, builders, registries, daemons: whoever has its folder), and takes its disks off. */
function putAway(folder: string): void {
  for (const pid of processesOf(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  }
  if (!existsSync('/proc/self/mounts')) return;
  const mounted = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounted.reverse()) spawnSync('umount', ['-l', path.replaceAll('\\040', ' ')]);
}
