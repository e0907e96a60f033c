import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { elf } from '../../test/elf.ts';
import { excerpts, fileOf } from '../../test/excerpts.ts';
import { image, layer, removed, symlink } from '../../test/image.ts';
import { finding, report, wheel } from '../../test/report.ts';
import { zip } from '../../test/zip.ts';
import * as p from '../formats/fixtures/pickle-bytes.ts';
import { compareAttested } from '../inventory/attested.ts';
import { takeInventory } from '../inventory/take.ts';
import { applyExceptions } from '../policy/exceptions/index.ts';

/**
 * Every trick of "Malicious Compliance" (KubeCon EU 2023) and of those who followed, and what is seen of it all the same. Each of these tests
 * fails without the check that it is about.
 */

type Layers = readonly ReturnType<typeof layer>[];

async function seen(...layers: Layers) {
  const { inventory } = await takeInventory(image(...layers));
  return {
    inventory,
    signs: (inventory.signs ?? []).map(({ check, level }) => `${level} ${check}`),
    packages: inventory.packages.map(
      ({ name, version, namespace, recovered }) => `${name} ${version} ${namespace ?? '-'} ${recovered ?? 'listed'}`,
    ),
  };
}

const stanza = (name: string, version: string): string =>
  `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nMaintainer: M <m@debian.org>\n\n`;
const status =
  stanza('base-files', '11.1+deb11u7') + stanza('libc6', '2.31-13+deb11u6') + stanza('libssl1.1', '1.1.1n-0+deb11u4');
const debian = {
  'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
  'var/lib/dpkg/status': status,
  'var/lib/dpkg/info/libssl1.1.list': '/.\n/usr/lib/libssl.so.1.1\n',
  'usr/lib/libssl.so.1.1': 'x',
};
const SITE = 'usr/local/lib/python3.9/site-packages';
const SSL = 'libssl1.1 1.1.1n-0+deb11u4 Debian:11';

