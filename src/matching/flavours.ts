import type { Distribution } from '../ecosystems/ecosystem.ts';
import type { Statement } from '../model.ts';
import { buildsOf } from './modules.ts';

/**
 * Whether a statement can concern a build of this flavour: `2:2.28-151.0.1.ksplice1.el8` is newer than every ordinary glibc by its epoch, and
 * fixes none of them. A statement that names no build speaks of all. https://linux.oracle.com/errata/ELSA-2021-9344.html
 */
export function concernsFlavour(
  statement: Statement,
  version: string,
  system: Pick<Distribution, 'flavour'> | undefined,
): boolean {
  if (system?.flavour === undefined) return true;
  const builds = buildsOf(statement);
  const installed = system.flavour(version);
  return builds.length === 0 || builds.some((build) => system.flavour?.(build) === installed);
}
