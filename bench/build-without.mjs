// Builds this checkout without a part of it: what benchmarks set against the whole, by turns.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const PARTS = ['src', 'schemas', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const PROGRAMS = ['build.mjs', 'written-code.mjs', 'rehearsal.mjs', 'rehearsal-files.mjs'];

/**
 * Builds into the folder that the command line names (made anew). `leaveOut` gets `rewrite(path, change)`, which changes a source and throws
 * where nothing changed: then the sources are not what the benchmark takes them for.
 */
export function buildWithout(leaveOut) {
  if (process.argv[2] === undefined) throw new Error('name the folder to build in: it is made anew');
  const out = resolve(process.argv[2]);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const part of [...PARTS, ...PROGRAMS]) cpSync(join(root, part), join(out, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(out, 'node_modules'));
  leaveOut((path, change) => {
    const file = join(out, path);
    const before = readFileSync(file, 'utf8');
    const after = change(before);
    if (after === before)
      throw new Error(`${path} is not what it was: teach ${basename(process.argv[1])} what it is now`);
    writeFileSync(file, after);
  });
  const { status } = spawnSync(process.execPath, [join(out, 'build.mjs')], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
