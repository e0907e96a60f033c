import { describe, expect, it } from 'vitest';
import { image, layer, removed } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';

/** What is planted to be recovered: it is believed less, told, and never counted twice. */

const stanza = (name: string, version: string): string =>
  `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nMaintainer: M <m@debian.org>\n\n`;
const os = { 'etc/os-release': 'ID=debian\nVERSION_ID="11"\n' };
const real = stanza('base-files', '11.1+deb11u7') + stanza('libc6', '2.31-13+deb11u6');
const SITE = 'usr/local/lib/python3.9/site-packages';

async function seen(...layers: readonly ReturnType<typeof layer>[]) {
  const { inventory } = await takeInventory(image(...layers));
  return {
    signs: (inventory.signs ?? []).map(({ check, level }) => `${level} ${check}`),
    messages: (inventory.signs ?? []).map(({ message }) => message).join('\n'),
    packages: inventory.packages.map(({ name, version, recovered }) => `${name} ${version} ${recovered ?? 'listed'}`),
    all: inventory.packages,
  };
}

describe('a database that was planted in a lower layer', () => {
  it('adds no second version of what is listed', async () => {
    const { packages, signs } = await seen(
      layer({ 'var/lib/dpkg/status': stanza('libc6', '2.28-10'), 'usr/lib/libc.so.6': 'x' }),
      layer({ ...os, 'var/lib/dpkg/status': real }),
    );
    expect(packages).toEqual(['base-files 11.1+deb11u7 listed', 'libc6 2.31-13+deb11u6 listed']);
    expect(signs).toEqual([]);
  });

  it('makes no package of files that the real one lists, or that are not there', async () => {
    const { packages } = await seen(
      layer({
        'var/lib/dpkg/status': stanza('log4j', '1.0') + stanza('struts', '1.0'),
        'var/lib/dpkg/info/log4j.list': '/usr/lib/libc.so.6\n',
        'var/lib/dpkg/info/struts.list': '/usr/lib/nothing.so\n',
      }),
      layer({
        ...os,
        'var/lib/dpkg/status': real,
        'var/lib/dpkg/info/log4j.list': removed,
        'var/lib/dpkg/info/libc6.list': '/usr/lib/libc.so.6\n',
        'usr/lib/libc.so.6': 'x',
      }),
    );
    expect(packages).toEqual(['base-files 11.1+deb11u7 listed', 'libc6 2.31-13+deb11u6 listed']);
  });

  it('is marked and told where its files are there', async () => {
    const { packages, signs, all } = await seen(
      layer({
        'var/lib/dpkg/status': stanza('log4j', '1.0'),
        'var/lib/dpkg/info/log4j.list': '/opt/log4j.jar\n',
        'opt/log4j.jar': 'x',
      }),
      layer({ ...os, 'var/lib/dpkg/status': real, 'var/lib/dpkg/info/log4j.list': removed }),
    );
    expect(packages).toContain('log4j 1.0 lower-layer');
    expect(all.find(({ name }) => name === 'log4j')?.certainty).toBe('content');
    expect(signs).toEqual(['warning database-emptied']);
  });

  it('over the true one, and deleted with it: the files are of the layer of the true one, whose version is judged', async () => {
    const list = { 'var/lib/dpkg/info/libssl1.1.list': '/usr/lib/libssl.so.1.1\n' };
    const { packages, signs, messages, all } = await seen(
      layer({
        ...os,
        ...list,
        'var/lib/dpkg/status': stanza('libssl1.1', '1.1.1n-0+deb11u4'),
        'usr/lib/libssl.so.1.1': 'x',
      }),
      layer({ ...list, 'var/lib/dpkg/status': stanza('libssl1.1', '9.9.9-0+deb11u4') }),
      layer({ 'var/lib/dpkg': removed }),
    );
    expect(packages).toEqual(['libssl1.1 1.1.1n-0+deb11u4 lower-layer']);
    expect(all[0]).toMatchObject({ certainty: 'name', properties: { contradictedBy: '9.9.9-0+deb11u4' } });
    expect(signs).toContain('warning versions-contradicted');
    expect(messages).toContain('layer 1 lists 1.1.1n-0+deb11u4, and its files are of that layer');
  });

  it('over the true one, and deleted without its lists of files: the same', async () => {
    const list = { 'var/lib/dpkg/info/libssl1.1.list': '/usr/lib/libssl.so.1.1\n' };
    const { packages, signs } = await seen(
      layer({
        ...os,
        ...list,
        'var/lib/dpkg/status': stanza('libssl1.1', '1.1.1n-0+deb11u4'),
        'usr/lib/libssl.so.1.1': 'x',
      }),
      layer({ 'var/lib/dpkg/status': stanza('libssl1.1', '9.9.9-0+deb11u4') }),
      layer({ 'var/lib/dpkg/status': removed }),
    );
    expect(packages).toEqual(['libssl1.1 1.1.1n-0+deb11u4 lower-layer']);
    expect(signs).toContain('warning versions-contradicted');
  });

  it('after an upgrade, whose files are of its own layer, is believed', async () => {
    const list = { 'var/lib/dpkg/info/libssl1.1.list': '/usr/lib/libssl.so.1.1\n' };
    const { packages, signs } = await seen(
      layer({
        ...os,
        ...list,
        'var/lib/dpkg/status': stanza('libssl1.1', '1.1.1n-0+deb11u3'),
        'usr/lib/libssl.so.1.1': 'x',
      }),
      layer({
        ...list,
        'var/lib/dpkg/status': stanza('libssl1.1', '1.1.1n-0+deb11u4'),
        'usr/lib/libssl.so.1.1': 'y',
      }),
      layer({ 'var/lib/dpkg': removed }),
    );
    expect(packages).toEqual(['libssl1.1 1.1.1n-0+deb11u4 lower-layer']);
    expect(signs).toEqual(['warning database-deleted']);
  });

  it('of 100,000 packages whose files are not there gives none of them', async () => {
    const fake = Array.from({ length: 100_000 }, (_, at) => `P:fake${at}\nV:1.0-r0\nF:usr/bin\nR:fake${at}\n\n`);
    const { packages } = await seen(
      layer({ 'lib/apk/db/installed': fake.join('') }),
      layer({ 'lib/apk': removed, 'bin/x': 'x' }),
    );
    expect(packages).toEqual([]);
  });
});

