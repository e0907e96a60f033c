import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ecosystemNamed, ecosystems, packageOfPurl, purlOf } from '../../src/ecosystems/index.ts';
import { parsePurl } from '../../src/ecosystems/purl.ts';
import { TEXTS } from './junk.ts';

/** Every ecosystem orders any two versions, whatever they are, and files a package under one name. */

const version = fc.oneof(
  fc.constantFrom(...TEXTS.filter((text) => text.length < 100)),
  fc.stringMatching(
    /^[0-9]{1,3}(\.[0-9]{1,3}){0,3}([-~+.]?(a|b|rc|dev|post|alpha|beta|p|r|deb|el|bpo)?[0-9]{0,3}){0,3}$/,
  ),
  fc.string({ maxLength: 12 }),
);

/**
 * Texts among which the publisher's own rules are an order. rpm takes a version without a release for any release of it, so
 * `1-1` = `1` = `1-2`; Maven's ComparableVersion ranks what is no version at all in a circle.
 */
const ORDERED: Readonly<Record<string, RegExp>> = {
  rpm: /^([0-9]{1,2}:)?[0-9a-z.~^+_]{1,8}-[0-9a-z.~^_]{1,8}$/,
  maven: /^[0-9]{1,2}(\.[0-9]{1,2}){0,3}(-(alpha|beta|rc|m)-?[0-9]{1,2}|-snapshot|\.final|-jre)?$/,
};

describe('ecosystems', () => {
  it('have names of their own and are found by their namespaces', () => {
    expect(new Set(ecosystems.map(({ name }) => name)).size).toBe(ecosystems.length);
    for (const it of ecosystems) {
      expect(ecosystemNamed(it.name)).toBe(it);
      expect(ecosystemNamed(`${it.name}:11`)).toBe(it);
      expect(it.type).toMatch(/^[a-z][a-z0-9.+-]*$/);
    }
  });
});

describe.each(ecosystems.map((it) => [it.name, it] as const))(
  'ecosystem %s',
  (_, { type, normalize, compare, comparator }) => {
    it('orders versions: reflexive, antisymmetric, transitive', () => {
      const shape = ORDERED[comparator];
      const ordered = shape === undefined ? version : fc.stringMatching(shape);
      fc.assert(
        fc.property(ordered, ordered, ordered, (a, b, c) => {
          const [x, y, z] = [a, b, c].sort(compare) as [string, string, string];
          expect(compare(x, x)).toBe(0);
          expect(Math.sign(compare(x, y))).toBe(-Math.sign(compare(y, x)) || 0);
          expect(compare(x, y)).toBeLessThanOrEqual(0);
          expect(compare(y, z)).toBeLessThanOrEqual(0);
          expect(compare(x, z)).toBeLessThanOrEqual(0);
        }),
        { numRuns: 300 },
      );
    });

    it('has an answer for any two texts', () => {
      for (const a of TEXTS) for (const b of TEXTS) expect(Number.isNaN(compare(a, b))).toBe(false);
      expect(comparator).not.toBe('');
    });

    it('files a package that came by its package URL under the same name', () => {
      // The specification has lower case where some write names in both: a bill of materials says beside its purl how a name is written.
      fc.assert(
        fc.property(fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,10}[A-Za-z0-9]$/), (name) => {
          const purl = purlOf({ type, name, version: '1.0' }, undefined);
          const read = packageOfPurl(parsePurl(purl ?? '')!);
          expect(normalize(read.name).toLowerCase(), purl).toBe(normalize(name).toLowerCase());
        }),
        { numRuns: 100 },
      );
    });

    it('files a package under one name', () => {
      fc.assert(
        fc.property(fc.oneof(fc.constantFrom(...TEXTS), fc.string()), (name) => {
          expect(normalize(normalize(name))).toBe(normalize(name));
        }),
        { numRuns: 300 },
      );
    });
  },
);
