/** Compiles src/ into .e2e/app, so that the suite runs what is in the tree and never a stale or half-written dist/. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { app, root } from './machine.ts';

export default function compile(): void {
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  // Before the build, whose rehearsal runs the program.
  copyFileSync(join(root, 'package.json'), join(app, 'package.json'));
  execFileSync(process.execPath, [join(root, 'build.mjs'), join(app, 'dist')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