describe('a list of files that was planted for a package of a lower layer', () => {
  const list = (...paths: string[]): string => ['/.', ...paths].join('\n');
  const sed = { 'bin/sed': 'x', 'usr/bin/perl': 'x', 'var/lib/dpkg/info/sed.list': list('/bin/sed') };
  const planted = {
    'var/lib/dpkg/status': stanza('log4j', '1.0-1'),
    'var/lib/dpkg/info/log4j.list': list('/bin/sed', '/usr/bin/perl'),
  };
  const installed = {
    ...os,
    ...sed,
    'var/lib/dpkg/info/perl-base.list': list('/usr/bin/perl'),
    'var/lib/dpkg/status': real + stanza('sed', '4.7-1') + stanza('perl-base', '5.32.1-4'),
  };

  it('proves nothing where packages that are listed have those files', async () => {
    const { packages, signs } = await seen(layer(planted), layer(installed));
    expect(packages.filter((line) => line.includes('log4j'))).toEqual([]);
    expect(signs).not.toContain('warning database-emptied');
  });

  it('proves a package still, of which a file is its own', async () => {
    const own = {
      ...planted,
      'usr/lib/log4j.so': 'x',
      'var/lib/dpkg/info/log4j.list': list('/bin/sed', '/usr/lib/log4j.so'),
    };
    const { packages, messages } = await seen(layer(own), layer(installed));
    expect(packages).toContain('log4j 1.0-1 lower-layer');
    expect(messages).toContain('1 deb package was taken out of the package database, and its files are still there');
  });

  describe.each([
    ['stays', {}],
    ['goes', { 'var/lib/dpkg/info/libssl1.1.list': removed }],
  ])('of which the list %s, for files that another package claims afterwards', (_, gone) => {
    const LIBRARY = 'usr/lib/libssl.so.1.1';
    const sound = {
      ...os,
      ...sed,
      [LIBRARY]: 'x',
      'var/lib/dpkg/info/libssl1.1.list': list(`/${LIBRARY}`),
      'var/lib/dpkg/status': real + stanza('sed', '4.7-1') + stanza('libssl1.1', '1.1.1n-0'),
    };
    const claims = {
      'var/lib/dpkg/status': real + stanza('sed', '4.7-1'),
      'var/lib/dpkg/info/sed.list': list('/bin/sed', `/${LIBRARY}`),
    };

    it('is still proven by them, and that is disputed', async () => {
      const { all, messages } = await seen(layer(sound), layer({ ...claims, ...gone }));
      const libssl = all.find(({ name }) => name === 'libssl1.1');
      expect(libssl).toMatchObject({ version: '1.1.1n-0', recovered: 'lower-layer', certainty: 'name' });
      expect(messages).toContain('1 deb package was taken out of the package database, and its files are still there');
      expect(messages).toContain(
        'contradict each other: libssl1.1 1.1.1n-0 (against it: the list of another package, which names the same files)',
      );
    });

    it('is gone where that package brought files of its own, or shared them before', async () => {
      const replaced = await seen(layer(sound), layer({ ...claims, ...gone, [LIBRARY]: 'y' }));
      const shared = { ...sound, 'var/lib/dpkg/info/sed.list': claims['var/lib/dpkg/info/sed.list'] };
      const erased = await seen(layer(shared), layer({ ...claims, ...gone }));
      for (const { packages, signs } of [replaced, erased]) {
        expect(packages.filter((line) => line.includes('libssl'))).toEqual([]);
        expect(signs).not.toContain('warning database-emptied');
      }
    });
  });

  it('makes it and those of the same files less sure where no database is left, and takes none of them away', async () => {
    const { all } = await seen(layer(planted), layer(installed), layer({ 'var/lib/dpkg': removed }));
    const told = all.map(
      ({ name, certainty, properties }) => `${name} ${certainty} ${properties?.contradictedBy ?? '-'}`,
    );
    const claimed = 'the list of another package, which names the same files';
    expect(told).toEqual(
      expect.arrayContaining([`log4j name ${claimed}`, `sed name ${claimed}`, `perl-base name ${claimed}`]),
    );
    expect(all.filter(({ name }) => name === 'sed')).toHaveLength(1);
  });
});

