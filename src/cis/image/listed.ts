/** The facts of an image that the Engine lists: configuration and history, no files. */
import type { ImageConfig, RunConfig } from '../../model.ts';
import type { Engine, EngineHistory, EngineImage } from '../engine/index.ts';
import { missed, type Reading } from '../reading.ts';
import type { ImageFacts } from './facts.ts';

const NOT_READ = 'files of local images are read with --deep, or one by one with --image NAME';

/** Asks the Engine for the history, and for nothing more. */
export async function listedImage(engine: Engine, image: EngineImage): Promise<ImageFacts> {
  const history = await engine.history(image.Id);
  const notRead = async () => missed('not-read', NOT_READ);
  return {
    name: image.RepoTags?.[0] ?? image.Id.replace('sha256:', '').slice(0, 12),
    id: image.Id,
    config: configOf(image, history.ok ? history.value : []),
    ...historyUnread(history),
    files: notRead,
    read: notRead,
    inventory: notRead,
    risks: notRead,
    scan: notRead,
    signatures: async () => missed('absent', 'local images do not carry their signatures'),
  };
}

/** A step that does not say what it did is as good as no history. */
function historyUnread(history: Reading<readonly EngineHistory[]>): { historyUnread?: string } {
  if (!history.ok) return { historyUnread: history.reason };
  const whole = history.value.every((step) => step.CreatedBy !== undefined && step.Size !== undefined);
  return whole ? {} : { historyUnread: 'the Engine does not tell what the steps of the image did' };
}

/** The API lists the newest step first, and shows no mark for steps without a layer but their size. */
function configOf(image: EngineImage, history: readonly EngineHistory[]): ImageConfig {
  return {
    platform: { os: image.Os ?? 'linux', architecture: image.Architecture ?? '' },
    run: (image.Config ?? {}) as RunConfig,
    history: [...history]
      .reverse()
      .map((step) => ({ createdBy: step.CreatedBy ?? '', emptyLayer: (step.Size ?? 0) === 0 })),
    diffIDs: image.RootFS?.Layers ?? [],
  };
}
