import { describe, expect, it } from 'vitest';
import { image, layer, removed, symlink } from '../../test/image.ts';
import { ownership, proofOf } from './owner-proof.ts';
import { takeInventory } from './take.ts';

/** Name, version, role and owner of everything of a type. */
async function listed(type: string, ...layers: ReturnType<typeof layer>[]) {
  const { inventory } = await takeInventory(image(...layers));
  return inventory.packages
    .filter((pkg) => pkg.type === type)
    .map(({ name, version, role, ownedBy }) => [name, version, role ?? 'installed', ownedBy?.name ?? '-'].join(' '));
}

const debian = 'ID=debian\nVERSION_ID="11"\n';
const status = (...names: readonly [name: string, version: string, state?: string][]): string =>
  names
    .map(
      ([name, version, state = 'install ok installed']) =>
        `Package: ${name}\nStatus: ${state}\nVersion: ${version}\n\n`,
    )
    .join('');
const pip = { 'usr/lib/python3/dist-packages/pip-20.3.4.dist-info/METADATA': 'Name: pip\nVersion: 20.3.4\n' };
const pipList = {
  'var/lib/dpkg/info/python3-pip.list': '/usr/lib/python3/dist-packages/pip-20.3.4.dist-info/METADATA\n',
};

describe('ownership is proven, not claimed', () => {
  it('a list of a package that the database does not hold owns nothing', async () => {
    const files = { 'etc/os-release': debian, ...pip, ...pipList };
    expect(await listed('pypi', layer({ ...files, 'var/lib/dpkg/status': status(['bash', '5.1-2']) }))).toEqual([
      'pip 20.3.4 installed -',
    ]);
    expect(await listed('pypi', layer(files))).toEqual(['pip 20.3.4 installed -']);
  });

  it('nor does one of a package that was removed, whose list stays for its configuration', async () => {
    const removedOne = status(['python3-pip', '20.3.4-4', 'deinstall ok config-files']);
    expect(await listed('pypi', layer({ ...pip, ...pipList, 'var/lib/dpkg/status': removedOne }))).toEqual([
      'pip 20.3.4 installed -',
    ]);
  });

  it('one whose entry an upper layer took out of the database, and left all else, is a package still, which the lower layer proves', async () => {
    const below = layer({
      'etc/os-release': debian,
      ...pip,
      ...pipList,
      'var/lib/dpkg/status': status(['python3-pip', '20.3.4-4']),
    });
    const above = layer({ 'var/lib/dpkg/status': status(['bash', '5.1-2']) });
    expect(await listed('pypi', below, above)).toEqual(['pip 20.3.4 installed python3-pip']);
    // Its owner counts: nothing is judged by nobody.
    expect(await listed('deb', below, above)).toEqual(['bash 5.1-2 installed -', 'python3-pip 20.3.4-4 installed -']);
  });

  it('an installed package owns what its list names behind a linked folder of any name', async () => {
    const files = {
      'usr/lib/python3/dist-packages': symlink('../../share/py3'),
      'usr/share/py3/pip-20.3.4.dist-info/METADATA': 'Name: pip\nVersion: 20.3.4\n',
      ...pipList,
    };
    const installed = { 'var/lib/dpkg/status': status(['python3-pip', '20.3.4-4+deb11u1']) };
    expect(await listed('pypi', layer({ ...files, ...installed }))).toEqual(['pip 20.3.4 installed python3-pip']);
    // The link is made in a layer of its own, and taken away again.
    expect(
      await listed('pypi', layer({ ...files, ...installed }), layer({ 'usr/lib/python3/dist-packages': removed })),
    ).toEqual(['pip 20.3.4 installed -']);
  });

  it('an installed package owns what its list names, also behind links and in distroless images', async () => {
    const installed = status(['python3-pip', '20.3.4-4+deb11u1']);
    expect(await listed('pypi', layer({ ...pip, ...pipList, 'var/lib/dpkg/status': installed }))).toEqual([
      'pip 20.3.4 installed python3-pip',
    ]);
    expect(
      await listed(
        'pypi',
        layer({
          ...pip,
          ...pipList,
          'usr/lib/sysimage/status': installed,
          'var/lib/dpkg/status': symlink('/usr/lib/sysimage/status'),
        }),
      ),
    ).toEqual(['pip 20.3.4 installed python3-pip']);
    expect(
      await listed(
        'pypi',
        layer({
          ...pip,
          'var/lib/dpkg/status.d/pip': 'Package: python3-pip\nVersion: 20.3.4-4\n',
          'var/lib/dpkg/status.d/pip.md5sums': `${'a'.repeat(32)}  usr/lib/python3/dist-packages/pip-20.3.4.dist-info/METADATA\n`,
        }),
      ),
    ).toEqual(['pip 20.3.4 installed python3-pip']);
  });

  it('a package of another version than the file did not bring it', async () => {
    const other = status(['python3-pip', '9.0.1-2.3']);
    expect(await listed('pypi', layer({ ...pip, ...pipList, 'var/lib/dpkg/status': other }))).toEqual([
      'pip 20.3.4 installed -',
    ]);
  });

  it.each([
    ['requests', '2.25.1', 'python3-requests', '2.25.1+dfsg-2', true],
    ['requests', '2.31.0', 'python3-requests', '2.25.1+dfsg-2', false],
    ['PyYAML', '5.3.1', 'python3-yaml', '5.3.1-5', true],
    ['setuptools', '66.1.1', 'python3-pkg-resources', '66.1.1-1', true],
    ['sphinx-rtd-theme', '1.2.0', 'python3-sphinx-rtd-theme', '1.2.0+dfsg-1', true],
    ['foo', '1.0', 'python3-foo', '0~git20220101.abcdef-1', true],
    ['foo', '0.0.0', 'python3-foo', '3.1-1', true],
    ['foo', '1.4', 'python3-foo', '2.0+really1.4-1', true],
    ['urllib3', '1.26.5', 'python39-urllib3', '1.26.5-5.el9', true],
    ['urllib3', '1.26.5', 'py3-urllib3', '2.0.4-r0', false],
    ['@npmcli/arborist', '1.0', 'npm', '9.2.0~ds1-1', false],
    ['lodash', '4.17.20', 'npm', '9.2.0~ds1-1', false],
    ['semver', '7.3.8', 'node-semver', '7.3.5-1', false],
    ['rack', '2.1.4', 'ruby-rack', '2.1.4-3+deb11u1', true],
    ['jwt', '1.0rc1', 'python3-jwt', '1.0~rc1-1', true],
  ])('%s %s of %s %s: %s', (name, version, owner, system, proven) => {
    const type = owner.startsWith('py3') ? 'apk' : owner.includes('39') ? 'rpm' : 'deb';
    const item = { path: `usr/lib/${name}`, fact: { type: 'pypi', name, version } };
    const facts = [{ type, name: owner, version: system }];
    expect(proofOf(item, { type, name: owner }, () => facts) !== undefined).toBe(proven);
  });

  it('what lies in a folder of the package is its own, whatever its name and version', () => {
    const at = (path: string, owner: string, source = owner): boolean =>
      proofOf(
        { path, fact: { type: 'npm', name: '@npmcli/arborist', version: '1.0' } },
        { type: 'deb', name: owner },
        () => [{ type: 'deb', name: owner, version: '9.2.0~ds1-1', source: { name: source, version: '9.2.0~ds1-1' } }],
      ) !== undefined;
    const path = 'usr/share/nodejs/npm/node_modules/@npmcli/arborist/package.json';
    expect(at(path, 'npm')).toBe(true);
    expect(at(path, 'nodejs')).toBe(false);
    expect(at(path.replace('share/nodejs', 'lib/node_modules'), 'nodejs')).toBe(true);
    expect(at('usr/share/nodejs/@npmcli/arborist/package.json', 'npm')).toBe(false);
    // A source that has nothing to do with it does not answer for it.
    expect(at(path, 'npm', '2vcard')).toBe(false);
  });

  it("R's own packages are of the package of R, whose version tells more than theirs", () => {
    const at = (name: string, owner: string, version: string): boolean =>
      proofOf(
        { path: `usr/lib/R/library/${name}/DESCRIPTION`, fact: { type: 'cran', name, version } },
        { type: 'deb', name: owner },
        () => [
          {
            type: 'deb',
            name: owner,
            version: '4.2.2.20221110-2',
            source: { name: 'r-base', version: '4.2.2.20221110-2' },
          },
        ],
      ) !== undefined;
    expect(at('stats4', 'r-base-core', '4.2.2')).toBe(true);
    expect(at('jsonlite', 'r-base-core', '1.8.4')).toBe(false);
    expect(at('stats4', 'r-base-html', '4.1.0')).toBe(false);
  });

  it("what a vendor's package brings outside of the distribution's folders is judged by itself; software collections are Red Hat's", () => {
    const at = (path: string, type = 'deb') =>
      proofOf(
        { path, fact: { type: 'pypi', name: 'jinja2', version: '2.10' } },
        { type, name: 'python3-jinja2' },
        () => [{ type, name: 'python3-jinja2', version: '2.10-1' }],
      ) !== undefined;
    for (const place of ['opt/agent', 'usr/local', 'app', 'srv/app', 'root/.local', 'home/me/.local'])
      expect(at(`${place}/lib/python3.9/site-packages/Jinja2-2.10.dist-info/METADATA`), place).toBe(false);
    expect(at('usr/lib/python3/dist-packages/Jinja2-2.10.dist-info/METADATA')).toBe(true);
    expect(at('opt/rh/rh-python38/root/usr/lib/python3.8/site-packages/jinja2-2.10.dist-info/METADATA', 'rpm')).toBe(
      true,
    );
  });

  it('a folder that is a link is followed where the layer has no entry for the folder it leads to', async () => {
    expect(
      await listed(
        'pypi',
        layer([
          ['lib', symlink('usr/lib')],
          ['var/lib/dpkg/status', status(['libfoo-python', '1.0-1'])],
          ['var/lib/dpkg/info/libfoo-python.list', '/lib/python3/dist-packages/foo-1.0.dist-info/METADATA\n'],
          ['usr/lib/python3/dist-packages/foo-1.0.dist-info/METADATA', 'Name: foo\nVersion: 1.0\n'],
        ]),
      ),
    ).toEqual(['foo 1.0 installed libfoo-python']);
  });
});

