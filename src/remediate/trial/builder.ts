import { PlimsollError } from '../../errors.ts';
import { docker } from './docker.ts';
import { ownStore } from './own-store.ts';
import type { BuilderKind, ImageBuilder, Workshop } from './workbench.ts';

const KINDS: readonly BuilderKind[] = [docker, ownStore('buildah'), ownStore('podman')];

/** Names that `--builder` takes. */
const BUILDERS: readonly string[] = KINDS.map(({ name }) => name);

/** The first builder that works here, or the named one. Throws `not-found` where there is none. */
export async function findBuilder(workshop: Workshop, named?: string): Promise<ImageBuilder> {
  for (const kind of KINDS)
    if ((named === undefined || named === kind.name) && (await kind.isThere(workshop))) return kind.open(workshop);
  throw new PlimsollError(
    'not-found',
    named === undefined
      ? 'there is no program here that builds images: the plan was not tried'
      : `${named} cannot build here: the plan was not tried`,
    { hint: `install one of ${BUILDERS.join(', ')} (docker needs its Engine), or leave out --try` },
  );
}
