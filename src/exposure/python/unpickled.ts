import type { Edge } from '../model.ts';
import type { Around } from './meaning.ts';
import { UNPICKLES, type untoldOf } from './untold.ts';
import type { Name } from './whose.ts';

/** What Python's pickles are called. */
const PICKLE = /\.(?:pkl|pickle|pckl|joblib|dill|cloudpickle|sav)$/;

/** What is read names modules: those that pickles of the image name, and any where there are none. */
export function* unpickled(
  name: Name,
  { owner, world, finder, edges }: Around,
  untold: ReturnType<typeof untoldOf>,
): Generator<Edge> {
  const whose = owner.whose(name);
  if (whose !== 'own' && whose !== 'wrapper') return;
  let isNamed = false;
  for (const file of world.tree.paths()) {
    if (!PICKLE.test(file)) continue;
    const modules = world.code(file, 'pickle');
    if (modules === undefined) continue;
    isNamed = true;
    for (const module of modules.split(' '))
      if (module === '?') untold.anything(name, UNPICKLES);
      else if (finder.find(module) !== undefined) yield* edges(module, 'importable', `named in /${file}`);
  }
  if (!isNamed) untold.anything(name, UNPICKLES);
}
