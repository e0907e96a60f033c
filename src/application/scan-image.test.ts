import { describe, expect, it } from 'vitest';
import { library, program } from '../../test/exposure.ts';
import { file, hardlink, image, imageWith, layer, removed, symlink } from '../../test/image.ts';
import { OPENSSL_FIXED, SETUPTOOLS_FIXED, SETUPTOOLS_RATED } from '../../test/statements.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import { takeInventory } from '../inventory/take.ts';
import { scanImage } from './scan-image.ts';

const BULLSEYE =
  'ID=debian\nVERSION_ID="11"\nVERSION_CODENAME=bullseye\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n';
const status = (...packages: string[]): string => packages.join('\n\n');
const OPENSSL = `Package: libssl1.1
Status: install ok installed
Architecture: amd64
Source: openssl
Version: 1.1.1n-0+deb11u3
Maintainer: Debian OpenSSL Team`;
const SETUPTOOLS = 'Metadata-Version: 2.1\nName: setuptools\nVersion: 58.1.0\n\nA description: not a header';

const store = memoryStore({
  covers: ['Debian:11', 'PyPI'],
  statements: [
    { ...OPENSSL_FIXED, ratings: [{ source: 'nvd', severity: 'HIGH', method: 'CVSS:3.1', score: 7.4 }] },
    { ...SETUPTOOLS_FIXED, aliases: ['CVE-2022-40897', 'GHSA-r9hx-vwmv-q579'] },
    SETUPTOOLS_RATED,
  ],
});

const base = layer({
  'etc/os-release': symlink('../usr/lib/os-release'),
  'usr/lib/os-release': BULLSEYE,
  'var/lib/dpkg/status': status(OPENSSL),
  'var/lib/dpkg/info/libssl1.1:amd64.list': '/.\n/usr\n/usr/lib/x86_64-linux-gnu/libssl.so.1.1\n',
}).by('ADD rootfs.tar /');
const python = layer({ 'usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA': SETUPTOOLS }).by(
  'RUN pip install setuptools==58.1.0',
);

