import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { image, layer, removed, symlink } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';

const status = (...names: readonly [name: string, version: string][]): string =>
  names.map(([name, version]) => `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n\n`).join('');

const debian = {
  'etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nID=debian\nVERSION_ID="11"\n',
  'etc/debian_version': '11.7\n',
};
const packages = status(
  ['base-files', '11.1+deb11u7'],
  ['libssl1.1', '1.1.1n-0+deb11u4'],
  ['libc6', '2.31-13+deb11u6'],
  ['zlib1g', '1:1.2.11.dfsg-2+deb11u2'],
);
const lists = {
  'var/lib/dpkg/info/libssl1.1:amd64.list':
    '/.\n/usr\n/usr/lib/x86_64-linux-gnu/libssl.so.1.1\n/usr/share/doc/libssl1.1\n',
  'var/lib/dpkg/info/zlib1g:amd64.list': '/.\n/lib/x86_64-linux-gnu/libz.so.1.2.11\n',
  'var/lib/dpkg/info/base-files.list': '/.\n/etc/debian_version\n/usr/share/common-licenses/GPL-3\n',
};
const files = {
  'usr/lib/x86_64-linux-gnu/libssl.so.1.1': 'x',
  'lib/x86_64-linux-gnu/libz.so.1.2.11': 'x',
  'usr/share/common-licenses/GPL-3': 'x',
  'usr/share/doc/libssl1.1/copyright': 'x',
};
const full = { ...debian, 'var/lib/dpkg/status': packages, ...lists, ...files };

async function seen(...layers: ReturnType<typeof layer>[]) {
  const { inventory } = await takeInventory(image(...layers));
  return {
    os: inventory.os && [inventory.os.id, inventory.os.versionId].join(' '),
    inferred: inventory.os?.inferred,
    signs: (inventory.signs ?? []).map(({ check, level }) => `${level} ${check}`),
    messages: (inventory.signs ?? []).map(({ message }) => message),
    packages: inventory.packages.map(
      ({ name, version, namespace, recovered }) => `${name} ${version} ${namespace ?? '-'} ${recovered ?? 'listed'}`,
    ),
  };
}

describe('an ordinary image', () => {
  it('raises no sign and keeps its release file', async () => {
    expect(await seen(layer(full))).toMatchObject({ os: 'debian 11', inferred: undefined, signs: [] });
  });
});

