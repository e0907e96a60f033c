// Bundles the fuzzer and runs it: `npm run fuzz -- --seconds 120 --seed 1`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
// As the program lies: in a folder beside its package.json.
for (const name of ['node_modules', 'package.json']) symlinkSync(join(root, name), join(folder, name));
const program = join(folder, 'dist');
const bundle = await rolldown({
  input: join(root, 'test', 'fuzz', 'fuzz.ts'),
  platform: 'node',
  external: (id) => !/^[./]/.test(id) && !id.startsWith(root),
  checks: { ineffectiveDynamicImport: false },
});
await bundle.write({ dir: program, entryFileNames: 'fuzz-bundle.mjs', chunkFileNames: 'fuzz-bundle-[hash].mjs' });
const { status } = spawnSync(process.execPath, [join(program, 'fuzz-bundle.mjs'), '--run', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
