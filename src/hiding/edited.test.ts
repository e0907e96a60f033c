import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { goProgram } from '../../test/go-program.ts';
import { image, layer, removed } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';

async function seen(...layers: readonly ReturnType<typeof layer>[]) {
  const { inventory } = await takeInventory(image(...layers));
  return {
    packages: inventory.packages.map(
      ({ name, version, source, recovered }) => `${source?.name ?? name} ${version} ${recovered ?? 'listed'}`,
    ),
    signs: (inventory.signs ?? []).filter(({ check }) => check === 'versions-contradicted'),
  };
}

const stanza = (name: string, version: string, source: string): string =>
  `Package: ${name}\nStatus: install ok installed\nSource: ${source}\nVersion: ${version}\n\n`;
const openssl = (version: string, source = 'openssl') => ({
  'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
  'var/lib/dpkg/status': stanza('libssl1.1', version, source),
});
const OLD = '1.1.1n-0+deb11u4';
const NEW = '1.1.1w-0+deb11u2';
const library = 'usr/lib/x86_64-linux-gnu/libssl.so.1.1';
const changelog = 'usr/share/doc/libssl1.1/changelog.Debian.gz';
const files = {
  'var/lib/dpkg/info/libssl1.1.list': `/${library}\n/${changelog}\n`,
  [library]: 'x',
  [changelog]: gzipSync(`openssl (${OLD}) bullseye; urgency=medium\n`),
};

describe('a package database that was edited', () => {
  it('is judged by the changelog of the package where that is older, and told', async () => {
    const { packages, signs } = await seen(layer({ ...openssl(NEW), ...files }));
    expect(packages).toEqual([`openssl ${OLD} documentation`]);
    expect(signs).toMatchObject([{ level: 'warning' }]);
  });

  it.each(['srv/chroot/x', 'var/lib/machines/x', 'var/lib/containers/storage/overlay/0123456789abcdef/diff'])(
    'is none where another system in /%s has another version of the package',
    async (root) => {
      const other = Object.entries(openssl(NEW)).map(([path, content]) => [`${root}/${path}`, content]);
      const { signs } = await seen(layer({ ...openssl(OLD), ...files, ...Object.fromEntries(other) }));
      expect(signs).toEqual([]);
    },
  );

  it('and by itself where the changelog is newer, no surer than that, which it bears', async () => {
    const lowered = image(layer({ ...openssl('1.1.1k-1'), ...files }));
    const { packages, signs } = (await takeInventory(lowered)).inventory;
    expect(packages).toMatchObject([{ version: '1.1.1k-1', certainty: 'name', properties: { contradictedBy: OLD } }]);
    expect(packages[0]?.recovered).toBeUndefined();
    expect((signs ?? []).filter(({ check }) => check === 'versions-contradicted')).toHaveLength(1);
  });

  it('to name a source of which nobody ever spoke, against the changelog', async () => {
    const { packages, signs } = await seen(layer({ ...openssl(OLD, 'openssl-fips'), ...files }));
    expect(packages).toEqual([`openssl ${OLD} documentation`]);
    expect(signs[0]?.message).toContain(`its changelog says openssl ${OLD}`);
  });
});

describe('a package database that says another version than the one of a lower layer', () => {
  const edited = { ...openssl(NEW), [changelog]: gzipSync(`openssl (${NEW}) bullseye; urgency=medium\n`) };

  it('over files that are the lower layer is judged by that, whatever the changelog says', async () => {
    const { packages, signs } = await seen(layer({ ...openssl(OLD), ...files }), layer(edited));
    expect(packages).toEqual([`openssl ${OLD} lower-layer`]);
    expect(signs[0]?.message).toContain(`layer 1 lists ${OLD}, and its files are of that layer`);
  });

  it('is an upgrade where the package manager wrote the files anew', async () => {
    const { packages, signs } = await seen(layer({ ...openssl(OLD), ...files }), layer({ ...edited, [library]: 'x' }));
    expect(packages).toEqual([`openssl ${NEW} listed`]);
    expect(signs).toEqual([]);
  });
});