describe('a release file that was rewritten', () => {
  const honk = { 'etc/os-release': 'ID=Linux\nVERSION_ID="99 (honk)"\nPRETTY_NAME="Honk"\n' };

  it('is judged all the same where the package that brings it was given a release that nobody has heard of', async () => {
    const raised = packages.replace('11.1+deb11u7', '53.1').replaceAll('deb11', 'deb53');
    const { os, inferred, signs } = await seen(layer({ ...full, 'var/lib/dpkg/status': raised }));
    expect(os).toBe('debian 11');
    expect(inferred).toBe('base-files 53.1 and 3 packages built for Debian 53, of a release that nobody has heard of');
    expect(signs).toEqual(['warning release-contradicted']);
  });

  it('does not take the release away that the packages are of', async () => {
    const { os, inferred, signs, packages: listed } = await seen(layer({ ...full, ...honk }));
    expect(os).toBe('debian 11');
    expect(inferred).toBe('base-files 11.1+deb11u7 and 3 packages built for Debian 11');
    expect(signs).toEqual(['warning release-contradicted']);
    expect(listed).toContain('libssl1.1 1.1.1n-0+deb11u4 Debian:11 listed');
  });

  it('to another release of a known distribution is contradicted by base-files', async () => {
    const other = { 'etc/os-release': 'ID=debian\nVERSION_ID="13"\n', 'etc/debian_version': '13.1\n' };
    expect(await seen(layer({ ...full, ...other }))).toMatchObject({
      os: 'debian 11',
      signs: ['warning release-contradicted'],
    });
  });

  it('and base-files with it, against a dozen packages of the release; a few are what an upgrade leaves', async () => {
    const other = { 'etc/os-release': 'ID=debian\nVERSION_ID="13"\n', 'etc/debian_version': '13.1\n' };
    const built = (count: number) =>
      status(
        ['base-files', '13.8'],
        ...Array.from({ length: count }, (_, at): [string, string] => [`lib${at}`, `1.${at}-2+deb11u1`]),
      );
    const edited = (count: number) => seen(layer({ ...other, 'var/lib/dpkg/status': built(count) }));
    expect(await edited(12)).toMatchObject({ os: 'debian 11', signs: ['warning release-contradicted'] });
    expect(await edited(9)).toMatchObject({ os: 'debian 13', signs: [] });
  });

  it('behind the link of /etc, with debian_version left as it was', async () => {
    const linked = { ...full, 'etc/os-release': symlink('../usr/lib/os-release') };
    expect(
      await seen(
        layer({ ...linked, 'usr/lib/os-release': debian['etc/os-release'] }),
        layer({ 'usr/lib/os-release': 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\nPRETTY_NAME="Ubuntu 22.04"\n' }),
      ),
    ).toMatchObject({ os: 'debian 11', signs: ['warning release-contradicted'] });
  });

  it('or deleted, with all others of its kind', async () => {
    const { 'etc/os-release': _, 'etc/debian_version': __, ...rest } = full;
    expect(await seen(layer(rest))).toMatchObject({ os: 'debian 11', signs: ['warning release-missing'] });
  });

  it('of a derivative is a remark, not an accusation', async () => {
    const kin = { 'etc/os-release': 'ID=raspbian\nID_LIKE=debian\nVERSION_ID="11"\nPRETTY_NAME="Raspbian 11"\n' };
    expect(await seen(layer({ ...full, ...kin }))).toMatchObject({
      os: 'debian 11',
      signs: ['info release-derivative'],
    });
  });

  it('of testing, which has no number, contradicts nothing', async () => {
    const testing = {
      'etc/os-release': 'ID=debian\nVERSION_CODENAME=trixie\n',
      'var/lib/dpkg/status': status(['base-files', '13.6'], ['libc6', '2.41-6']),
    };
    expect((await seen(layer(testing))).signs).toEqual([]);
  });
});

describe('a package database that an upper layer deleted', () => {
  it('is still proven by the lower layer, for the packages whose files are there', async () => {
    const {
      packages: inventory,
      signs,
      messages,
    } = await seen(layer(full), layer({ 'var/lib/dpkg': removed, 'lib/x86_64-linux-gnu': removed }));
    expect(inventory).toEqual([
      'base-files 11.1+deb11u7 Debian:11 lower-layer',
      'libssl1.1 1.1.1n-0+deb11u4 Debian:11 lower-layer',
    ]);
    expect(signs).toEqual(['warning database-deleted']);
    expect(messages[0]).toContain('2 packages judged by what a lower layer lists');
  });

  it('or out of which it took packages', async () => {
    const { packages: inventory, signs } = await seen(
      layer(full),
      layer({
        'var/lib/dpkg/status': status(['base-files', '11.1+deb11u7']),
        'var/lib/dpkg/info/libssl1.1:amd64.list': removed,
      }),
    );
    expect(inventory).toContain('libssl1.1 1.1.1n-0+deb11u4 Debian:11 lower-layer');
    expect(signs).toEqual(['warning database-emptied']);
  });

  it('though the lists of files that dpkg keeps beside it were left where they are', async () => {
    const { packages: all, signs } = await seen(layer(full), layer({ 'var/lib/dpkg/status': removed }));
    expect(all).toEqual([
      'base-files 11.1+deb11u7 Debian:11 lower-layer',
      'libssl1.1 1.1.1n-0+deb11u4 Debian:11 lower-layer',
      'zlib1g 1:1.2.11.dfsg-2+deb11u2 Debian:11 lower-layer',
    ]);
    expect(signs).toEqual(['warning database-deleted']);
    const cut = { 'var/lib/dpkg/status': status(['base-files', '11.1+deb11u7'], ['libc6', '2.31-13+deb11u6']) };
    const edited = await seen(layer(full), layer(cut));
    expect(edited.packages).toContain('libssl1.1 1.1.1n-0+deb11u4 Debian:11 lower-layer');
    expect(edited.signs).toEqual(['warning database-emptied']);
  });

  it('but a package that was removed and left its settings, with a list that names them, is gone', async () => {
    const settings = {
      'etc/ssl/openssl.cnf': 'x',
      'var/lib/dpkg/info/openssl.list': '/etc/ssl/openssl.cnf\n/usr/bin/openssl\n',
    };
    const before = status(['base-files', '11.1+deb11u7'], ['openssl', '1.1.1n-0+deb11u4']);
    const { packages: all, signs } = await seen(
      layer({ ...full, ...settings, 'usr/bin/openssl': 'x', 'var/lib/dpkg/status': `${packages}${before}` }),
      layer({
        'usr/bin/openssl': removed,
        'var/lib/dpkg/info/openssl.list': '/etc/ssl/openssl.cnf\n',
        'var/lib/dpkg/status': `${packages}Package: openssl\nStatus: deinstall ok config-files\nVersion: 1.1.1n-0+deb11u4\n\n`,
      }),
    );
    expect(all.filter((line) => line.includes('lower-layer'))).toEqual([]);
    expect(signs).toEqual([]);
  });

  it('but a package that was removed with its files is gone', async () => {
    const { packages: inventory, signs } = await seen(
      layer(full),
      layer({
        'var/lib/dpkg/status': status(
          ['base-files', '11.1+deb11u7'],
          ['libc6', '2.31-13+deb11u6'],
          ['zlib1g', '1:1.2.11.dfsg-2+deb11u2'],
        ),
        'var/lib/dpkg/info/libssl1.1:amd64.list': removed,
        'usr/lib/x86_64-linux-gnu/libssl.so.1.1': removed,
      }),
    );
    expect(inventory.join()).not.toContain('libssl');
    expect(signs).toEqual([]);
  });
});

describe('without any database, in one layer', () => {
  it('changelogs say what was installed, and of which release', async () => {
    const changelog = (text: string): Buffer => gzipSync(Buffer.from(text));
    const docs = {
      'usr/share/doc/libssl1.1/changelog.Debian.gz': changelog(
        'openssl (1.1.1n-0+deb11u4) bullseye-security; urgency=medium\n\n  * x\n',
      ),
      'usr/share/doc/libc6/changelog.Debian.gz': changelog('glibc (2.31-13+deb11u6) bullseye; urgency=medium\n'),
      'usr/share/doc/base-files/changelog.gz': changelog('base-files (11.1+deb11u7) bullseye; urgency=medium\n'),
    };
    const { os, packages: inventory, signs } = await seen(layer(docs));
    expect(os).toBe('debian 11');
    expect(inventory).toContain('libssl1.1 1.1.1n-0+deb11u4 Debian:11 documentation');
    expect(signs).toEqual(['warning release-missing', 'warning database-missing']);
  });
});

describe('a whole distribution without any trace of its packages', () => {
  const libraries = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`usr/lib/x86_64-linux-gnu/libn${at}.so.1.0`, 'x']));

  it('is told by its libraries and its shell', async () => {
    expect((await seen(layer({ 'bin/sh': 'x', ...libraries(25) }))).signs).toEqual(['warning database-missing']);
  });

  it('and a program with a few libraries beside it is not', async () => {
    expect((await seen(layer({ 'bin/sh': 'x', ...libraries(24) }))).signs).toEqual([]);
    expect((await seen(layer(libraries(40)))).signs).toEqual([]);
  });
});

