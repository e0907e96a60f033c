import { hider, maskedConfig, risksInConfig } from '../analyzers/configuration/index.ts';
import type { FolderPlatform, ImageConfig, Inventory, LayerInfo, Risk, Subject } from '../model.ts';

/**
 * What an image's configuration shows without any file: secrets in its environment, labels, commands and history, Jupyter
 * open to all. Their evidence has an empty path and the layer that the instruction made or stood on; the configuration as
 * a whole is that of the top layer.
 */
export function configRisks(config: ImageConfig, layers: readonly LayerInfo[]): Risk[] {
  const top = Math.max(layers.length - 1, 0);
  // The layer that each step of the history made, or for one that made none the layer before.
  let made = -1;
  const layerOf = config.history.map(({ emptyLayer }) => Math.max(emptyLayer ? made : ++made, 0));
  return risksInConfig(config).map(({ kind: _, ...rest }) => {
    const step = /^history ([0-9]+)$/.exec(rest.at ?? '')?.[1];
    const layer = step === undefined ? top : Math.min(layerOf[Number(step) - 1] ?? top, top);
    const info = layers[layer];
    const evidence = {
      path: '',
      layer,
      diffID: info?.diffID ?? '',
      ...(info?.digest === undefined ? {} : { digest: info.digest }),
      ...(info?.instruction === undefined ? {} : { instruction: info.instruction }),
      analyzer: 'image-config',
    };
    return { ...rest, evidence };
  });
}

/** The subject as reports may show it to everybody: secrets in its configuration and instructions are masked. */
export function shownSubject(given: Subject, inventory?: Pick<Inventory, 'platform'>): Subject {
  const subject = withPlatform(given, inventory?.platform);
  const { config } = subject;
  // What a folder of sources is read as is no layer of anything.
  if (subject.source === 'project') return { ...subject, layers: [] };
  if (config === undefined) return subject;
  return { ...subject, layers: shownLayers(subject), config: maskedConfig(config) };
}

/** What the user says a folder is for goes before what its files say. */
function withPlatform(subject: Subject, inferred: FolderPlatform | undefined): Subject {
  if (inferred === undefined || subject.platform !== undefined) return subject;
  const { by: _, ...platform } = inferred;
  return { ...subject, platform };
}

/** Its layers, with the secrets in their instructions masked. */
export function shownLayers({ config, layers }: Subject): readonly LayerInfo[] {
  if (config === undefined) return layers;
  const hide = hider(config);
  return layers.map((layer) =>
    layer.instruction === undefined ? layer : { ...layer, instruction: hide(layer.instruction) },
  );
}
