// Compiles src/ to dist/. Run by `npm ci` through `prepare`, so that `npx plimsoll` works on a fresh clone.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
if (!existsSync(join(root, 'src'))) process.exit(0); // an installed package brings its dist/ along
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
rmSync(join(root, 'dist'), { recursive: true, force: true });
const run = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
if (run.status !== 0) process.exit(run.status ?? 1);
chmodSync(join(root, 'dist', 'cli.js'), 0o755);

// npx looks into node_modules/.bin first: with a link there it needs neither its own cache nor the network.
const bin = join(root, 'node_modules', '.bin');
if (process.platform !== 'win32' && existsSync(bin)) {
  rmSync(join(bin, 'plimsoll'), { force: true });
  symlinkSync(join('..', '..', 'dist', 'cli.js'), join(bin, 'plimsoll'));
}
