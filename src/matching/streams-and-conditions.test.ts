import { describe, expect, it } from 'vitest';
import type { FeedDocument } from '../advisories/feeds/feed.ts';
import { nvd } from '../advisories/feeds/nvd.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import { billOfJson } from '../formats/sbom/index.ts';
import { sbomInventory } from '../inventory/sbom.ts';
import type { Package, Statement } from '../model.ts';
import { match } from './match.ts';

/** Builds as other tools state them, and conditions as NVD's records have them, which no rule had been made by. */

function listed(purl: string): readonly Package[] {
  const bill = billOfJson({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [{ type: 'library', name: 'x', purl }],
  });
  return sbomInventory(bill!).packages;
}

const fix = (namespace: string, name: string, fixed: string, ...modules: readonly string[]): Statement => ({
  id: 'CVE-2099-1',
  source: 'x',
  namespace,
  package: name,
  aliases: [],
  state: 'fixed',
  ranges: [{ fixed }],
  ratings: [],
  ...(modules.length > 0 && { modules }),
});
const resultOf = (purl: string, ...statements: readonly Statement[]) =>
  match(listed(purl), memoryStore({ statements })).findings.map(({ fix: { version } }) => version);

describe('streams as other tools write them', () => {
  const node = [
    fix('AlmaLinux:8', 'nodejs', '1:16.20.2-1.module_el8.8.0+3613+1ed8c91d', 'nodejs:16'),
    fix('AlmaLinux:8', 'nodejs', '1:18.17.1-1.module_el8.8.0+3613+9a9a9a9a', 'nodejs:18'),
  ];

  it("a purl's rpmmod is the label: 16.20.2 is not what only the stream 18 fixes", () => {
    const purl = (module: string, version: string) =>
      `pkg:rpm/almalinux/nodejs@${version}?epoch=1&distro=almalinux-8.8&rpmmod=${encodeURIComponent(module)}`;
    expect(
      resultOf(purl('nodejs:16:8080020230906:abc', '16.20.2-1.module_el8.8.0%2B3613%2B1ed8c91d'), ...node),
    ).toEqual([]);
    expect(
      resultOf(purl('nodejs:18:8080020230906:abc', '18.16.1-1.module_el8.8.0%2B3600%2B1ed8c91d'), ...node),
    ).toEqual(['1:18.17.1-1.module_el8.8.0+3613+9a9a9a9a']);
  });

  it('streams that are words: container-tools:rhel8 is not container-tools:4.0', () => {
    const tools = [
      fix('AlmaLinux:8', 'podman', '2:4.0.2-24.module_el8.8.0+3000+aaaaaaaa', 'container-tools:4.0'),
      fix('AlmaLinux:8', 'podman', '3:4.4.1-16.module_el8.8.0+3001+bbbbbbbb', 'container-tools:rhel8'),
    ];
    const podman = (label: string, epoch: number, version: string) =>
      resultOf(`pkg:rpm/almalinux/podman@${version}?epoch=${epoch}&distro=almalinux-8.8&rpmmod=${label}`, ...tools);
    expect(podman('container-tools:4.0:1:a', 2, '4.0.2-24.module_el8.8.0%2B3000%2Baaaaaaaa')).toEqual([]);
    expect(podman('container-tools:rhel8:1:a', 3, '4.4.1-12.module_el8.8.0%2B2999%2Bbbbbbbbb')).toEqual([
      '3:4.4.1-16.module_el8.8.0+3001+bbbbbbbb',
    ]);
  });

  it("Rocky's and Oracle's builds end in a number more, CentOS Stream's have no minor: each is a module's", () => {
    const of = (distro: string, namespace: string, version: string) =>
      resultOf(
        `pkg:rpm/${distro.split('-')[0]}/nginx@${encodeURIComponent(version)}?epoch=1&distro=${distro}`,
        fix(namespace, 'nginx', '1:1.22.1-1.el8'),
      );
    expect(of('rocky-8.9', 'Rocky Linux:8', '1.20.1-1.module+el8.9.0+1477+abcdef01.1')).toEqual([]);
    expect(of('almalinux-8.5', 'AlmaLinux:8', '1.20.1-1.module_el8+663+9ab8abd3')).toEqual([]);
    // Built outside modules: by whoever it is.
    expect(of('almalinux-8.5', 'AlmaLinux:8', '1.20.1-1.el8.ngx')).toEqual(['1:1.22.1-1.el8']);
  });

  it('a label of "(none)" or without a name is none', () => {
    for (const label of ['(none)', '', ':'])
      expect(
        resultOf(
          `pkg:rpm/almalinux/perl@5.26.3-400.el8?distro=almalinux-8.8&rpmmod=${encodeURIComponent(label)}`,
          fix('AlmaLinux:8', 'perl', '5.26.3-422.el8'),
        ),
      ).toEqual(['5.26.3-422.el8']);
  });

  it('release 9 has streams too: php:8.1 beside what the base has', () => {
    const php = [
      fix('AlmaLinux:9', 'php', '8.1.27-1.module_el9.3.0+80+abcdefab', 'php:8.1'),
      fix('AlmaLinux:9', 'php', '8.0.30-1.el9'),
    ];
    const of = (version: string) =>
      resultOf(`pkg:rpm/almalinux/php@${encodeURIComponent(version)}?distro=almalinux-9.3`, ...php);
    expect(of('8.0.30-1.el9')).toEqual([]);
    expect(of('8.0.20-3.el9')).toEqual(['8.0.30-1.el9']);
    expect(of('8.1.14-1.module_el9.2.0+23+deadbeef')).toEqual(['8.1.27-1.module_el9.3.0+80+abcdefab']);
  });
});

