import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { zip } from '../../test/zip.ts';
import { takeInventory } from '../inventory/take.ts';
import { silent } from '../progress.ts';
import { openImage } from '../sources/open.ts';

/** Manifests that other tools leave, each as small as its class can be. */

async function listed(files: Readonly<Record<string, string | Uint8Array>>) {
  const { inventory } = await takeInventory(image(layer(files)));
  return {
    packages: inventory.packages.map(({ type, name, version, role, source, ownedBy }) =>
      [type, name, version, role, source && `(${source.name})`, ownedBy && `of ${ownedBy.name}`]
        .filter(Boolean)
        .join(' '),
    ),
    unknowns: inventory.unknowns.map(({ path, reason }) => `${path}: ${reason}`),
  };
}

/** A zstd frame of one raw block. https://www.rfc-editor.org/rfc/rfc8878 */
function zstdRaw(text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(3);
  header.writeUIntLE((body.length << 3) | 1, 0, 3);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0]), size, header, body]);
}

describe('chiselled images', () => {
  const wall = [
    '{"jsonwall":"1.0","schema":"1.0","count":4}',
    '{"kind":"content","slice":"libssl3t64_libs","path":"/usr/lib/python3/dist-packages/openssl-3.0.13.dist-info/METADATA"}',
    '{"kind":"package","name":"base-files","version":"13ubuntu10","sha256":"aa","arch":"amd64"}',
    '{"kind":"package","name":"libssl3t64","version":"3.0.13-0ubuntu3","sha256":"cc","arch":"amd64"}',
    '',
  ].join('\n');

  it('tell their packages in a packed manifest, with the source that advisories are filed by, and own what their slices brought', async () => {
    const { packages } = await listed({
      'etc/os-release': 'ID=ubuntu\nVERSION_ID="24.04"\n',
      'var/lib/chisel/manifest.wall': zstdRaw(wall),
      'usr/lib/python3/dist-packages/openssl-3.0.13.dist-info/METADATA': 'Name: openssl\nVersion: 3.0.13\n',
    });
    expect(packages).toEqual([
      'deb base-files 13ubuntu10 (base-files)',
      'deb libssl3t64 3.0.13-0ubuntu3 (openssl)',
      'pypi openssl 3.0.13 of libssl3t64',
    ]);
  });

  it('may be cut by a release that puts the manifest elsewhere, or stand in a folder of another image', async () => {
    const roles = async (path: string) =>
      (await listed({ 'etc/os-release': 'ID=ubuntu\nVERSION_ID="24.04"\n', [path]: zstdRaw(wall) })).packages;
    expect(await roles('opt/rocks/manifest.wall')).toEqual([
      'deb base-files 13ubuntu10 (base-files)',
      'deb libssl3t64 3.0.13-0ubuntu3 (openssl)',
    ]);
    const { inventory } = await takeInventory(
      image(layer({ 'srv/rootfs/var/lib/chisel/manifest.wall': zstdRaw(wall) })),
    );
    expect(inventory.packages.map(({ role }) => role)).toEqual(['nested', 'nested']);
  });

  it('whose manifest is damaged, cut off or no zstd say so', async () => {
    const whole = zstdRaw(wall);
    for (const bytes of [
      whole.subarray(0, 40),
      Buffer.from('{"kind":"package"}'),
      Buffer.concat([whole.subarray(0, 9), Buffer.alloc(40, 0xff)]),
    ]) {
      const { packages, unknowns } = await listed({ 'var/lib/chisel/manifest.wall': bytes });
      expect(packages).toEqual([]);
      expect(unknowns[0]).toMatch(/^var\/lib\/chisel\/manifest\.wall: .*(?:damaged|too early)/);
    }
  });
});

