import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { elf } from '../../test/elf.ts';
import { image, layer } from '../../test/image.ts';
import { rpmSqliteOf } from '../../test/rpm-databases.ts';
import { rpmHeaderBlobs } from '../formats/databases/index.ts';
import { takeInventory } from '../inventory/take.ts';

/** Systems in one layer whose package database was edited and nothing else: no lower layer, no changelog, no other package contradicts it. */

async function seen(...layers: readonly ReturnType<typeof layer>[]) {
  const { inventory } = await takeInventory(image(...layers));
  return {
    packages: inventory.packages.map(
      ({ name, version, source, recovered, properties }) =>
        `${name} ${version} of ${source?.name ?? name} ${recovered ?? 'listed'}${
          properties?.contradictedBy === undefined ? '' : ` against ${properties.contradictedBy}`
        }`,
    ),
    signs: (inventory.signs ?? []).filter(({ check }) => check === 'versions-contradicted'),
  };
}
const program = (...texts: readonly string[]): Buffer =>
  elf({ parts: [{ content: Buffer.from(`\0${texts.join('\0')}\0`) }] });

const CRYPTO = { 'usr/lib/libcrypto.so.3': program('OpenSSL 3.1.3 19 Sep 2023') };
const alpine = (name: string, version: string, source = 'openssl') => ({
  'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\n',
  'lib/apk/db/installed': `P:${name}\nV:${version}\nA:x86_64\no:${source}\nF:usr/lib\nR:libcrypto.so.3\n\n`,
});

describe('what a program says of itself, against the package that lists it', () => {
  it('is silent where both are of one release, whatever the revision', async () => {
    const { packages, signs } = await seen(layer({ ...alpine('libcrypto3', '3.1.3-r0'), ...CRYPTO }));
    expect(packages).toEqual(['libcrypto3 3.1.3-r0 of openssl listed']);
    expect(signs).toEqual([]);
  });

  it('is what is judged where the list has a newer version', async () => {
    const { packages, signs } = await seen(layer({ ...alpine('libcrypto3', '3.9.9-r0'), ...CRYPTO }));
    expect(packages).toEqual(['libcrypto3 3.1.3 of openssl code against 3.9.9-r0']);
    expect(signs).toMatchObject([
      { level: 'warning', message: expect.stringContaining('its libcrypto.so.3 says openssl 3.1.3') },
    ]);
  });

  it('is not where the list has an older one: a version is never lowered to hide something', async () => {
    expect(await seen(layer({ ...alpine('libcrypto3', '3.1.2-r0'), ...CRYPTO }))).toMatchObject({
      packages: ['libcrypto3 3.1.2-r0 of openssl listed'],
      signs: [],
    });
  });

  it('tells the source, under which advisories are published', async () => {
    const { packages, signs } = await seen(layer({ ...alpine('libcrypto3', '3.1.3-r0', 'acme-ssl'), ...CRYPTO }));
    expect(packages).toEqual(['libcrypto3 3.1.3-r0 of openssl code against acme-ssl 3.1.3-r0']);
    expect(signs).toHaveLength(1);
  });

  it('tells the package that it is, where the list calls it what nobody does', async () => {
    const { packages, signs } = await seen(layer({ ...alpine('acme-tls', '1.0-r0', 'acme-tls'), ...CRYPTO }));
    expect(packages.sort()).toEqual([
      'acme-tls 1.0-r0 of acme-tls listed',
      'libcrypto3 3.1.3 of openssl code against acme-tls 1.0-r0',
    ]);
    expect(signs).toHaveLength(1);
  });

  it('and the package of that name, where a second one was put in to be found', async () => {
    const decoy = `${alpine('acme-tls', '1.0-r0', 'acme-tls')['lib/apk/db/installed']}P:libcrypto3\nV:3.9.9-r0\no:openssl\n\n`;
    const { packages } = await seen(layer({ ...alpine('x', '1'), 'lib/apk/db/installed': decoy, ...CRYPTO }));
    expect(packages).toContain('libcrypto3 3.1.3 of openssl code against 3.9.9-r0');
  });

  it('is held to what a distribution that went back says it really is', async () => {
    expect((await seen(layer({ ...alpine('libcrypto3', '3.2.0+really3.1.3-r0'), ...CRYPTO }))).signs).toEqual([]);
    expect((await seen(layer({ ...alpine('libcrypto3', '3.2.0+really3.1.4-r0'), ...CRYPTO }))).signs).toHaveLength(1);
  });

  it.each(['openssl3-libs', 'compat-openssl', 'openssl-snapsafe-libs', 'libopenssl3'])(
    'leaves %s in peace',
    async (name) => {
      expect(await seen(layer({ ...alpine(name, '3.1.3-r0', name), ...CRYPTO }))).toMatchObject({ signs: [] });
    },
  );

  it('is of a file that a later layer brought, and says nothing of the package', async () => {
    expect(await seen(layer(alpine('libcrypto3', '3.9.9-r0')), layer(CRYPTO))).toMatchObject({
      packages: expect.arrayContaining(['libcrypto3 3.9.9-r0 of openssl listed']),
      signs: [],
    });
  });

  it("counts with the distribution's revision where the text has it", async () => {
    const status = (version: string): string =>
      `Package: libc6\nStatus: install ok installed\nSource: glibc\nVersion: ${version}\n\n`;
    const debian = (version: string) =>
      layer({
        'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
        'var/lib/dpkg/status': status(version),
        'var/lib/dpkg/info/libc6.list': '/usr/lib/x86_64-linux-gnu/libc.so.6\n',
        'usr/lib/x86_64-linux-gnu/libc.so.6': program(
          'GNU C Library (Debian GLIBC 2.36-9+deb12u4) stable release version 2.36.\n',
        ),
      });
    expect((await seen(debian('2.36-9+deb12u4'))).signs).toEqual([]);
    expect(await seen(debian('2.36-9+deb12u13'))).toMatchObject({
      packages: ['libc6 2.36-9+deb12u4 of glibc code against 2.36-9+deb12u13'],
      signs: [{ level: 'warning' }],
    });
  });
});

describe('a header of rpm that was edited', () => {
  // Built by rpmbuild and rpm 4.18.
  const blobs = [
    ...rpmHeaderBlobs(gunzipSync(readFileSync(new URL('../formats/fixtures/rpm-packages-le.bdb.gz', import.meta.url)))),
  ];
  const database = (edit: (blob: Buffer) => void) => {
    const copies = blobs.map((blob) => Buffer.from(blob));
    for (const blob of copies) edit(blob);
    return layer({
      'etc/os-release': 'ID="rhel"\nVERSION_ID="9.2"\n',
      'var/lib/rpm/rpmdb.sqlite': rpmSqliteOf(copies),
    });
  };

  it('is told by its digest, and one as rpm wrote it is not', async () => {
    expect((await seen(database(() => {}))).signs).toEqual([]);
    const { signs } = await seen(
      database((blob) => {
        const at = blob.indexOf('\x003.0.7\0', 0, 'latin1');
        if (at > 0) blob.write('\x009.0.7\0', at, 'latin1');
      }),
    );
    expect(signs).toMatchObject([
      { level: 'warning', message: expect.stringContaining('openssl-libs 1:9.0.7-6.el9_2 (its header is not the one') },
    ]);
  });
});
