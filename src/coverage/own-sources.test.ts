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
    ...(published === undefined ? {} : { published, publishedByNvd: published }),
    statements: [{ ...statement!, ...(bulletin ? { bulletin } : {}), ...(on ? { fixDate: on } : {}) }],
  };
}
const doubted = (sources: readonly PackageSource[], finding: Finding, os = BULLSEYE) =>
  ownSources(sources, os, [], '2026-11-01T00:00:00Z')?.doubts(finding);
const refused = (sources: readonly PackageSource[], finding: Finding, os = BULLSEYE) =>
  ownSources(sources, os)?.refuses(finding);

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

  it('are not said to lack a fix by the day on which a database took in a flaw of an earlier year', () => {
    // As PYSEC-2026-1285 says of CVE-2024-0727 (fixed in openssl 1.1.1w-0+deb11u2), where NVD's record is not at hand.
    const { publishedByNvd: _, ...takenIn } = fix({ published: '2026-07-07T11:45:31Z' });
    expect(refused([apt('bullseye main')], takenIn)).toBeUndefined();
    expect(doubted([apt('bullseye main')], takenIn)).toMatch(/nobody says whether the fix came to the release itself/);
    const still = [apt('bullseye main', '2025-08-01'), apt('bullseye-security main', '2025-08-01')];
    expect(refused(still, takenIn)).toBeUndefined();
    expect(doubted(still, takenIn)).toMatch(/stand still at 2025-08-01, and nobody says when the fix came/);
  });

  it('lack what came to an archive of fixes alone that they do not name', () => {
    const main = [apt('bullseye main'), apt('bullseye-updates main')];
    const why = 'its package sources name no security archive, and the fix came there alone';
    expect(ownSources(main, BULLSEYE)?.words).toBe('its package sources name no security archive');
    // At the mirror of the release, in the words of that release.
    expect(ownSources(main, BULLSEYE)?.missing).toBe(
      'deb http://mirror.example/debian-security bullseye-security main',
    );
    const buster = { ...BULLSEYE, versionId: '10', codename: 'buster' };
    expect(ownSources([apt('buster main')], buster)?.missing).toBe(
      'deb http://mirror.example/debian-security buster/updates main',
    );
    const jammy = { id: 'ubuntu', versionId: '22.04', codename: 'jammy', name: 'Ubuntu' };
    expect(ownSources([apt('jammy main', undefined, 'http://mirror.example/ubuntu/')], jammy)?.missing).toBe(
      'deb http://mirror.example/ubuntu jammy-security main',
    );
    expect(ownSources([...main, apt('bullseye-security main')], BULLSEYE)).not.toHaveProperty('missing');
    expect(refused(main, fix({ bulletin: 'DLA-3999-1', on: '2024-12-01' }))).toBe(why);
    // A point release brought it to the release itself.
    expect(refused(main, fix({ bulletin: 'DSA-5343-1', on: '2023-02-07' }))).toBeUndefined();
    // Nobody had heard of it when the last one was made.
    expect(refused(main, fix({ published: '2025-03-01T00:00:00Z' }))).toBe(why);
    expect(refused(main, fix({ published: '2024-03-01T00:00:00Z' }))).toBeUndefined();
  });

  it('leave in doubt what nobody says came to the release itself, where they name no archive of fixes', () => {
    const main = [apt('bullseye main')];
    const why =
      'its package sources name no security archive, and nobody says whether the fix came to the release itself';
    expect(doubted(main, fix({}))).toBe(why);
    expect(doubted(main, fix({ published: '2024-03-01T00:00:00Z' }))).toBe(why);
    expect(doubted(main, fix({ bulletin: 'DSA-5343-1', on: '2023-02-07' }))).toBeUndefined();
    // The next point release has yet to come.
    expect(doubted(main, fix({ bulletin: 'DSA-6099-1', on: '2026-10-20' }))).toBe(why);
    // What is refused is in no doubt.
    expect(doubted(main, fix({ bulletin: 'DLA-3999-1', on: '2024-12-01' }))).toBeUndefined();
    expect(doubted([...main, apt('bullseye-security main')], fix({}))).toBeUndefined();
    expect(doubted([], fix({}))).toBe('the image names no package sources');
  });

  it('leave in doubt at a snapshot what nobody says the day of', () => {
    const still = [apt('bullseye main', '2022-08-01'), apt('bullseye-security main', '2022-08-01')];
    expect(doubted(still, fix({ published: '2022-06-21T15:15:00Z' }))).toBe(
      'its package sources stand still at 2022-08-01, and nobody says when the fix came',
    );
    expect(doubted(still, fix({ on: '2022-06-24' }))).toBeUndefined();
  });

  it.each([
    [
      'Debian',
      BULLSEYE,
      'apt',
      ['buster main', 'buster-security main'],
      'are those of buster, and the image is bullseye',
    ],
    [
      'Ubuntu',
      { id: 'ubuntu', versionId: '22.04', codename: 'jammy', name: 'Ubuntu 22.04' },
      'apt',
      ['noble main', 'noble-updates main'],
      'are those of noble, and the image is jammy',
    ],
    [
      'Alpine',
      { id: 'alpine', versionId: '3.18.4', name: 'Alpine Linux v3.18' },
      'apk',
      ['https://m.example/alpine/v3.15/main', 'https://m.example/alpine/edge/community'],
      'are those of v3.15 and edge, and the image is v3.18',
    ],
    [
      'Rocky Linux',
      { id: 'rocky', versionId: '9.1', name: 'Rocky Linux 9.1' },
      'rpm',
      ['https://m.example/vault/rocky/9.1/BaseOS/x86_64/os/'],
      'are those of 9.1, and the image is 9',
    ],
  ] as const)('of another release than the image leave all in doubt: %s', (_, os, manager, named, words) => {
    const sources = named.map(
      (text): PackageSource => ({
        manager,
        label: text,
        address: text.startsWith('http') ? text : 'http://mirror.example/',
      }),
    );
    expect(doubted(sources, fix({ on: '2022-06-24' }), os)).toBe(`its package sources ${words}`);
    expect(ownSources(sources, os)?.words).toBe(`its package sources ${words}`);
  });

  it.each([
    [
      'Alpine',
      { id: 'alpine', versionId: '3.18.4', name: 'Alpine Linux v3.18' },
      'apk',
      'https://m.example/alpine/v3.18/main',
    ],
    [
      'Alpine edge',
      { id: 'alpine', versionId: '3.21.0_alpha20240807', name: 'Alpine Linux edge' },
      'apk',
      'https://m.example/alpine/edge/main',
    ],
    [
      'Rocky Linux',
      { id: 'rocky', versionId: '9.1', name: 'Rocky Linux 9.1' },
      'rpm',
      'https://m.example/rocky/9/BaseOS/x86_64/os/',
    ],
    [
      'Rocky Linux as dnf is told',
      { id: 'rocky', versionId: '9.1', name: 'Rocky Linux 9.1' },
      'rpm',
      'https://m.example/rocky/$releasever/BaseOS/',
    ],
    ['a private mirror', { id: 'rocky', versionId: '9.1', name: 'Rocky Linux 9.1' }, 'rpm', 'https://m.example/all/'],
  ] as const)('of its own release, or that name none, leave nothing in doubt: %s', (_, os, manager, address) => {
    expect(doubted([{ manager, label: 'base', address }], fix({}), os)).toBeUndefined();
  });

  it.each([
    ['Fedora without its updates', { id: 'fedora', versionId: '39', name: 'Fedora Linux 39' }, ['fedora'], 'refused'],
    ['Fedora', { id: 'fedora', versionId: '39', name: 'Fedora Linux 39' }, ['fedora', 'updates'], 'offered'],
    [
      'CentOS 7 without its updates',
      { id: 'centos', versionId: '7', name: 'CentOS Linux 7 (Core)' },
      ['base'],
      'in doubt',
    ],
    ['CentOS 7', { id: 'centos', versionId: '7', name: 'CentOS Linux 7 (Core)' }, ['base', 'updates'], 'offered'],
    [
      'CentOS 8, which has none',
      { id: 'centos', versionId: '8', name: 'CentOS Linux 8' },
      ['baseos', 'appstream'],
      'offered',
    ],
    [
      'openSUSE Leap without its updates',
      { id: 'opensuse-leap', versionId: '15.5', name: 'openSUSE Leap 15.5' },
      ['repo-oss'],
      'in doubt',
    ],
    [
      'openSUSE Leap',
      { id: 'opensuse-leap', versionId: '15.5', name: 'openSUSE Leap 15.5' },
      ['repo-oss', 'repo-update'],
      'offered',
    ],
  ] as const)('of %s: %s', (_, os, ids, answer) => {
    const sources = ids.map(
      (label): PackageSource => ({ manager: 'rpm', label, address: `https://m.example/${label}/$basearch/` }),
    );
    const said =
      refused(sources, fix({}), os) !== undefined
        ? 'refused'
        : doubted(sources, fix({}), os) !== undefined
          ? 'in doubt'
          : 'offered';
    expect(said).toBe(answer);
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
