import { describe, expect, it } from 'vitest';
import { image, layer, symlink } from '../../test/image.ts';
import { takeInventory } from './take.ts';

async function listed(files: Readonly<Record<string, string>>) {
  const { inventory } = await takeInventory(image(layer(files)));
  const { packages, remarks } = inventory;
  return {
    packages: packages.map(({ type, name, version, role, namespace }) =>
      [type, name, version, role ?? 'installed', namespace ?? '-'].join(' '),
    ),
    remarks: remarks ?? [],
  };
}

const metadata = (name: string, version: string): string =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
const site = 'opt/venv/lib/python3.11/site-packages';

describe('what pip and conda do not see is not installed', () => {
  it('a leftover that pip could not delete is marked, the distribution in its place is not', async () => {
    expect(
      (
        await listed({
          [`${site}/~rllib3-1.26.5.dist-info/METADATA`]: metadata('urllib3', '1.26.5'),
          [`${site}/urllib3-2.2.2.dist-info/METADATA`]: metadata('urllib3', '2.2.2'),
          [`${site}/~ip.egg-info/PKG-INFO`]: metadata('pip', '9.0.1'),
        })
      ).packages,
    ).toEqual(['pypi pip 9.0.1 cache PyPI', 'pypi urllib3 1.26.5 cache PyPI', 'pypi urllib3 2.2.2 installed PyPI']);
  });

  it.each(['lib/apk/db/installed', 'usr/lib/apk/db/installed'])(
    'a system that keeps its packages in %s is the image’s own at its root, and nested in a folder',
    async (database) => {
      const system = {
        'etc/os-release': 'ID=wolfi\nVERSION_ID=20230201\n',
        [database]: 'P:zlib\nV:1.3.1-r4\nA:x86_64\n\n',
      };
      expect((await listed(system)).packages).toEqual(['apk zlib 1.3.1-r4 installed Wolfi']);
      const nested = Object.fromEntries(Object.entries(system).map(([path, text]) => [`opt/rootfs/${path}`, text]));
      expect((await listed(nested)).packages).toEqual(['apk zlib 1.3.1-r4 nested -']);
    },
  );

  it.each([
    ['Poetry makes', 'root/.cache/pypoetry/virtualenvs/app-v9DAMQ1y-py3.11', 'pyvenv.cfg'],
    ['`uvx` makes', 'root/.cache/uv/archive-v0/mFrUoN0L3BC8tiDn', 'pyvenv.cfg'],
    ['pre-commit makes', 'root/.cache/pre-commit/repob2x/py_env-python3', 'pyvenv.cfg'],
    ['somebody made in /var/cache', 'var/cache/app/venv', 'pyvenv.cfg'],
    ['conda makes', 'root/.cache/conda/envs/app', 'conda-meta/history'],
  ])(
    'an environment that %s is installed, though it lies in a cache; what pip left in it is not',
    async (_, root, proof) => {
      const packages = `${root}/lib/python3.11/site-packages`;
      const files = {
        [`${packages}/urllib3-1.26.5.dist-info/METADATA`]: metadata('urllib3', '1.26.5'),
        [`${packages}/~dna-2.10.dist-info/METADATA`]: metadata('idna', '2.10'),
        [`${packages}/pkg/tests/six-1.10.dist-info/METADATA`]: metadata('six', '1.10'),
      };
      expect((await listed({ ...files, [`${root}/${proof}`]: '' })).packages).toEqual([
        'pypi idna 2.10 cache PyPI',
        'pypi six 1.10 test PyPI',
        'pypi urllib3 1.26.5 installed PyPI',
      ]);
      expect((await listed(files)).packages).toContain('pypi urllib3 1.26.5 cache PyPI');
    },
  );

  it('what uv built from source in, and left, is a leftover', async () => {
    const root = 'root/.cache/uv/builds-v0/.tmpAbCdEf';
    const files = {
      [`${root}/pyvenv.cfg`]: '',
      [`${root}/lib/python3.11/site-packages/x-1.0.dist-info/METADATA`]: metadata('x', '1.0'),
    };
    expect((await listed(files)).packages).toEqual(['pypi x 1.0 cache PyPI']);
  });

  it('what a link from elsewhere leads to is installed, though it lies in a cache', async () => {
    const cached = 'root/.cache/uv/archive-v0/BQ8btmCuG-zoxjPd';
    const { inventory } = await takeInventory(
      image(
        layer({
          [`${cached}/urllib3-1.26.5.dist-info/METADATA`]: metadata('urllib3', '1.26.5'),
          [`${site}/urllib3-1.26.5.dist-info`]: symlink(`/${cached}/urllib3-1.26.5.dist-info`),
          'root/.cache/uv/archive-v0/other123/idna-2.10.dist-info/METADATA': metadata('idna', '2.10'),
        }),
      ),
    );
    expect(inventory.packages.map(({ name, role }) => `${name} ${role ?? 'installed'}`)).toEqual([
      'idna cache',
      'urllib3 installed',
    ]);
  });

  it.each([
    ['Yocto’s for a target', 'opt/poky/sysroots/cortexa57-poky-linux/usr/lib/python3.10/site-packages'],
    ['Linaro’s', 'opt/gcc/aarch64-linux-gnu/libc/usr/lib/python3/dist-packages'],
    ['GCC’s', 'usr/aarch64-linux-gnu/sys-root/usr/lib/python3.9/site-packages'],
  ])('a root for a cross compiler is another system: %s', async (_, folder) => {
    const files = { [`${folder}/urllib3-1.26.5.dist-info/METADATA`]: metadata('urllib3', '1.26.5') };
    expect((await listed(files)).packages).toEqual(['pypi urllib3 1.26.5 nested PyPI']);
  });

  it('a distroless root in a folder is another system', async () => {
    const control = 'Package: libssl1.1\nArchitecture: amd64\nVersion: 1.1.1n-0\n';
    const system = { 'etc/os-release': 'ID=debian\nVERSION_ID="12"\n' };
    expect((await listed({ ...system, 'var/lib/dpkg/status.d/libssl1': control })).packages).toEqual([
      'deb libssl1.1 1.1.1n-0 installed Debian:12',
    ]);
    expect((await listed({ ...system, 'build/rootfs/var/lib/dpkg/status.d/libssl1': control })).packages).toEqual([
      'deb libssl1.1 1.1.1n-0 nested -',
    ]);
  });

  it('a package cache is one for every analyzer, wherever conda was installed', async () => {
    const pkgs = 'srv/ml/env/pkgs/thing-1.26.5-py39h06a4308_0';
    const { packages } = await listed({
      // What makes the folder an environment of conda's takes nothing out of its cache.
      'srv/ml/env/conda-meta/history': '==> 2024-01-01 <==\n',
      [`${pkgs}/lib/python3.9/site-packages/urllib3-1.26.5.dist-info/METADATA`]: metadata('urllib3', '1.26.5'),
      [`${pkgs}/lib/node_modules/lodash/package.json`]: '{"name":"lodash","version":"4.17.20"}',
      [`${pkgs}/lib/R/library/jsonlite/DESCRIPTION`]: 'Package: jsonlite\nVersion: 1.8\nBuilt: R 4.2\n',
      [`${pkgs}/lib/ruby/gems/3.0/specifications/rack-2.1.gemspec`]:
        'Gem::Specification.new do |s|\n s.name = "rack"\n s.version = "2.1"\nend\n',
    });
    expect(packages.map((pkg) => pkg.split(' ').slice(1, 4).join(' '))).toEqual([
      'jsonlite 1.8 cache',
      'rack 2.1 cache',
      'lodash 4.17.20 cache',
      'urllib3 1.26.5 cache',
    ]);
  });

  it('what tests of an installed package read is not installed either', async () => {
    expect(
      (
        await listed({
          [`${site}/pkg_resources/tests/data/my-test-package/my_test_package-1.0.dist-info/METADATA`]: metadata(
            'my-test-package',
            '1.0',
          ),
          'app/node_modules/resolve/test/pathfilter/node_modules/deep/package.json':
            '{"name":"deep","version":"1.2.3"}',
          [`${site}/requests-2.0.dist-info/METADATA`]: metadata('requests', '2.0'),
        })
      ).packages,
    ).toEqual(['npm deep 1.2.3 test npm', 'pypi my-test-package 1.0 test PyPI', 'pypi requests 2.0 installed PyPI']);
  });

  it('the models that the tests of a wheel read are one remark, those of an application are components', async () => {
    // An ONNX model: ir_version 7, producer "t", an empty graph.
    const model = Buffer.from('080712017432003a020a00', 'hex').toString('latin1');
    const { packages, remarks } = await listed({
      ...Object.fromEntries([1, 2, 3].map((at) => [`${site}/onnx/backend/test/data/node/t${at}/model.onnx`, model])),
      'srv/models/model.onnx': model,
    });
    expect(packages).toEqual(['generic models/model.onnx  installed -']);
    expect(remarks).toEqual([
      {
        path: `${site}/onnx/backend/test/data/node`,
        message: '3 models that the tests of onnx read: not counted as packages',
      },
    ]);
  });

  it('lesser risks of what the tests of a wheel read are one remark; what calls something stays a risk, and so do those of an application', async () => {
    // Protocol 2: an object of a class that nobody knows (gensim 4.3.3 has 46 of its own), and a call of os.system.
    const pickled = (text: string): Buffer => Buffer.from(text, 'latin1');
    const strange = pickled('\x80\x02cgensim_old.models\nModel\n)\x81q\x00.');
    const hostile = pickled('\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R.');
    const tests = `${site}/gensim/test/test_data`;
    const { inventory } = await takeInventory(
      image(
        layer({
          [`${site}/gensim-4.3.3.dist-info/METADATA`]: metadata('gensim', '4.3.3'),
          [`${tests}/a.pkl`]: strange,
          [`${tests}/b.pkl`]: strange,
          [`${tests}/c.pkl`]: hostile,
          'srv/models/d.pkl': pickled('\x80\x02cshop.models\nThing\n)\x81q\x00.'),
        }),
      ),
    );
    expect(inventory.risks.map(({ severity, evidence }) => [severity, evidence.path])).toEqual([
      ['CRITICAL', `${tests}/c.pkl`],
      ['LOW', 'srv/models/d.pkl'],
    ]);
    expect(inventory.remarks).toEqual([
      {
        path: tests,
        message:
          '2 models that the tests of gensim read: what loading them makes is rated LOW, and not counted as a risk',
      },
    ]);
  });

  it('wherever pip put the wheel (--target): its metadata lies beside it, and an application without any has models', async () => {
    const model = Buffer.from('080712017432003a020a00', 'hex').toString('latin1');
    const wheel = (folder: string) => ({
      [`${folder}onnx-1.23.2.dist-info/METADATA`]: metadata('onnx', '1.23.2'),
      [`${folder}onnx/backend/test/data/node/t1/model.onnx`]: model,
    });
    for (const folder of ['', 'app/deps/', 'opt/python/'])
      expect(await listed(wheel(folder))).toEqual({
        packages: ['pypi onnx 1.23.2 installed PyPI'],
        remarks: [
          {
            path: `${folder}onnx/backend/test/data/node/t1`,
            message: '1 model that the tests of onnx read: not counted as packages',
          },
        ],
      });
    expect((await listed({ 'app/onnx/test/data/model.onnx': model })).packages).toHaveLength(1);
  });

  it('the interpreter that notes itself is no package of PyPI', async () => {
    expect(
      (await listed({ 'usr/lib/python2.7/lib-dynload/Python-2.7.egg-info': metadata('Python', '2.7.18') })).packages,
    ).toEqual([]);
  });

  it('setuptools writes METADATA into an egg-info folder too', async () => {
    expect(
      (
        await listed({
          'usr/local/aws-cli/v2/2.1.39/dist/cryptography-3.3.2-py3.8.egg-info/METADATA': metadata(
            'cryptography',
            '3.3.2',
          ),
        })
      ).packages,
    ).toEqual(['pypi cryptography 3.3.2 installed PyPI']);
  });
});