describe('locks of environments declare', () => {
  it.each([
    [
      'pixi.lock',
      'version: 6\nenvironments:\n  default:\n    packages:\n      linux-64:\n      - conda: https://conda.example/linux-64/numpy-1.26.4-py312h.conda\n      - pypi: https://files.example/x.whl\npackages:\n- conda: https://conda.example/linux-64/numpy-1.26.4-py312h.conda\n  sha256: ab\n- pypi: https://files.example/requests-2.31.0-py3-none-any.whl\n  name: requests\n  version: 2.31.0\n',
      ['conda numpy 1.26.4 declared', 'pypi requests 2.31.0 declared'],
    ],
    [
      'pixi.lock',
      'version: 6\nenvironments:\n  default:\n    packages:\n      linux-64:\n      - conda: https://c.example/noarch/tqdm-4.66.1-py.conda\n      win-64:\n      - conda: https://c.example/noarch/tqdm-4.66.1-py.conda\n      - conda: https://c.example/noarch/colorama-0.4.6-py.conda\n      - conda: https://c.example/win-64/openssl-3.2.0-h.conda\n      - pypi: https://f.example/pywin32-306-cp311-cp311-win_amd64.whl\npackages:\n- conda: https://c.example/noarch/tqdm-4.66.1-py.conda\n- conda: https://c.example/noarch/colorama-0.4.6-py.conda\n- conda: https://c.example/win-64/openssl-3.2.0-h.conda\n- pypi: https://f.example/pywin32-306-cp311-cp311-win_amd64.whl\n  name: pywin32\n  version: 306\n',
      ['conda tqdm 4.66.1 declared'],
    ],
    [
      'pixi.lock',
      'version: 6\nenvironments:\n  default:\n    packages:\n      win-64:\n      - conda: https://c.example/win-64/openssl-3.2.0-h.conda\npackages:\n- conda: https://c.example/win-64/openssl-3.2.0-h.conda\n',
      ['conda openssl 3.2.0 declared'],
    ],
    [
      'pixi.lock',
      'version: 4\npackages:\n- kind: conda\n  name: openssl\n  version: 3.2.1\n  url: https://conda.example/linux-64/openssl-3.2.1-h.conda\n- kind: pypi\n  name: flask\n  version: 2.0.1\n',
      ['conda openssl 3.2.1 declared', 'pypi flask 2.0.1 declared'],
    ],
    // Version 7, in which a project names its platforms; the project itself is one of its packages.
    [
      'pixi.lock',
      'version: 7\nplatforms:\n- name: gpu\n  subdir: linux-64\n  virtual-packages:\n  - __cuda=12.0\n- name: osx-arm64\nenvironments:\n  default:\n    packages:\n      gpu:\n      - conda: https://c.example/linux-64/openssl-3.2.0-h1.conda\n      - pypi: ./\n      osx-arm64:\n      - conda: https://c.example/osx-arm64/bzip2-1.0.8-h2.conda\npackages:\n- conda: https://c.example/linux-64/openssl-3.2.0-h1.conda\n- conda: https://c.example/osx-arm64/bzip2-1.0.8-h2.conda\n- pypi: ./\n  name: cydr\n  version: 0.1.0\n',
      ['conda openssl 3.2.0 declared'],
    ],
    [
      'conda-lock.yml',
      "version: 1\nmetadata:\n  content_hash: {}\npackage:\n  - name: openssl\n    version: 3.1.0\n    manager: conda\n    platform: linux-64\n  - name: openssl\n    version: 3.1.0\n    manager: conda\n    platform: osx-64\n  - name: urllib3\n    version: '1.26.5'\n    manager: pip\n  - name: pywin32\n    version: '306'\n    manager: conda\n    platform: win-64\n",
      ['conda openssl 3.1.0 declared', 'pypi urllib3 1.26.5 declared'],
    ],
    // As conda-lock 4.0.3 renders it for `conda env create`.
    [
      'conda-linux-64.lock.yml',
      '# Generated by conda-lock.\n# platform: linux-64\n\nchannels:\n  - conda-forge\ndependencies:\n  - openssl=3.0.7=h166bdaf_0\n  - pip:\n      - torch == 2.1.0+cu118 --hash=sha256:00\n      - mypkg @ git+https://github.com/psf/requests.git@v2.25.0\n',
      ['conda openssl 3.0.7 declared', 'pypi torch 2.1.0+cu118 declared'],
    ],
    // As `pip freeze` writes what came from an address.
    [
      'requirements.txt',
      'torch @ https://download.example/whl/cu118/torch-2.1.0%2Bcu118-cp310-cp310-linux_x86_64.whl#sha256=00\nhttps://mirror.example/urllib3-1.26.5-py2.py3-none-any.whl ; python_version > "3"\nrequests @ git+https://github.com/psf/requests.git@abc\n--find-links https://mirror.example/six-1.16.0-py3-none-any.whl\n',
      ['pypi torch 2.1.0+cu118 declared', 'pypi urllib3 1.26.5 declared'],
    ],
    // As renv 1.1.2 writes it: every field of DESCRIPTION, also of what came from a repository of GitHub's.
    [
      'renv.lock',
      '{"R": {"Version": "4.2.2", "Repositories": [{"Name": "CRAN", "URL": "https://mirror.example/cran"}]}, "Packages": {"R6": {"Package": "R6", "Version": "2.5.1", "Source": "Repository", "Type": "Package", "Suggests": ["pryr"], "Author": "A B [aut]"}, "ghpkg": {"Package": "ghpkg", "Version": "0.3.1.9000", "Source": "GitHub", "RemoteType": "github", "RemoteSha": "0123456789abcdef0123456789abcdef01234567"}}}',
      ['cran R6 2.5.1 declared', 'cran ghpkg 0.3.1.9000 declared'],
    ],
    [
      'pylock.gpu.toml',
      'lock-version = "1.0"\n[[packages]]\nname = "torch"\nversion = "2.6.0"\n',
      ['pypi torch 2.6.0 declared'],
    ],
    [
      'renv.lock',
      '\ufeff{"R": {"Version": "4.3.1"}, "Packages": {"jsonlite": {"Package": "jsonlite", "Version": "1.8.4"}}}',
      ['cran jsonlite 1.8.4 declared'],
    ],
    ['Pipfile.lock', '\ufeff{"default": {"flask": {"version": "==1.0"}}}', ['pypi flask 1.0 declared']],
  ])('%s %#', async (name, content, expected) => {
    expect((await listed({ [`srv/app/${name}`]: content })).packages).toEqual(expected);
  });
});

