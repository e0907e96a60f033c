import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linkedCode, linkedFunctions } from './linked-code.ts';

const name = fc.stringMatching(/^[A-Za-z_][\w.]{0,20}$/);

it('what is packed is found again, of the packages that are asked for', () => {
  const some = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]+(?:\/[a-z.]+){0,3}$/), fc.uniqueArray(name)), {
    selector: ([path]) => path,
  });
  fc.assert(
    fc.property(some, fc.nat(), (packages, which) => {
      const all = new Map(packages.map(([path, functions]) => [path, new Set(functions)]));
      const { packed } = linkedCode(all);
      const asked = packages[which % Math.max(1, packages.length)];
      const held = linkedFunctions(packed, new Set(asked === undefined ? ['no/such'] : [asked[0], 'no/such']));
      expect([...held.keys()]).toEqual(asked === undefined ? [] : [asked[0]]);
      if (asked !== undefined)
        expect([...(held.get(asked[0]) ?? [])].filter(Boolean).sort()).toEqual([...asked[1]].sort());
    }),
  );
});

it('what is damaged is an error, and what unpacks to more than may be is one too', () => {
  expect(() => linkedFunctions('AAAA', new Set())).toThrow();
});
