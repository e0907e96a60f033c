// node bench/without-hiding.mjs FOLDER: builds this checkout into FOLDER without anything that looks for what an image hides: no `recover`, and
// none of the readers that nothing else needs. `node bench/builds.mjs FOLDER IMAGE` then says by turns what all of it costs, the bytes that it
// fetches, what it compiles and what is collected behind it included.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HIDING_READERS } from './hiding-readers.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
if (process.argv[2] === undefined) throw new Error('name the folder to build in: it is made anew');
const out = resolve(process.argv[2]);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const PARTS = ['src', 'schemas', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
for (const part of [...PARTS, 'build.mjs', 'written-code.mjs', 'rehearsal.mjs', 'rehearsal-files.mjs'])
  cpSync(join(root, part), join(out, part), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(out, 'node_modules'));

function rewrite(path, change) {
  const file = join(out, path);
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before)
    throw new Error(`${path} is not what it was: teach ${basename(import.meta.url)} what it is now`);
  writeFileSync(file, after);
}

for (const path of HIDING_READERS) {
  const exported = new RegExp(`^export \\{[^}]*\\} from '\\./${basename(path)}\\.ts';\n`, 'm');
  rewrite(join('src/analyzers', dirname(path), 'index.ts'), (text) => text.replace(exported, ''));
}
// What an inventory is made of when `recover` fails.
rewrite('src/hiding/recover.ts', (text) =>
  text.replace(
    '): Recovered {\n',
    `$&  const metadata = facts.filter(({ fact }) => fact.recovered === undefined && !isSystemHint(fact));
  if (layers.length >= 0)
    return { os: stated, listed: metadata, recovered: [], signs: [], ownedFiles: 0, code: [], unlistedPython: [], owners: read.owners };\n`,
  ),
);
const { status } = spawnSync(process.execPath, [join(out, 'build.mjs')], { stdio: 'inherit' });
process.exitCode = status ?? 1;
