/** node own-analyzer.ts IMAGE: a file of your own that proves a package, read beside all others. */
import { analyzer, analyzers, openTarget, surroundings, takeInventory } from 'plimsoll';

const modelCard = analyzer({
  name: 'acme-model',
  version: 1,
  files: ['opt/acme/model.json'],
  *read(file) {
    const { name, version } = JSON.parse(file.text()) as { name: string; version: string };
    yield { kind: 'package', type: 'generic', name, version };
  },
});

const [target = ''] = process.argv.slice(2);
const { image, cache, close } = await openTarget(target, { cache: false }, surroundings());
try {
  const { inventory } = await takeInventory(image, { cache, analyzers: [...analyzers, modelCard] });
  for (const { purl } of inventory.packages) console.log(purl);
} finally {
  await close();
}