describe('a system in a folder of the image', () => {
  const status = (name: string): string => `Package: ${name}\nStatus: install ok installed\nVersion: 1.0-1\n\n`;

  it('is listed with a role of its own, and is not taken for this one', async () => {
    const { packages } = await listed({
      'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
      'var/lib/dpkg/status': status('bash'),
      'build/rootfs/var/lib/dpkg/status': status('dash'),
      'build/rootfs/usr/lib/python3/dist-packages/six-1.16.dist-info/METADATA': metadata('six', '1.16'),
      'var/lib/docker/overlay2/abc/diff/lib/apk/db/installed': 'P:musl\nV:1.2-r0\nF:lib\nR:x\n\n',
    });
    expect(packages).toEqual([
      'apk musl 1.2-r0 nested -',
      'deb bash 1.0-1 installed Debian:12',
      'deb dash 1.0-1 nested -',
      'pypi six 1.16 nested PyPI',
    ]);
  });

  it('may be what a cross compiler is built against', async () => {
    const { packages } = await listed({
      'opt/conda/x86_64-conda-linux-gnu/sysroot/usr/lib/python3/site-packages/six-1.16.dist-info/METADATA': metadata(
        'six',
        '1.16',
      ),
    });
    expect(packages).toEqual(['pypi six 1.16 nested PyPI']);
  });
});
