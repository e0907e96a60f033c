import { PlimsollError } from '../errors.ts';
import type { Layer, LayerInfo } from '../model.ts';
import type { Descriptor } from './manifest.ts';

/** A layer whose bytes its publisher keeps: registries and saved images mostly do not have them. https://github.com/opencontainers/image-spec/blob/v1.0/layer.md#non-distributable-layers */
export const isForeign = ({ mediaType }: Pick<Descriptor, 'mediaType'>): boolean =>
  /\.(?:foreign\.diff|nondistributable\.v1)\./.test(mediaType);

/** What to say where `who` (`the registry`) does not have it. */
export function foreignLayer(
  { urls }: Pick<Descriptor, 'urls'>,
  who: string,
  where: string,
  cause: unknown,
): PlimsollError {
  return new PlimsollError('not-found', `a foreign layer: its publisher keeps it, and ${who} does not have it`, {
    where,
    hint: `it is at ${urls?.[0] ?? 'no address that the manifest names'}; push or save the image with its foreign layers, and scan that`,
    cause,
  });
}

/** A layer of a saved image that is foreign and was left out: whoever opens it is told, and the others can be read. */
export function leftOut(info: LayerInfo, descriptor: Pick<Descriptor, 'urls'>, who: string, where: string): Layer {
  return unreadableLayer(info, foreignLayer(descriptor, who, where, undefined));
}

/** A layer that cannot be read for this reason, which whoever opens it is told. */
export function unreadableLayer(info: LayerInfo, reason: PlimsollError): Layer {
  const open = async () => {
    throw reason;
  };
  return { ...info, identity: null, verify: false, open };
}

/** Whether a store said that it has no such file. */
export const isMissing = (error: unknown): boolean =>
  error instanceof PlimsollError && /\bmissing$/.test(error.message);