describe('the tricks', () => {
  it('E1: a rewritten release file, against what the packages were built for', async () => {
    const { signs, packages } = await seen(
      layer(debian),
      layer({ 'etc/os-release': 'ID=Linux\nVERSION_ID="99 (honk)"\n' }),
    );
    expect(signs).toEqual(['warning release-contradicted']);
    expect(packages).toContain(`${SSL} listed`);
  });

  it('E2: a deleted package database, against the files that it listed', async () => {
    const { signs, packages } = await seen(layer(debian), layer({ 'var/lib/dpkg': removed }));
    expect(signs).toEqual(['warning database-deleted']);
    expect(packages).toContain(`${SSL} lower-layer`);
  });

  it('E3: a manifest behind a link is read, and the link told', async () => {
    const { signs, packages } = await seen(
      layer({
        'srv/node_modules/qs/package.json-orig': '{"name":"qs","version":"6.5.2"}',
        'srv/node_modules/qs/package.json': symlink('/srv/node_modules/qs/package.json-orig'),
      }),
    );
    expect(signs).toEqual(['info manifest-linked']);
    expect(packages).toEqual(['qs 6.5.2 npm listed']);
  });

  it('E3: the same in a later layer is a link, and no deleted manifest', async () => {
    const at = 'srv/node_modules/qs';
    const { signs, packages } = await seen(
      layer({ [`${at}/package.json`]: '{"name":"qs","version":"6.5.2"}', [`${at}/index.js`]: 'x' }),
      layer({
        [`${at}/package.json-orig`]: '{"name":"qs","version":"6.5.2"}',
        [`${at}/package.json`]: symlink(`/${at}/package.json-orig`),
      }),
    );
    expect(signs).toEqual(['info manifest-linked']);
    expect(packages).toEqual(['qs 6.5.2 npm listed']);
  });

  it('E4: code whose dist-info is gone, by what it says of itself', async () => {
    const { signs, packages } = await seen(layer({ [`${SITE}/requests/__version__.py`]: "__version__ = '2.25.0'\n" }));
    expect(signs).toEqual(['info metadata-deleted']);
    expect(packages).toEqual(['requests 2.25.0 PyPI code']);
  });

  it('E5: a packed program is unpacked, one without build information recognised by the names of its files', async () => {
    const tool = excerpts(new URL('../analyzers/fixtures/packed-programs.json', import.meta.url))[0]!;
    const note = Buffer.concat([Buffer.from([4, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0]), Buffer.from('Go\0\0id\0\0')]);
    const { signs, packages } = await seen(
      layer({
        'usr/local/bin/packed': fileOf(tool),
        'usr/local/bin/go': elf({
          parts: [
            { type: 4, content: note },
            { content: Buffer.from('\0/go/pkg/mod/golang.org/x/text@v0.3.7/a.go\0') },
          ],
        }),
      }),
    );
    expect(signs).toEqual(['info program-packed', 'info build-information-removed']);
    expect(packages).toEqual(['openssl 1.1.1n CPE unpacked', 'golang.org/x/text v0.3.7 Go code'].sort().reverse());
  });

  it('E6: everything in one layer, by the changelogs that packages leave', async () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`usr/share/f${index}`, 'x']));
    const { signs, packages } = await seen(
      layer({
        ...many,
        'usr/share/doc/base-files/changelog.gz': gzipSync('base-files (11.1+deb11u7) bullseye; urgency=medium\n'),
        'usr/share/doc/libssl1.1/changelog.Debian.gz': gzipSync('openssl (1.1.1n-0+deb11u4) bullseye; urgency=high\n'),
      }),
    );
    expect(signs).toContain('info layers-flattened');
    expect(packages).toContain(`${SSL} documentation`);
  });

  it('E7: packages purged from the database with their files left, and files deleted with the database left', async () => {
    const purged = await seen(
      layer(debian),
      layer({
        'var/lib/dpkg/status': stanza('base-files', '11.1+deb11u7'),
        'var/lib/dpkg/info/libssl1.1.list': removed,
      }),
    );
    expect(purged.signs).toEqual(['warning database-emptied']);
    expect(purged.packages).toContain(`${SSL} lower-layer`);
    const names = Array.from({ length: 20 }, (_, index) => `gone${index}`);
    const phantom = await seen(
      layer({
        ...debian,
        'var/lib/dpkg/status': status + names.map((name) => stanza(name, '1.0-1')).join(''),
        ...Object.fromEntries(names.map((name) => [`var/lib/dpkg/info/${name}.list`, `/.\n/usr/bin/${name}\n`])),
      }),
    );
    expect(phantom.signs).toEqual(['warning packages-phantom']);
  });

  it('E8: an inflated database: each of its packages once, and told that none of their files is there', async () => {
    const fake = Array.from(
      { length: 20_000 },
      (_, at) => `P:fake${at}\nV:1.0-r0\nA:x86_64\nF:usr/bin\nR:fake${at}\n\n`,
    );
    const { signs, packages } = await seen(
      layer({ 'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\n', 'lib/apk/db/installed': fake.join('') }),
    );
    expect(signs).toEqual(['warning packages-phantom']);
    expect(packages).toHaveLength(20_000);
  });

  it('E9: globs in the history change nothing: the files are looked at, and what a shell would match is told', async () => {
    const { signs } = await seen(layer(debian), layer({ 'var/lib/dpkg': removed }).by('RUN rm -rf /v*r/l*b/d*g'));
    expect(signs).toEqual(['warning database-deleted', 'warning history-deletes']);
  });

  it('E10: a bill of materials that leaves something out, against the files', async () => {
    const { inventory } = await seen(layer(debian));
    const attested = { ...inventory, packages: inventory.packages.filter(({ name }) => name !== 'libssl1.1') };
    expect(compareAttested(inventory, attested).missing.map(({ name }) => name)).toEqual(['libssl1.1']);
  });

  it('E11: exceptions that take out most of what was found: how much, and on whose word', () => {
    const findings = Array.from({ length: 12 }, (_, at) =>
      finding(`CVE-2023-${1000 + at}`, wheel('torch', '1.0'), 'CRITICAL'),
    );
    const by = { source: 'openvex', where: 'vex.json:3', status: 'not_affected', owner: 'Vendor' } as const;
    const rule = { ids: [], packages: ['torch'], by };
    expect(
      applyExceptions(report({ findings: findings }), [rule], new Date(0)).notices.map(({ message }) => message),
    ).toContain('exceptions take out 12 of 12 findings, 12 of them CRITICAL: 12 on the word of Vendor (vex.json)');
  });

  it('E12: the split database of distroless images is a database', async () => {
    const { signs, packages } = await seen(
      layer({
        'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
        'var/lib/dpkg/status.d/libssl1': stanza('libssl1.1', '1.1.1n-0+deb11u4'),
      }),
    );
    expect(signs).toEqual([]);
    expect(packages).toEqual([`${SSL} listed`]);
  });

  it('E13: what a wheel carries along is a package of its own', async () => {
    const { inventory } = await seen(
      layer({
        [`${SITE}/pip/_vendor/vendor.txt`]: 'urllib3==1.25.9\n',
        [`${SITE}/pip/_vendor/urllib3/__init__.py`]: 'x',
      }),
    );
    expect(inventory.packages.map(({ name, role }) => `${name} ${role}`)).toEqual(['urllib3 vendored']);
  });

  it('E14: a stranger as maintainer takes no package out of the list', async () => {
    const { packages } = await seen(
      layer({ ...debian, 'var/lib/dpkg/status': status.replaceAll('m@debian.org', 'someone@example.com') }),
    );
    expect(packages).toContain(`${SSL} listed`);
  });

  it('E15: a distribution that claims to be of the system, whose package manager knows nothing of it', async () => {
    const wheelOf = (owned: boolean): Layers => [
      layer({
        ...debian,
        'usr/lib/python3/dist-packages/requests-2.25.0.dist-info/METADATA': 'Name: requests\nVersion: 2.25.0\n',
        'usr/lib/python3/dist-packages/requests-2.25.0.dist-info/INSTALLER': 'debian\n',
        ...(owned
          ? {
              'var/lib/dpkg/info/libssl1.1.list': '/usr/lib/python3/dist-packages/requests-2.25.0.dist-info/METADATA\n',
            }
          : {}),
      }),
    ];
    expect((await seen(...wheelOf(false))).signs).toEqual(['warning installer-forged']);
    expect((await seen(...wheelOf(true))).signs).toEqual(['info ownership-contradicted']);
    expect((await seen(...wheelOf(false))).packages).toContain('requests 2.25.0 PyPI listed');
  });

  it('E16: a list that claims a file is not believed where the versions disagree', async () => {
    const { inventory } = await seen(
      layer({
        ...debian,
        'var/lib/dpkg/status': status + stanza('python3-requests', '2.31.0-1'),
        'usr/lib/python3/dist-packages/requests.egg-info': 'Name: requests\nVersion: 2.25.0\n',
        'var/lib/dpkg/info/python3-requests.list': '/usr/lib/python3/dist-packages/requests.egg-info\n',
      }),
    );
    expect(inventory.packages.find(({ type }) => type === 'pypi')?.ownedBy).toBeUndefined();
  });

  it('E17: what was too large to be read is told', async () => {
    const { inventory } = await seen(
      layer({ 'srv/node_modules/qs/package.json': `{"name":"qs","version":"6.5.2","x":"${'x'.repeat(5 << 20)}"}` }),
    );
    expect(inventory.unknowns.map(({ path }) => path)).toEqual(['srv/node_modules/qs/package.json']);
  });

  /** `module.name('id')`, in the way of protocol 2. */
  const calls = (module: string, name: string): Buffer =>
    p.join(p.proto(2), p.global(module, name), p.text('id'), p.tuple1, p.reduce, p.stop);
  /** `os.system('id')` whose names are read back from the memo before they are put together. */
  const remembered = p.join(
    ...[p.proto(4), p.text('os'), p.memoize, p.text('system'), p.memoize, p.pop, p.pop],
    ...[p.binGet(0), p.binGet(1), p.stackGlobal, p.text('id'), p.tuple1, p.reduce, p.stop],
  );
  const brokenSum = (): Buffer => {
    const archive = zip({ 'archive/data.pkl': calls('os', 'system'), 'archive/version': '3' });
    for (let at = archive.indexOf('PK\x01\x02'); at >= 0; at = archive.indexOf('PK\x01\x02', at + 1))
      archive.writeUInt32LE(archive.readUInt32LE(at + 16) ^ 0xffff, at + 16);
    return archive;
  };

  it.each([
    ['another extension', 'opt/weights.jpg', calls('os', 'system')],
    ['protocol 0', 'opt/model.bin', Buffer.from("cos\nsystem\n(S'id'\ntR.")],
    ['a stream that is cut short', 'opt/model.pkl', calls('os', 'system').subarray(0, -1)],
    ['names out of the memo', 'opt/model.pkl', remembered],
    ['a wrong checksum', 'opt/model.pt', brokenSum()],
    ['a name by way of numpy', 'opt/model.pkl', calls('numpy.__builtins__', 'copy')],
    ['PyTorch’s own way to start programs', 'opt/model.pkl', calls('torch.utils.collect_env', 'run')],
    ['MLflow’s', 'opt/model.pkl', calls('mlflow.projects.backend.local', '_run_entry_point')],
    ['a function of that name anywhere', 'opt/model.pkl', calls('acme.projects', '_run_entry_point')],
  ])('E18: a model that runs code, with %s', async (_, path, bytes) => {
    const { inventory } = await seen(layer({ [path]: bytes }));
    const grave = inventory.risks.filter(
      ({ category, severity }) => category === 'model' && /^(?:CRITICAL|HIGH)$/.test(severity),
    );
    expect(grave.length).toBeGreaterThan(0);
  });

  it('E18: a model in an archive that nobody here opens is said to be unread', async () => {
    const { inventory } = await seen(layer({ 'opt/model.pkl.7z': Buffer.from('377abcaf271c0004', 'hex') }));
    expect(inventory.unknowns.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      'opt/model.pkl.7z: compressed with 7z: not read',
    ]);
  });
});
