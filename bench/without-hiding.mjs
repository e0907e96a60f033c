// node bench/without-hiding.mjs FOLDER: builds this checkout into FOLDER without anything that looks for what an image hides: no `recover`, and
// none of the readers that nothing else needs. `node bench/builds.mjs FOLDER IMAGE` then says by turns what all of it costs, the bytes that it
// fetches, what it compiles and what is collected behind it included.
import { basename, dirname, join } from 'node:path';
import { buildWithout } from './build-without.mjs';
import { HIDING_READERS } from './hiding-readers.mjs';

buildWithout((rewrite) => {
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
});
