// node bench/without-exposure.mjs FOLDER: builds this checkout into FOLDER without anything that follows what a container can load: no reader of
// code, no closure. `node bench/exposure/cost.mjs FOLDER/dist dist IMAGE` then says by turns what all of it costs.
import { buildWithout } from './build-without.mjs';

buildWithout((rewrite) => {
  rewrite('src/analyzers/index.ts', (text) =>
    text.replace("import * as code from './code/index.ts';\n", '').replace('\n  code,', ''),
  );
  rewrite('src/inventory/kept.ts', (text) =>
    text.replace(
      "if (image.bill || image.subject.source === 'project') return taken;",
      'if (image.layers.length >= 0) return taken;',
    ),
  );
});