describe('metadata of a Python distribution that was edited', () => {
  const SITE = 'usr/local/lib/python3.9/site-packages';
  const metadata = (version: string) => ({
    [`${SITE}/requests-${version}.dist-info/METADATA`]: `Name: requests\nVersion: ${version}\n`,
    [`${SITE}/requests-${version}.dist-info/RECORD`]: 'requests/__init__.py,,\nrequests/__version__.py,,\n',
  });
  const code = (version: string) => ({
    [`${SITE}/requests/__init__.py`]: 'from .__version__ import __version__\n',
    [`${SITE}/requests/__version__.py`]: `__version__ = "${version}"\n`,
    [`${SITE}/requests/api.py`]: '',
  });

  it('is judged by what the code says of itself, in one layer', async () => {
    const { packages, signs } = await seen(layer({ ...metadata('2.32.4'), ...code('2.25.0') }));
    expect(packages).toEqual(['requests 2.25.0 code']);
    expect(signs[0]?.message).toContain('requests 2.32.4 (its code says 2.25.0)');
  });

  it('is judged by the lower layer where the code is edited as well', async () => {
    const { packages } = await seen(
      layer({ ...metadata('2.25.0'), ...code('2.25.0') }),
      layer({
        [`${SITE}/requests-2.25.0.dist-info`]: removed,
        ...metadata('2.32.4'),
        [`${SITE}/requests/__version__.py`]: '__version__ = "2.32.4"\n',
      }),
    );
    expect(packages).toEqual(['requests 2.25.0 lower-layer']);
  });

  it.each([
    ['2.25', '2.25.0'],
    ['2023.5.7', '2023.05.07'],
    ['4.5.5.64', '4.5.5'],
    // What is fallen back on where nothing could be asked.
    ['2.32.4', '0.0.0'],
    ['2.32.4', '0.0.0+unknown'],
    ['2.32.4', '0.0.0.dev0'],
  ])('is not where metadata says %s and code %s', async (stated, said) => {
    const { packages, signs } = await seen(layer({ ...metadata(stated), ...code(said) }));
    expect(packages).toEqual([`requests ${stated} listed`]);
    expect(signs).toEqual([]);
  });

  it('is not where one version was installed over another, and the code is of the second', async () => {
    const { signs } = await seen(layer({ ...metadata('2.25.0'), ...metadata('2.31.0'), ...code('2.31.0') }));
    expect(signs).toEqual([]);
  });

  it('is an upgrade where the code came with it', async () => {
    const { packages, signs } = await seen(
      layer({ ...metadata('2.25.0'), ...code('2.25.0') }),
      layer({ [`${SITE}/requests-2.25.0.dist-info`]: removed, ...metadata('2.32.4'), ...code('2.32.4') }),
    );
    expect(packages).toEqual(['requests 2.32.4 listed']);
    expect(signs).toEqual([]);
  });
});

it('an npm manifest of another version over code of the lower layer is judged by that', async () => {
  const folder = 'srv/app/node_modules/lodash';
  const { packages, signs } = await seen(
    layer({
      [`${folder}/package.json`]: '{"name":"lodash","version":"4.17.20"}',
      [`${folder}/lodash.js`]: 'x',
      [`${folder}/fp.js`]: 'x',
    }),
    layer({ [`${folder}/package.json`]: '{"name":"lodash","version":"4.17.21"}' }),
  );
  expect(packages).toEqual(['lodash 4.17.20 lower-layer']);
  expect(signs).toHaveLength(1);
});

