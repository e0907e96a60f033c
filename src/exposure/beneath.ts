import { closureOf } from './closure.ts';
import type { Edge, Note, Process, Reached, World } from './model.ts';
import { native } from './native/index.ts';

/** Libraries and compiled modules of any language: `LibXML.so`, `nokogiri.so`, `_imaging.cpython-311-x86_64-linux-gnu.so`. */
const NATIVE = /\.so(?:\.[\d.]+)?$/;

/**
 * Where anything in a folder may be loaded, what compiled modules in it need may be too, wherever that lies: the module of Perl that reads XML
 * needs `libxml2`. A note for each such file, which says what the note of the folder says.
 */
export function beneath(
  notes: readonly Note[],
  world: World,
  process: Process,
  reached: ReadonlyMap<string, Reached>,
): Note[] {
  const clouded: Note[] = [];
  const done = new Set<string>();
  for (const note of notes) {
    const { widens } = note;
    if (typeof widens !== 'object' || !('below' in widens)) continue;
    const key = `${note.as ?? ''} ${widens.below}`;
    if (done.has(key)) continue;
    done.add(key);
    const roots: (Edge & { readonly process: Process })[] = [];
    for (const to of world.tree.paths(widens.below))
      if (NATIVE.test(to) && !reached.has(to)) roots.push({ to, reach: 'callable', how: 'may be loaded', process });
    for (const path of closureOf(world, roots, [native]).reached.keys())
      if (!reached.has(path) && !path.startsWith(`${widens.below}/`))
        clouded.push({ ...note, widens: { below: path } });
  }
  return clouded;
}
