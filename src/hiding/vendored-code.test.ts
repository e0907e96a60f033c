import { describe, expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';

const SITE = 'usr/local/lib/python3.9/site-packages';
const VENDOR = `${SITE}/pip/_vendor`;
const pip = {
  'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.0\n',
  'lib/apk/db/installed': 'P:musl\nV:1.2.5-r0\nA:x86_64\nF:lib\nR:ld-musl-x86_64.so.1\n\n',
  'lib/ld-musl-x86_64.so.1': 'x',
  [`${SITE}/pip-22.3.dist-info/METADATA`]: 'Name: pip\nVersion: 22.3\n',
  [`${SITE}/pip-22.3.dist-info/RECORD`]: 'pip/__init__.py,sha256=x,1\n',
  [`${SITE}/pip/__init__.py`]: '__version__ = "22.3"\n',
};
const urllib3 = {
  [`${VENDOR}/urllib3/__init__.py`]: 'from ._version import __version__\n',
  [`${VENDOR}/urllib3/_version.py`]: '# This file is protected via CODEOWNERS\n__version__ = "1.26.12"\n',
};
const certifi = { [`${VENDOR}/certifi/__init__.py`]: 'from .core import where\n\n__version__ = "2022.09.24"\n' };

async function seen(files: Parameters<typeof layer>[0]) {
  const { inventory } = await takeInventory(image(layer({ ...pip, ...files })));
  return {
    packages: inventory.packages
      .filter(({ type, name }) => type === 'pypi' && name !== 'pip')
      .map(({ name, version, role, recovered, certainty, properties }) =>
        [name, version, role, recovered ?? 'listed', certainty ?? '-', properties?.contradictedBy ?? '-'].join(' '),
      ),
    signs: (inventory.signs ?? []).map(({ check }) => check),
  };
}

describe('what pip says it carries along', () => {
  it('stands where the copies say the same, however they write it, or nothing', async () => {
    const list = {
      [`${VENDOR}/vendor.txt`]: 'certifi==2022.9.24\nurllib3==1.26.12\nmsgpack-python==1.0.4\nrich==12.5.1\n',
    };
    const silent = { [`${VENDOR}/rich/__init__.py`]: '"""Rich text."""\n' };
    expect(await seen({ ...urllib3, ...certifi, ...silent, ...list })).toEqual({
      packages: [
        'certifi 2022.9.24 vendored listed - -',
        'rich 12.5.1 vendored listed - -',
        'urllib3 1.26.12 vendored listed - -',
      ],
      signs: [],
    });
  });

  it.each([
    ['another version', '1.26.18'],
    ['one that begins with it', '1.26.1'],
  ])('is what the copy says where the list was written anew with %s', async (_, version) => {
    const { packages, signs } = await seen({ ...urllib3, [`${VENDOR}/vendor.txt`]: `urllib3==${version}\n` });
    expect(packages).toEqual([`urllib3 1.26.12 vendored code name ${version}`]);
    expect(signs).toContain('recovery-contradicted');
  });

  it('and a well-known copy that was taken out of the list is there by its code', async () => {
    const { packages } = await seen({ ...urllib3, ...certifi, [`${VENDOR}/vendor.txt`]: 'certifi==2022.9.24\n' });
    expect(packages).toEqual(['certifi 2022.9.24 vendored listed - -', 'urllib3 1.26.12 vendored code content -']);
  });

  it('while copies without any list are of what carries them, unless they are known to be the library', async () => {
    expect(await seen(urllib3)).toEqual({ packages: [], signs: [] });
    const whole = { ...urllib3, [`${VENDOR}/urllib3/connectionpool.py`]: 'x' };
    expect(await seen(whole)).toEqual({ packages: ['urllib3 1.26.12 vendored listed content -'], signs: [] });
  });
});

describe('a library in the import package of another distribution', () => {
  const vendored = `${SITE}/wandb/vendor/pygments`;
  const pygments = {
    [`${SITE}/wandb-0.17.0.dist-info/METADATA`]: 'Name: wandb\nVersion: 0.17.0\n',
    [`${SITE}/wandb-0.17.0.dist-info/RECORD`]: 'wandb/__init__.py,,\nwandb/vendor/pygments/__init__.py,,\n',
    [`${SITE}/wandb/__init__.py`]: '__version__ = "0.17.0"\n',
    [`${vendored}/__init__.py`]: "__version__ = '2.2.0'\n",
    [`${vendored}/lexer.py`]: 'class Lexer: pass\n',
  };
  const others = async (files: Parameters<typeof layer>[0]) =>
    (await seen(files)).packages.filter((text) => !text.startsWith('wandb '));

  it('is a package that it carries along, as wandb does, and found by what it holds', async () => {
    expect(await others(pygments)).toEqual(['pygments 2.2.0 vendored listed content -']);
    const { inventory } = await takeInventory(image(layer(pygments)));
    expect(inventory.packages.find(({ name }) => name === 'pygments')?.properties?.bundledIn).toBe('wandb');
    expect(inventory.signs ?? []).toEqual([]);
  });

  it('moved there with a list that claims it, it is not out of sight', async () => {
    const moved = {
      [`${SITE}/Flask-2.2.2.dist-info/METADATA`]: 'Name: Flask\nVersion: 2.2.2\n',
      [`${SITE}/Flask-2.2.2.dist-info/RECORD`]: 'flask/__init__.py,,\nflask/_ext/urllib3/_version.py,,\n',
      [`${SITE}/flask/_ext/urllib3/_version.py`]: '__version__ = "1.26.4"\n',
      [`${SITE}/flask/_ext/urllib3/connectionpool.pyc`]: 'x',
    };
    expect(await others(moved)).toEqual(['Flask 2.2.2  listed - -', 'urllib3 1.26.4 vendored listed content -']);
  });

  it.each([
    [
      'a folder that is but called so',
      { [`${SITE}/opentelemetry/instrumentation/flask/version.py`]: '__version__ = "0.45"\n' },
    ],
    [
      'what its tests bring',
      {
        [`${SITE}/acme/tests/yaml/__init__.py`]: '__version__ = "5.1"\n',
        [`${SITE}/acme/tests/yaml/constructor.py`]: '',
      },
    ],
  ])('is not %s', async (_, files) => {
    expect(await others(files)).toEqual([]);
  });

  it('is none beside metadata of its own, in a namespace too', async () => {
    const protobuf = {
      [`${SITE}/protobuf-4.21.12.dist-info/METADATA`]: 'Name: protobuf\nVersion: 4.21.12\n',
      [`${SITE}/google/protobuf/__init__.py`]: "__version__ = '4.21.12'\n",
      [`${SITE}/google/protobuf/descriptor.py`]: 'x',
    };
    expect(await others(protobuf)).toEqual(['protobuf 4.21.12  listed - -']);
    const { [`${SITE}/protobuf-4.21.12.dist-info/METADATA`]: _, ...bare } = protobuf;
    expect(await others(bare)).toEqual(['protobuf 4.21.12 vendored listed content -']);
    const own = {
      [`${SITE}/setuptools/_vendor/idna-3.6.dist-info/METADATA`]: 'Name: idna\nVersion: 3.6\n',
      [`${SITE}/setuptools/_vendor/idna/__init__.py`]: "__version__ = '3.6'\n",
      [`${SITE}/setuptools/_vendor/idna/idnadata.py`]: "__version__ = '15.1.0'\n",
    };
    expect((await others(own)).filter((text) => text.startsWith('idna '))).toHaveLength(1);
  });
});
