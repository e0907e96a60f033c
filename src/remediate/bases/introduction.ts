import { isSystemType } from '../../ecosystems/index.ts';
import type { LayerIndex } from '../../layers/layer-index.ts';
import type { Package } from '../../model.ts';

/**
 * The layer that brought each package. For OS packages the visible database is that of the last layer that touched it, so the
 * copies in the layers below are asked: from the top down, the lowest of those in a row that list this name and version.
 * For the others it is the layer of their evidence.
 */
export function introductions(
  packages: readonly Package[],
  indexes: readonly Pick<LayerIndex, 'facts'>[],
): ReadonlyMap<Package, number> {
  const listed = indexes.map(({ facts }) => {
    const packagesOf = new Set<string>();
    const paths = new Set<string>();
    for (const { path, fact } of facts)
      if ((fact.kind === undefined || fact.kind === 'package') && isSystemType(fact.type)) {
        packagesOf.add(keyOf(path, fact));
        paths.add(path);
      }
    return { packages: packagesOf, paths };
  });
  return new Map(
    packages.flatMap((pkg): [Package, number][] => {
      const [evidence] = pkg.evidence;
      if (!evidence) return [];
      // Databases that a package manager rewrites as a whole say nothing of when a package came.
      if (!isSystemType(pkg.type)) return [[pkg, Math.min(...pkg.evidence.map(({ layer }) => layer))]];
      const key = keyOf(evidence.path, pkg);
      let first = evidence.layer;
      for (let layer = evidence.layer - 1; layer >= 0; layer--) {
        const at = listed[layer];
        if (!at?.paths.has(evidence.path)) continue;
        if (!at.packages.has(key)) break;
        first = layer;
      }
      return [[pkg, first]];
    }),
  );
}

const keyOf = (path: string, pkg: { name: string; version: string; architecture?: string }): string =>
  `${path}\0${pkg.name}\0${pkg.version}\0${pkg.architecture ?? ''}`;