describe('what Debian keeps for new environments', () => {
  it('is of many names and versions, and no false claim: nobody imports it', () => {
    const items = Array.from({ length: 20 }, (_, at) => ({
      path: `usr/share/python-wheels/x${at}-1.${at}-py2.py3-none-any.whl`,
      fact: { type: 'pypi', name: `x${at}`, version: `1.${at}`, role: 'cache' as const },
    }));
    const owner = { type: 'deb', name: 'python-pip-whl' };
    const owners = new Map(items.map(({ path }) => [path, owner]));
    const own = { path: 'var/lib/dpkg/status', fact: { type: 'deb', name: owner.name, version: '20.3.4-4+deb11u1' } };
    expect(ownership([own, ...items], owners, () => new Map()).claims).toEqual([]);
    const used = items.map(({ path, fact: { role: _, ...fact } }) => ({ path, fact }));
    expect(ownership([own, ...used], owners, () => new Map()).claims).toHaveLength(20);
  });
});

it('modules of a program that is not the package’s are not its own by a version alike', () => {
  const path = 'usr/bin/tool';
  const items = [
    { path, fact: { type: 'golang', name: 'example.org/tool', version: 'v2.1.0' } },
    { path, fact: { type: 'golang', name: 'stdlib', version: '1.21.1' } },
    { path, fact: { type: 'golang', name: 'golang.org/x/text', version: 'v0.3.7' } },
  ];
  const owner = { type: 'deb', name: 'zlib1g' };
  const own = { path: 'var/lib/dpkg/status', fact: { type: 'deb', name: owner.name, version: '0.3.7-1' } };
  const { ownerOf, claims } = ownership([own, ...items], new Map([[path, owner]]), () => new Map());
  expect(items.map((item) => ownerOf(item))).toEqual([undefined, undefined, undefined]);
  expect(claims).toHaveLength(3);
});

