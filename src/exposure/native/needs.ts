import type { ElfNeeds } from '../../formats/executables/index.ts';
import type { World } from '../model.ts';

/** Remembers what was parsed: each library is asked about by many. */
export function needsIn(world: World): (path: string) => ElfNeeds | undefined {
  const known = new Map<string, ElfNeeds | undefined>();
  return (path) => {
    if (known.has(path)) return known.get(path);
    const text = world.code(path, 'elf');
    const needs = text === undefined ? undefined : (JSON.parse(text) as ElfNeeds);
    known.set(path, needs);
    return needs;
  };
}