it('a Yarn cache is what runs where the loader is, and a mere cache elsewhere', async () => {
  const archive = zip({ 'node_modules/@babel/core/package.json': '{}' });
  const cache = { 'app/.yarn/cache/@babel-core-npm-7.12.3-b7ee0dd2ae-29ee14dd7a.zip': archive };
  expect((await listed({ ...cache, 'app/.pnp.cjs': 'x' })).packages).toEqual(['npm @babel/core 7.12.3']);
  expect((await listed(cache)).packages).toEqual([]);
});

it('a Python program in one file has its dependencies inside', async () => {
  const metadata = (name: string, version: string): string =>
    `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
  const program = Buffer.concat([
    Buffer.from('#!/usr/bin/env python3\n'),
    zip({
      '__main__.py': '',
      '.deps/requests-2.25.0-py3-none-any.whl/requests-2.25.0.dist-info/METADATA': metadata('requests', '2.25.0'),
      'site-packages/six-1.16.dist-info/METADATA': metadata('six', '1.16'),
    }),
  ]);
  expect(
    (
      await listed({
        'app/app.pex': program,
        'app/tool.pyz': zip({ 'idna-2.10.dist-info/METADATA': metadata('idna', '2.10') }),
      })
    ).packages,
  ).toEqual(['pypi idna 2.10', 'pypi requests 2.25.0', 'pypi six 1.16']);
});

const shared = '../shared/cases/images';
describe.skipIf(!existsSync(shared))(
  `the small images of ../shared${existsSync(shared) ? '' : ' (skipped: not there)'}`,
  () => {
    const of = async (name: string) => {
      const opened = await openImage(`${shared}/${name}.tar`, { environment: {}, progress: silent });
      try {
        return (await takeInventory(opened)).inventory;
      } finally {
        await opened.close();
      }
    };

    it('chisel: three packages', async () => {
      expect((await of('chisel')).packages.map(({ name, source }) => `${name} ${source?.name}`)).toEqual([
        'base-files base-files',
        'libexpat1 expat',
        'libssl3t64 openssl',
      ]);
    });

    it('rpm-wal: the packages of the log', async () => {
      const { packages, unknowns } = await of('rpm-wal');
      expect(unknowns).toEqual([]);
      expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['openssl 1:3.0.7-6.el9_2']);
    });

    it('mergedown: a package once, owned', async () => {
      expect((await of('mergedown')).packages.map(({ name, ownedBy }) => [name, ownedBy?.name])).toEqual([
        ['libfoo-python', undefined],
        ['foo', 'libfoo-python'],
      ]);
    });

    it('pymeta: the leftover is marked, METADATA in an egg-info counts, Python is none of PyPI', async () => {
      const actual = (await of('pymeta')).packages.map(
        ({ name, version, role }) => `${name} ${version} ${role ?? 'installed'}`,
      );
      expect(actual).toContain('urllib3 1.26.5 cache');
      expect(actual).toContain('urllib3 2.2.2 installed');
      expect(actual).toContain('cryptography 3.3.2 installed');
      expect(actual.filter((name) => name.startsWith('Python '))).toEqual([]);
    });

    it('jar-nogroup: the group is told', async () => {
      expect((await of('jar-nogroup')).packages.map(({ name }) => name)).toEqual([
        'org.springframework.security:spring-security-core',
      ]);
    });

    it('secret-deleted: three secrets in the lower layer', async () => {
      const { risks } = await of('secret-deleted');
      expect(risks.map(({ category, evidence }) => `${category} ${evidence.layer}`)).toEqual([
        'secret 0',
        'secret 0',
        'secret 0',
      ]);
    });

    it('modelarch: archives, layers and templates that were silent', async () => {
      const { risks } = await of('modelarch');
      const paths = new Set(
        risks
          .filter(({ severity }) => severity === 'HIGH' || severity === 'CRITICAL')
          .map(({ evidence }) => evidence.path),
      );
      for (const path of [
        'opt/ml/model/model.tar.gz',
        'm/x.nemo.gz',
        'keras/tfsm.keras',
        'hf5/processor_config.json',
        'hf7/additional_chat_templates/t.jinja',
        'gguf/4.gguf',
        'gguf/7.gguf',
      ])
        expect([path, paths.has(path)]).toEqual([path, true]);
    });
  },
);
