import { describe, expect, it } from 'vitest';
import type { Finding, Package } from '../../model.ts';
import { parseGoal } from '../goal.ts';
import type { Prover } from '../proof.ts';
import { planConda } from './index.ts';

const PREFIX = '/opt/conda/envs/train';
const installed = (name: string, version: string, depends = '', prefix = PREFIX): Package =>
  ({
    type: 'conda',
    name,
    version,
    purl: `pkg:conda/${name}@${version}`,
    evidence: [{ path: `${prefix.slice(1)}/conda-meta/${name}-${version}.json`, layer: 0 }],
    properties: { prefix, depends },
  }) as unknown as Package;

/** openssl 1.1.1k of the image is affected by CVE-2021-3711, and 1.1.1l is not. */
const affected = (pkg: Package, fixed: string): Finding =>
  ({
    id: 'CVE-2021-3711',
    aliases: [],
    package: pkg,
    severity: 'CRITICAL',
    fix: { state: 'fixed', version: fixed, versions: [fixed] },
    ratings: [],
    reasons: [],
  }) as unknown as Finding;

/** Nothing is wrong with what the advisories say is fixed. */
const prover = { findings: () => [] } as unknown as Prover;

const plan = (fixed: string, ...depends: readonly string[]) => {
  const numpy = installed('numpy', '1.21.2');
  const others = depends.map((text, index) => installed(`asks-${index}`, '1.0', text));
  const [only] = planConda([numpy, ...others], [affected(numpy, fixed)], parseGoal(''), prover, 'needed');
  return only;
};

describe('a plan for a conda environment', () => {
  it('brings what is affected to the version that is free of it, within the environment', () => {
    expect(plan('1.22.0')).toMatchObject({
      prefix: PREFIX,
      changes: [
        { type: 'conda', name: 'numpy', from: '1.21.2', to: '1.22.0', verified: 'advisory', environment: PREFIX },
      ],
      conflicts: [],
    });
  });

  it.each([
    'numpy >=1.16.6,<2.0a0',
    'numpy 1.22.*',
    'numpy >=1.21',
    'numpy 1.20.*|1.22.*',
    'numpy *',
    'numpy',
    'numpy !=1.21.9',
    'numpy =1.22',
    '__glibc >=2.17',
    'python >=3.9,<3.10.0a0',
  ])('is held by no dependency that lets the version be: %s', (depends) => {
    expect(plan('1.22.0', depends)?.changes).toMatchObject([{ to: '1.22.0' }]);
  });

  it.each([
    'numpy >=1.16.6,<1.22',
    'numpy 1.21.*',
    'numpy ==1.21.2',
    'numpy <=1.21.9',
    'numpy !=1.22.*',
    'numpy =1.21',
    'numpy 1.20.*|1.21.*',
  ])('is kept by one that does not, which is named: %s', (depends) => {
    const held = plan('1.22.0', 'python >=3.9', depends);
    expect(held?.changes).toEqual([]);
    expect(held?.conflicts).toMatchObject([
      { name: 'numpy', wanted: '1.22.0', because: [`asks-1 1.0 depends on ${depends}`], keeps: ['CVE-2021-3711'] },
    ]);
  });

  it('is held by bounds with letters too, which are no versions of Python packages', () => {
    const openssl = installed('openssl', '1.1.1k');
    const asks = installed('python', '3.9.7', 'openssl >=1.1.1k,<1.1.2a');
    const to = (fixed: string) =>
      planConda([openssl, asks], [affected(openssl, fixed)], parseGoal(''), prover, 'needed')[0];
    expect(to('1.1.1l')?.changes).toMatchObject([{ name: 'openssl', to: '1.1.1l' }]);
    expect(to('3.0.9')).toMatchObject({
      changes: [],
      conflicts: [{ because: ['python 3.9.7 depends on openssl >=1.1.1k,<1.1.2a'] }],
    });
  });

  it('is one for each environment that has something to fix, and none for others', () => {
    const base = installed('numpy', '1.21.2', '', '/opt/conda');
    const other = installed('numpy', '1.23.0', '', '/opt/conda/envs/new');
    const plans = planConda([base, other], [affected(base, '1.22.0')], parseGoal(''), prover, 'needed');
    expect(plans.map(({ prefix }) => prefix)).toEqual(['/opt/conda']);
    expect(planConda([other], [], parseGoal(''), prover, 'needed')).toEqual([]);
  });

  it('asks of OpenSSL for no version that went to customers of paid support alone', () => {
    const openssl = installed('openssl', '1.1.1s');
    // Of 3.0 there is something to fix as well.
    const later = affected({ ...openssl, version: '3.0.0' }, '3.0.15');
    const knowing = {
      findings: (_: Package, version: string) => (version === '3.0.0' ? [later] : []),
    } as unknown as Prover;
    const to = (fixed: string) =>
      planConda([openssl], [affected(openssl, fixed)], parseGoal(''), knowing, 'needed')[0]?.changes.map(
        (change) => change.to,
      );
    expect(to('1.1.1w')).toEqual(['1.1.1w']);
    expect(to('1.1.1zb')).toEqual(['3.0.15']);
  });

  it('takes another minor version of Python for a major step, since what pip installed stays behind', () => {
    const python = installed('python', '3.9.16');
    const jumps = (to: string) =>
      planConda([python], [affected(python, to)], parseGoal(''), prover, 'needed')[0]?.changes.map(({ jump }) => jump);
    expect(jumps('3.9.24')).toEqual(['patch']);
    expect(jumps('3.10.8')).toEqual(['major']);
  });
});
