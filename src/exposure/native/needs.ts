import type { World } from '../model.ts';

/** What the collector kept of a program or library: `ElfNeeds`, read back from what may be a damaged cache. */
export interface Needs {
  readonly bits: number;
  readonly machine: number;
  readonly interpreter?: string;
  readonly soname?: string;
  readonly needed: readonly string[];
  readonly rpath?: string;
  readonly runpath?: string;
  readonly nowhereElse?: boolean;
  readonly opens?: readonly string[];
}

/** Remembers what was parsed: each library is asked about by many. */
export function needsIn(world: World): (path: string) => Needs | undefined {
  const known = new Map<string, Needs | undefined>();
  return (path) => {
    if (known.has(path)) return known.get(path);
    const text = world.code(path, 'elf');
    const needs = text === undefined ? undefined : (JSON.parse(text) as Needs);
    known.set(path, needs);
    return needs;
  };
}
