import { describe, expect, it } from 'vitest';
import { fixedStatement } from '../../test/statements.ts';
import { storeAsOf } from '../advisories/ratings/as-of.ts';
import { schemeNamed } from '../advisories/ratings/severity.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import type { AdvisoryStore } from '../advisories/store/store.ts';
import { linkedCode } from '../formats/executables/linked-code.ts';
import { packModules } from '../formats/python/index.ts';
import { type LayerCache, noCache } from '../layers/cache.ts';
import { LIMITS } from '../limits.ts';
import { type Inventory, installationKey, type LinkedProgram, type Package } from '../model.ts';
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

const SITE = 'usr/lib/python3.9/site-packages';
const PILLOW: Package = {
  type: 'pypi',
  namespace: 'PyPI',
  name: 'Pillow',
  version: '9.0.0',
  purl: 'pkg:pypi/pillow@9.0.0',
  evidence: [{ path: `${SITE}/Pillow-9.0.0.dist-info/METADATA`, layer: 0, diffID: '', analyzer: 'python' }],
};
const net = (path: string): Package => ({
  type: 'golang',
  namespace: 'Go',
  name: 'golang.org/x/net',
  version: 'v0.10.0',
  purl: 'pkg:golang/golang.org/x/net@v0.10.0',
  evidence: [{ path, layer: 0, diffID: '', analyzer: 'binaries' }],
});
const program = (path: string, holds: string): LinkedProgram => ({
  path,
  language: 'go',
  functions: linkedCode(new Map([['golang.org/x/net/html', new Set([holds])]])).packed,
});
/** https://pkg.go.dev/vuln/GO-2023-1988, https://nvd.nist.gov/vuln/detail/CVE-2022-22817 */
const CODE = memoryStore({
  covers: ['Go', 'PyPI'],
  statements: [
    fixedStatement('go', 'Go', 'golang.org/x/net', 'GO-2023-1988', '0.13.0', {
      imports: [{ path: 'golang.org/x/net/html', symbols: ['Render', 'render1'] }],
    }),
    fixedStatement('ghsa', 'PyPI', 'pillow', 'CVE-2022-22817', '9.0.1', {
      title: 'PIL.ImageMath.eval in Pillow before 9.0.1 allows evaluation of arbitrary expressions',
    }),
  ],
});

/** A cache of texts, and a store that counts what it is asked. */
function world(
  answersAs?: string,
  from: AdvisoryStore = facts,
): {
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
    return from.statements(namespace, name);
  };
  return {
    cache,
    texts,
    store: { ...from, statements, ...(answersAs === undefined ? {} : { answersAs }) },
    asked: () => asked,
  };
}

describe('what the same database said of the same inventory', () => {
  it('puts the nearer to what the container runs first where findings are alike in severity', () => {
    const near = { ...deb('openssl', '1.1.1n-0+deb11u3'), exposure: { class: 'loaded' } } as const;
    const far = { ...deb('libssl1.1', '1.1.1n-0+deb11u3'), exposure: { class: 'present' } } as const;
    const taken = { inventory: { ...inventory, packages: [far, near] }, key: undefined };
    const { findings } = matchKept(taken, facts, undefined, undefined);
    expect(findings.map(({ package: { name } }) => name)).toEqual(['openssl', 'openssl', 'libssl1.1', 'libssl1.1']);
  });

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

  it('is said again with what its code and modules say, which differs between packages of one answer, and unpacks neither', () => {
    const asked = (): Inventory => ({
      ...inventory,
      packages: [net('one'), net('two'), PILLOW],
      linked: [program('one', 'Render'), program('two', 'Parse')],
      modules: packModules(
        new Map([[installationKey(PILLOW), new Map([[`${SITE}/PIL/ImageMath.py`, { class: 'loaded' }]])]]),
      ),
    });
    const { cache, store } = world('digest 1', CODE);
    const first = matchKept({ inventory: asked(), key: 'inventory a' }, store, undefined, cache);
    expect(first.findings.map(({ code, named }) => [code?.present, named?.[0]?.module])).toEqual([
      [undefined, 'PIL.ImageMath'],
      ['yes', undefined],
      ['no', undefined],
    ]);
    // Damaged, they would say nothing if they were asked.
    const damaged = { ...asked(), linked: [], modules: 'damaged' };
    const again = matchKept({ inventory: damaged, key: 'inventory a' }, store, undefined, cache);
    expect(JSON.stringify(again.findings)).toBe(JSON.stringify(first.findings));
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
