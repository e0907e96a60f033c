import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { type AliasClaim, aliasClasses } from './alias-classes.ts';
import { isCve } from './ids.ts';

const claim = (id: string, ...aliases: readonly string[]): AliasClaim => ({ id, aliases, feed: 'osv/PyPI' });

describe('ids of the same vulnerability', () => {
  it('are one class whichever record says so, the CVE first', () => {
    const { classes, disputes } = aliasClasses([
      claim('PYSEC-2022-43012', 'CVE-2022-40897'),
      claim('GHSA-r9hx-vwmv-q579', 'PYSEC-2022-43012'),
    ]);
    expect(classes).toEqual([['CVE-2022-40897', 'GHSA-r9hx-vwmv-q579', 'PYSEC-2022-43012']]);
    expect(disputes).toEqual([]);
  });

  it('a wrong alias does not glue two CVEs together: it is named, with the record that claims it', () => {
    const { classes, disputes } = aliasClasses([
      claim('GHSA-aaaa', 'CVE-2020-1111'),
      claim('GHSA-bbbb', 'CVE-2020-2222'),
      claim('PYSEC-1', 'CVE-2020-1111', 'GHSA-bbbb'),
    ]);
    expect(classes).toEqual([
      ['CVE-2020-1111', 'GHSA-aaaa', 'PYSEC-1'],
      ['CVE-2020-2222', 'GHSA-bbbb'],
    ]);
    expect(disputes).toEqual([{ id: 'PYSEC-1', claimed: 'GHSA-bbbb', feed: 'osv/PyPI', kept: 'CVE-2020-1111' }]);
  });

  it('no class has more than so many, whoever chains ids to each other, and what is not followed is told', () => {
    const count = LIMITS.aliasClass * 2 + 10;
    const { classes, disputes } = aliasClasses(
      Array.from({ length: count }, (_, at) =>
        claim(`X-${String(at).padStart(6, '0')}`, `X-${String(at + 1).padStart(6, '0')}`),
      ),
    );
    expect(classes.map((ids) => ids.length)).toEqual([LIMITS.aliasClass, LIMITS.aliasClass, 11]);
    expect(disputes.map(({ id, claimed, kept }) => [id, claimed, kept])).toEqual([
      ['X-000499', 'X-000500', 'X-000000'],
      ['X-000999', 'X-001000', 'X-000500'],
    ]);
  });

  it('what most records say goes before what one says', () => {
    const { classes, disputes } = aliasClasses([
      claim('PYSEC-1', 'CVE-2020-1111'),
      claim('GHSA-bbbb', 'CVE-2020-2222', 'PYSEC-1'),
      claim('PYSEC-1', 'GHSA-bbbb'),
      claim('CVE-2020-2222', 'GHSA-bbbb'),
    ]);
    expect(classes).toEqual([['CVE-2020-2222', 'GHSA-bbbb', 'PYSEC-1']]);
    expect(disputes).toMatchObject([{ id: 'PYSEC-1', claimed: 'CVE-2020-1111' }]);
  });

  it('what a record says that was taken back counts for nothing against one that stands, and still is a name where nobody says otherwise', () => {
    const back = (id: string, ...aliases: readonly string[]): AliasClaim => ({
      ...claim(id, ...aliases),
      withdrawn: true,
    });
    // Three that were withdrawn lay PYSEC-1 to the wrong CVE.
    const { classes, disputes } = aliasClasses([
      back('PYSEC-1', 'CVE-2020-1111'),
      back('CVE-2020-1111', 'PYSEC-1'),
      back('GHSA-aaaa', 'CVE-2020-1111', 'PYSEC-1'),
      claim('PYSEC-1', 'CVE-2020-2222'),
    ]);
    expect(classes).toEqual([
      ['CVE-2020-1111', 'GHSA-aaaa'],
      ['CVE-2020-2222', 'PYSEC-1'],
    ]);
    expect(disputes.map(({ id, claimed }) => [id, claimed])).toContainEqual(['CVE-2020-1111', 'PYSEC-1']);
    // What was withdrawn as a duplicate is still found by its name.
    expect(aliasClasses([back('GHSA-bbbb', 'CVE-2020-3333')]).classes).toEqual([['CVE-2020-3333', 'GHSA-bbbb']]);
  });

  it('a record that names several CVEs is a bulletin: it belongs to none of them', () => {
    const { classes, disputes } = aliasClasses([
      claim('GO-2021-0001', 'CVE-2020-1111', 'CVE-2020-2222'),
      claim('GHSA-aaaa', 'CVE-2020-1111'),
    ]);
    expect(classes).toEqual([['CVE-2020-1111', 'GHSA-aaaa']]);
    expect(disputes).toEqual([{ id: 'GO-2021-0001', claimed: 'CVE-2020-1111 CVE-2020-2222', feed: 'osv/PyPI' }]);
  });

  it('no class ever holds two CVEs, each id is in one class at most, and the order of claims is of no matter', () => {
    const id = fc.constantFrom(
      'CVE-2020-1111',
      'CVE-2020-2222',
      'CVE-2020-3333',
      'GHSA-a',
      'GHSA-b',
      'PYSEC-1',
      'PYSEC-2',
      'GO-1',
    );
    const claims = fc.array(
      fc.record({ id, aliases: fc.array(id, { maxLength: 3 }), feed: fc.constantFrom('a', 'b') }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(claims, (all) => {
        const { classes } = aliasClasses(all);
        for (const members of classes) expect(members.filter(isCve).length).toBeLessThanOrEqual(1);
        const flat = classes.flat();
        expect(new Set(flat).size).toBe(flat.length);
        expect(aliasClasses([...all].reverse()).classes).toEqual(classes);
      }),
      { numRuns: 500 },
    );
  });

  it('a long chain of claims costs no stack', () => {
    const chain = Array.from({ length: 50_000 }, (_, index) => claim(`GHSA-${index}`, `GHSA-${index + 1}`));
    // A class has so many at most, and the last id would begin one of its own.
    expect(aliasClasses(chain).classes.flat()).toHaveLength(50_000);
  });
});