describe('a database that lists one package many times', () => {
  it.each([
    ['dpkg', 'var/lib/dpkg/status', (version: string) => stanza('libssl1.1', version), os],
    [
      'apk',
      'lib/apk/db/installed',
      (version: string) => `P:libssl1.1\nV:${version}\nA:x86_64\n\n`,
      { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\n' },
    ],
  ])('of %s has it once, as the oldest, and less sure', async (_, path, entry, system) => {
    const versions = Array.from({ length: 5_000 }, (__, at) => `1.1.${at + 1}-r0`);
    const { packages, signs, all } = await seen(
      layer({ ...system, [path]: [...versions.slice(2_500), ...versions.slice(0, 2_500)].map(entry).join('') }),
    );
    expect(packages).toEqual(['libssl1.1 1.1.1-r0 listed']);
    expect(all[0]).toMatchObject({ certainty: 'name', properties: { contradictedBy: expect.stringContaining(', ') } });
    expect(signs).toEqual(['warning versions-contradicted']);
  });

  it('in two architectures, or in the same version, is nothing to tell', async () => {
    const of = (architecture: string): string =>
      stanza('libc6', '2.31-13').replace('Version:', `Architecture: ${architecture}\nVersion:`);
    const { signs } = await seen(layer({ ...os, 'var/lib/dpkg/status': of('amd64') + of('i386') + of('amd64') }));
    expect(signs).toEqual([]);
  });
});

describe('a database with more packages than the image has files', () => {
  const status = (count: number): string =>
    Array.from(
      { length: count },
      (_, at) => `Package: fake${at}\nStatus: install ok installed\nVersion: 1.0-1\nMaintainer: M <m@debian.org>\n`,
    ).join('\n');
  const files = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`usr/bin/p${at}`, 'x']));

  it('is told, though it keeps no list of files', async () => {
    const { messages, signs } = await seen(layer({ ...files(20), 'var/lib/dpkg/status': status(1_000) }));
    expect(signs).toContain('warning packages-phantom');
    expect(messages).toMatch(/^the database lists 1000 packages, and the image has \d+ files/m);
  });

  it('is none where the files are there', async () => {
    const { signs } = await seen(layer({ ...files(2_400), 'var/lib/dpkg/status': status(1_000) }));
    expect(signs).not.toContain('warning packages-phantom');
  });
});

