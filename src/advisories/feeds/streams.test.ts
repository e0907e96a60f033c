import { describe, expect, it } from 'vitest';
import { packStatement, STATEMENT, unpackRanges } from '../store/codec.ts';
import type { Feed, FeedDocument, FeedStatement } from './feed.ts';
import { nvd } from './nvd.ts';
import { osv } from './osv.ts';
import { redhatVex } from './redhat.ts';
import { updateinfo } from './updateinfo.ts';

/** Streams of modules, conditions of NVD, and several ids of one flaw, as the publishers' records have them. */

async function read(feed: Feed, name: string, content: string | Record<string, unknown>): Promise<FeedStatement[]> {
  const document: FeedDocument = {
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
  const statements: FeedStatement[] = [];
  for await (const item of feed.parse(document)) if (item.kind === 'statement') statements.push(item.statement);
  return statements;
}

const fixedIn = (ecosystem: string, name: string, fixed: string) => ({
  package: { ecosystem, name },
  ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
});
const osvRecord = (record: Record<string, unknown>) => read(osv, 'osv/x', { [`${record.id}.json`]: record });

describe('streams of modules', () => {
  const alma = (summary: string, ...builds: readonly string[]) =>
    osvRecord({
      id: 'ALSA-2023:4527',
      summary,
      related: ['CVE-2023-2454'],
      affected: builds.map((build) => fixedIn('AlmaLinux:8', 'postgresql', build)),
    });

  it.each([
    ['Moderate: postgresql:13 security update', ['postgresql:13']],
    ['ALSA-2022:5468: php:8.0 security update (Important)', ['php:8.0']],
    ['Moderate: idm:DL1 and idm:client security, bug fix, and enhancement update', ['idm:DL1', 'idm:client']],
    ['Important: varnish security update', []],
  ])('%s', async (summary, modules) => {
    expect(await alma(summary, '13.11-1.module_el8.8.0+3601+ca64e769')).toMatchObject([{ modules }]);
  });

  it('what was built outside modules has none, whatever the title says', async () => {
    const [statement] = await alma('Moderate: perl-libwww-perl:6.34 update', '6.34-1.el8');
    expect(statement).not.toHaveProperty('modules');
  });

  it('of several builds with one fix the oldest counts (ALBA-2019:0973)', async () => {
    const builds = ['119+9a9ec082', '2496+12421f43', '2044+12421f43'].map(
      (tag, index) => `2:2.3.4-2.git87f9237.module_el8.${[5, 4, 3][index]}.0+${tag}`,
    );
    expect(await alma('Moderate: container-tools:rhel8 security update', ...builds)).toMatchObject([
      { ranges: [{ fixed: builds[2] }] },
    ]);
  });

  it('updateinfo names them in its collections', async () => {
    const xml = `<updates><update type="security"><id>ELSA-2023-4537</id><references><reference id="CVE-2023-30581" type="cve"/></references><pkglist><collection>
      <module name="nodejs" stream="18" version="1" context="a" arch="x86_64"/><package name="nodejs" version="18.16.1" release="1.module+el8.8.0+21133+aaa" epoch="1"/></collection>
      <collection><package name="openssl" version="1.1.1k" release="9.el8" epoch="1"/></collection></pkglist></update></updates>`;
    expect(await read(updateinfo, 'oracle/8', xml)).toMatchObject([
      { package: 'nodejs', modules: ['nodejs:18'] },
      { package: 'openssl' },
    ]);
  });

  it("Red Hat's VEX names them in purls and in ids", async () => {
    const named = (id: string, helper: Record<string, string>) => ({
      name: id,
      product: { name: id, product_id: id, product_identification_helper: helper },
    });
    const build = 'nodejs-1:18.16.1-1.module+el8.8.0+19438+94e84959.x86_64';
    const relation = (what: string) => ({
      full_product_name: { name: what, product_id: `AppStream-8:${what}` },
      product_reference: what,
      relates_to_product_reference: 'AppStream-8',
    });
    const vex = {
      document: { csaf_version: '2.0' },
      product_tree: {
        branches: [
          named('AppStream-8', { cpe: 'cpe:/a:redhat:enterprise_linux:8::appstream' }),
          named(build, {
            purl: 'pkg:rpm/redhat/nodejs@18.16.1-1.module%2Bel8.8.0%2B19438%2B94e84959?arch=x86_64&epoch=1&rpmmod=nodejs:18:8080020230718120226:63b34585',
          }),
          named('nodejs:16/nodejs', {}),
        ],
        relationships: [relation(build), relation('nodejs:16/nodejs')],
      },
      vulnerabilities: [
        {
          cve: 'CVE-2023-30581',
          product_status: { fixed: [`AppStream-8:${build}`], known_affected: ['AppStream-8:nodejs:16/nodejs'] },
        },
      ],
    };
    const statements = await read(redhatVex, 'redhat/folder', { 'cve-2023-30581.json': vex });
    expect(statements.map(({ package: name, modules, state }) => [name, modules, state])).toEqual([
      ['nodejs', ['nodejs:18'], 'fixed'],
      ['nodejs', ['nodejs:16'], 'open'],
    ]);
  });
});

describe('conditions of NVD', () => {
  const cpe = (criteria: string, more: Record<string, unknown> = {}) => ({
    criteria: `cpe:2.3:${criteria}`,
    vulnerable: true,
    ...more,
  });
  const platforms = async (...configurations: readonly unknown[]) => {
    const year = JSON.stringify({ vulnerabilities: [{ cve: { id: 'CVE-2024-4577', configurations } }] });
    return (await read(nvd, 'nvd/2024', year)).map(({ package: name, platforms: on }) => [name, on]);
  };
  const php = cpe('a:php:php:*:*:*:*:*:*:*:*', { versionEndExcluding: '8.3.8' });
  const windows = cpe('o:microsoft:windows:-:*:*:*:*:*:*:*', { vulnerable: false });

  it('what all of a configuration asks for is a condition: CVE-2024-4577 on PHP', async () => {
    const nodes = [
      { operator: 'OR', cpeMatch: [php] },
      { operator: 'OR', cpeMatch: [windows] },
    ]; // prettier-ignore
    expect(await platforms({ operator: 'AND', nodes })).toEqual([['php:php', ['microsoft:windows']]]);
    expect(await platforms({ operator: 'AND', nodes: [{ operator: 'AND', cpeMatch: [php, windows] }] })).toEqual([
      ['php:php', ['microsoft:windows']],
    ]);
  });

  it('what a program is written in and what it runs on both count: CVE-2024-8260 on Open Policy Agent', async () => {
    const opa = cpe('a:openpolicyagent:open_policy_agent:*:*:*:*:*:go:x64:*', { versionEndExcluding: '0.68.0' });
    const nodes = [{ cpeMatch: [opa] }, { cpeMatch: [windows] }];
    expect(await platforms({ operator: 'AND', nodes })).toEqual([
      ['openpolicyagent:open_policy_agent', ['software:go & hardware:x64 & microsoft:windows']],
    ]);
  });

  it('bounds that leave out where they begin are kept as such', async () => {
    const range = async (more: Record<string, string>) => {
      const cpeMatch = [{ ...php, versionEndExcluding: '8.3.8', ...more }];
      const cve = { id: 'CVE-2024-4577', configurations: [{ nodes: [{ cpeMatch }] }] };
      const [statement] = await read(nvd, 'nvd/2024', JSON.stringify({ vulnerabilities: [{ cve }] }));
      const packed = JSON.parse(JSON.stringify(packStatement(statement!)));
      return unpackRanges(packed[STATEMENT.ranges]);
    };
    expect(await range({ versionStartExcluding: '8.3.0' })).toEqual([
      { introduced: '8.3.0', isAfter: true, fixed: '8.3.8' },
    ]);
    expect(await range({ versionStartIncluding: '8.3.0' })).toEqual([{ introduced: '8.3.0', fixed: '8.3.8' }]);
  });

  it('alternatives are not, nor what is vulnerable itself, nor a program beside it', async () => {
    expect(await platforms({ nodes: [{ cpeMatch: [php] }, { cpeMatch: [windows] }] })).toEqual([
      ['php:php', undefined],
    ]);
    const both = [{ cpeMatch: [php] }, { cpeMatch: [{ ...windows, vulnerable: true }] }];
    expect(await platforms({ operator: 'AND', nodes: both })).toEqual([['php:php', undefined]]);
    const beside = { cpeMatch: [windows, cpe('a:apache:http_server:*:*:*:*:*:*:*:*', { vulnerable: false })] };
    expect(await platforms({ operator: 'AND', nodes: [{ cpeMatch: [php] }, beside] })).toEqual([
      ['php:php', undefined],
    ]);
  });

  it('target software and hardware are; the same program without one is another statement', async () => {
    const docker = 'a:docker:docker:1.0:*:*:*:*:windows:*:*';
    const plain = 'a:docker:docker:1.1:*:*:*:*:*:*:*';
    const x86 = 'a:docker:docker:1.2:*:*:*:*:*:x86:*';
    expect(await platforms({ nodes: [{ cpeMatch: [cpe(docker), cpe(plain), cpe(x86)] }] })).toEqual([
      ['docker:docker', ['software:windows']],
      ['docker:docker', undefined],
      ['docker:docker', ['hardware:x86']],
    ]);
  });
});

describe('several ids', () => {
  it('a record whose text carries a CVE of something else speaks of that: PYSEC-2023-175 on Pillow', async () => {
    const record = {
      id: 'PYSEC-2023-175',
      details: 'bundled libwebp binaries in wheels that are vulnerable to CVE-2023-5129 (previously CVE-2023-4863)',
      related: ['CVE-2023-4863', 'CVE-2023-5129', 'CVE-2020-0001'],
      affected: [fixedIn('PyPI', 'pillow', '10.0.1')],
    };
    expect(await osvRecord(record)).toMatchObject([
      { bulletin: 'PYSEC-2023-175', vulnerabilities: ['CVE-2023-4863', 'CVE-2023-5129'] },
    ]);
  });

  it("Ubuntu's own name of a CVE is that CVE; one without any speaks of a flaw where its title does", async () => {
    const usn = (upstream: readonly string[], summary?: string, id = 'USN-7786-1') =>
      osvRecord({
        id,
        upstream,
        ...(summary !== undefined && { summary }),
        affected: [fixedIn('Ubuntu:22.04:LTS', 'openssl', '3.0.2-0ubuntu1.20')],
      });
    expect(await usn(['UBUNTU-CVE-2025-9230', 'CVE-2025-9230'])).toMatchObject([
      { vulnerabilities: ['CVE-2025-9230'] },
    ]);
    expect(await usn([])).toEqual([]);
    expect(await usn([], 'curl regression', 'USN-6237-2')).toEqual([]);
    expect(await usn([], 'openssl vulnerability')).toMatchObject([{ id: 'USN-7786-1' }]);
  });

  it("Debian's word on a flaw that has no other id stays (DLA-4213-1 on curl)", async () => {
    const record = { id: 'DLA-4213-1', summary: 'curl - security update' };
    expect(
      await osvRecord({ ...record, affected: [fixedIn('Debian:11', 'curl', '7.74.0-1.3+deb11u15')] }),
    ).toMatchObject([{ id: 'DLA-4213-1', bulletin: 'DLA-4213-1', ranges: [{ fixed: '7.74.0-1.3+deb11u15' }] }]);
  });

  it.each(['ALBA-2022:0001', 'ALEA-2022:0001'])('%s without a CVE is about no vulnerability', async (id) => {
    expect(await osvRecord({ id, affected: [fixedIn('AlmaLinux:8', 'x', '1-1.el8')] })).toEqual([]);
  });
});
