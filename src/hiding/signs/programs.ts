import { go } from '../../ecosystems/go.ts';
import { counted } from '../../formats/grouped.ts';
import type { Sign } from '../../model.ts';
import { NAMED, placesInWords, type SignScene, sign } from './scene.ts';

/** Programs that UPX packed, and Go programs without the list that the linker writes: unpacked, recognised, or at least told. */
export function* packed({ read, listed }: SignScene): Generator<Sign> {
  const unpacked = [...new Set(read.facts.flatMap(({ path, fact }) => (fact.kind === 'unpacked' ? [path] : [])))];
  const problems = [
    ...read.indexes.flatMap(({ unknowns }) => unknowns),
    ...read.facts.flatMap(({ path, fact }) => (fact.kind === 'unknown' ? [{ path, reason: fact.reason }] : [])),
  ];
  const closed = [
    ...new Set(problems.filter(({ reason }) => reason.startsWith('packed with UPX')).map(({ path }) => path)),
  ];
  if (unpacked.length + closed.length > 0)
    yield {
      ...sign(
        'program-packed',
        'info',
        `${counted(unpacked.length + closed.length, 'program')} packed with UPX, which hides from most scanners what is in it: ${unpacked.length} unpacked and read, ${closed.length} not (${placesInWords([...closed, ...unpacked])})`,
        [...closed, ...unpacked],
      ),
      programs: unpacked.length + closed.length,
    };
  const isEdited = ({ fact }: SignScene['listed'][number]): boolean => fact.properties?.contradictedBy !== undefined;
  const traced = listed.filter(
    (item) => item.fact.recovered === 'code' && item.fact.type === go.type && !isEdited(item),
  );
  const programs = [...new Set(traced.map(({ path }) => path))];
  if (programs.length > 0)
    yield sign(
      'build-information-removed',
      'info',
      `${counted(programs.length, 'Go program')} without the list of modules that Go writes (${placesInWords(programs)}): judged by the names of source files`,
      programs,
    );
}

/** What holds others and is not opened, of each kind: the check, and what may be in it. */
const CLOSED = {
  inside: ['contents-closed', 'what is in there is not judged'],
  archive: ['archives-unopened', 'what may be unpacked from there is not judged'],
  bundle: ['code-merged', 'the packages in there are not judged'],
} as const;

/** Files that hold others which nobody here opens. */
export function* closed({ read, owners }: SignScene): Generator<Sign> {
  const facts = read.facts.flatMap(({ path, fact }) =>
    // What a package of the system merged is that package's.
    fact.kind === 'closed' && !owners.has(path) ? [{ path, ...fact }] : [],
  );
  for (const [as, [check, whatIsMissed]] of Object.entries(CLOSED)) {
    const those = facts.filter((fact) => fact.as === as);
    if (those.length === 0) continue;
    const kinds = new Map<string, number>();
    for (const { what } of those) kinds.set(what, (kinds.get(what) ?? 0) + 1);
    const words = [...kinds].slice(0, NAMED).map(([what, count]) => (count === 1 ? what : `${count} times ${what}`));
    yield {
      ...sign(
        check,
        'info',
        `${words.join(', ')} (${placesInWords(those.map(({ path }) => path))}): ${whatIsMissed}`,
        those.map(({ path }) => path),
      ),
      files: those.length,
    };
  }
}
