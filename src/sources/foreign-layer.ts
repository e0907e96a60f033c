import { PlimsollError } from '../errors.ts';
import type { Descriptor } from './manifest.ts';

/** A layer whose bytes its publisher keeps: registries and saved images mostly do not have them. https://github.com/opencontainers/image-spec/blob/v1.0/layer.md#non-distributable-layers */
export const isForeign = ({ mediaType }: Descriptor): boolean =>
  /\.(?:foreign\.diff|nondistributable\.v1)\./.test(mediaType);

/** What to say where `who` (`the registry`) does not have it. */
export function foreignLayer({ urls }: Descriptor, who: string, where: string, cause: unknown): PlimsollError {
  return new PlimsollError('unsupported', `a foreign layer: its publisher keeps it, and ${who} does not have it`, {
    where,
    hint: `it is at ${urls?.[0] ?? 'no address that the manifest names'}; push or save the image with its foreign layers, and scan that`,
    cause,
  });
}