/** What a record of NVD says, as the feed reads it, of a program that was found by its content. */
async function nvdFinds(name: string, version: string, record: object): Promise<number> {
  const document: FeedDocument = {
    name: 'nvd/2024',
    path: '/nowhere',
    async *chunks() {
      yield Buffer.from(JSON.stringify({ vulnerabilities: [{ cve: record }] }));
    },
    async *files() {},
  };
  const statements: Statement[] = [];
  for await (const item of nvd.parse(document))
    if (item.kind === 'statement') statements.push({ aliases: [], ratings: [], ...item.statement });
  const program: Package = {
    type: 'generic',
    name,
    version,
    namespace: 'CPE',
    certainty: 'content',
    purl: `pkg:generic/${name}@${version}`,
    evidence: [],
  };
  return match([program], memoryStore({ statements })).findings.length;
}

const on = (id: string, programs: readonly object[], ...systems: readonly string[]): object => ({
  id,
  published: '2018-03-07T14:29:00.000',
  configurations: [
    {
      operator: 'AND',
      nodes: [
        { operator: 'OR', cpeMatch: programs.map((program) => ({ vulnerable: true, ...program })) },
        {
          operator: 'OR',
          cpeMatch: systems.map((system) => ({ vulnerable: false, criteria: `cpe:2.3:o:${system}:-:*:*:*:*:*:*:*` })),
        },
      ],
    },
  ],
});
const upTo = (product: string, versionEndIncluding: string): object => ({
  criteria: `cpe:2.3:a:${product}:*:*:*:*:*:*:*:*`,
  versionEndIncluding,
});

