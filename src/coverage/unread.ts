import { DECLARATIONS, type Unknown } from '../model.ts';

/** Files that could not be read whole: one that two analyzers gave up is one. */
export function filesUnread(unknowns: readonly Unknown[]): number {
  const files = new Set<string>();
  let nameless = 0;
  for (const { path, analyzer, layer } of unknowns) {
    if (analyzer === DECLARATIONS) continue;
    if (path === '') nameless += 1;
    else files.add(`${layer} ${path}`);
  }
  return files.size + nameless;
}
