import { describe, expect, it } from 'vitest';
import { deb } from '../../../test/report.ts';
import { memoryStore } from '../../advisories/store/memory.ts';
import { typeNamed } from '../../ecosystems/index.ts';
import { match } from '../../matching/match.ts';
import type { Package } from '../../model.ts';
import { parseGoal } from '../goal.ts';
import { prover } from '../proof.ts';
import { namesOfSystem, whyNoManager } from './package-manager.ts';
import { planOs } from './plan.ts';

const upgrade = (type: string, installed: readonly string[], os = {}): readonly string[] => {
  const { upgrade: command, clean } = typeNamed(type).fix;
  const place = { os: { id: 'rhel', name: 'x', ...os }, installed: new Set(installed) };
  return [...(command?.([{ name: 'libxml2', version: '2' }], place) ?? []), ...(clean?.(place) ?? [])];
};

describe('the command that upgrades packages of an image', () => {
  it('is of the tool that is installed there', () => {
    expect(upgrade('rpm', ['filesystem', 'microdnf'])).toEqual(['microdnf upgrade -y libxml2', 'microdnf clean all']);
    expect(upgrade('rpm', ['filesystem', 'tdnf'], { id: 'azurelinux' })[0]).toBe('tdnf upgrade -y libxml2');
    expect(upgrade('rpm', ['filesystem', 'dnf', 'microdnf'])[0]).toBe('dnf upgrade -y libxml2');
    expect(upgrade('rpm', ['filesystem', 'dnf5'], { id: 'fedora' })[0]).toBe('dnf upgrade -y libxml2');
    expect(upgrade('rpm', ['yum', 'filesystem'], { versionId: '7.9' })[0]).toBe('yum upgrade -y libxml2');
    // Amazon Linux 2 with dnf in yum's place.
    expect(upgrade('rpm', ['dnf'], { id: 'amzn', versionId: '2018.03' })[0]).toBe('dnf upgrade -y libxml2');
  });

  it('is that of the distribution where the packages do not say', () => {
    expect(upgrade('rpm', ['libxml2'])[0]).toBe('dnf upgrade -y libxml2');
    expect(upgrade('rpm', ['libxml2'], { id: 'sles', idLike: ['suse'] })).toEqual([
      'zypper --non-interactive update libxml2',
    ]);
  });
});

describe('an image without a package manager', () => {
  it.each([
    ['deb', ['base-files', 'libc6', 'openssl'], 'apt'],
    ['apk', ['wolfi-baselayout', 'libcrypto3'], 'apk-tools'],
    ['rpm', ['filesystem', 'setup', 'glibc'], 'dnf'],
  ])('is known by the packages of %s that it has', (type, names, tool) => {
    expect(whyNoManager(type, new Set(names))).toMatch(new RegExp(`no package manager .${tool}.*newer base image`));
    expect(whyNoManager(type, new Set([...names, tool]))).toBeUndefined();
    // A list that lacks what every system has is no list of all of it.
    expect(whyNoManager(type, new Set(names.slice(-1)))).toBeUndefined();
  });

  it('has no command that it could not run, and says why its findings stay', () => {
    const distroless = [deb('base-files', '12.4'), deb('openssl', '1.1.1n-0+deb11u3')];
    const store = memoryStore({
      statements: [
        {
          id: 'CVE-2023-0286',
          source: 'debian',
          namespace: 'Debian:11',
          package: 'openssl',
          aliases: [],
          state: 'fixed',
          ranges: [{ fixed: '1.1.1n-0+deb11u4' }],
          ratings: [],
        },
      ],
    });
    const plan = (packages: readonly Package[]) =>
      planOs({
        packages,
        findings: match(packages, store).findings,
        goal: parseGoal('no fixable'),
        prover: prover(store, undefined),
      });
    expect(plan(distroless)).toMatchObject({
      changes: [],
      conflicts: [{ name: 'openssl', because: [expect.stringContaining('no package manager (apt)')] }],
    });
    expect(plan([...distroless, deb('apt', '2.2.4')])).toMatchObject({ changes: [{ name: 'openssl' }], conflicts: [] });
    expect(namesOfSystem(distroless)).toEqual(new Set(['base-files', 'openssl']));
  });
});
