import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../test/growth.ts';
import { image, layer } from '../../test/image.ts';
import { billOfJson } from '../formats/sbom/index.ts';
import type { Inventory, Package } from '../model.ts';
import { compareAttested } from './attested.ts';
import { sbomInventory } from './sbom.ts';
import { takeInventory } from './take.ts';

const SYFT = '../shared/inventories/python-latest-2022-10.syft.cdx.json';

const packageOf = (type: string, name: string, version: string, more: Partial<Package> = {}): Package => ({
  type,
  name,
  version,
  purl: `pkg:${type}/${name}@${version}`,
  evidence: [],
  ...more,
});
const holds = (...packages: readonly Package[]): Inventory => ({
  os: { id: 'debian', versionId: '11', name: 'Debian 11' },
  packages,
  risks: [],
  unknowns: [],
  files: 1,
});
const lists = (...purls: readonly string[]): Inventory =>
  sbomInventory(billOfJson({ bomFormat: 'CycloneDX', components: purls.map((purl) => ({ type: 'library', purl })) })!);
const names = (packages: readonly Package[]): string[] => packages.map(({ name }) => name);

const openssl = { name: 'openssl', version: '1.1.1n-0+deb11u3' };
const libssl = packageOf('deb', 'libssl1.1', '1.1.1n-0+deb11u3', { source: openssl });
const cli = packageOf('deb', 'openssl', '1.1.1n-0+deb11u3', { source: openssl });
const libc = packageOf('deb', 'libc6', '2.31-13+deb11u6', { source: { name: 'glibc', version: '2.31-13+deb11u6' } });

