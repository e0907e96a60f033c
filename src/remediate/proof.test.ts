import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Package, Statement } from '../model.ts';
import { fixedVersions, prover } from './proof.ts';

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
    const one = certifi('2020.12.5');
    expect([...fixedVersions(one, proofs.findings(one, one.version), proofs)].sort()).toEqual([
      '2022.12.7',
      '2023.7.22',
      '2024.7.4',
    ]);
    expect(proofs.findings(one, '2024.7.4')).toEqual([]);
  });
});
