import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Package, Statement } from '../model.ts';
import { match } from './match.ts';

/** Ubuntu's real words on OpenSSL, docker.io and its FIPS builds: to everybody, and to subscribers of Ubuntu Pro. */

const said = (namespace: string, name: string, more: Partial<Statement>): Statement => ({
  id: 'CVE-2025-9230',
  source: 'ubuntu',
  namespace: namespace,
  package: name,
  aliases: [],
  state: 'fixed',
  ranges: [],
  ratings: [],
  ...more,
});
const deb = (name: string, version: string, namespace: string): Package => ({
  type: 'deb',
  name,
  version,
  namespace,
  purl: `pkg:deb/ubuntu/${name}@${version}`,
  evidence: [],
});
const focal = 'Ubuntu:20.04:LTS';
const pro = 'Ubuntu:Pro:20.04:LTS';
const answer = (version: string, statements: readonly Statement[], namespace = focal, name = 'openssl') =>
  match([deb(name, version, namespace)], memoryStore({ statements })).findings.map(({ fix }) => fix);
const esm = { state: 'subscription', version: '1.1.1f-1ubuntu2.24+esm1', subscription: 'Ubuntu Pro' };

describe('Ubuntu Pro', () => {
  const onlyPro = [said(pro, 'openssl', { ranges: [{ fixed: '1.1.1f-1ubuntu2.24+esm1' }] })];

  it('what is filed for subscribers only affects an ordinary build, and says what brings the fix', () => {
    expect(answer('1.1.1f-1ubuntu2.24', onlyPro)).toEqual([esm]);
  });

  it('a build that the subscription brought has the fix', () => {
    expect(answer('1.1.1f-1ubuntu2.24+esm1', onlyPro)).toEqual([]);
    expect(answer('1.1.1f-1ubuntu2.24+esm2', onlyPro)).toEqual([]);
  });

  it('an older one of these lacks it, and the fix is still the subscription', () => {
    expect(answer('1.1.1f-1ubuntu2.23+esm9', onlyPro)).toEqual([esm]);
  });

  it('what is open to everybody and fixed for subscribers is fixed in a build of theirs: CVE-2024-41110 in docker.io', () => {
    const both = [
      said('Ubuntu:22.04:LTS', 'docker.io', { id: 'CVE-2024-41110', state: 'open', ranges: [{}] }),
      said('Ubuntu:Pro:22.04:LTS', 'docker.io', {
        id: 'CVE-2024-41110',
        ranges: [{ fixed: '26.1.3-0ubuntu1~22.04.1+esm1' }],
      }),
    ];
    const docker = (version: string) => answer(version, both, 'Ubuntu:22.04:LTS', 'docker.io');
    expect(docker('26.1.3-0ubuntu1~22.04.1+esm1')).toEqual([]);
    expect(docker('26.1.3-0ubuntu1~22.04.1')).toMatchObject([{ state: 'subscription' }]);
  });

  it('a fix for everybody goes before one for subscribers, and "not affected" before "open"', () => {
    const free = said(focal, 'openssl', { ranges: [{ fixed: '1.1.1f-1ubuntu2.25' }] });
    expect(answer('1.1.1f-1ubuntu2.24', [free, ...onlyPro])).toEqual([
      { state: 'fixed', version: '1.1.1f-1ubuntu2.25' },
    ]);
    expect(answer('1.1.1f-1ubuntu2.25', [free, ...onlyPro])).toEqual([]);
    const never = said(focal, 'openssl', { state: 'not-affected' });
    expect(answer('1.1.1f-1ubuntu2.24', [never, said(pro, 'openssl', { state: 'open', ranges: [{}] })])).toEqual([]);
  });

  it('what subscribers lack too is open to them', () => {
    const open = [said(pro, 'openssl', { state: 'open', ranges: [{}] })];
    expect(answer('1.1.1f-1ubuntu2.24+esm1', open)).toEqual([{ state: 'not-fixed' }]);
  });

  it('builds for FIPS are judged by what is said of such builds, others never are', () => {
    const fips = [
      said('Ubuntu:Pro:FIPS:20.04:LTS', 'openssl', { state: 'open', ranges: [{}] }),
      said('Ubuntu:Pro:FIPS-updates:20.04:LTS', 'openssl', { ranges: [{ fixed: '1.1.1f-1ubuntu2.fips.24.1' }] }),
      said(focal, 'openssl', { ranges: [{ fixed: '1.1.1f-1ubuntu2.25' }] }),
    ];
    expect(answer('1.1.1f-1ubuntu2.fips.7.1', fips)).toMatchObject([
      { state: 'subscription', version: '1.1.1f-1ubuntu2.fips.24.1' },
    ]);
    expect(answer('1.1.1f-1ubuntu2.fips.24.1', fips)).toEqual([]);
    expect(answer('1.1.1f-1ubuntu2.25', fips)).toEqual([]);
    expect(answer('1.1.1f-1ubuntu2.24', fips.slice(0, 2))).toEqual([]);
    expect(answer('1.1.1f-1ubuntu2.24', fips)).toEqual([{ state: 'fixed', version: '1.1.1f-1ubuntu2.25' }]);
  });

  it('a release of which only subscribers are told anything is covered', () => {
    const bionic = [said('Ubuntu:Pro:18.04:LTS', 'openssl', { ranges: [{ fixed: '1.1.1-1ubuntu2.1~18.04.23+esm6' }] })];
    const { findings, passed } = match(
      [deb('openssl', '1.1.1-1ubuntu2.1~18.04.23', 'Ubuntu:18.04:LTS')],
      memoryStore({ statements: bionic }),
    );
    expect(findings).toHaveLength(1);
    expect([...passed.keys()]).toEqual([]);
  });
});