describe('a scan', () => {
  it('finds by source package and version, merges aliases into one finding, and blames the instruction', async () => {
    const report = await scanImage(image(base, python.gzipped()), { store });
    expect(report.os?.id).toBe('debian');
    expect(
      report.findings.map(({ id, package: { name }, fix, severity }) => [id, name, fix.version, severity]),
    ).toEqual([
      ['CVE-2023-0286', 'libssl1.1', '1.1.1n-0+deb11u4', 'HIGH'],
      ['CVE-2022-40897', 'setuptools', '65.5.1', 'HIGH'],
    ]);
    const [, setuptools] = report.findings;
    expect(setuptools?.aliases).toEqual(['GHSA-r9hx-vwmv-q579', 'PYSEC-2022-43012']);
    expect(setuptools?.severitySource).toBe('ghsa');
    expect(setuptools?.package.evidence[0]).toMatchObject({
      layer: 1,
      instruction: 'RUN pip install setuptools==58.1.0',
    });
    expect(report.findings[0]?.reasons[0]).toEqual({
      step: 'searched',
      namespace: 'Debian:11',
      name: 'openssl',
      by: 'source',
    });
  });

  it('blames the layer that installed an OS package, not the last one that wrote the database', async () => {
    const curl = 'Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7.74.0-1.3+deb11u3';
    const newer = OPENSSL.replace('deb11u3', 'deb11u4');
    const { inventory } = await takeInventory(
      image(
        base,
        layer({ 'var/lib/dpkg/status': status(OPENSSL, curl) }).by('RUN apt-get install curl'),
        layer({ 'var/lib/dpkg/status': status(newer, curl) }).by('RUN apt-get upgrade'),
      ),
    );
    expect(inventory.packages.map(({ name, evidence }) => [name, evidence[0]?.instruction])).toEqual([
      ['curl', 'RUN apt-get install curl'],
      ['libssl1.1', 'RUN apt-get upgrade'],
    ]);
  });

  it('forgets what an upper layer removed', async () => {
    const cleaned = layer({ 'usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info': removed });
    const { inventory } = await takeInventory(image(base, python, cleaned));
    expect(inventory.packages.map(({ name }) => name)).toEqual(['libssl1.1']);
  });

  it('follows a manifest that hides behind a symbolic link, and a package database that was moved away', async () => {
    const hidden = layer({
      'srv/orig': SETUPTOOLS,
      'opt/app/setuptools-58.1.0.dist-info/METADATA': symlink('/srv/orig'),
      'srv/dpkg/status': status(OPENSSL),
      'var/lib/dpkg': symlink('../../srv/dpkg'),
      'etc/os-release': BULLSEYE,
    });
    const { inventory } = await takeInventory(image(hidden));
    expect(inventory.packages.map(({ name }) => name)).toEqual(['libssl1.1', 'setuptools']);
    expect(inventory.packages[1]?.evidence[0]).toMatchObject({
      path: 'srv/orig',
      via: 'opt/app/setuptools-58.1.0.dist-info/METADATA',
    });
  });

  it('follows a manifest folder that is a link to one with a harmless name', async () => {
    const hidden = layer({
      'srv/orig/METADATA': SETUPTOOLS,
      'opt/setuptools-58.1.0.dist-info': symlink('../srv/orig'),
    });
    const { inventory } = await takeInventory(image(hidden));
    expect(inventory.packages[0]?.evidence[0]).toMatchObject({
      path: 'srv/orig/METADATA',
      via: 'opt/setuptools-58.1.0.dist-info/METADATA',
    });
  });

  it('reads a manifest that is a hard link to a file with a harmless name', async () => {
    const { inventory } = await takeInventory(
      image(layer({ 'srv/orig': SETUPTOOLS, 'opt/setuptools-58.1.0.dist-info/METADATA': hardlink('srv/orig') })),
    );
    expect(inventory.packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['setuptools 58.1.0']);
  });

  it('takes a Python package that a Debian package owns as that package, and says so', async () => {
    const owned = layer({
      'var/lib/dpkg/status': status(
        OPENSSL,
        'Package: python3-setuptools\nStatus: install ok installed\nSource: setuptools\nVersion: 58.1.0-1',
      ),
      'usr/lib/python3/dist-packages/setuptools-58.1.0.egg-info/PKG-INFO': SETUPTOOLS,
      'var/lib/dpkg/info/python3-setuptools.list':
        '/usr/lib/python3/dist-packages/setuptools-58.1.0.egg-info/PKG-INFO\n',
    });
    const told = {
      ...OPENSSL_FIXED,
      package: 'setuptools',
      id: 'CVE-2022-40897',
      ranges: [{ fixed: '52.0.0-4+deb11u1' }],
    };
    const speaking = memoryStore({ statements: [OPENSSL_FIXED, SETUPTOOLS_FIXED, SETUPTOOLS_RATED, told] });
    const report = await scanImage(image(base, owned), { store: speaking });
    expect(report.findings.map(({ id }) => id)).toEqual(['CVE-2023-0286']);
    // Of a package on which its distribution never said a word nobody would have spoken.
    const silent = await scanImage(image(base, owned), { store });
    expect(silent.findings.map(({ id }) => id)).toContain('CVE-2022-40897');
    expect(report.packages.find(({ name }) => name === 'setuptools')?.ownedBy).toEqual({
      type: 'deb',
      name: 'python3-setuptools',
    });
  });

  it('says that it cannot judge an image without release file and package database', async () => {
    const report = await scanImage(image(layer({ 'bin/app': file('x', { mode: 0o755 }) })), { store });
    expect(report.findings).toEqual([]);
    expect(report.notices.map(({ level, code }) => `${level} ${code}`)).toContain('info os-unknown');
    expect(report.assessment?.complete).toBe(false);
  });
});

describe('what the container can load, in a scan', () => {
  const SSL = 'usr/lib/x86_64-linux-gnu/libssl.so.1.1';
  const files = layer({
    [SSL]: library('libssl.so.1.1'),
    'usr/bin/server': program(['libssl.so.1.1']),
    'usr/bin/other': program([]),
  });
  const scanned = (Cmd?: readonly string[]) =>
    scanImage(imageWith({ run: { ...(Cmd && { Cmd }) } }, base, python, files), { store });

  it('each finding says how near its package is, with the way to it', async () => {
    const report = await scanned(['server']);
    expect(report.start).toMatchObject({ command: ['server'], by: 'image', notes: [] });
    const near = new Map(report.findings.map((finding) => [finding.package.name, finding.package.exposure]));
    expect(near.get('libssl1.1')).toEqual({
      class: 'loaded',
      chain: [
        { how: 'CMD', path: 'usr/bin/server' },
        { how: 'NEEDED libssl.so.1.1', path: SSL },
      ],
    });
    expect(near.get('setuptools')?.class).not.toBe('loaded');
  });

  it('hides nothing, whatever is started', async () => {
    const ids = async (Cmd?: readonly string[]) => (await scanned(Cmd)).findings.map(({ id }) => id).sort();
    expect(await ids(['other'])).toEqual(await ids(['server']));
    expect(await ids()).toEqual(await ids(['server']));
    const [sample] = (await scanned(['other'])).findings.filter((finding) => finding.package.name === 'libssl1.1');
    expect(sample?.package.exposure).toEqual({ class: 'present' });
  });

  it('is unknown where there is no start command, and said to be', async () => {
    const report = await scanned();
    expect(report.start).toMatchObject({ command: [], by: 'nobody' });
    expect(report.findings.map(({ package: pkg }) => pkg.exposure)).toEqual(report.findings.map(() => undefined));
  });
});
