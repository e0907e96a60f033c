import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';

async function signs(files: Parameters<typeof layer>[0]) {
  const { inventory } = await takeInventory(image(layer(files)));
  return (inventory.signs ?? []).filter(({ check }) => /^(?:versions|whiteout)/.test(check));
}

const stanza = (name: string, version: string, more = ''): string =>
  `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n${more}\n`;
const debian = (openssl: string, changelog: string, more = '') => ({
  'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
  'var/lib/dpkg/status': stanza('libssl1.1', openssl, 'Source: openssl\n') + more,
  'var/lib/dpkg/info/libssl1.1.list': '/usr/share/doc/libssl1.1/changelog.Debian.gz\n',
  'usr/share/doc/libssl1.1/changelog.Debian.gz': gzipSync(`openssl (${changelog}) bullseye; urgency=medium\n`),
});
const REAL = '1.1.1n-0+deb11u4';

describe('versions that a database was edited to say', () => {
  it.each(['99:9.9-1', '1.1.1w-0+deb11u2', '1.1.1n-0+deb11u5'])(
    '%s, against the changelog of the package',
    async (version) => {
      expect(await signs(debian(version, REAL))).toMatchObject([
        {
          check: 'versions-contradicted',
          level: 'warning',
          message: expect.stringContaining(`libssl1.1 ${version} (its changelog says ${REAL})`) as string,
        },
      ]);
    },
  );

  it('against what another package needs in one version', async () => {
    const dev = stanza('libssl-dev', REAL, `Source: openssl\nDepends: libssl1.1 (= ${REAL}), libc6-dev\n`);
    expect(await signs(debian('99:9.9-1', '99:9.9-1', dev))).toMatchObject([
      { message: expect.stringContaining(`libssl1.1 99:9.9-1 (libssl-dev ${REAL} needs ${REAL})`) as string },
    ]);
  });

  it('against the commands that a package of apk provides', async () => {
    const apk = (version: string) => ({
      'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\n',
      'lib/apk/db/installed': `P:openssl\nV:${version}\nA:x86_64\np:cmd:c_rehash=3.1.2-r0 cmd:openssl=3.1.2-r0\nF:usr/bin\nR:openssl\n\n`,
      'usr/bin/openssl': 'x',
    });
    expect((await signs(apk('9.9-r0'))).map(({ level }) => level)).toEqual(['warning']);
    expect(await signs(apk('3.1.2-r0'))).toEqual([]);
  });

  it('and not of a package that was built again, or of what agrees', async () => {
    expect(await signs(debian(REAL, REAL, stanza('libssl-dev', REAL, `Depends: libssl1.1 (= ${REAL})\n`)))).toEqual([]);
    const rebuilt = debian(`${REAL}+b1`, REAL);
    const status = stanza('libssl1.1', `${REAL}+b1`, `Source: openssl (${REAL})\n`);
    expect(await signs({ ...rebuilt, 'var/lib/dpkg/status': status })).toEqual([]);
  });
});

describe('a mark that deletes a file, in the layer that has it', () => {
  const metadata = 'usr/local/lib/python3.9/site-packages/requests-2.25.0.dist-info/METADATA';
  const text = 'Name: requests\nVersion: 2.25.0\n';

  it('is told, and the file is judged', async () => {
    const marked = { [metadata]: text, [metadata.replace('METADATA', '.wh.METADATA')]: '' };
    expect(await signs(marked)).toMatchObject([
      {
        check: 'whiteout-ambiguous',
        level: 'warning',
        message: expect.stringContaining(`(/${metadata})`),
        paths: [metadata],
      },
    ]);
    const { inventory } = await takeInventory(image(layer(marked)));
    expect(inventory.packages.map(({ name }) => name)).toContain('requests');
  });

  it('is no trick in another layer', async () => {
    expect(await signs({ [metadata]: text })).toEqual([]);
  });
});
