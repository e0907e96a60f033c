import type { Analyzer } from '../analyzers/analyzer.ts';
import { analyzers as allAnalyzers } from '../analyzers/index.ts';
import { prepareShell } from '../formats/text/index.ts';
import { heardThenCutOff } from '../interruption.ts';
import { type LayerCache, noCache } from '../layers/cache.ts';
import type { CodeSpool } from '../layers/code-spool.ts';
import { type ReadImage, readImage } from '../layers/read-image.ts';
import { squash } from '../layers/squash.ts';
import type { Image, Inventory } from '../model.ts';
import { type Progress, silent } from '../progress.ts';
import { assemble } from './assemble.ts';
import { folderPlatform } from './folder-platform.ts';
import { shownLayers } from './image-config.ts';
import { sbomInventory } from './sbom.ts';
import { withUnlistedSources } from './unlisted-sources.ts';

/** Of a bill of materials there are no files. */
const NOTHING_READ: ReadImage = {
  files: squash([]),
  facts: [],
  buried: [],
  owners: new Map(),
  indexes: [],
  linkedCode: [],
  later: { contents: [], kept: () => undefined, keep() {}, again: async () => {} },
  cached: 0,
  isCut: false,
};

/** What is common to everything that reads an image. */
export interface ReadingOptions {
  readonly cache?: LayerCache;
  readonly analyzers?: readonly Analyzer[];
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** For those who will ask what can be loaded (`exposureOf`): where code is kept that passes by. Theirs to close. */
  readonly spool?: CodeSpool;
  /** What they will ask about in place of the image's own start. */
  readonly command?: string | undefined;
}

/**
 * Reads an image and says what is in it. The image stays open: closing it is its opener's business.
 * Throws PlimsollError `corrupt`, `limit`, `digest-mismatch`, `network`, `registry`, `interrupted`.
 */
export async function takeInventory(
  image: Image,
  options: ReadingOptions = {},
): Promise<{ inventory: Inventory; read: ReadImage }> {
  if (image.bill) return { inventory: sbomInventory(image.bill), read: NOTHING_READ };
  // Readers are pure functions and hold the thread for as long as they like; what they leave behind is the cache's, which is written whole or not.
  return heardThenCutOff(options.signal, async () => {
    const read = await readImage(image, {
      analyzers: options.analyzers ?? allAnalyzers,
      cache: options.cache ?? noCache,
      progress: options.progress ?? silent,
      signal: options.signal,
      spool: options.spool,
      command: options.command,
    });
    await prepareShell();
    const platform = await folderPlatform(image, read, options.signal);
    const inventory = await withUnlistedSources(assemble(read, shownLayers(image.subject), image.subject.config), read);
    return { inventory: platform === undefined ? inventory : { ...inventory, platform }, read };
  });
}