describe('subscriptions of others', () => {
  const rpm = (name: string, version: string, namespace: string): Package => ({
    ...deb(name, version, namespace),
    type: 'rpm',
    purl: `pkg:rpm/suse/${name}@${version}`,
    source: { name: 'openssl-1_1', version },
  });
  const fixes = (pkg: Package, statements: readonly Statement[]) =>
    match([pkg], memoryStore({ statements })).findings.map(({ fix: { state, version, subscription } }) => [
      state,
      version,
      subscription,
    ]);

  it('SUSE files what it fixes after half a year under LTSS alone: libopenssl1_1 of SLES 15 SP4', () => {
    const sp4 = 'SUSE:Linux Enterprise Server 15 SP4';
    const ltss = said(`${sp4}-LTSS`, 'libopenssl1_1', {
      id: 'CVE-2024-0727',
      ranges: [{ fixed: '1.1.1l-150400.7.63.1' }],
    });
    const free = said(sp4, 'libopenssl1_1', { id: 'CVE-2023-5678', ranges: [{ fixed: '1.1.1l-150400.7.60.2' }] });
    const installed = (version: string) => fixes(rpm('libopenssl1_1', version, sp4), [ltss, free]);
    expect(installed('1.1.1l-150400.7.60.2')).toEqual([['subscription', '1.1.1l-150400.7.63.1', 'SUSE LTSS']]);
    expect(installed('1.1.1l-150400.7.57.1')).toEqual([
      ['fixed', '1.1.1l-150400.7.60.2', undefined],
      ['subscription', '1.1.1l-150400.7.63.1', 'SUSE LTSS'],
    ]);
    expect(installed('1.1.1l-150400.7.63.1')).toEqual([]);
  });

  it('Red Hat files fixes of a release past its support under ELS: what it will not fix for everybody is fixed there', () => {
    const open = said('Red Hat:7', 'openssl', { id: 'CVE-2024-5535', state: 'will-not-fix', ranges: [{}] });
    const els = said('Red Hat:rhel_els:7', 'openssl-libs', {
      id: 'CVE-2024-5535',
      ranges: [{ fixed: '1:1.0.2k-26.el7_9.1' }],
    });
    const installed = (version: string): Package => ({
      ...rpm('openssl-libs', version, 'Red Hat:7'),
      source: { name: 'openssl', version },
    });
    expect(fixes(installed('1:1.0.2k-26.el7_9'), [open, els])).toEqual([
      ['subscription', '1:1.0.2k-26.el7_9.1', 'RHEL ELS'],
    ]);
    expect(fixes(installed('1:1.0.2k-26.el7_9.1'), [open, els])).toEqual([]);
  });
});