describe('what begins after a version', () => {
  // Grype's database has CVE-2023-29404 in Azure Linux's golang as `> 1.19.0, < 1.20.7`, NVD's records a versionStartExcluding.
  const after = (namespace: string, name: string, introduced: string, fixed: string): Statement => ({
    ...fix(namespace, name, fixed),
    ranges: [{ introduced, isAfter: true, fixed }],
  });
  it.each([
    ['pkg:rpm/azurelinux/golang@1.19.0?distro=azurelinux-3.0', after('Azure Linux:3', 'golang', '1.19.0', '1.20.7'), 0],
    ['pkg:rpm/azurelinux/golang@1.19.1?distro=azurelinux-3.0', after('Azure Linux:3', 'golang', '1.19.0', '1.20.7'), 1],
    // PEP 440: `>1.7` has no build of 1.7 in it.
    ['pkg:pypi/torch@1.7%2Bcu110', after('PyPI', 'torch', '1.7', '1.9'), 0],
    ['pkg:pypi/torch@1.7.1', after('PyPI', 'torch', '1.7', '1.9'), 1],
  ])('has not that version: %s', (purl, statement, count) => {
    expect(resultOf(purl, statement)).toHaveLength(count);
  });
});

describe('what is said of one machine', () => {
  // Chainguard's CGA-224q-ccj5-2p53 on haproxy-2.2 names `?arch=x86_64`, on Wolfi's packages `aarch64`.
  const statement = { ...fix('Wolfi', 'haproxy-3.0', '3.0.10-r0'), platforms: ['hardware:aarch64'] };
  it.each([
    ['arch=x86_64', 0],
    ['arch=aarch64', 1],
    ['arch=noarch', 1],
    ['', 1],
  ])('is not said of another: %s', (qualifier, count) => {
    expect(resultOf(`pkg:apk/wolfi/haproxy-3.0@3.0.9-r0?distro=wolfi&${qualifier}`, statement)).toHaveLength(count);
  });

  it.each([
    ['aarch64', 0],
    ['x86_64', 1],
    // Of the same release: bulletins name the machine, not the package.
    ['i686', 1],
  ])('nor of rpm packages: %s', (architecture, count) => {
    const oracle = { ...fix('Oracle Linux:8', 'glibc', '2.28-225.0.4.el8_8.6'), platforms: ['hardware:x86_64'] };
    const purl = `pkg:rpm/ol/glibc@2.28-164.0.3.el8?distro=ol-8&arch=${architecture}`;
    expect(resultOf(purl, oracle)).toHaveLength(count);
  });
});

describe('flaws of packages', () => {
  it('are none of a program that was built from its source: CVE-2016-1247 on nginx', async () => {
    const record = (description: string) => ({
      ...on('CVE-2016-1247', [upTo('nginx:nginx', '1.10.1')], 'canonical:ubuntu_linux'),
      descriptions: [{ lang: 'en', value: description }],
    });
    const packed =
      'The nginx packages before 1.10.1-0ubuntu1.1 on Ubuntu 16.10 allow local users to gain root privileges.';
    expect(await nvdFinds('nginx', '1.9.15', record(packed))).toBe(0);
    expect(await nvdFinds('nginx', '1.9.15', record('nginx before 1.10.2 allows x.'))).toBe(1);
  });
});

describe('conditions of NVD that no container meets', () => {
  it.each([
    ['CVE-2015-5895', 'sqlite', 'sqlite:sqlite', '3.8.10.1', '3.8.2', 'apple:iphone_os'],
    ['CVE-2016-9952', 'curl', 'haxx:curl', '7.51.0', '7.47.0', 'microsoft:windows_ce'],
    ['CVE-2017-12814', 'perl', 'perl:perl', '5.24.2', '5.24.1', 'microsoft:windows'],
    ['CVE-2018-1000117', 'python', 'python:python', '3.6.4', '3.6.1', 'microsoft:windows'],
    ['CVE-2024-24787', 'go', 'golang:go', '1.21.9', '1.21.5', 'apple:macos'],
  ])('%s: %s runs on something else', async (id, name, product, last, installed, system) => {
    expect(await nvdFinds(name, installed, on(id, [upTo(product, last)], system))).toBe(0);
    // Its own range is met: without the condition it would be one.
    expect(await nvdFinds(name, installed, on(id, [upTo(product, last)], 'linux:linux_kernel'))).toBe(1);
    expect(await nvdFinds(name, installed, on(id, [upTo(product, last)], system, 'linux:linux_kernel'))).toBe(1);
  });
});