describe('what installers wrote down besides', () => {
  const folder = 'srv/app/node_modules/lodash';
  const manifest = (name: string, version: string) => ({
    [`${folder}/package.json`]: `{"name":"${name}","version":"${version}"}`,
    [`${folder}/lodash.js`]: "/** @license Lodash <https://lodash.com/> */\nvar VERSION = '4.17.20';\n",
  });
  const lock = (entry: string) => ({
    'srv/app/node_modules/.package-lock.json': `{"packages":{"node_modules/lodash":${entry}}}`,
  });

  it("is held to an npm manifest: npm's own list has the version", async () => {
    const { packages, signs } = await seen(
      layer({ ...manifest('lodash', '4.17.21'), ...lock('{"version":"4.17.20"}') }),
    );
    expect(packages).toEqual(['lodash 4.17.20 lock-file']);
    expect(signs[0]?.message).toContain('lodash 4.17.21 (npm installed 4.17.20)');
  });

  it('tells the package in a folder whose manifest names another', async () => {
    const { packages } = await seen(layer(manifest('@acme/util', '1.0.0')));
    expect(packages).toEqual(['@acme/util 1.0.0 listed', 'lodash 4.17.20 code']);
  });

  it('says that a folder was called otherwise on purpose', async () => {
    const alias = lock('{"name":"@acme/util","version":"1.0.0"}');
    const { packages } = await seen(layer({ ...manifest('@acme/util', '1.0.0'), ...alias }));
    expect(packages).toEqual(['@acme/util 1.0.0 listed']);
  });

  it('is the name of a gem\u2019s specification', async () => {
    const spec = (version: string) =>
      `Gem::Specification.new do |s|\n  s.name = "rack".freeze\n  s.version = "${version}"\nend\n`;
    const path = 'usr/local/lib/ruby/gems/2.7.0/specifications/rack-2.0.1.gemspec';
    expect((await seen(layer({ [path]: spec('2.99.1') }))).packages).toEqual(['rack 2.0.1 trace']);
    expect((await seen(layer({ [path]: spec('2.0.1') }))).signs).toEqual([]);
  });
});

describe('a Go program whose list of modules was edited', () => {
  const modules = (version: string) =>
    `path\texample.org/tool\nmod\texample.org/tool\tv1.0.0\th1:x=\ndep\tgolang.org/x/text\t${version}\th1:y=\n`;
  const program = (listed: string, ...compiled: readonly string[]) =>
    layer({ 'usr/local/bin/tool': goProgram({ modules: modules(listed), functions: compiled }) });
  const file = (version: string) => `/root/go/pkg/mod/golang.org/x/text@${version}/unicode/norm/tables.go`;
  const text = async (...made: Parameters<typeof program>) => {
    const { packages, signs } = await seen(program(...made));
    return { text: packages.find((pkg) => pkg.startsWith('golang.org/x/text')), signs: signs.length };
  };

  it('is judged by the files that it was compiled of', async () => {
    expect(await text('v9.3.0', file('v0.3.0'))).toEqual({ text: 'golang.org/x/text v0.3.0 code', signs: 1 });
    // Of several the oldest; a list that names an older one is believed, and the difference told.
    expect(await text('v9.3.0', file('v0.3.7'), file('v0.3.0'))).toEqual({
      text: 'golang.org/x/text v0.3.0 code',
      signs: 1,
    });
    expect(await text('v0.3.0', file('v0.3.7'))).toEqual({ text: 'golang.org/x/text v0.3.0 listed', signs: 1 });
  });

  it('and is not edited where files are of its version, of no module, or another is named in a text alone', async () => {
    const listed = { text: 'golang.org/x/text v0.3.0 listed', signs: 0 };
    expect(await text('v0.3.0', file('v0.3.0'), file('v0.3.7'))).toEqual(listed);
    expect(await text('v0.3.0', '/src/vendor/golang.org/x/text/unicode/norm/tables.go')).toEqual(listed);
    expect(await text('v0.3.0', 'see golang.org/x/text@v0.3.7/README for more')).toEqual(listed);
  });
});

it.each([
  [
    '1.2.4',
    'VERSION = (1, 2, 4, "final")\nVERSION_STRING = "1.2.4"\nversion_info = (2, 2, 8, "final", 1)\n__version__ = "2.2.8"\n',
  ],
  ['1.0.2', 'VERSION = (1, 0, 2, None)\nversion_info = (1, 4, 0, "final", 0)\n__version__ = get_client_info()\n'],
])(
  'PyMySQL %s, which tells the version of mysqlclient as its own, contradicts nothing, and tells its own without metadata',
  async (version, text) => {
    const site = 'usr/lib/python3.11/site-packages';
    const code = { [`${site}/pymysql/__init__.py`]: text };
    const metadata = { [`${site}/PyMySQL-${version}.dist-info/METADATA`]: `Name: PyMySQL\nVersion: ${version}\n` };
    expect(await seen(layer({ ...code, ...metadata }))).toEqual({ packages: [`PyMySQL ${version} listed`], signs: [] });
    expect((await seen(layer(code))).packages).toEqual([`pymysql ${version} code`]);
  },
);
