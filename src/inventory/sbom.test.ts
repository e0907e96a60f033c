import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { elf } from '../../test/elf.ts';
import { image, layer } from '../../test/image.ts';
import { OPENSSL_FIXED, SETUPTOOLS_FIXED } from '../../test/statements.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import { scanImage } from '../application/scan-image.ts';
import type { UnknownRecord } from '../formats/json-values.ts';
import { billOfJson } from '../formats/sbom/index.ts';
import type { Package } from '../model.ts';
import { reportFormatNamed } from '../report/index.ts';
import { renderInventory } from '../report/inventory/inventory.ts';
import { openSbom } from '../sources/files/sbom.ts';
import { sbomInventory } from './sbom.ts';
import { takeInventory } from './take.ts';

const SYFT = '../shared/inventories/python-latest-2022-10.syft.cdx.json';
const billed = (document: UnknownRecord) => sbomInventory(billOfJson(document)!);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-sbom-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const store = memoryStore({ statements: [OPENSSL_FIXED, SETUPTOOLS_FIXED] });
const subject = image(
  layer({
    'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
    'var/lib/dpkg/status':
      'Package: libssl1.1\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl\nVersion: 1.1.1n-0+deb11u3\n',
    'var/lib/dpkg/info/python3-x.list': '/usr/lib/python3/dist-packages/x-1.egg-info\n',
    'usr/lib/python3/dist-packages/x-1.egg-info': 'Name: x\nVersion: 1\n',
    'usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA': 'Name: setuptools\nVersion: 58.1.0\n',
  }),
);

describe('a bill of materials', () => {
  it.each(['cyclonedx', 'spdx'])('of our own in %s gives the same findings as the image', async (format) => {
    const original = await scanImage(subject, { store });
    const path = join(folder, 'bom.json');
    writeFileSync(path, [...reportFormatNamed(format).render(original, {})].join(''));
    const again = await scanImage(await openSbom(`sbom:${path}`, path), { store });
    const said = (report: typeof original) =>
      report.findings.map(({ id, package: { name, version, source } }) => [id, name, version, source]);
    expect(said(again)).toEqual(said(original));
    expect(again.notices.map(({ code }) => code)).toContain('sbom');
  });

  it('gives the source package as Syft and Trivy write it, epoch and all', () => {
    const component = (purl: string, properties: Record<string, string> = {}) => ({
      type: 'library',
      purl,
      properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
    });
    const { packages, os, unknowns } = billed({
      bomFormat: 'CycloneDX',
      components: [
        component('pkg:deb/debian/automake@1%3A1.16.3-2?arch=all&upstream=automake-1.16&distro=debian-11'),
        component('pkg:deb/debian/mysql-common@5.8%2B1.0.7?upstream=mysql-defaults%401.0.7&distro=debian-11'),
        component('pkg:deb/debian/git@2.30.2-1?distro=debian-11', {
          'aquasecurity:trivy:SrcName': 'git',
          'aquasecurity:trivy:SrcVersion': '2.30.2',
          'aquasecurity:trivy:SrcRelease': '1',
          'aquasecurity:trivy:SrcEpoch': '1',
        }),
        component('pkg:npm/%40babel/core@7.0.0'),
        component('no purl'),
      ],
    });
    expect(os).toMatchObject({ id: 'debian', versionId: '11' });
    expect(packages.map(({ name, source }) => [name, source && `${source.name} ${source.version}`])).toEqual([
      ['automake', 'automake-1.16 1:1.16.3-2'],
      ['mysql-common', 'mysql-defaults 1.0.7'],
      ['git', 'git 1:2.30.2-1'],
      ['@babel/core', undefined],
    ]);
    expect(unknowns).toHaveLength(1);
  });

  it.skipIf(!existsSync(SYFT))('of Syft for python:latest is read whole (skipped without ../shared)', () => {
    const { packages, os } = billed(JSON.parse(readFileSync(SYFT, 'utf8')));
    expect(os).toMatchObject({ id: 'debian', versionId: '11' });
    expect(packages).toHaveLength(430);
    expect(packages.find(({ name, type }) => name === 'mercurial' && type === 'pypi')?.ownedBy).toEqual({
      type: 'deb',
      name: 'mercurial',
    });
  });

  it('says what it expected where a file is none', async () => {
    const path = join(folder, 'other.json');
    writeFileSync(path, '{"SchemaVersion":2}');
    await expect(openSbom('x', path)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('neither CycloneDX (JSON, XML), SPDX 2'),
      // What of another scanner lies here is the most likely to be meant: the command for it is named.
      hint: expect.stringContaining('plimsoll compare FILE --image IMAGE'),
    });
    writeFileSync(path, '{"tool":{"name":"plimsoll"},"subject":{"reference":"model:1"},"findings":[]}');
    await expect(openSbom('x', path)).rejects.toMatchObject({
      code: 'unsupported',
      message: 'this is a report of plimsoll, of model:1, and no image',
      hint: expect.stringContaining('give the image itself: model:1'),
    });
    writeFileSync(path, '{"bomFormat":');
    await expect(openSbom('x', path)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(openSbom('x', join(folder, 'nothing'))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe("Plimsoll's own documents", () => {
  const record = (name: string, version: string, build: string): string =>
    JSON.stringify({
      name,
      version,
      build,
      channel: 'https://conda.anaconda.org/conda-forge/linux-64',
      subdir: 'linux-64',
      depends: [],
      files: [],
    });

  it.each(['cyclonedx', 'spdx'])(
    'say as much when %s is read again: what a conda package is elsewhere, how sure a version is',
    async (format) => {
      const opened = image(
        layer({
          'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
          'var/lib/dpkg/status':
            'Package: python3-yaml\nStatus: install ok installed\nArchitecture: amd64\nSource: pyyaml\nVersion: 5.3.1-5\n',
          'var/lib/dpkg/info/python3-yaml.list': '/usr/lib/python3/dist-packages/yaml_extras-5.3.1.egg-info\n',
          'usr/lib/python3/dist-packages/yaml_extras-5.3.1.egg-info': 'Name: yaml-extras\nVersion: 5.3.1\n',
          'opt/conda/conda-meta/tornado-6.3-py38h1de0b5d_0.json': record('tornado', '6.3', 'py38h1de0b5d_0'),
          'opt/conda/conda-meta/openssl-3.1.0-h0b41bf4_0.json': record('openssl', '3.1.0', 'h0b41bf4_0'),
          'usr/lib/python3/site-packages/psycopg2_binary.libs/libpq-e85f78f2.so.5.15': elf({
            parts: [{ content: Buffer.alloc(64) }],
            soname: 'libpq-e85f78f2.so.5.15',
          }),
        }),
      );
      const { inventory } = await takeInventory(opened);
      const written = [...renderInventory(format, opened.subject, inventory, {})].join('');
      const read = billed(JSON.parse(written));
      const told = (pkg: Package): string =>
        `${pkg.name} ${pkg.version} ${pkg.certainty} ${pkg.role} ${pkg.namespace} ${pkg.ownedBy?.name}`;
      expect(read.packages.map(told).sort()).toEqual(inventory.packages.map(told).sort());
      expect(read.packages.map(told)).toContain('tornado 6.3 exact undefined PyPI undefined');
      expect(read.packages.map(told)).toContain('postgresql 15 name vendored undefined undefined');
      expect(read.packages.map(told)).toContain('yaml-extras 5.3.1 undefined undefined PyPI python3-yaml');
    },
  );
});
