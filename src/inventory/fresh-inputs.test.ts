import { describe, expect, it } from 'vitest';
import { emptied, image, layer, removed } from '../../test/image.ts';
import { zip } from '../../test/zip.ts';
import { takeInventory } from './take.ts';

/** Inputs of known classes that no rule had been made by: what each tool leaves where, after its own documentation and reports on it. */

async function listed(...layers: ReturnType<typeof layer>[]): Promise<readonly string[]> {
  const { inventory } = await takeInventory(image(...layers));
  return inventory.packages.map(({ type, name, version, role, ownedBy }) =>
    [type, name, version, role ?? 'installed', ...(ownedBy === undefined ? [] : [`of ${ownedBy.name}`])].join(' '),
  );
}
const metadata = (name: string, version: string): string =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
const debian = 'ID=debian\nVERSION_ID="12"\n';
const status = (name: string, version: string, state = 'install ok installed'): string =>
  `Package: ${name}\nStatus: ${state}\nArchitecture: amd64\nVersion: ${version}\n\n`;

describe('caches and leftovers that nobody imports from', () => {
  it.each([
    ['of uv', 'root/.cache/uv/archive-v0/4Xk9/urllib3-1.26.5.dist-info/METADATA'],
    ['of a pip that was broken off', 'tmp/pip-install-x1y2/urllib3_9f/urllib3.egg-info/PKG-INFO'],
    [
      'of its build environments',
      'tmp/pip-build-env-x1/overlay/lib/python3.9/site-packages/urllib3-1.26.5.dist-info/METADATA',
    ],
    ['put aside', 'usr/lib/python3.9/site-packages.bak/urllib3-1.26.5.dist-info/METADATA'],
    [
      'of micromamba',
      'opt/micromamba/pkgs/urllib3-1.26.5-pyhd8ed1ab_0/site-packages/urllib3-1.26.5.dist-info/METADATA',
    ],
  ])('%s', async (_, path) => {
    expect(await listed(layer({ [path]: metadata('urllib3', '1.26.5') }))).toEqual(['pypi urllib3 1.26.5 cache']);
  });

  it('of Bun, Yarn and npx', async () => {
    const lodash = '{"name":"lodash","version":"4.17.4"}';
    for (const folder of [
      '.bun/install/cache/lodash@4.17.4',
      '.cache/yarn/v6/npm-lodash-4.17.4-x/node_modules/lodash',
      '.npm/_npx/ab/node_modules/lodash',
    ])
      expect(await listed(layer({ [`root/${folder}/package.json`]: lodash }))).toEqual(['npm lodash 4.17.4 cache']);
  });

  it('other systems: of containers, chroots and snaps, and the old copies of the own database', async () => {
    expect(
      await listed(
        layer({
          'etc/os-release': debian,
          'var/lib/dpkg/status': status('bash', '5.2'),
          'var/lib/dpkg/status-old': status('openssl', '1.0'),
          'var/backups/dpkg.status.0': status('openssl', '0.9'),
          'var/lib/machines/old/var/lib/dpkg/status': status('openssl', '1.1'),
          'var/lib/docker/overlay2/ab/diff/var/lib/dpkg/status': status('curl', '7.0'),
          'snap/core20/1/var/lib/dpkg/status': status('wget', '1.0'),
        }),
      ),
    ).toEqual(['deb bash 5.2 installed', 'deb curl 7.0 nested', 'deb openssl 1.1 nested', 'deb wget 1.0 nested']);
  });
});

describe('manifests as their tools write them', () => {
  it('a PEX with its wheels in folders, and one of shiv behind a first line', async () => {
    const pex = zip({
      'PEX-INFO': '{}',
      '.deps/urllib3-1.26.5-py2.py3-none-any.whl/urllib3-1.26.5.dist-info/METADATA': metadata('urllib3', '1.26.5'),
    });
    const shiv = zip({ '__main__.py': '', 'site-packages/idna-2.10.dist-info/METADATA': metadata('idna', '2.10') });
    expect(
      await listed(
        layer({ 'app/tool.pex': pex, 'app/tool': Buffer.concat([Buffer.from('#!/usr/bin/env python3\n'), shiv]) }),
      ),
    ).toEqual(['pypi idna 2.10 installed', 'pypi urllib3 1.26.5 installed']);
  });

  it('a PEX whose wheels are unpacked when it starts (--no-pre-install-wheels)', async () => {
    const pex = zip({ 'PEX-INFO': '{}', '.deps/urllib3-1.26.11-py2.py3-none-any.whl': zip({ 'urllib3/x.py': '' }) });
    expect(await listed(layer({ 'app/tool.pex': pex }))).toEqual(['pypi urllib3 1.26.11 installed']);
  });

  it('JSON with a byte order mark: Composer, Pipenv, .NET, conda, and in an archive of Yarn', async () => {
    const mark = '\ufeff';
    expect(
      await listed(
        layer({
          'srv/vendor/composer/installed.json': `${mark}{"packages":[{"name":"twig/twig","version":"v2.10.0"}]}`,
          'srv/x/Pipfile.lock': `${mark}{"default":{"flask":{"version":"==0.10"}}}`,
          'srv/z/app.deps.json': `${mark}{"libraries":{"Newtonsoft.Json/12.0.1":{"type":"package"}},"targets":{}}`,
          'opt/conda/conda-meta/openssl-1.1.1k-0.json': `${mark}{"name":"openssl","version":"1.1.1k","build":"0","channel":"conda-forge"}`,
          'srv/.pnp.cjs': '',
          'srv/.yarn/cache/lodash-npm-4.17.20-d1f9d4a8e2-ff2bcc26e0.zip': zip({
            'node_modules/lodash/package.json': `${mark}{"name":"lodash","version":"4.17.20"}`,
          }),
        }),
      ),
    ).toEqual([
      'composer twig/twig 2.10.0 installed',
      'conda openssl 1.1.1k installed',
      'npm lodash 4.17.20 installed',
      'nuget Newtonsoft.Json 12.0.1 installed',
      'pypi flask 0.10 declared',
    ]);
  });

  it('renv.lock names what it has of Bioconductor and of GitHub as well', async () => {
    const lock = {
      R: { Version: '4.3.1' },
      Packages: {
        jsonlite: { Package: 'jsonlite', Version: '1.8.4', Source: 'Repository', Repository: 'CRAN' },
        limma: { Package: 'limma', Version: '3.56.0', Source: 'Bioconductor' },
        dev: { Package: 'dev', Version: '0.1', Source: 'GitHub', RemoteSha: 'abc' },
      },
    };
    expect(await listed(layer({ 'srv/renv.lock': JSON.stringify(lock) }))).toEqual([
      'cran dev 0.1 declared',
      'cran jsonlite 1.8.4 declared',
      'cran limma 3.56.0 declared',
    ]);
  });
});

