import { describe, expect, it } from 'vitest';
import type { Inventory, Package, Subject } from '../../model.ts';
import { renderInventory } from './inventory.ts';

const place = (path: string, layer = 0) => ({ path, layer, diffID: 'sha256:0', analyzer: 'test' });
const packageOf = (
  type: string,
  name: string,
  version: string,
  path: string,
  more: Partial<Package> = {},
): Package => ({
  type,
  name,
  version,
  purl: `pkg:${type}/${name}@${version}`,
  evidence: [place(path)],
  ...more,
});

const SUBJECT: Subject = {
  reference: 'ml:2023',
  source: 'archive',
  name: 'ml.tar',
  layers: [{ index: 0, diffID: 'sha256:0' }],
};
const INVENTORY: Inventory = {
  os: { id: 'debian', versionId: '11', name: 'Debian GNU/Linux 11 (bullseye)' },
  packages: [
    packageOf('deb', 'libc6', '2.31-13+deb11u6', 'var/lib/dpkg/status'),
    packageOf('pypi', 'numpy', '1.24.2', 'sp/numpy-1.24.2.dist-info/METADATA', {
      evidence: [place('a'), place('b'), place('c')],
    }),
    packageOf('pypi', 'wheel', '0.43.0', 'sp/setuptools/_vendor/wheel.dist-info/METADATA', { role: 'vendored' }),
    packageOf('pypi', 'pip', '22.0.4', 'ensurepip/_bundled/pip-22.0.4-py3-none-any.whl', {
      role: 'cache',
      certainty: 'name',
    }),
    packageOf('pypi', 'requests', '2.25.1', 'usr/lib/python3/dist-packages/requests.egg-info', {
      ownedBy: { type: 'deb', name: 'python3-requests' },
    }),
    packageOf('generic', 'libwebp', '1.2.4', 'sp/Pillow.libs/libwebp-b246aa5a.so.7.1.5', {
      role: 'vendored',
      certainty: 'content',
    }),
    packageOf('generic', 'libaec', '', 'sp/h5py.libs/libaec-8db54129.so.0.0.10', {
      role: 'vendored',
      certainty: 'name',
    }),
  ],
  risks: [],
  unknowns: [
    { path: 'opt/broken.jar', analyzer: 'java-archives', reason: 'the zip has no directory\u001b[31m at its end' },
  ],
  files: 12_345,
};
const text = (format: string, options = {}): string =>
  [...renderInventory(format, SUBJECT, INVENTORY, options)].join('');

describe('the inventory for people', () => {
  it('lists what is there by kind, and counts what is not of the image itself', () => {
    const table = text('table');
    expect(table).toContain('Debian GNU/Linux 11 (bullseye) \u00b7 7 packages \u00b7 12,345 files \u00b7 1 layer');
    expect(table).toMatch(/^Python {2}4, 1 in caches, 1 owned by OS packages or conda$/m);
    expect(table).toMatch(/numpy +1\.24\.2 +exact +1 +a \(\+2\)/);
    expect(table).toMatch(/wheel +0\.43\.0 +exact bundled/);
    expect(table).not.toContain('ensurepip');
    expect(table).not.toContain('requests');
    expect(text('table', { all: true })).toMatch(/pip +22\.0\.4 +name cache/);
  });

  it('says how sure it is, and that a version is not known', () => {
    expect(text('table')).toMatch(/libwebp +1\.2\.4 +content bundled/);
    expect(text('table')).toMatch(/libaec +not told +name bundled/);
  });

  it('says what could not be read, in harmless characters', () => {
    expect(text('table')).toContain('opt/broken.jar: the zip has no directory?[31m at its end (java-archives)');
  });

  it('keeps to the width of a terminal', () => {
    for (const line of text('table', { width: 60 }).split('\n')) expect([...line].length).toBeLessThanOrEqual(60);
  });
});

describe('the inventory for programs', () => {
  it('as JSON, with everything', () => {
    const document = JSON.parse(text('json')) as { packages: unknown[]; unknowns: unknown[]; os: { id: string } };
    expect(document.packages).toHaveLength(7);
    expect(document.os.id).toBe('debian');
    expect(document.unknowns).toHaveLength(1);
  });

  it('only the kinds that were asked for', () => {
    const document = JSON.parse(text('json', { types: ['generic'] })) as { packages: { name: string }[] };
    expect(document.packages.map(({ name }) => name)).toEqual(['libwebp', 'libaec']);
  });

  it('as CycloneDX and SPDX, the same for the same moment', () => {
    const now = new Date('2023-05-12T00:00:00Z');
    const cyclonedx = JSON.parse(text('cyclonedx', { now })) as { specVersion: string; components: { name: string }[] };
    expect(cyclonedx.specVersion).toBe('1.6');
    expect(cyclonedx.components.map(({ name }) => name)).toContain('libwebp');
    expect(text('cyclonedx', { now })).toBe(text('cyclonedx', { now }));
    expect((JSON.parse(text('spdx', { now })) as { spdxVersion: string }).spdxVersion).toBe('SPDX-2.3');
  });

  it('another name is a mistake that says what there is', () => {
    expect(() => text('sarif')).toThrow('cannot be written as "sarif"');
  });
});

describe('an inventory of an image that hides', () => {
  it('marks what was recovered and tells the signs, in the table and as JSON', () => {
    const signs = [
      {
        check: 'metadata-deleted',
        level: 'warning' as const,
        message: '1 package has code and no metadata',
        paths: [],
      },
    ];
    const packages = [
      {
        type: 'pypi',
        name: 'pillow',
        version: '9.5.0',
        purl: 'pkg:pypi/pillow@9.5.0',
        evidence: [],
        certainty: 'content' as const,
        recovered: 'code' as const,
      },
    ];
    const inventory = { packages, risks: [], unknowns: [], files: 1, signs };
    const subject = { reference: 'model.tar', source: 'archive' as const, name: 'model.tar', layers: [] };
    const table = [...renderInventory('table', subject, inventory, {})].join('');
    expect(table).toContain('! 1 package has code and no metadata');
    expect(table).toMatch(/pillow +9\.5\.0 +code/);
    const json = JSON.parse([...renderInventory('json', subject, inventory, {})].join(''));
    expect(json).toMatchObject({ signs, packages: [{ recovered: 'code' }] });
  });
});
