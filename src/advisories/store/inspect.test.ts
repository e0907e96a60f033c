import { expect, it } from 'vitest';
import { filedStore, readable } from '../../../test/filed-world.ts';
import type { Statement } from '../../model.ts';
import { dossier, rangeText } from './inspect.ts';

it.each([
  [{}, 'all'],
  [{ introduced: '4.0', fixed: '4.1.1' }, '>= 4.0, < 4.1.1'],
  [{ introduced: '4.0', isAfter: true, lastAffected: '4.1' } as const, '> 4.0, <= 4.1'],
  // Debian's open entry of CVE-2020-36130 names the version of the next point release.
  [{ limit: '1.0.0.errata1-3+deb11u1' }, '< 1.0.0.errata1-3+deb11u1'],
])('an interval %j is told as "%s"', (range, text) => {
  expect(rangeText({ ranges: [range] })).toBe(text);
});

it('a bulletin is found by the id that people use, and by its revision', async () => {
  // What DSA-5343-1 brought to Debian 11's openssl, and what another bulletin did.
  const fixed = (id: string, bulletin: string): Statement => ({
    id,
    source: 'debian',
    namespace: 'Debian:11',
    package: 'openssl',
    aliases: [],
    state: 'fixed',
    ranges: [{ fixed: '1.1.1n-0+deb11u4' }],
    ratings: [],
    bulletin,
    feed: 'debian/DSA',
  });
  const store = await filedStore(
    readable({ statements: [fixed('CVE-2023-0286', 'DSA-5343-1'), fixed('CVE-2023-0464', 'DSA-5417-1')] }),
  );
  for (const asked of ['DSA-5343', 'DSA-5343-1'])
    expect(dossier(store, asked).statements.map(({ id }) => id)).toEqual(['CVE-2023-0286']);
  expect(dossier(store, 'DSA-534').statements).toEqual([]);
  store.close();
});
