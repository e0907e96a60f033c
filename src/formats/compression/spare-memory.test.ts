import { describe, expect, it } from 'vitest';
import { spareMemory } from './spare-memory.ts';
import { steadyBlocks } from './steady-blocks.ts';

describe('spare memory', () => {
  it('is used again by whoever needs no more than is there', () => {
    const spare = spareMemory();
    const first = spare.take(100);
    spare.give(first);
    expect(spare.take(80)).toBe(first);
    spare.give(first);
    expect(spare.take(101).length).toBe(101);
  });

  it('is nobody else’s while it is in use', () => {
    const spare = spareMemory();
    expect(spare.take(10)).not.toBe(spare.take(10));
  });

  it('keeps files apart that are read side by side, and one after the other', () => {
    const text = (name: string): Buffer => Buffer.from(name.repeat(10));
    const read = (name: string, steps: number[]): { step(): boolean; said(): string } => {
      const said: string[] = [];
      const bytes = text(name);
      const blocks = steadyBlocks(bytes.length, 8, (block) => {
        said.push(block.toString('latin1'));
        return 0;
      });
      let at = 0;
      return {
        step() {
          const to = Math.min(bytes.length, at + (steps.shift() ?? 3));
          // What the source gives is its own once it is through.
          const chunk = Buffer.from(bytes.subarray(at, to));
          blocks.push(chunk, at);
          chunk.fill(0);
          at = to;
          if (at === bytes.length) blocks.end();
          return at < bytes.length;
        },
        said: () => said.join(''),
      };
    };
    const all = ['abcde', 'fghij', 'klmno'].map((name) => ({ name, file: read(name, [5, 1, 2, 9]) }));
    for (const { file } of all.slice(0, 2)) while (file.step());
    const late = read('pqrst', []);
    let more = true;
    while (more) more = [late.step(), (all[2] as (typeof all)[0]).file.step()].some(Boolean);
    for (const { name, file } of all) expect(file.said()).toBe(text(name).toString('latin1'));
    expect(late.said()).toBe(text('pqrst').toString('latin1'));
  });
});
