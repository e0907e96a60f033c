import type { Analyzer } from '../analyzers/analyzer.ts';
import type { Entry } from '../model.ts';
import type { WorkClock } from '../work.ts';
import { type ByteSource, fileSource } from './byte-source.ts';
import { show } from './examine.ts';
import type { LayerFact } from './layer-index.ts';
import type { TarBody } from './tar.ts';

/** A body that is all there is in its source. */
export function bodyIn(source: ByteSource, size: number): TarBody {
  return {
    get remaining() {
      return size - source.position;
    },
    chunk: (max) => source.chunk(Math.min(max, size - source.position)),
    async skip(count) {
      await source.skip(count);
    },
  };
}

const WINDOW_BYTES = 256 * 1024;

/** Memory for `factsOfStored`: with new one for each of ten thousand bodies a scan would hold a hundred megabytes that nobody uses. */
export const storedWindow = (): Buffer => Buffer.allocUnsafeSlow(WINDOW_BYTES);

/**
 * What analyzers say of a body that lies in a file of this machine, from `offset` on. Reads into `window`, which is its own until it
 * has told. Throws what reading the file throws.
 */
export async function factsOfStored(
  { entry, file, offset }: { readonly entry: Entry; readonly file: string; readonly offset: number },
  analyzers: readonly Analyzer[],
  clock: WorkClock,
  window: Buffer,
): Promise<readonly LayerFact[]> {
  const facts: LayerFact[] = [];
  const source = fileSource(file, offset, entry.size, window);
  try {
    await show(entry, bodyIn(source, entry.size), analyzers, { keep: (fact) => facts.push(fact), clock });
  } finally {
    source.close();
  }
  return facts;
}