describe('a copy is where its code is', () => {
  const folder = 'usr/lib/python3/dist-packages/pip/_vendor';
  const list = { [`${folder}/vendor.txt`]: 'urllib3==1.26.5\nPyYAML==5.4\njaraco.text==3.7\nsix==1.16.0\n' };

  it('the list of a pip whose copies a distribution took out proves none', async () => {
    expect(await listed('pypi', layer({ ...list, [`${folder}/__init__.py`]: '' }))).toEqual([]);
  });

  it('package, module, package of another name and part of a namespace are copies', async () => {
    const code = Object.fromEntries(
      ['urllib3/__init__.py', 'yaml/__init__.py', 'jaraco/text/__init__.py', 'six.py'].map((name) => [
        `${folder}/${name}`,
        'x',
      ]),
    );
    expect(await listed('pypi', layer({ ...list, ...code }))).toEqual([
      'PyYAML 5.4 vendored -',
      'jaraco.text 3.7 vendored -',
      'six 1.16.0 vendored -',
      'urllib3 1.26.5 vendored -',
    ]);
    expect(await listed('pypi', layer({ ...list, ...code }), layer({ [`${folder}/urllib3`]: removed }))).not.toContain(
      'urllib3 1.26.5 vendored -',
    );
  });

  it('the folder may have any of the names that Pipenv and wheel give it, under which the copies of the next tool lie', async () => {
    const site = 'usr/lib/python3.11/site-packages';
    const files = {
      [`${site}/pipenv/vendor/vendor.txt`]:
        'python-dotenv==1.0.1\nruamel.yaml==0.18.6\npexpect==4.9.0\nbackports.functools-lru-cache==1.6.1\ndelegator.py==0.1.1\n',
      [`${site}/pipenv/vendor/dotenv/__init__.py`]: '',
      [`${site}/pipenv/vendor/ruamel/yaml/__init__.py`]: '',
      [`${site}/pipenv/vendor/backports/functools_lru_cache.py`]: '',
      [`${site}/pipenv/vendor/delegator.py`]: '',
      [`${site}/pipenv/patched/patched.txt`]: 'pip==24.3.1\nsafety==2.3.2\n',
      [`${site}/pipenv/patched/pip/__init__.py`]: '',
      [`${site}/wheel/vendored/vendor.txt`]: 'packaging==24.0\n',
      [`${site}/wheel/vendored/packaging/__init__.py`]: '',
    };
    expect(await listed('pypi', layer(files))).toEqual([
      'backports.functools-lru-cache 1.6.1 vendored -',
      'delegator.py 0.1.1 vendored -',
      'packaging 24.0 vendored -',
      'pip 24.3.1 vendored -',
      'python-dotenv 1.0.1 vendored -',
      'ruamel.yaml 0.18.6 vendored -',
    ]);
  });
});
