import { describe, expect, it } from 'vitest';
import type { Feed } from '../advisories/feeds/feed.ts';
import { osv } from '../advisories/feeds/osv.ts';
import { redhatVex } from '../advisories/feeds/redhat.ts';
import { updateinfo } from '../advisories/feeds/updateinfo.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import { billOfJson } from '../formats/sbom/index.ts';
import { sbomInventory } from '../inventory/sbom.ts';
import type { Statement } from '../model.ts';
import { match } from './match.ts';

/**
 * Streams and flavours of those whose data no mirror here has: Oracle's bulletins as its repositories carry them, CentOS Stream, which Red
 * Hat's statements are asked for, and Ubuntu's real-time kernels. Builds and numbers are the publishers', the documents are cut down to them.
 */

async function read(
  feed: Feed,
  name: string,
  content: string | Record<string, unknown>,
): Promise<readonly Statement[]> {
  const statements: Statement[] = [];
  const document = {
    name,
    path: '/nowhere',
    async *chunks() {
      yield Buffer.from(content as string);
    },
    async *files() {
      for (const [file, value] of Object.entries(content))
        yield { name: file, read: () => Buffer.from(JSON.stringify(value)) };
    },
  };
  for await (const item of feed.parse(document))
    if (item.kind === 'statement')
      for (const id of item.statement.vulnerabilities ?? [item.statement.id])
        statements.push({ aliases: [], ratings: [], ...item.statement, id });
  return statements;
}

/** What becomes of one installed build, as a bill of materials states it. */
function fixesOf(statements: readonly Statement[], purl: string): readonly string[] {
  const bill = billOfJson({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [{ type: 'library', name: 'x', purl }],
  });
  return match(sbomInventory(bill!).packages, memoryStore({ statements }))
    .findings.map(({ id, fix }) => `${id} ${fix.subscription ?? fix.state} ${fix.version ?? ''}`.trim())
    .sort();
}

const bulletin = (id: string, cve: string, collections: string): string =>
  `<update from="el-errata@oss.oracle.com" status="final" type="security" version="1.0"><id>${id}</id><issued date="2023-08-08 00:00:00"/><severity>IMPORTANT</severity>
   <references><reference href="https://linux.oracle.com/cve/${cve}.html" id="${cve}" type="cve"/></references><pkglist>${collections}</pkglist></update>`;
const build = (name: string, epoch: string, version: string, release: string): string =>
  `<package name="${name}" version="${version}" release="${release}" epoch="${epoch}" arch="x86_64"><filename>x.rpm</filename></package>`;
const stream = (name: string, number: string, packages: string): string =>
  `<collection short="ol8_appstream"><name>Oracle Linux 8</name><module name="${name}" stream="${number}" version="8080020230801000000" context="63b34585" arch="x86_64"/>${packages}</collection>`;
const plain = (packages: string): string => `<collection short="ol8_baseos_latest">${packages}</collection>`;

