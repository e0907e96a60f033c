/** Compiles src/ into .e2e/app, so that the suite runs what is in the tree and never a stale or half-written dist/. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { app, root } from './machine.ts';

export default function compile(): void {
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const args = ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(app, 'dist')];
  execFileSync(process.execPath, [tsc, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  copyFileSync(join(root, 'package.json'), join(app, 'package.json'));
}
