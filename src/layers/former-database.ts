import { rpm } from '../ecosystems/system-types.ts';
import type { LayerFact } from './layer-index.ts';

/**
 * Where rpm has its database today, and where it had it before: what was removed since is still listed there.
 * https://fedoraproject.org/wiki/Changes/RelocateRPMToUsr
 */
const RPM_MOVED = 'usr/lib/sysimage/rpm/';
const RPM_FORMER = 'var/lib/rpm/';

/** Whether a database is one that rpm has moved away from: it has packages in the new place. */
export function formerDatabase(facts: Iterable<LayerFact>): (path: string) => boolean {
  // Of any other type it lies there by chance, or was put there.
  for (const { fact, path } of facts)
    if (fact.kind === undefined && fact.type === rpm.type && fact.recovered === undefined && path.startsWith(RPM_MOVED))
      return (path) => path.startsWith(RPM_FORMER);
  return () => false;
}
