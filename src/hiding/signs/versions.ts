import { counted } from '../../formats/grouped.ts';
import type { Sign } from '../../model.ts';
import { NAMED, type SignScene, sign } from './scene.ts';

/** Versions in package databases and manifests that something else of the same package contradicts: somebody edited them. */
export function* edited({ edited: { against } }: SignScene): Generator<Sign> {
  if (against.length === 0) return;
  const named = against.slice(0, NAMED).map(({ words }) => words);
  yield sign(
    'versions-contradicted',
    'warning',
    `the package database or manifest says another thing of ${counted(against.length, 'package')} than what belongs to ${against.length === 1 ? 'it' : 'them'}: ${named.join(', ')}: judged as the older, where one is told`,
    [...new Set(against.map(({ item }) => item.path))],
  );
}

/** Files that prove a package, and beside each in the same layer the mark that deletes it: programs disagree on whether they are there. */
export function* whiteouts({ read }: SignScene): Generator<Sign> {
  const hits = new Set<string>();
  for (const { entries, facts } of read.indexes) {
    let last: string | undefined;
    for (const { path } of facts) {
      if (path === last || path === '') continue;
      last = path;
      const slash = path.lastIndexOf('/') + 1;
      if (entries.find(`${path.slice(0, slash)}.wh.${path.slice(slash)}`) >= 0) hits.add(path);
    }
  }
  if (hits.size > 0)
    yield sign(
      'whiteout-ambiguous',
      'warning',
      `${counted(hits.size, 'file')} that ${hits.size === 1 ? 'proves' : 'prove'} a package ${hits.size === 1 ? 'lies' : 'lie'} in a layer beside the mark that deletes ${hits.size === 1 ? 'it' : 'them'}, which no builder writes and programs take in different ways: judged as there`,
      [...hits],
    );
}
