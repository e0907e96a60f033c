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
