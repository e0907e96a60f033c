import { expect, it } from 'vitest';
import type { Package, Report } from '../../model.ts';
import type { PlannedFinding } from '../plan.ts';
import { remainders } from './remainders.ts';

const reasonFor = (pkg: Pick<Package, 'type' | 'name' | 'version'>, path: string): string | undefined => {
  const whole = { ...pkg, role: 'declared', evidence: [{ path, layer: 0, diffID: '', analyzer: 'declarations' }] };
  const finding = {
    ...{ id: 'CVE-2022-0778', severity: 'high', goal: true, type: pkg.type, name: pkg.name, version: pkg.version },
    fix: { state: 'fixed', version: '9' },
  } as unknown as PlannedFinding;
  const report = { findings: [{ id: finding.id, package: whole }] } as unknown as Report;
  return remainders([finding], [], [], report, [], [])[0]?.reason;
};

it('says of what is only declared what was not asked: a conda channel, or nothing that an index could tell', () => {
  expect(reasonFor({ type: 'conda', name: 'openssl', version: '1.1.1k' }, 'environment.yml')).toBe(
    'declared in environment.yml, and no conda channel is asked which versions it has: raise it there by hand, and solve',
  );
  for (const lock of ['pixi.lock', 'envs/conda-lock.yml'])
    expect(reasonFor({ type: 'conda', name: 'openssl', version: '3.0.5' }, lock)).toBe(
      `declared in ${lock}, and no conda channel is asked which versions it has: renew the lock`,
    );
  expect(reasonFor({ type: 'cargo', name: 'time', version: '0.1.0' }, 'Cargo.lock')).toBe(
    'declared in Cargo.lock, not installed: declare the newest version beside its findings',
  );
});
