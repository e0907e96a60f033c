import type { ReadImage } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import type { LayerInfo, UnlistedModule } from '../model.ts';
import { evidenceOf } from './evidence.ts';

/** Python import packages that nothing lists, with where each was seen; what they hold is read later, and only of an image that has such. */
export function unlistedModules(
  paths: readonly string[],
  files: ReadImage['files'],
  layers: readonly LayerInfo[],
): readonly UnlistedModule[] {
  return paths.slice(0, LIMITS.unlistedModules).flatMap((path): UnlistedModule[] => {
    const first = [`${path}/__init__.py`, `${path}/__init__.pyc`, `${path}.py`, path].find((place) =>
      files.exists(place),
    );
    const at = first === undefined ? undefined : files.find(first);
    return [
      {
        path,
        evidence: evidenceOf({ path: first ?? path, layer: at?.layer ?? 0, analyzer: 'hiding' }, layers),
        sources: [],
      },
    ];
  });
}