describe('an attested bill of materials held against the files', () => {
  it('names what it leaves out, what is not there, and what is there in another version', () => {
    const difference = compareAttested(
      holds(libssl, libc, packageOf('pypi', 'numpy', '1.21.0'), packageOf('pypi', 'torch', '1.13.1')),
      lists('pkg:deb/debian/libc6@2.31-13%2Bdeb11u6', 'pkg:pypi/numpy@1.26.0', 'pkg:pypi/ghost@1.0'),
    );
    expect(names(difference.missing)).toEqual(['libssl1.1', 'torch']);
    expect(names(difference.phantom)).toEqual(['ghost']);
    expect(difference.versions).toEqual([{ type: 'pypi', name: 'numpy', files: ['1.21.0'], attested: ['1.26.0'] }]);
    expect(difference.agreed).toBe(1);
  });

  it('knows other spellings of the same name and version', () => {
    const difference = compareAttested(
      holds(
        packageOf('pypi', 'Flask_SQLAlchemy', '3.0'),
        packageOf('golang', 'github.com/Foo/Bar', 'v1.2.3'),
        packageOf('golang', 'stdlib', '1.21.5'),
        packageOf('maven', 'org.apache.logging.log4j:log4j-core', '2.17.1'),
        packageOf('deb', 'git', '1:2.30.2-1', { source: { name: 'git', version: '1:2.30.2-1' } }),
        packageOf('rpm', 'bind-libs', '32:9.11.36-8.el8'),
        packageOf('npm', '@babel/core', '7.0.0'),
      ),
      lists(
        'pkg:pypi/flask-sqlalchemy@3.0.0',
        'pkg:golang/github.com/foo/bar@1.2.3',
        'pkg:golang/stdlib@go1.21.5',
        'pkg:maven/log4j/log4j-core@2.17.1',
        'pkg:deb/debian/git@2.30.2-1?arch=amd64',
        'pkg:rpm/redhat/bind-libs@9.11.36-8.el8?epoch=32',
        'pkg:npm/%40babel/core@7.0.0',
      ),
    );
    expect(difference).toMatchObject({ agreed: 7, missing: [], phantom: [], versions: [] });
  });

  it('does not take an epoch that makes an old package look new', () => {
    const difference = compareAttested(holds(libssl), lists('pkg:deb/debian/libssl1.1@9%3A1.1.1n-0%2Bdeb11u3'));
    expect(difference.versions).toHaveLength(1);
    expect(difference.agreed).toBe(0);
  });

  it('is compared by source where it lists sources, as those of Docker Scout do', () => {
    const difference = compareAttested(
      holds(
        libssl,
        cli,
        libc,
        packageOf('deb', 'libacl1', '2.2.53-10', { source: { name: 'acl', version: '2.2.53-10' } }),
      ),
      lists('pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u3', 'pkg:deb/debian/glibc@2.31-13%2Bdeb11u6'),
    );
    expect(difference.unit).toBe('source');
    expect(names(difference.missing)).toEqual(['libacl1']);
    expect(difference.agreed).toBe(3);
  });

  it('does not let one source entry stand for a binary package that is left out', () => {
    const difference = compareAttested(
      holds(libssl, cli, libc),
      lists('pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u3', 'pkg:deb/debian/libc6@2.31-13%2Bdeb11u6'),
    );
    expect(difference.unit).toBe('binary');
    expect(names(difference.missing)).toEqual(['libssl1.1']);
  });

  it('takes sources that are listed beside the binaries for no phantoms', () => {
    const difference = compareAttested(
      holds(libssl, libc),
      lists(
        'pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3',
        'pkg:deb/debian/libc6@2.31-13%2Bdeb11u6',
        'pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u3?arch=source',
      ),
    );
    expect(difference).toMatchObject({ agreed: 2, missing: [], phantom: [] });
  });

  it('does not ask for copies that are vendored, cached, declared or owned, nor call them phantoms', () => {
    const copies = [
      packageOf('pypi', 'urllib3', '1.26.0', { role: 'vendored' }),
      packageOf('pypi', 'wheel', '0.40', { role: 'cache' }),
      packageOf('pypi', 'tomli', '2.0.1', { role: 'declared' }),
      packageOf('pypi', 'apt', '2.2.1', { ownedBy: { type: 'deb', name: 'python3-apt' } }),
    ];
    expect(compareAttested(holds(...copies), lists())).toMatchObject({ missing: [], beyond: [] });
    const all = lists('pkg:pypi/urllib3@1.26.0', 'pkg:pypi/wheel@0.40', 'pkg:pypi/tomli@2.0.1', 'pkg:pypi/apt@2.2.1');
    expect(compareAttested(holds(...copies), all)).toMatchObject({ phantom: [], versions: [] });
  });

  it('does not reproach it with what only content tells', () => {
    const difference = compareAttested(
      holds(
        packageOf('generic', 'openssl', '1.1.1k', { certainty: 'content' }),
        packageOf('pypi', 'x', '1', { certainty: 'name' }),
      ),
      lists(),
    );
    expect(names(difference.beyond)).toEqual(['openssl', 'x']);
    expect(difference.missing).toEqual([]);
  });

  it('takes a conda package for listed where the Python package that it holds is', () => {
    const conda = packageOf('conda', 'numpy', '1.24.3', {
      properties: { depends: 'python >=3.10,<3.11.0a0', dists: 'numpy' },
    });
    expect(names(compareAttested(holds(conda), lists('pkg:pypi/numpy@1.24.3')).missing)).toEqual([]);
    expect(names(compareAttested(holds(conda), lists('pkg:pypi/numpy@1.24.2')).missing)).toEqual(['numpy']);
    expect(names(compareAttested(holds(conda), lists()).missing)).toEqual(['numpy']);
  });

  it('finds the second copy that is left out', () => {
    const difference = compareAttested(
      holds(packageOf('pypi', 'pillow', '9.0.0'), packageOf('pypi', 'pillow', '10.3.0')),
      lists('pkg:pypi/pillow@10.3.0'),
    );
    expect(difference.missing.map(({ version }) => version)).toEqual(['9.0.0']);
    expect(difference).toMatchObject({ agreed: 1, phantom: [], versions: [] });
  });

  it('finds each package that is taken out of a whole bill, and nothing else', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 30 }), fc.nat(), (all, pick) => {
        const out = all[pick % all.length];
        const difference = compareAttested(
          holds(...all.map((entry) => packageOf('pypi', entry, '1.0'))),
          lists(...all.filter((entry) => entry !== out).map((entry) => `pkg:pypi/${entry}@1.0`)),
        );
        expect(names(difference.missing)).toEqual([out]);
        expect(difference).toMatchObject({ phantom: [], versions: [], agreed: all.length - 1 });
      }),
    );
  });

  it('takes no longer for one that lists a name a hundred thousand times', () => {
    const compared = (size: number) => {
      const many = Array.from({ length: size }, (_, index) => packageOf('pypi', 'a', `${index}.0`));
      return compareAttested(holds(packageOf('pypi', 'a', 'none')), holds(...many));
    };
    expect(compared(100_000).versions[0]?.attested.length).toBeLessThanOrEqual(20);
    expect(growth(compared, 100_000)).toBeLessThan(IN_PROPORTION);
  });

  it.skipIf(!existsSync(SYFT))(
    'agrees where Syft and the package database speak of the same image (skipped without ../shared)',
    async () => {
      const bill = sbomInventory(billOfJson(JSON.parse(readFileSync(SYFT, 'utf8')))!);
      const status = bill.packages
        .filter(({ type, name }) => type === 'deb' && name !== 'libssl1.1')
        .map(
          ({ name, version, architecture, source }) =>
            `Package: ${name}\nStatus: install ok installed\nArchitecture: ${architecture}\nVersion: ${version}\nSource: ${source?.name} (${source?.version})\n`,
        );
      const { inventory } = await takeInventory(
        image(
          layer({
            'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
            'var/lib/dpkg/status': [...status, 'Package: backdoor\nStatus: install ok installed\nVersion: 1\n'].join(
              '\n',
            ),
          }),
        ),
      );
      const difference = compareAttested(inventory, bill);
      expect(difference.unit).toBe('binary');
      expect(names(difference.missing)).toEqual(['backdoor']);
      expect(difference.phantom.filter(({ type }) => type === 'deb').map(({ name }) => name)).toEqual(['libssl1.1']);
      expect(difference.agreed).toBe(status.length);
    },
  );
});
