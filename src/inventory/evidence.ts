import type { VisibleFact } from '../layers/read-image.ts';
import type { Evidence, LayerInfo } from '../model.ts';

/** Where something was seen, with what is known of the layer that brought it. */
export function evidenceOf(
  { path, via, layer, analyzer }: Omit<VisibleFact, 'fact'>,
  layers: readonly LayerInfo[],
): Evidence {
  const info = layers[layer] as LayerInfo;
  return {
    path,
    layer,
    diffID: info.diffID,
    ...(info.digest === undefined ? {} : { digest: info.digest }),
    ...(info.instruction === undefined ? {} : { instruction: info.instruction }),
    analyzer,
    ...(via === undefined ? {} : { via }),
  };
}