describe('Oracle Linux, by updateinfo.xml', () => {
  const ol = (name: string, version: string, epoch: number, label = '') =>
    `pkg:rpm/ol/${name}@${encodeURIComponent(version)}?epoch=${epoch}&arch=x86_64&distro=ol-8.8${label && `&rpmmod=${label}`}`;

  it('a stream is judged by its own bulletin: ELSA-2023-4536 on nodejs:16, ELSA-2023-4537 on nodejs:18', async () => {
    const node = await read(
      updateinfo,
      'oracle/8',
      `<updates>${bulletin('ELSA-2023-4536', 'CVE-2023-30581', stream('nodejs', '16', build('nodejs', '1', '16.20.1', '1.module+el8.8.0+21131+8bd1b2b3')))}
       ${bulletin('ELSA-2023-4537', 'CVE-2023-30581', stream('nodejs', '18', build('nodejs', '1', '18.16.1', '1.module+el8.8.0+21133+a1b2c3d4')))}</updates>`,
    );
    const installed = (version: string, label: string) => fixesOf(node, ol('nodejs', version, 1, label));
    expect(installed('16.20.1-1.module+el8.8.0+21131+8bd1b2b3', 'nodejs:16:8080020230801000000:63b34585')).toEqual([]);
    expect(installed('16.19.1-1.module+el8.7.0+21000+1', 'nodejs:16:8070020230801000000:63b34585')).toEqual([
      'CVE-2023-30581 fixed 1:16.20.1-1.module+el8.8.0+21131+8bd1b2b3',
    ]);
    expect(installed('18.14.2-1.module+el8.8.0+21000+1', 'nodejs:18:8080020230101000000:63b34585')).toEqual([
      'CVE-2023-30581 fixed 1:18.16.1-1.module+el8.8.0+21133+a1b2c3d4',
    ]);
    // The build tells its stream where no label does.
    expect(installed('16.20.1-1.module+el8.8.0+21131+8bd1b2b3', '')).toEqual([]);
    // Nobody speaks of this one.
    expect(installed('20.5.0-1.module+el8.8.0+21200+1', 'nodejs:20:8080020230801000000:63b34585')).toEqual([]);
  });

  it('a library for Ksplice is newer than every ordinary one and fixes none: ELSA-2021-9280 and ELSA-2021-9344 on glibc', async () => {
    const glibc = await read(
      updateinfo,
      'oracle/8',
      `<updates>${bulletin('ELSA-2021-9280', 'CVE-2021-3326', plain(build('glibc', '0', '2.28', '151.0.1.el8')))}
       ${bulletin('ELSA-2021-9344', 'CVE-2021-3326', plain(build('glibc', '2', '2.28', '151.0.1.ksplice2.el8')))}</updates>`,
    );
    expect(fixesOf(glibc, ol('glibc', '2.28-151.0.1.el8', 0))).toEqual([]);
    expect(fixesOf(glibc, ol('glibc', '2.28-127.0.3.el8', 0))).toEqual(['CVE-2021-3326 fixed 2.28-151.0.1.el8']);
    expect(fixesOf(glibc, ol('glibc', '2.28-127.0.3.ksplice1.el8', 2))).toEqual([
      'CVE-2021-3326 fixed 2:2.28-151.0.1.ksplice2.el8',
    ]);
    expect(fixesOf(glibc, ol('glibc', '2.28-151.0.1.ksplice2.el8', 2))).toEqual([]);
  });

  it('and so is a build for FIPS: ELSA-2021-4451 and ELSA-2022-9221 on gnutls', async () => {
    const gnutls = await read(
      updateinfo,
      'oracle/8',
      `<updates>${bulletin('ELSA-2021-4451', 'CVE-2021-20231', plain(build('gnutls', '0', '3.6.16', '4.el8')))}
       ${bulletin('ELSA-2022-9221', 'CVE-2021-20231', plain(build('gnutls', '10', '3.6.16', '4.0.1.el8_fips')))}</updates>`,
    );
    expect(fixesOf(gnutls, ol('gnutls', '3.6.16-4.el8', 0))).toEqual([]);
    expect(fixesOf(gnutls, ol('gnutls', '3.6.14-8.el8_3', 0))).toEqual(['CVE-2021-20231 fixed 3.6.16-4.el8']);
    expect(fixesOf(gnutls, ol('gnutls', '3.6.14-7.0.1.el8_fips', 10))).toEqual([
      'CVE-2021-20231 fixed 10:3.6.16-4.0.1.el8_fips',
    ]);
    expect(fixesOf(gnutls, ol('gnutls', '3.6.16-4.0.1.el8_fips', 10))).toEqual([]);
  });
});

