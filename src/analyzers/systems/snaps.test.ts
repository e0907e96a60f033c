import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { image, layer } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';
import { snaps } from './snaps.ts';

/** A manifest as snapcraft 7 writes it (https://snapcraft.io/docs/build-configuration), shortened. */
const manifest = (lines: string): string => `snapcraft-version: 7.5.4
snapcraft-started-at: '2023-11-02T10:00:00.000000Z'
snapcraft-os-release-id: ubuntu
snapcraft-os-release-version-id: '22.04'
name: foo
version: '0.1'
architectures:
- amd64
${lines}`;

const primed = `base: core20
parts:
  main:
    plugin: nil
    stage-packages:
    - libssl1.1=1.1.1f-1ubuntu2.16
    - hello=2.10-2ubuntu2
primed-stage-packages:
- libssl1.1=1.1.1f-1ubuntu2.16
- libc6:i386=2.31-0ubuntu9.9
`;

/** As `dpkg -l` writes it into a base snap. */
const list = `Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
||/ Name                          Version                            Architecture Description
+++-=============================-==================================-============-===========
ii  base-files                    11ubuntu5.6                        amd64        Debian base system miscellaneous files
ii  libssl1.1:amd64               1.1.1f-1ubuntu2.16                 amd64        Secure Sockets Layer toolkit - shared libraries
rc  telnet                        0.17-41.2build1                    amd64        basic telnet client
`;

async function seen(files: Record<string, string>) {
  const { inventory } = await takeInventory(image(layer(files)));
  return inventory.packages.map(({ name, version, namespace, role, certainty }) =>
    [name, version, namespace ?? '-', role ?? 'installed', certainty ?? 'exact'].join(' '),
  );
}

describe('a snap in an image', () => {
  it('is of the release of its base, whatever carries it, and what was packed is listed', async () => {
    const debian = { 'etc/os-release': 'ID=debian\nVERSION_ID="12"\n' };
    expect(await seen({ ...debian, 'snap/foo/12/snap/manifest.yaml': manifest(primed) })).toEqual([
      'libc6 2.31-0ubuntu9.9 Ubuntu:20.04:LTS vendored exact',
      'libssl1.1 1.1.1f-1ubuntu2.16 Ubuntu:20.04:LTS vendored exact',
    ]);
  });

  it('names the source that advisories are filed under', async () => {
    expect(facts(snaps, 'snap/manifest.yaml', manifest(primed))[0]).toMatchObject({
      name: 'libssl1.1',
      source: { name: 'openssl', version: '1.1.1f-1ubuntu2.16' },
    });
  });

  it('of older snapcraft says only what went into its parts: less sure, and of the first base', async () => {
    const older = manifest(primed.slice(0, primed.indexOf('primed-')).replace('base: core20\n', ''));
    expect(await seen({ 'snap/manifest.yaml': older })).toEqual([
      'hello 2.10-2ubuntu2 Ubuntu:16.04:LTS vendored name',
      'libssl1.1 1.1.1f-1ubuntu2.16 Ubuntu:16.04:LTS vendored name',
    ]);
  });

  it.each([
    ['core', '16.04'],
    ['core18', '18.04'],
    ['core24', '24.04'],
    ['bare', '22.04'],
    ['bare\nbuild-base: core20', '20.04'],
  ])('on %s is of Ubuntu %s', async (base, release) => {
    const files = { 'snap/manifest.yaml': manifest(primed.replace('core20', base)) };
    expect((await seen(files)).every((line) => line.includes(`Ubuntu:${release}:LTS`))).toBe(true);
  });

  it('without packages has none, and another manifest.yaml is none', async () => {
    expect(await seen({ 'snap/manifest.yaml': manifest('base: core20\nprimed-stage-packages: []\n') })).toEqual([]);
    expect(await seen({ 'app/snap/manifest.yaml': 'parts:\n  x:\n    stage-packages: [a=1]\n' })).toEqual([]);
  });
});

describe('a base snap in an image', () => {
  it('lists its own packages, of the release that its base-files tell', async () => {
    const expected = [
      'base-files 11ubuntu5.6 Ubuntu:20.04:LTS vendored exact',
      'libssl1.1 1.1.1f-1ubuntu2.16 Ubuntu:20.04:LTS vendored exact',
    ];
    expect(await seen({ 'snap/core20/1234/usr/share/snappy/dpkg.list': list })).toEqual(expected);
    const yaml = 'package-repositories: []\npackages:\n- base-files=11ubuntu5.6\n- libssl1.1=1.1.1f-1ubuntu2.16\n';
    expect(await seen({ 'usr/share/snappy/dpkg.yaml': yaml })).toEqual(expected);
  });

  it('is known by its folder where they tell nothing', async () => {
    const without = list.replace(/^ii {2}base-files.*\n/m, '');
    expect(await seen({ 'snap/core18/current/usr/share/snappy/dpkg.list': without })).toEqual([
      'libssl1.1 1.1.1f-1ubuntu2.16 Ubuntu:18.04:LTS vendored exact',
    ]);
  });
});

describe('a manifest that was planted', () => {
  const SSL = '/usr/lib/libssl.so.1.1';
  const debian = {
    'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
    'bin/sh': 'x',
    'usr/bin/dpkg-query': 'x',
    [SSL.slice(1)]: 'x',
  };

  it('is no package database: one that is missing is told all the same', async () => {
    const { inventory } = await takeInventory(image(layer({ ...debian, 'snap/manifest.yaml': manifest(primed) })));
    expect(inventory.signs?.map(({ check }) => check)).toContain('database-missing');
  });
});

it('a long list takes time in proportion', () => {
  const sized = (count: number): string =>
    Array.from({ length: count }, (_, at) => `ii  pk${at}  1.${at}  amd64  a package${' '.repeat(300)}\n`).join('');
  expect(growth((size) => facts(snaps, 'usr/share/snappy/dpkg.list', sized(size)), 2_000)).toBeLessThan(IN_PROPORTION);
});
