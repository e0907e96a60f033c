import type { AdvisoryStore } from '../advisories/store/index.ts';
import { pypi } from '../ecosystems/pypi.ts';
import type { Package } from '../model.ts';
import { comparePep440, parsePep440, publicVersion } from '../versions/pep440.ts';

/**
 * Why the version of a recovered Python package is in doubt: a text in its code or the name of a folder is all that tells it, and the
 * package index had no such version when the database was built. Undefined where nothing speaks against it: the index is recorded for
 * distributions that advisories fix, from the lowest fixed version on, and a development build is no release. Metadata of an installer is
 * left alone: indexes of others have versions of their own.
 */
export function unpublished(
  { type, name, version, recovered }: Package,
  store: Pick<AdvisoryStore, 'distribution'>,
): string | undefined {
  if (type !== pypi.type || recovered === undefined) return undefined;
  const stated = publicVersion(version);
  const parts = parsePep440(stated);
  if (parts === undefined || parts.dev !== null) return undefined;
  const recorded = store.distribution?.(pypi.normalize(name));
  const orders = recorded?.versions.map((release) => comparePep440(release.version, stated)) ?? [];
  if (recorded === undefined || orders.includes(0) || orders.every((order) => order > 0)) return undefined;
  return `not in the package index on ${recorded.asked}`;
}

/** The packages, those in doubt with less certainty and with what speaks against them. */
export function doubted(packages: readonly Package[], store: Pick<AdvisoryStore, 'distribution'>): readonly Package[] {
  let some = false;
  const all = packages.map((pkg): Package => {
    const doubt = unpublished(pkg, store);
    if (doubt === undefined) return pkg;
    some = true;
    const others = pkg.properties?.contradictedBy;
    const contradictedBy = others === undefined ? doubt : `${others}, ${doubt}`;
    return { ...pkg, certainty: 'name', properties: { ...pkg.properties, contradictedBy } };
  });
  return some ? all : packages;
}
