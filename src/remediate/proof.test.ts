import { describe, expect, it } from 'vitest';
import { remembering } from '../advisories/store/index.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import { match } from '../matching/match.ts';
import type { Package, Statement } from '../model.ts';
import { findingKeys, fixedVersions, type Proven, presence, prover } from './proof.ts';

const certifi = (version: string): Package => ({
  type: 'pypi',
  name: 'certifi',
  version,
  namespace: 'PyPI',
  purl: `pkg:pypi/certifi@${version}`,
  evidence: [],
});
const statement = (id: string, introduced: string, fixed: string): Statement => ({
  id,
  source: 'ghsa',
  namespace: 'PyPI',
  package: 'certifi',
  aliases: [],
  state: 'fixed',
  ranges: [{ introduced, fixed }],
  ratings: [],
});

describe('the versions that advisories name', () => {
  // certifi's own history: the fixes of two roots brought a third that had to go.
  const store = memoryStore({
    statements: [
      statement('CVE-2022-23491', '2017.11.5', '2022.12.7'),
      statement('CVE-2023-37920', '2015.4.28', '2023.7.22'),
      statement('CVE-2024-39689', '2021.5.30', '2024.7.4'),
    ],
  });

  it('lead through the vulnerabilities of the fixed versions to one that has none', () => {
    const proofs = prover(store, undefined);
    const pkg = certifi('2020.12.5');
    expect([...fixedVersions(pkg, proofs.findings(pkg, pkg.version), proofs)].sort()).toEqual([
      '2022.12.7',
      '2023.7.22',
      '2024.7.4',
    ]);
    expect(proofs.findings(pkg, '2024.7.4')).toEqual([]);
  });
});

describe('what a version would have', () => {
  const store = remembering(
    memoryStore({
      statements: [
        { ...statement('CVE-2022-23491', '2017.11.5', '2022.12.7'), aliases: ['GHSA-43fp-rhv2-5gv8'] },
        { ...statement('GHSA-43fp-rhv2-5gv8', '2017.11.5', '2022.12.7'), bulletin: 'GHSA-43fp-rhv2-5gv8' },
        statement('CVE-2023-37920', '2015.4.28', '2023.7.22'),
        {
          ...statement('CVE-2024-39689', '2021.5.30', '2024.7.4'),
          ratings: [{ source: 'ghsa', severity: 'HIGH', method: 'label' }],
        },
      ],
    }),
  );

  it('is what a scan of it finds, and told once for all versions of which the same is said', () => {
    const judge = prover(store, undefined);
    const pkg = certifi('2020.12.5');
    for (const version of ['2014.1', '2016.9.26', '2020.12.5', '2021.10.8', '2022.12.7', '2023.11.17', '2025.1.31']) {
      const findings = match([certifi(version)], store).findings;
      const told = judge.findings(pkg, version);
      expect(told.map(({ id, aliases, severity, fix }) => ({ id, aliases, severity, fix }))).toEqual(
        findings.map(({ id, aliases, severity, fix }) => ({ id, aliases, severity, fix })),
      );
    }
    expect(judge.findings(pkg, '2021.10.8')).toBe(judge.findings(pkg, '2022.6.15'));
    expect(judge.findings(pkg, '2021.10.8')).not.toBe(judge.findings(pkg, '2022.12.7'));
  });

  it('lies where the package lies that is asked about, though another of its name lies elsewhere', () => {
    const judge = prover(store, undefined);
    const lying = (site: string): Package => ({
      ...certifi('2020.12.5'),
      evidence: [{ path: `${site}/certifi-2020.12.5.dist-info/METADATA`, layer: 0, diffID: '', analyzer: 'python' }],
    });
    const places = ['opt/a/lib/python3.9/site-packages', 'opt/b/lib/python3.9/site-packages'].map((site) => {
      const [first] = judge.findings(lying(site), '2023.11.17');
      return findingKeys(first!)[0];
    });
    expect(new Set(places).size).toBe(2);
  });
});

describe('where vulnerabilities lie', () => {
  const folders = ['opt/a', 'opt/b', 'opt/c'];
  const resultOf = (type: string, id: string, aliases: readonly string[], at: readonly string[]): Proven =>
    ({
      id,
      aliases,
      package: {
        type,
        name: 'thing',
        evidence: at.map((folder) => ({
          path:
            type === 'npm'
              ? `${folder}/node_modules/thing/package.json`
              : `${folder}/lib/python3.9/site-packages/thing-1.dist-info/METADATA`,
          layer: 0,
          diffID: '',
          analyzer: '',
        })),
      },
    }) as unknown as Proven;
  const subsets = Array.from({ length: 8 }, (_, bits) => folders.filter((_, at) => (bits >> at) & 1));
  const all = ['pypi', 'npm', 'deb'].flatMap((type) =>
    subsets.flatMap((at) => [
      resultOf(type, 'CVE-1', ['GHSA-1'], at),
      resultOf(type, 'GHSA-1', [], at),
      resultOf(type, 'CVE-2', [], at),
    ]),
  );

  it('is what the keys of the findings say, of every pair', () => {
    for (const there of all) {
      const keys = new Set(findingKeys(there));
      const lies = presence([there]);
      for (const asked of all) expect(lies.has(asked)).toBe(findingKeys(asked).some((key) => keys.has(key)));
    }
  });
});
