import type { ElfNeeds } from '../../formats/executables/index.ts';
import type { World } from '../model.ts';

/** Remembers what was parsed: each library is asked about by many. */
export function needsIn(world: World): (path: string) => ElfNeeds | undefined {
  const known = new Map<string, ElfNeeds>();
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    // Most files that are asked about are none of the loader's; the world knows that of them already.
    const text = world.code(path, 'elf');
    if (text === undefined) return undefined;
    const needs = JSON.parse(text) as ElfNeeds;
    known.set(path, needs);
    return needs;
  };
}
