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

  it('while copies without any list are of what carries them', async () => {
    expect(await seen(urllib3)).toEqual({ packages: [], signs: [] });
  });
});
