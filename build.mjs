// Builds src/ into dist/, or into the folder named. Run by `npm ci` through `prepare`, so that `npx plimsoll` works on a fresh clone.
// Types come from tsc. The programs are bundled: a scan out of the cache loads some 250 small files otherwise, a third of its time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
if (!existsSync(join(root, 'src'))) process.exit(0); // an installed package brings its dist/ along
const { rolldown } = await import('rolldown');
const { ascii, late, licensed, oneShape } = await import('./written-code.mjs');
const out = resolve(process.argv[2] ?? join(root, 'dist'));
const next = `${out}.${process.pid}.new`;
process.on('exit', () => rmSync(next, { recursive: true, force: true }));

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const types = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', next], {
  stdio: 'inherit',
});
if (types.status !== 0) process.exit(types.status ?? 1);
/**
 * A package that comes as ES modules alone, seventeen files, and is asked by nearly every first scan: to look for them and compile them anew took 16 ms of
 * processor time each time, a hundredth of a scan of a plain Debian. Its licence goes along.
 */
const BUNDLED = 'unbash';
/** Threads find the compiled code of what they share with the program; the library starts the same ones. */
const THREADS = ['unpack-thread', 'body-thread'];
const common = {
  // The rehearsal finds parts by the paths that the bundler writes into them, wherever the build was started from.
  cwd: root,
  platform: 'node',
  // The library loads at once what the program loads when it needs it.
  checks: { ineffectiveDynamicImport: false },
  transform: { define: { __BUILD__: JSON.stringify(digestOfSources()) } },
  // No file does anything by being loaded: what only a room's face connects need not be loaded with what is asked of it.
  treeshake: { moduleSideEffects: false },
  // Packages stay packages: they bring their licences and their updates themselves.
  external: (id) => !/^[./]/.test(id) && !id.startsWith(root),
};
await write(
  { ...common, input: { index: join(root, 'src/index.ts') } },
  { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'part-[name].js' },
);
// The program, and what runs in threads of its own: CommonJS, for only such code can be kept compiled.
await write(
  {
    ...common,
    external: (id) => id !== BUNDLED && common.external(id),
    input: {
      program: join(root, 'src/cli.ts'),
      launch: join(root, 'src/launch.ts'),
      ...Object.fromEntries(THREADS.map((name) => [`program-${name}`, join(root, `src/layers/${name}.ts`)])),
    },
  },
  {
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'program-[name].cjs',
    dynamicImportInCjs: false,
  },
);
const licence = readFileSync(join(root, 'node_modules', BUNDLED, 'LICENSE'), 'utf8');
for (const name of readdirSync(next).filter((name) => /\.c?js$/.test(name))) {
  const code = oneShape(ascii(readFileSync(join(next, name), 'utf8')));
  writeFileSync(join(next, name), name.endsWith('.cjs') ? licensed(late(code), BUNDLED, licence) : code);
}
writeFileSync(
  join(next, 'cli.cjs'),
  "#!/usr/bin/env node\nrequire('./launch.cjs').launch(__dirname, process.argv.slice(2));\n",
);
for (const name of THREADS)
  writeFileSync(join(next, `${name}.cjs`), `require('./launch.cjs').runIn(__dirname, 'program-${name}.cjs');\n`);
keepCompiled();
chmodSync(join(next, 'cli.cjs'), 0o755);
rmSync(out, { recursive: true, force: true });
renameSync(next, out);

// npx looks into node_modules/.bin first: with a link there it needs neither its own cache nor the network.
const bin = join(root, 'node_modules', '.bin');
if (out === join(root, 'dist') && process.platform !== 'win32' && existsSync(bin)) {
  rmSync(join(bin, 'plimsoll'), { force: true });
  symlinkSync(join('..', '..', 'dist', 'cli.cjs'), join(bin, 'plimsoll'));
}

async function write(input, output) {
  const bundle = await rolldown(input);
  await bundle.write({ dir: next, ...output });
  await bundle.close();
}

/** What is kept from one run to the next holds for exactly this program. */
function digestOfSources() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'src'), { recursive: true }).filter((file) => !/\.test\.ts$/.test(file));
  for (const path of ['package.json', 'package-lock.json', ...sources.sort().map((file) => join('src', file))]) {
    if (statSync(join(root, path), { throwIfNoEntry: false })?.isFile())
      hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Keeps what V8 compiles while the main commands run once. Without that the program is the same, and slower to start. */
function keepCompiled() {
  const { status, stderr, error } = spawnSync(process.execPath, [join(root, 'rehearsal.mjs'), next], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const why = error?.code === 'ETIMEDOUT' ? 'this machine is too busy for a trial run of a minute' : stderr;
  if (status !== 0) console.error(`no compiled code is kept, the program starts a little slower: ${why}`);
}
