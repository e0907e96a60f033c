import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Resolution, resolve } from './resolver.ts';

/** Versions of each package, the most welcome first, with which versions of others each needs. */
type World = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>>>;

const resolved = (world: World, names: readonly string[], budget = 1_000): Promise<Resolution> =>
  resolve({
    names,
    budget,
    candidates: async (name) => Object.keys(world[name] ?? {}),
    needs: async (name, version) =>
      Object.entries(world[name]?.[version] ?? {}).map(([needed, versions]) => ({
        name: needed,
        accepts: (entry) => versions.includes(entry),
      })),
  });

const answer = async (world: World, ...names: string[]): Promise<unknown> => {
  const resolution = await resolved(world, names);
  return resolution instanceof Map ? Object.fromEntries(resolution) : resolution;
};

describe('the resolver', () => {
  it('takes the most welcome version of each package, and what it needs', async () => {
    const world: World = { app: { b1: { lib: ['v1', 'v2'] }, a2: {} }, lib: { v2: {}, v1: {} } };
    expect(await answer(world, 'app')).toEqual({ app: 'b1', lib: 'v2' });
  });

  it('gives up a welcome version for one that goes with the rest', async () => {
    const world: World = {
      starlette: { v3: {}, v2: {}, v1: {} },
      fastapi: { v2: { starlette: ['v2'] }, v1: { starlette: ['v1'] } },
      gradio: { v1: { fastapi: ['v1', 'v2'] } },
    };
    expect(await answer(world, 'starlette', 'fastapi', 'gradio')).toEqual({
      starlette: 'v2',
      fastapi: 'v2',
      gradio: 'v1',
    });
  });

  it('proves that there is none, also where that takes three packages', async () => {
    const world: World = {
      a: { v1: { b: ['v1'] }, v2: { b: ['v2'] } },
      b: { v1: { c: ['v1'] }, v2: { c: ['v2'] } },
      c: { v1: { a: ['v2'] }, v2: { a: ['v1'] } },
    };
    expect(await answer(world, 'a')).toBe('impossible');
    expect(await answer({ a: { v1: { gone: ['v1'] } } }, 'a')).toBe('impossible');
  });

  it('ends without an answer where several searches together have looked at as much as they may', async () => {
    const effort = { left: 1_000 };
    const ask = (): Promise<Resolution> =>
      resolve({
        names: ['a', 'b'],
        budget: 1_000,
        effort,
        candidates: async () => [...Array(40).keys()].map(String),
        needs: async (name) => (name === 'a' ? [{ name: 'b', accepts: (version) => version === '39' }] : []),
      });
    expect(await ask()).toBeInstanceOf(Map);
    let answers = 1;
    while ((await ask()) !== 'unknown') answers += 1;
    expect(answers).toBeLessThan(20);
    expect(effort.left).toBeLessThanOrEqual(0);
  });

  it('forgets nothing of what a version needs where two of its needs cannot be met', async () => {
    const world: World = {
      a: { v1: { c: ['v1', 'v3'] } },
      b: { v1: { a: [] }, v3: { c: ['v1'], a: [] } },
      c: { v3: {}, v1: {} },
    };
    expect(await answer(world, 'a', 'b')).toBe('impossible');
  });

  it('says that it does not know where it was not to go on', async () => {
    const chain: World = {
      a: { v1: { c: ['v1'] }, v2: { c: ['v2'] } },
      b: { v1: { c: ['v3'] }, v2: { c: ['v3'] } },
      c: { v1: {}, v2: {}, v3: {} },
    };
    expect(await resolved(chain, ['a', 'b'], 0)).toBe('unknown');
    expect(await resolved(chain, ['a', 'b'])).toBe('impossible');
  });

  it('agrees with trying everything, in random worlds', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const versions = ['v1', 'v2', 'v3'];
    const needs = fc.dictionary(fc.constantFrom(...names), fc.subarray(versions), { maxKeys: 3 });
    const worlds = fc.dictionary(
      fc.constantFrom(...names),
      fc.dictionary(fc.constantFrom(...versions), needs, { minKeys: 1, maxKeys: 3 }),
      { minKeys: 3, maxKeys: 5 },
    );
    await fc.assert(
      fc.asyncProperty(worlds, fc.subarray(names, { minLength: 1 }), async (world, wanted) => {
        const resolution = await resolved(world, wanted);
        if (resolution === 'unknown') throw new Error('the budget is large enough for all of it');
        if (resolution === 'impossible') expect(everything(world, wanted)).toBe(false);
        else expect(holds(world, wanted, resolution)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

function holds(world: World, wanted: readonly string[], map: ReadonlyMap<string, string>): boolean {
  return (
    wanted.every((name) => map.has(name)) &&
    [...map].every(([name, version]) =>
      Object.entries(world[name]?.[version] ?? { [name]: [] }).every(([needed, accepted]) =>
        accepted.includes(map.get(needed) ?? ''),
      ),
    )
  );
}

/** Whether any choice of versions, or of none, satisfies everything. */
function everything(world: World, wanted: readonly string[]): boolean {
  let choices: ReadonlyMap<string, string>[] = [new Map()];
  for (const [name, versions] of Object.entries(world))
    choices = choices.flatMap((choice) => [
      choice,
      ...Object.keys(versions).map((version) => new Map([...choice, [name, version]])),
    ]);
  return choices.some((choice) => holds(world, wanted, choice));
}