describe('versions that were planted to distract', () => {
  it('in the code, against a lower layer: the better proof counts once, is less sure, and bears the contradiction', async () => {
    const { packages, signs, messages, all } = await seen(
      layer({
        [`${SITE}/requests/__init__.py`]: 'x = 1\n',
        [`${SITE}/requests-2.25.0.dist-info/METADATA`]: 'Name: requests\nVersion: 2.25.0\n',
      }),
      layer({
        [`${SITE}/requests-2.25.0.dist-info`]: removed,
        [`${SITE}/requests/__version__.py`]: "__version__ = '9.9.9'\n",
      }),
    );
    expect(packages).toEqual(['requests 2.25.0 lower-layer']);
    expect(all[0]).toMatchObject({ certainty: 'name', properties: { contradictedBy: '9.9.9' } });
    expect(signs).toEqual(['warning metadata-deleted', 'info recovery-contradicted']);
    expect(messages).toContain('requests 2.25.0 (against it: 9.9.9)');
  });

  it('in two files of one package: one package, and both versions shown', async () => {
    const { packages, all } = await seen(
      layer({
        [`${SITE}/requests/__version__.py`]: "__version__ = '2.25.0'\n",
        [`${SITE}/requests/_version.py`]: "__version__ = '9.9.9'\n",
      }),
    );
    expect(packages).toEqual(['requests 2.25.0 code']);
    expect(all[0]).toMatchObject({ certainty: 'name', properties: { contradictedBy: '9.9.9' } });
  });

  it('in an npm lock file, a banner and a constant: one package, all of them shown', async () => {
    const { packages, signs, all } = await seen(
      layer({
        'srv/node_modules/.package-lock.json': JSON.stringify({
          packages: { 'node_modules/lodash': { version: '98.0.0' } },
        }),
        'srv/node_modules/lodash/lodash.js': "/*! lodash 99.0.0 */\nvar VERSION = '4.17.4';\n",
      }),
    );
    expect(packages).toEqual(['lodash 4.17.4 lock-file']);
    expect(all[0]).toMatchObject({ certainty: 'name', properties: { contradictedBy: '98.0.0, 99.0.0' } });
    expect(signs).toEqual(['info metadata-deleted', 'info recovery-contradicted']);
  });

  it.each([
    ['2.31.0', '2.25.0', 'requests 2.25.0 lower-layer', '2.31.0'],
    ['2.25.0', '2.31.0', 'requests 2.25.0 lower-layer', '2.31.0'],
  ])(
    'in a lower layer (%s), against well-known code (%s): the older is judged',
    async (below, code, judged, against) => {
      const { packages, all } = await seen(
        layer({
          [`${SITE}/requests/__version__.py`]: `__version__ = '${code}'\n`,
          [`${SITE}/requests-${below}.dist-info/METADATA`]: `Name: requests\nVersion: ${below}\n`,
        }),
        layer({ [`${SITE}/requests-${below}.dist-info`]: removed }),
      );
      expect(packages).toEqual([judged]);
      expect(all[0]).toMatchObject({ certainty: 'name', properties: { contradictedBy: against } });
    },
  );

  it('in code that nobody knows, against a lower layer: that is believed, since such versions are often left behind', async () => {
    const { packages, all } = await seen(
      layer({
        [`${SITE}/acme_util/_version.py`]: "__version__ = '1.0'\n",
        [`${SITE}/acme_util-2.0.dist-info/METADATA`]: 'Name: acme-util\nVersion: 2.0\n',
      }),
      layer({ [`${SITE}/acme_util-2.0.dist-info`]: removed }),
    );
    expect(packages).toEqual(['acme-util 2.0 lower-layer']);
    expect(all[0]?.properties?.contradictedBy).toBe('1.0');
  });

  it.each(['4.17.20', '4.17.21'])('in a manifest of a lower layer, against the code (%s)', async (version) => {
    const at = 'srv/node_modules/lodash';
    const { packages, all } = await seen(
      layer({
        [`${at}/package.json`]: '{"name":"lodash","version":"4.17.21"}',
        [`${at}/lodash.js`]: `var VERSION = '${version}';\n`,
      }),
      layer({ [`${at}/package.json`]: removed }),
    );
    expect(packages).toEqual([`lodash ${version} lower-layer`]);
    expect(all[0]?.properties?.contradictedBy).toBe(version === '4.17.21' ? undefined : '4.17.21');
  });

  it('in metadata without a list of files, beside well-known code: the older is judged', async () => {
    const { packages, all, signs } = await seen(
      layer({
        [`${SITE}/requests/__version__.py`]: "__version__ = '2.25.0'\n",
        [`${SITE}/requests-2.32.0.dist-info/METADATA`]: 'Name: requests\nVersion: 2.32.0\n',
      }),
    );
    expect(packages).toEqual(['requests 2.25.0 code']);
    expect(all[0]).toMatchObject({ certainty: 'name', properties: { contradictedBy: '2.32.0' } });
    expect(signs).toEqual(['warning versions-contradicted']);
  });

  it('that merely say more or less contradict nothing', async () => {
    const { signs, all } = await seen(
      layer({
        [`${SITE}/torch/version.py`]: "__version__ = '2.0.1+cu117'\n",
        [`${SITE}/torch/_version.py`]: "__version__ = '2.0.1'\n",
        [`${SITE}/certifi/__init__.py`]: "__version__ = '2020.12.05'\n",
        [`${SITE}/certifi/__version__.py`]: "__version__ = '2020.12.5'\n",
      }),
    );
    expect(all.map(({ name, certainty }) => `${name} ${certainty}`)).toEqual(['certifi content', 'torch content']);
    expect(signs).toEqual(['info metadata-deleted']);
  });

  it('in 5,000 modules are as many packages, each once', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, at) => [`${SITE}/fake${at}/__init__.py`, `__version__ = "1.0.${at}"\n`]),
    );
    const { packages, signs } = await seen(layer(many));
    expect(packages).toHaveLength(5_000);
    expect(signs).toContain('warning metadata-deleted');
  });
});