describe('thousands of files in one layer, where something was recovered', () => {
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`srv/${at}`, '']));
  const code = { 'usr/lib/python3.11/site-packages/requests/__version__.py': "__version__ = '2.25.0'\n" };

  it('are told to leave no trace of what was removed', async () => {
    expect((await seen(layer({ ...many, ...code }))).signs).toEqual(['info metadata-deleted', 'info layers-flattened']);
  });

  it('in two layers, or fewer of them, are not', async () => {
    expect((await seen(layer(many), layer(code))).signs).toEqual(['info metadata-deleted']);
    expect((await seen(layer(code))).signs).toEqual(['info metadata-deleted']);
  });
});

describe('what a package carries along that only its changelog proves', () => {
  it('is of that package, as what it is itself', async () => {
    const site = 'usr/lib/python3/dist-packages';
    const { inventory } = await takeInventory(
      image(
        layer({
          'usr/share/doc/python3-pip/changelog.Debian.gz': gzipSync(
            'python-pip (20.3.4-4+deb11u1) bullseye; urgency=medium\n',
          ),
          [`${site}/pip-20.3.4.egg-info/PKG-INFO`]: 'Name: pip\nVersion: 20.3.4\n',
          [`${site}/pip/_vendor/vendor.txt`]: 'urllib3==1.25.9\n',
          [`${site}/pip/_vendor/urllib3/__init__.py`]: 'x = 1\n',
        }),
      ),
    );
    expect(inventory.packages.map(({ name, ownedBy }) => `${name} ${ownedBy?.name ?? '-'}`)).toEqual([
      'python3-pip -',
      'pip python3-pip',
      'urllib3 python3-pip',
    ]);
  });
});

