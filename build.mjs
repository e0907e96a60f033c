// Builds src/ into dist/, or into the folder named. Run by `npm ci` through `prepare`, so that `npx plimsoll` works on a fresh clone.
// Types come from tsc. The programs are bundled: a scan out of the cache loads some 250 small files otherwise, a third of its time.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
if (!existsSync(join(root, 'src'))) process.exit(0); // an installed package brings its dist/ along
const { rolldown } = await import('rolldown');
const out = resolve(process.argv[2] ?? join(root, 'dist'));
const next = `${out}.${process.pid}.new`;
process.on('exit', () => rmSync(next, { recursive: true, force: true }));

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const types = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', next], {
  stdio: 'inherit',
});
if (types.status !== 0) process.exit(types.status ?? 1);
const bundle = await rolldown({
  input: {
    cli: join(root, 'src/cli.ts'),
    index: join(root, 'src/index.ts'),
    'unpack-thread': join(root, 'src/layers/unpack-thread.ts'),
  },
  platform: 'node',
  // Packages stay packages: they bring their licences and their updates themselves.
  external: (id) => !/^[./]/.test(id) && !id.startsWith(root),
});
await bundle.write({ dir: next, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'part-[name].js' });
await bundle.close();
chmodSync(join(next, 'cli.js'), 0o755);
rmSync(out, { recursive: true, force: true });
renameSync(next, out);

// npx looks into node_modules/.bin first: with a link there it needs neither its own cache nor the network.
const bin = join(root, 'node_modules', '.bin');
if (out === join(root, 'dist') && process.platform !== 'win32' && existsSync(bin)) {
  rmSync(join(bin, 'plimsoll'), { force: true });
  symlinkSync(join('..', '..', 'dist', 'cli.js'), join(bin, 'plimsoll'));
}
