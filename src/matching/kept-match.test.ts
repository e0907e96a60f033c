import { describe, expect, it } from 'vitest';
import { storeAsOf } from '../advisories/ratings/as-of.ts';
import { schemeNamed } from '../advisories/ratings/severity.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import type { AdvisoryStore } from '../advisories/store/store.ts';
import { type LayerCache, noCache } from '../layers/cache.ts';
import { LIMITS } from '../limits.ts';
import type { Inventory, Package } from '../model.ts';
import { matchKept } from './kept-match.ts';

const deb = (name: string, version: string): Package => ({
  type: 'deb',
  namespace: 'Debian:11',
  name,
  version,
  source: { name: 'openssl', version: '1.1.1n-0+deb11u3' },
  purl: `pkg:deb/debian/${name}@${version}`,
  evidence: [],
});
const packages = [
  deb('libssl1.1', '1.1.1n-0+deb11u3'),
  { ...deb('six', '1.16.0'), type: 'pypi', ownedBy: { type: 'deb', name: 'python3-six' } },
  deb('openssl', '1.1.1n-0+deb11u3'),
];
const inventory: Inventory = { packages, risks: [], unknowns: [], files: 3 };
const statement = { source: 'debian', namespace: 'Debian:11', package: 'openssl', aliases: [], ratings: [] } as const;
const facts = memoryStore({
  statements: [
    { ...statement, id: 'CVE-2023-0286', state: 'fixed', ranges: [{ fixed: '1.1.1n-0+deb11u4' }] },
    { ...statement, id: 'CVE-2007-6755', state: 'unimportant', ranges: [] },
  ],
});

/** A cache of texts, and a store that counts what it is asked. */
function world(answersAs?: string): {
  cache: LayerCache;
  store: AdvisoryStore;
  texts: Map<string, string>;
  asked(): number;
} {
  const texts = new Map<string, string>();
  const cache = {
    ...noCache,
    text: (key: string) => texts.get(key),
    putText: (key: string, make: () => string) => void texts.set(key, make()),
  };
  let asked = 0;
  const statements: AdvisoryStore['statements'] = (namespace, name) => {
    asked += 1;
    return facts.statements(namespace, name);
  };
  return {
    cache,
    texts,
    store: { ...facts, statements, ...(answersAs === undefined ? {} : { answersAs }) },
    asked: () => asked,
  };
}

describe('what the same database said of the same inventory', () => {
  it('is said again without a question: findings, what was passed over, in the same order', () => {
    const { cache, store, asked } = world('digest 1');
    const first = matchKept({ inventory, key: 'inventory a' }, store, undefined, cache);
    const questions = asked();
    const again = matchKept({ inventory, key: 'inventory a' }, store, undefined, cache);
    expect(first.findings).toHaveLength(4);
    expect(again).toEqual(first);
    expect(again.findings.map((finding) => packages.indexOf(finding.package))).toEqual(
      first.findings.map((finding) => packages.indexOf(finding.package)),
    );
    expect([questions > 0, asked() - questions]).toEqual([true, 0]);
  });

  it('is asked anew of another database, about another inventory, and by another scheme', () => {
    const { cache, store, asked } = world('digest 1');
    const ask = (key: string | undefined, of: AdvisoryStore, scheme?: string): number => {
      const before = asked();
      matchKept({ inventory, key }, of, scheme === undefined ? undefined : schemeNamed(scheme), cache);
      return asked() - before;
    };
    ask('inventory a', store);
    expect(ask('inventory a', store)).toBe(0);
    expect(ask('inventory b', store)).toBeGreaterThan(0);
    expect(ask('inventory a', { ...store, answersAs: 'digest 2' })).toBeGreaterThan(0);
    expect(ask('inventory a', store, 'nvd')).toBeGreaterThan(0);
    expect(ask('inventory a', storeAsOf(store, '2023-05-12T23:59:59Z'))).toBeGreaterThan(0);
    expect(ask(undefined, store)).toBeGreaterThan(0);
  });

  it('is not kept where it would be more than is worth it', () => {
    const { cache, store, texts } = world('digest 1');
    const many = Array.from({ length: LIMITS.keptItems / 2 + 1 }, (_, at) => deb(`libssl${at}`, '1.1.1n-0+deb11u3'));
    const ask = (of: readonly Package[]) =>
      matchKept({ inventory: { ...inventory, packages: of }, key: `inventory ${of.length}` }, store, undefined, cache);
    expect([ask(many).findings.length, texts.size]).toEqual([LIMITS.keptItems + 2, 0]);
    expect([ask(many.slice(1)).findings.length, texts.size]).toEqual([LIMITS.keptItems, 1]);
  });

  it('is asked anew where what was kept is damaged or speaks of packages that are not there', () => {
    const { cache, store, texts, asked } = world('digest 1');
    const first = matchKept({ inventory, key: 'inventory a' }, store, undefined, cache);
    const [[key, text]] = [...texts] as [[string, string]];
    for (const damaged of [
      text.slice(0, -3),
      '{}',
      ...['[0,99]', '[99,0]'].map((pair) => text.replace(/"findings":\[\[\d+,\d+\]/, `"findings":[${pair}`)),
    ]) {
      texts.set(key, damaged);
      const before = asked();
      expect(matchKept({ inventory, key: 'inventory a' }, store, undefined, cache)).toEqual(first);
      expect(asked()).toBeGreaterThan(before);
    }
  });
});