describe('Python code without its metadata', () => {
  const site = 'usr/local/lib/python3.9/site-packages';
  const pillow = {
    [`${site}/PIL/_version.py`]: '# Master version for Pillow\n__version__ = "9.5.0"\n',
    [`${site}/PIL/__init__.py`]: 'from . import _version\n',
  };
  const metadata = {
    [`${site}/Pillow-9.5.0.dist-info/METADATA`]: 'Name: Pillow\nVersion: 9.5.0\n',
    [`${site}/Pillow-9.5.0.dist-info/RECORD`]: 'PIL/__init__.py,sha256=x,10\nPIL/_version.py,sha256=x,10\n',
  };

  it('is what the lower layer says that it is', async () => {
    const { packages: inventory, signs } = await seen(
      layer({ ...pillow, ...metadata }),
      layer({ [`${site}/Pillow-9.5.0.dist-info`]: removed }),
    );
    expect(inventory).toEqual(['Pillow 9.5.0 PyPI lower-layer']);
    expect(signs).toEqual(['warning metadata-deleted']);
  });

  it('in one layer, by the version that it states, under its name on PyPI', async () => {
    const { packages: inventory, signs } = await seen(layer(pillow));
    expect(inventory).toEqual(['pillow 9.5.0 PyPI code']);
    expect(signs).toEqual(['info metadata-deleted']);
  });

  it.each([
    ['deleted, and the list of files left', {}],
    ['emptied', { [`${site}/requests-2.25.0.dist-info/METADATA`]: '' }],
  ])('by the name of the folder where the metadata was %s', async (_, metadata) => {
    const { packages: inventory, signs } = await seen(
      layer({
        [`${site}/requests-2.25.0.dist-info/RECORD`]: 'requests/__init__.py,sha256=x,10\n',
        [`${site}/requests/__init__.py`]: 'x = 1\n',
        ...metadata,
      }),
    );
    expect(inventory).toEqual(['requests 2.25.0 PyPI trace']);
    expect(signs).toEqual(['info metadata-deleted']);
  });

  it('and beside metadata that was given another name, less sure and contradicted', async () => {
    const stated = 'innocent 2.25.0';
    const { inventory } = await takeInventory(
      image(
        layer({
          [`${site}/requests-2.25.0.dist-info/RECORD`]: 'requests/__init__.py,sha256=x,10\n',
          [`${site}/requests-2.25.0.dist-info/METADATA`]: 'Name: innocent\nVersion: 2.25.0\n',
        }),
      ),
    );
    expect(inventory.packages.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(
      [stated, 'requests 2.25.0'].sort(),
    );
    expect(inventory.packages.find(({ recovered }) => recovered === 'trace')).toMatchObject({
      certainty: 'name',
      properties: { contradictedBy: stated },
    });
    expect(inventory.signs?.map(({ check }) => check)).toContain('recovery-contradicted');
  });

  it('and is one where folder and metadata write the same name and version in two ways', async () => {
    const { packages: inventory } = await seen(
      layer({
        [`${site}/zope_interface-5.2.0.post1.dist-info/RECORD`]: 'zope/__init__.py,sha256=x,10\n',
        [`${site}/zope_interface-5.2.0.post1.dist-info/METADATA`]: 'Name: Zope.Interface\nVersion: 5.2.0-post1\n',
      }),
    );
    expect(inventory).toEqual(['Zope.Interface 5.2.0-post1 PyPI listed']);
  });

  it('is told once where the metadata is there, whatever the names', async () => {
    const jwt = {
      [`${site}/jwt/__init__.py`]: '__version__ = "2.4.0"\n',
      [`${site}/_plotly_utils/version.py`]: '__version__ = "5.1.0"\n',
      [`${site}/plotly-5.1.0.dist-info/METADATA`]: 'Name: plotly\nVersion: 5.1.0\n',
      [`${site}/plotly-5.1.0.dist-info/top_level.txt`]: '_plotly_utils\nplotly\n',
      [`${site}/PyJWT-2.4.0.dist-info/METADATA`]: 'Name: PyJWT\nVersion: 2.4.0\n',
    };
    const { packages: inventory, signs } = await seen(layer({ ...pillow, ...metadata, ...jwt }));
    expect(inventory).toEqual(['Pillow 9.5.0 PyPI listed', 'PyJWT 2.4.0 PyPI listed', 'plotly 5.1.0 PyPI listed']);
    expect(signs).toEqual([]);
  });

  it.each([
    ['torch/version.py', "__version__ = '2.0.1+cu117'\n", 'torch 2.0.1+cu117'],
    [
      'numpy/_version.py',
      'version_json = \'\'\'\n{\n "dirty": false,\n "version": "1.24.3"\n}\n\'\'\'\n',
      'numpy 1.24.3',
    ],
    ['django/__init__.py', 'from x import y\n\nVERSION = (4, 1, 7, "final", 0)\n', 'django 4.1.7'],
    ['tornado/__init__.py', 'version = "6.3.1"\nversion_info = (6, 3, 1, 0)\n', 'tornado 6.3.1'],
    ['scipy/version.py', '"""doc"""\nversion = "1.10.1"\n', 'scipy 1.10.1'],
    ['idna/package_data.py', "__version__ = '3.4'\n", 'idna 3.4'],
    [
      'charset_normalizer/version.py',
      '__version__ = "3.1.0"\nVERSION = __version__.split(".")\n',
      'charset-normalizer 3.1.0',
    ],
  ])('reads %s', async (path, text, expected) => {
    expect((await seen(layer({ [`${site}/${path}`]: text }))).packages).toEqual([`${expected} PyPI code`]);
  });
});

describe('JavaScript packages without their manifest', () => {
  const lodash = "/**\n * @license\n * Lodash <https://lodash.com/>\n */\n;(function() {\n  var VERSION = '4.17.20';\n";

  it.each([
    ['jquery/dist/jquery.js', '/*!\n * jQuery JavaScript Library v3.4.1\n * https://jquery.com/\n */', 'jquery 3.4.1'],
    ['jquery/dist/jquery.min.js', '/*! jQuery v3.4.1 | (c) JS Foundation */', 'jquery 3.4.1'],
    ['vue/dist/vue.js', '/*!\n * Vue.js v2.6.12\n * (c) 2014-2020 Evan You\n */', 'vue 2.6.12'],
    ['react/cjs/react.development.js', '/** @license React v16.13.1\n * react.development.js\n */', 'react 16.13.1'],
    ['lodash/lodash.js', lodash, 'lodash 4.17.20'],
    ['moment/moment.js', '//! moment.js\n//! version : 2.29.1\n//! authors : Tim Wood', 'moment 2.29.1'],
    ['moment/min.js', "//! moment\n;hooks.version = '2.29.1';", undefined],
    ['@angular/core/index.js', '/**\n * @license Angular core v9.1.0\n */', 'core'],
    ['bundle/dist/bundle.js', '/*! jQuery v3.4.1 */', undefined],
    ['left-pad/index.js', '/* nothing */', undefined],
  ])('%s tells its version by itself', async (path, text, expected) => {
    const { packages: inventory } = await seen(layer({ [`srv/node_modules/${path}`]: text }));
    const name = expected === 'core' ? '@angular/core 9.1.0' : expected;
    expect(inventory).toEqual(name === undefined ? [] : [`${name} npm code`]);
  });

  it("are what the lock files say, npm's own and the project's, where their folders are there", async () => {
    const installed = {
      packages: { 'node_modules/lodash': { version: '4.17.20' }, 'node_modules/gone': { version: '1.0.0' } },
    };
    const project = { lockfileVersion: 2, packages: { 'node_modules/minimist': { version: '1.2.5' } } };
    const { packages: inventory, signs } = await seen(
      layer({
        'srv/node_modules/.package-lock.json': JSON.stringify(installed),
        'srv/package-lock.json': JSON.stringify(project),
        'srv/node_modules/lodash/lodash.js': lodash,
        'srv/node_modules/minimist/index.js': 'x',
      }),
    );
    expect(inventory).toEqual(['lodash 4.17.20 npm lock-file', 'minimist 1.2.5 npm lock-file']);
    expect(signs).toEqual(['info metadata-deleted']);
  });

  it.each([
    [
      'Yarn 1, unless it fixes two versions of a name',
      'srv/yarn.lock',
      'lodash@^4.17.19, lodash@^4.17.20:\n  version "4.17.20"\n  resolved "https://x/lodash.tgz"\n\n"@scope/a@^1.0.0":\n  version "1.0.1"\n\nms@2.0.0:\n  version "2.0.0"\n\nms@^2.1.1:\n  version "2.1.2"\n',
      ['srv/node_modules/lodash', 'srv/node_modules/@scope/a', 'srv/node_modules/ms'],
      ['@scope/a 1.0.1', 'lodash 4.17.20'],
    ],
    [
      "Yarn's successors",
      'srv/yarn.lock',
      '__metadata:\n  version: 6\n\n"lodash@npm:^4.17.20, lodash@npm:^4.17.21":\n  version: 4.17.21\n  resolution: "lodash@npm:4.17.21"\n',
      ['srv/node_modules/lodash'],
      ['lodash 4.17.21'],
    ],
    [
      'their record of places',
      'srv/node_modules/.yarn-state.yml',
      '__metadata:\n  version: 1\n\n"ms@npm:2.0.0":\n  locations:\n    - "node_modules/debug/node_modules/ms"\n\n"ms@npm:2.1.2":\n  locations:\n    - "node_modules/ms"\n',
      ['srv/node_modules/debug/node_modules/ms', 'srv/node_modules/ms'],
      ['ms 2.0.0', 'ms 2.1.2'],
    ],
    [
      'pnpm 9, with its peers',
      'srv/pnpm-lock.yaml',
      "lockfileVersion: '9.0'\n\npackages:\n\n  '@babel/core@7.24.0':\n    resolution: {integrity: x}\n\n  lodash@4.17.20:\n    resolution: {integrity: x}\n\nsnapshots:\n\n  use@1.2.3(react@18.2.0)(a/b@1.0.0):\n    dependencies:\n",
      [
        'srv/node_modules/.pnpm/lodash@4.17.20/node_modules/lodash',
        'srv/node_modules/.pnpm/@babel+core@7.24.0/node_modules/@babel/core',
        'srv/node_modules/.pnpm/use@1.2.3_react@18.2.0_a+b@1.0.0/node_modules/use',
      ],
      ['@babel/core 7.24.0', 'lodash 4.17.20', 'use 1.2.3'],
    ],
    [
      'pnpm 5 to 8, in the copy beside its store',
      'srv/node_modules/.pnpm/lock.yaml',
      'lockfileVersion: 5.4\n\npackages:\n\n  /lodash/4.17.20:\n    resolution: {integrity: x}\n  /ms@2.1.2:\n    dev: false\n',
      ['srv/node_modules/.pnpm/lodash@4.17.20/node_modules/lodash', 'srv/node_modules/.pnpm/ms@2.1.2/node_modules/ms'],
      ['lodash 4.17.20', 'ms 2.1.2'],
    ],
    [
      'npm 6 and before, which writes a tree',
      'srv/package-lock.json',
      '{"lockfileVersion":1,"dependencies":{"debug":{"version":"2.6.9","dependencies":{"ms":{"version":"2.0.0"}}},"ms":{"version":"2.1.2"}}}',
      ['srv/node_modules/debug', 'srv/node_modules/debug/node_modules/ms', 'srv/node_modules/ms'],
      ['debug 2.6.9', 'ms 2.0.0', 'ms 2.1.2'],
    ],
    [
      "pnpm's folders, where no list is left",
      'srv/x',
      'x',
      [
        'srv/node_modules/.pnpm/lodash@4.17.20/node_modules/lodash',
        'srv/node_modules/.pnpm/@x+y@1.0.0-rc.1_ms@2.1.2/node_modules/@x/y',
      ],
      ['@x/y 1.0.0-rc.1', 'lodash 4.17.20'],
    ],
  ])('are what a lock file says: %s', async (_, path, text, folders, expected) => {
    const code = Object.fromEntries(folders.map((folder) => [`${folder}/index.js`, 'x']));
    const { packages: inventory } = await seen(layer({ [path]: text, ...code }));
    expect(inventory.map((entry) => entry.replace(/ npm (?:lock-file|code)$/, ''))).toEqual(expected);
  });

  it.each([
    ['srv/yarn.lock', `${'"a@npm:1, '.repeat(100_000)}\n`],
    ['srv/yarn.lock', Array.from({ length: 50_000 }, (_, at) => `a${at}@^1.0.0:\n  version "1.0.0"\n`).join('\n')],
    ['srv/pnpm-lock.yaml', `packages:\n${'  /a@1.0.0(('.repeat(100_000)}`],
    ['srv/node_modules/.yarn-state.yml', `"a@npm:1.0.0":\n${'  - x\n'.repeat(100_000)}`],
  ])('by a lock file that names what is not there are none: %s', async (path, text) => {
    expect((await seen(layer({ [path]: text, 'srv/node_modules/b/index.js': 'x' }))).packages).toEqual([]);
  });

  it('with their manifest are told once', async () => {
    const { packages: inventory, signs } = await seen(
      layer({
        'srv/node_modules/.package-lock.json': '{"packages":{"node_modules/lodash":{"version":"4.17.20"}}}',
        'srv/node_modules/lodash/lodash.js': lodash,
        'srv/node_modules/lodash/package.json': '{"name":"lodash","version":"4.17.20"}',
      }),
    );
    expect(inventory).toEqual(['lodash 4.17.20 npm listed']);
    expect(signs).toEqual([]);
  });
});

describe('a history that deletes what scanners read', () => {
  it('is told', async () => {
    const { signs } = await seen(layer(full), layer({ 'opt/x': 'x' }).by('RUN rm -rf /v*r/l*b/dp*g'));
    expect(signs).toEqual(['warning history-deletes']);
  });

  it('is read in time in line with its length', async () => {
    const { signs } = await seen(layer(full), layer({ 'opt/x': 'x' }).by(`RUN ${'rm /a '.repeat(200_000)}`));
    expect(signs).toEqual([]);
  });
});

describe('a manifest behind a link of another name', () => {
  it('is read, and told', async () => {
    const { signs } = await seen(
      layer({
        'opt/venv/lib/python3.9/site-packages/six-1.15.0.dist-info/METADATA-orig': 'Name: six\nVersion: 1.15.0\n',
        'opt/venv/lib/python3.9/site-packages/six-1.15.0.dist-info/METADATA': symlink(
          '/opt/venv/lib/python3.9/site-packages/six-1.15.0.dist-info/METADATA-orig',
        ),
      }),
    );
    expect(signs).toEqual(['info manifest-linked']);
  });
});

describe('an inflated package database', () => {
  it('is told by what is not there', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `fake${index}`);
    const { signs } = await seen(
      layer({
        ...debian,
        'var/lib/dpkg/status': `${packages}${status(...names.map((name): [string, string] => [name, '1.0-1']))}`,
        ...Object.fromEntries(names.map((name) => [`var/lib/dpkg/info/${name}.list`, `/.\n/usr/bin/${name}\n`])),
        ...lists,
        ...files,
      }),
    );
    expect(signs).toEqual(['warning packages-phantom']);
  });
});
