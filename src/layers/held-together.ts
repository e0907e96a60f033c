import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { LayerIndex } from './layer-index.ts';

/**
 * Counts what the layers of an image hold together, those that the cache knew as well: each may hold what a layer may, and a thousand
 * such layers are small where they are packed. The function that it returns throws `limit`.
 */
export function heldTogether(
  where: string,
  most: { readonly facts: number; readonly entries: number } = {
    facts: LIMITS.factsPerImage,
    entries: LIMITS.imageEntries,
  },
): (index: Pick<LayerIndex, 'facts'> & { readonly entries: { readonly size: number } }) => void {
  let facts = 0;
  let entries = 0;
  return (index) => {
    facts += index.facts.length;
    entries += index.entries.size;
    const what =
      facts > most.facts
        ? `name more than ${most.facts} packages and risks`
        : entries > most.entries
          ? `hold more than ${most.entries} files and folders`
          : undefined;
    if (what !== undefined) throw new PlimsollError('limit', `the layers of this image together ${what}`, { where });
  };
}
