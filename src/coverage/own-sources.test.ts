import { describe, expect, it } from 'vitest';
import { deb, finding } from '../../test/report.ts';
import type { Finding, OperatingSystem, PackageSource } from '../model.ts';
import { ownSources } from './own-sources.ts';

const BULLSEYE: OperatingSystem = { id: 'debian', versionId: '11', codename: 'bullseye', name: 'Debian GNU/Linux 11' };
const apt = (label: string, frozen?: string, address = 'http://mirror.example/debian'): PackageSource => ({
  manager: 'apt',
  label,
  address,
  ...(frozen === undefined ? {} : { frozen }),
});
const openssl = deb('openssl', '1.1.1n-0+deb11u3');
/** A fix as a bulletin announced it, or as nobody did, of a flaw published on a day. */
function fix({ bulletin, on, published }: { bulletin?: string; on?: string; published?: string }): Finding {
  const plain = finding('CVE-2024-0001', openssl, 'HIGH', { fixed: '1.1.1w-0+deb11u2' });
  const [statement] = plain.statements;
  return {
    ...plain,
    ...(published === undefined ? {} : { published }),
    statements: [{ ...statement!, ...(bulletin ? { bulletin } : {}), ...(on ? { fixDate: on } : {}) }],
  };
}
const refused = (sources: readonly PackageSource[], one: Finding, os = BULLSEYE) =>
  ownSources(sources, os)?.refuses(one);

describe("an image's own package sources", () => {
  it('are no reason against anything where they are those of every image, or nobody looked', () => {
    const usual = [apt('bullseye main'), apt('bullseye-security main'), apt('bullseye-updates main')];
    expect(ownSources(usual, BULLSEYE)).toMatchObject({ words: '', none: false });
    expect(refused(usual, fix({ bulletin: 'DLA-3999-1', on: '2024-12-01' }))).toBeUndefined();
    expect(ownSources(undefined, BULLSEYE)).toBeUndefined();
    expect(ownSources([], BULLSEYE)).toMatchObject({ words: '', none: true });
    expect(ownSources([apt('bullseye main', undefined, 'cdrom:[Debian 11]/')], BULLSEYE)).toMatchObject({ none: true });
  });

  it('have no fix that is younger than the snapshot they name, by its bulletin or by its flaw', () => {
    const still = [apt('bullseye main', '2022-08-01'), apt('bullseye-security main', '2022-08-01')];
    const why = 'its package sources stand still at 2022-08-01, and the fix is younger';
    expect(refused(still, fix({ bulletin: 'DSA-5343-1', on: '2023-02-07' }))).toBe(why);
    expect(refused(still, fix({ bulletin: 'DSA-5169-1', on: '2022-06-24' }))).toBeUndefined();
    expect(refused(still, fix({ published: '2023-02-08T20:15:00Z' }))).toBe(why);
    expect(refused(still, fix({ published: '2022-06-21T15:15:00Z' }))).toBeUndefined();
    // A single suite that moves on may have it.
    expect(refused([...still, apt('bullseye-security main')], fix({ on: '2023-02-07' }))).toBeUndefined();
  });

  it('lack what came to an archive of fixes alone that they do not name', () => {
    const main = [apt('bullseye main'), apt('bullseye-updates main')];
    const why = 'its package sources name no security archive, and the fix came there alone';
    expect(ownSources(main, BULLSEYE)?.words).toBe('its package sources name no security archive');
    expect(refused(main, fix({ bulletin: 'DLA-3999-1', on: '2024-12-01' }))).toBe(why);
    // A point release brought it to the release itself.
    expect(refused(main, fix({ bulletin: 'DSA-5343-1', on: '2023-02-07' }))).toBeUndefined();
    // Nobody had heard of it when the last one was made.
    expect(refused(main, fix({ published: '2025-03-01T00:00:00Z' }))).toBe(why);
    expect(refused(main, fix({ published: '2024-03-01T00:00:00Z' }))).toBeUndefined();
  });

  it('name it by their address as well, and need none where fixes come as they come', () => {
    const buster = { ...BULLSEYE, versionId: '10', codename: 'buster' };
    const named = [apt('buster main'), apt('buster/updates main', undefined, 'http://mirror.example/debian-security')];
    expect(ownSources(named, buster)?.words).toBe('');
    expect(ownSources([apt('sid main')], BULLSEYE)?.words).toBe('');
  });

  it('of Ubuntu have nothing new but by the updates, to which security comes too', () => {
    const jammy = { id: 'ubuntu', versionId: '22.04', codename: 'jammy', name: 'Ubuntu 22.04' };
    expect(refused([apt('jammy main'), apt('jammy-updates main')], fix({}), jammy)).toBeUndefined();
    expect(refused([apt('jammy main universe')], fix({}), jammy)).toMatch(/^its package sources name no security/);
  });

  it('of Amazon Linux 2023 stay at the release that is installed until dnf is told another', () => {
    const amazon = { id: 'amzn', versionId: '2023', name: 'Amazon Linux 2023' };
    const release = { ...openssl, type: 'rpm', name: 'system-release', version: '2023.3.20240108-0.amzn2023' };
    const repository: PackageSource = {
      manager: 'rpm',
      label: 'amazonlinux',
      address: 'https://m.example/core/$releasever/',
    };
    const told = (address: string): PackageSource => ({ manager: 'rpm', label: '$releasever', address });
    const later = fix({ on: '2024-06-01' });
    expect(ownSources([repository], amazon, [release])?.refuses(later)).toMatch(/stand still at 2024-01-08/);
    expect(ownSources([repository, told('latest')], amazon, [release])?.refuses(later)).toBeUndefined();
  });
});
