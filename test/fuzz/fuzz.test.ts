import { describe, expect, it } from 'vitest';
import { corpusOf } from './fuzz.ts';
import { TARGETS } from './targets.ts';

/** Every case that the fuzzer ever found, once more. The search itself is `npm run fuzz`. */
const cases = TARGETS.flatMap((target) =>
  corpusOf('test/fuzz/corpus', target.name).map(({ name, input }) => ({ target, name, input })),
);

describe('cases that the fuzzer found', () => {
  it('are there, and small', () => {
    expect(cases.length).toBeGreaterThan(3);
    expect(cases.filter(({ input }) => input.length > 16_384).map(({ name }) => name)).toEqual([]);
  });

  it.each(cases.map((one) => [`${one.target.name}: ${one.name}`, one] as const))(
    '%s ends, and throws nothing unexpected',
    { timeout: 5_000 },
    async (_, { target, input }) => {
      await target.run(input);
    },
  );
});