describe('who owns what, by the state of the package', () => {
  const pip = {
    'etc/os-release': debian,
    'usr/lib/python3/dist-packages/pip-20.3.4.dist-info/METADATA': metadata('pip', '20.3.4'),
  };
  const line = '/usr/lib/python3/dist-packages/pip-20.3.4.dist-info/METADATA\n';
  const owned = async (state: string, list = 'python3-pip') =>
    (
      await listed(
        layer({
          ...pip,
          [`var/lib/dpkg/info/${list}.list`]: line,
          'var/lib/dpkg/status': status('python3-pip', '20.3.4-4', state),
        }),
      )
    ).at(-1);

  it.each([
    ['on hold', 'hold ok installed', 'python3-pip', 'pypi pip 20.3.4 installed of python3-pip'],
    [
      'with a list for its architecture',
      'install ok installed',
      'python3-pip:amd64',
      'pypi pip 20.3.4 installed of python3-pip',
    ],
    ['purged', 'purge ok not-installed', 'python3-pip', 'pypi pip 20.3.4 installed'],
    ['removed, its configuration kept', 'deinstall ok config-files', 'python3-pip', 'pypi pip 20.3.4 installed'],
  ])('%s', async (_, state, list, expected) => expect(await owned(state, list)).toBe(expected));

  it('pip that upgraded itself over the package of the distribution is its own', async () => {
    expect(
      await listed(
        layer({
          ...pip,
          'var/lib/dpkg/info/python3-pip.list': line,
          'var/lib/dpkg/status': status('python3-pip', '20.3.4-4'),
        }),
        layer({
          'usr/lib/python3/dist-packages/pip-20.3.4.dist-info': removed,
          'usr/lib/python3/dist-packages/pip-23.0.dist-info/METADATA': metadata('pip', '23.0'),
        }),
      ),
    ).toEqual(['deb python3-pip 20.3.4-4 installed', 'pypi pip 23.0 installed']);
  });

  it('an egg of apk in another version than its package is its own', async () => {
    const egg = 'usr/lib/python3.11/site-packages/urllib3-1.26.5-py3.11.egg-info';
    expect(
      await listed(
        layer({
          'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.0\n',
          'lib/apk/db/installed': `P:py3-urllib3\nV:1.26.5-r0\nA:noarch\no:py3-urllib3\nF:${egg}\nR:PKG-INFO\n\n`,
          [`${egg}/PKG-INFO`]: metadata('urllib3', '1.25.0'),
        }),
      ),
    ).toEqual(['apk py3-urllib3 1.26.5-r0 installed', 'pypi urllib3 1.25.0 installed']);
  });
});

describe('keys that a later layer took away, each in its way', () => {
  const key = `ghp_${'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC3'}`;
  const line = `GITHUB_TOKEN=${key}\n`;
  it.each([
    ['a folder that was emptied', { 'srv/cfg/prod.env': line }, { 'srv/cfg': emptied }],
    ['a file that was written over', { 'srv/prod.env': line }, { 'srv/prod.env': 'GITHUB_TOKEN=\n' }],
    ['a folder that a file took the place of', { 'srv/cfg/a/prod.env': line }, { 'srv/cfg': 'x' }],
    ['a file that was renamed', { 'srv/a.env': line }, { 'srv/a.env': removed, 'srv/b.env': line }],
  ])('%s', async (_, lower, upper) => {
    const { inventory } = await takeInventory(image(layer(lower), layer(upper)));
    const [path] = Object.keys(lower);
    expect(
      (inventory.risks ?? []).filter(
        ({ title, evidence }) => evidence?.path === path && /still in layer 1/.test(title),
      ),
    ).toHaveLength(1);
  });

  it.each([
    ['a source map', 'srv/static/main.js.map', `{"sourcesContent":["const k='${key}'"]}`],
    ['a bundle', 'srv/static/app.min.js', `var t="${key}"`],
    [
      'a lock file with the address of an index',
      'srv/package-lock.json',
      `{"resolved":"https://x:${key}@npm.example.com/x"}`,
    ],
    ['a log', 'var/log/build.log', `cloning https://x:${key}@github.com/acme/x\n`],
    ['a configuration of git', 'srv/.git/config', `[remote "origin"]\n\turl = https://x:${key}@github.com/acme/x\n`],
  ])('and where they stand: %s', async (_, path, text) => {
    const { inventory } = await takeInventory(image(layer({ [path]: text })));
    expect((inventory.risks ?? []).map(({ rule }) => rule)).toContain('secret-github-token');
  });
});