describe("CentOS Stream, by Red Hat's VEX", () => {
  const product = (id: string, purl: string) => ({
    name: id,
    product: { name: id, product_id: id, product_identification_helper: { purl } },
  });
  const fixed = (cve: string, release: number, ...builds: readonly (readonly [string, string])[]) => ({
    document: { csaf_version: '2.0' },
    product_tree: {
      branches: [
        {
          name: `AppStream-${release}`,
          product: {
            name: `AppStream-${release}`,
            product_id: `AppStream-${release}`,
            product_identification_helper: { cpe: `cpe:/a:redhat:enterprise_linux:${release}::appstream` },
          },
        },
        ...builds.map(([id, purl]) => product(id, purl)),
      ],
      relationships: builds.map(([id]) => ({
        full_product_name: { name: id, product_id: `AppStream-${release}:${id}` },
        product_reference: id,
        relates_to_product_reference: `AppStream-${release}`,
      })),
    },
    vulnerabilities: [{ cve, product_status: { fixed: builds.map(([id]) => `AppStream-${release}:${id}`) } }],
  });
  const php = (version: string, number: string): readonly [string, string] => [
    `php-0:${version}.x86_64`,
    `pkg:rpm/redhat/php@${encodeURIComponent(version)}?arch=x86_64&rpmmod=php:${number}:8080020230801000000:0b4eb31d`,
  ];

  it('its builds carry a number of their own behind the release, its labels the same streams', async () => {
    const statements = await read(redhatVex, 'redhat/folder', {
      'cve-2023-3824.json': fixed(
        'CVE-2023-3824',
        8,
        php('7.4.33-2.module+el8.10.0+21400+6e3e5a9e', '7.4'),
        php('8.0.30-1.module+el8.8.0+19733+abcdef01', '8.0'),
      ),
    });
    const stream8 = (version: string, label = '') =>
      fixesOf(
        statements,
        `pkg:rpm/centos/php@${encodeURIComponent(version)}?arch=x86_64&distro=centos-8${label && `&rpmmod=${label}`}`,
      );
    expect(stream8('8.0.30-1.module_el8+746+b2fbc6e1', 'php:8.0:8090020230825000000:0b4eb31d')).toEqual([]);
    expect(stream8('8.0.27-1.module_el8+251+abcdef01', 'php:8.0:8080020230101000000:0b4eb31d')).toEqual([
      'CVE-2023-3824 fixed 8.0.30-1.module+el8.8.0+19733+abcdef01',
    ]);
    expect(stream8('7.4.33-1.module_el8+600+a', 'php:7.4:8080020230101000000:0b4eb31d')).toEqual([
      'CVE-2023-3824 fixed 7.4.33-2.module+el8.10.0+21400+6e3e5a9e',
    ]);
    expect(stream8('8.0.30-1.module_el8+746+b2fbc6e1')).toEqual([]);
    expect(stream8('8.2.9-1.module_el8+800+a', 'php:8.2:8090020230825000000:0b4eb31d')).toEqual([]);
  });
});

describe("Ubuntu's kernels for real time and for other machines, by OSV", () => {
  const record = (id: string, ecosystem: string, name: string, fixed: string) => ({
    id: `UBUNTU-${id}`,
    schema_version: '1.7.0',
    modified: '2024-06-01T00:00:00Z',
    upstream: [id],
    affected: [
      {
        package: { ecosystem, name, purl: `pkg:deb/ubuntu/${name}?arch=source&distro=realtime/jammy` },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  });
  const linux = (version: string, name = 'linux-realtime') =>
    `pkg:deb/ubuntu/${name}@${version}?arch=source&distro=ubuntu-22.04`;

  it.each(['Ubuntu:Pro:22.04:LTS:Realtime:Kernel', 'Ubuntu:Pro:Realtime:22.04:LTS'])(
    'are judged by what is filed for them: %s',
    async (ecosystem) => {
      const statements = await read(osv, 'osv/Ubuntu', {
        'UBUNTU-CVE-2024-1086.json': record('CVE-2024-1086', ecosystem, 'linux-realtime', '5.15.0-1061.69'),
      });
      expect(fixesOf(statements, linux('5.15.0-1060.68'))).toEqual(['CVE-2024-1086 Ubuntu Pro 5.15.0-1061.69']);
      expect(fixesOf(statements, linux('5.15.0-1061.69'))).toEqual([]);
      expect(fixesOf(statements, linux('5.15.0-100.110', 'linux'))).toEqual([]);
    },
  );

  it.each(['Ubuntu:22.04:LTS:for:NVIDIA:BlueField', 'Ubuntu:Nvidia-BlueField:22.04:LTS'])(
    'are judged, and want no subscription, where they are free: %s',
    async (ecosystem) => {
      const statements = await read(osv, 'osv/Ubuntu', {
        'UBUNTU-CVE-2024-1086.json': record('CVE-2024-1086', ecosystem, 'linux-bluefield', '5.15.0-1040.42'),
      });
      expect(fixesOf(statements, linux('5.15.0-1039.41', 'linux-bluefield'))).toEqual([
        'CVE-2024-1086 fixed 5.15.0-1040.42',
      ]);
      expect(fixesOf(statements, linux('5.15.0-1040.42', 'linux-bluefield'))).toEqual([]);
    },
  );
});
