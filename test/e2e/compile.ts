/** Compiles src/ into a folder of this run, so that the suite runs what is in the tree and never a stale or half-written dist/. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './machine.ts';

/** Two runs in one checkout have a build each: the processes of a run find theirs by its variable. */
export default function compile(): () => void {
  const app = join(root, '.e2e', `app-${process.pid}`);
  process.env.E2E_APP = app;
  mkdirSync(app, { recursive: true });
  // The rehearsal asks the program for its version, which is in there.
  copyFileSync(join(root, 'package.json'), join(app, 'package.json'));
  // Documents that are read again are held to their schemas.
  cpSync(join(root, 'schemas'), join(app, 'schemas'), { recursive: true });
  execFileSync(process.execPath, [join(root, 'build.mjs'), join(app, 'dist')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return () => rmSync(app, { recursive: true, force: true });
}
