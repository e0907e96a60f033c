// node bench/without.mjs FOLDER PART...: builds this checkout into FOLDER (made anew) without parts of it, which benchmarks then set against
// another build by turns: `node bench/builds.mjs FOLDER IMAGE`, `node bench/exposure/cost.mjs FOLDER/dist dist IMAGE`. Parts:
//   exposure  whatever follows what a container can load: no reader of code, no closure
//   hiding    whatever looks for what an image hides: no `recover`, and none of the readers that nothing else needs; so what fetching their bytes
//             costs is counted too, what is compiled for them, and what is collected behind them
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HIDING_READERS } from './hiding-readers.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = ['src', 'schemas', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const PROGRAMS = ['build.mjs', 'written-code.mjs', 'rehearsal.mjs', 'rehearsal-files.mjs'];

/** How each part is left out, by a function that changes one source. */
const PARTS = {
  exposure(rewrite) {
    rewrite('src/analyzers/index.ts', (text) =>
      text.replace("import * as code from './code/index.ts';\n", '').replace('\n  code,', ''),
    );
    rewrite('src/inventory/kept.ts', (text) =>
      text.replace(
        "if (image.bill || image.subject.source === 'project') return taken;",
        'if (image.layers.length >= 0) return taken;',
      ),
    );
  },
  hiding(rewrite) {
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
  },
};

const [folder, ...left] = process.argv.slice(2);
if (folder === undefined || left.length === 0 || left.some((part) => !(part in PARTS)))
  throw new Error(
    `name the folder to build in (it is made anew), and what to leave out: ${Object.keys(PARTS).join(', ')}`,
  );
const out = resolve(folder);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const part of [...SOURCES, ...PROGRAMS]) cpSync(join(root, part), join(out, part), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(out, 'node_modules'));
for (const part of left)
  PARTS[part]((path, change) => {
    const file = join(out, path);
    const before = readFileSync(file, 'utf8');
    const after = change(before);
    // Then the sources are not what the benchmark takes them for.
    if (after === before)
      throw new Error(`${path} is not what it was: teach ${basename(process.argv[1])} what it is now`);
    writeFileSync(file, after);
  });
const { status } = spawnSync(process.execPath, [join(out, 'build.mjs')], { stdio: 'inherit' });
process.exitCode = status ?? 1;
