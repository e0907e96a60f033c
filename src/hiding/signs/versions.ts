import { counted } from '../../formats/grouped.ts';
import type { Sign } from '../../model.ts';
import { NAMED, placesInWords, type SignScene, sign } from './scene.ts';

/** Versions in package databases and manifests that something else of the same package contradicts: somebody edited them. */
export function* edited({ edited: { against } }: SignScene): Generator<Sign> {
  for (const [level, isLight] of [
    ['warning', false],
    ['info', true],
  ] as const) {
    const those = against.filter((told) => (told.isLight ?? false) === isLight);
    if (those.length === 0) continue;
    const named = those.slice(0, NAMED).map(({ words }) => words);
    const what = isLight ? 'manifest' : 'package database or manifest';
    const what2 = isLight
      ? 'builders leave an older one behind now and then: judged as the older, where no two others agree'
      : 'judged as the older, where one is told';
    yield sign(
      'versions-contradicted',
      level,
      `the ${what} says another thing of ${counted(those.length, 'package')} than what belongs to ${those.length === 1 ? 'it' : 'them'}: ${named.join(', ')}: ${what2}`,
      [...new Set(those.map(({ item }) => item.path))],
    );
  }
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
      `${counted(hits.size, 'file')} that ${hits.size === 1 ? 'proves' : 'prove'} a package (${placesInWords([...hits])}) ${hits.size === 1 ? 'lies' : 'lie'} in a layer beside the mark that deletes ${hits.size === 1 ? 'it' : 'them'}, which no builder writes and programs take in different ways: judged as there`,
      [...hits],
    );
}
