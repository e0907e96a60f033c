import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deb, finding, report, wheel } from '../../../test/report.ts';
import type { Package } from '../../model.ts';
import { openvexReport } from '../../report/scan/index.ts';
import { applyExceptions, readVex } from './index.ts';

const NOW = new Date('2026-11-26');
const base = wheel('x', '1');
const rpm = (name: string, version: string, source: string, release: string): Package => ({
  ...base,
  type: 'rpm',
  name,
  version,
  namespace: `Red Hat:${release}`,
  source: { name: source, version },
  purl: `pkg:rpm/redhat/${name}@${version}?arch=x86_64&distro=rhel-${release}.8`,
});
const apk = (name: string, version: string): Package => ({
  ...base,
  type: 'apk',
  name,
  version,
  namespace: 'Chainguard',
  purl: `pkg:apk/chainguard/${name}@${version}?arch=x86_64&distro=chainguard`,
});

/** What a document hides of findings, by package and vulnerability. */
function hidden(
  document: object,
  packages: readonly Package[],
  ids: readonly string[],
  name = 'app',
): readonly string[] {
  const findings = ids.flatMap((id) => packages.map((pkg) => finding(id, pkg, 'HIGH')));
  const about = report({ findings, risks: [], subject: { ...report().subject, reference: name, name } });
  const rules = readVex(JSON.parse(JSON.stringify(document)), 'vex.json');
  return (applyExceptions(about, rules, NOW).suppressed ?? []).map(
    ({ finding }) => `${finding?.id} ${finding?.package.name} ${finding?.package.version}`,
  );
}

/** As Red Hat lays out its VEX files: components and platforms in branches, tied by relationships, sources with `arch=src`. */
const redHat = (status: object) => ({
  document: {
    category: 'csaf_vex',
    csaf_version: '2.0',
    publisher: { category: 'vendor', name: 'Red Hat Product Security' },
  },
  product_tree: {
    branches: [
      {
        category: 'vendor',
        name: 'Red Hat',
        branches: [
          ...['8', '9'].map((release) => ({
            category: 'product_name',
            name: `Red Hat Enterprise Linux ${release}`,
            product: {
              product_id: `red_hat_enterprise_linux_${release}`,
              name: `Red Hat Enterprise Linux ${release}`,
              product_identification_helper: { cpe: `cpe:/o:redhat:enterprise_linux:${release}` },
            },
          })),
          {
            category: 'product_name',
            name: 'OpenShift',
            product: {
              product_id: 'openshift',
              name: 'x',
              product_identification_helper: { cpe: 'cpe:/a:redhat:openshift:4' },
            },
          },
          {
            category: 'product_version',
            name: 'openssl',
            product: {
              product_id: 'openssl',
              name: 'openssl',
              product_identification_helper: { purl: 'pkg:rpm/redhat/openssl?arch=src' },
            },
          },
          {
            category: 'architecture',
            name: 'x86_64',
            branches: [
              {
                category: 'product_version',
                name: 'openssl-libs',
                product: {
                  product_id: 'openssl-libs-1:3.0.7-27.el9.x86_64',
                  name: 'openssl-libs',
                  product_identification_helper: {
                    purl: 'pkg:rpm/redhat/openssl-libs@3.0.7-27.el9?arch=x86_64&epoch=1',
                  },
                },
              },
            ],
          },
        ],
      },
    ],
    relationships: [
      ['red_hat_enterprise_linux_8', 'openssl'],
      ['red_hat_enterprise_linux_9', 'openssl-libs-1:3.0.7-27.el9.x86_64'],
      ['openshift', 'openssl'],
    ].map(([platform, component]) => ({
      category: 'default_component_of',
      full_product_name: { name: 'x', product_id: `${platform}:${component}` },
      product_reference: component,
      relates_to_product_reference: platform,
    })),
  },
  vulnerabilities: [{ cve: 'CVE-2024-0001', product_status: status }],
});

describe("publishers' VEX", () => {
  const eight = rpm('openssl-libs', '1.1.1k-9.el8', 'openssl', '8');
  const nine = rpm('openssl-libs', '3.0.7-27.el9', 'openssl', '9');

  it('of Red Hat: a source package in one release, and in no other', () => {
    const document = redHat({ known_not_affected: ['red_hat_enterprise_linux_8:openssl'] });
    expect(hidden(document, [eight, nine], ['CVE-2024-0001', 'CVE-2024-0002'])).toEqual([
      'CVE-2024-0001 openssl-libs 1.1.1k-9.el8',
    ]);
  });

  it('of Red Hat: a binary package in its version', () => {
    const fixed = redHat({ fixed: ['red_hat_enterprise_linux_9:openssl-libs-1:3.0.7-27.el9.x86_64'] });
    expect(hidden(fixed, [eight, nine], ['CVE-2024-0001'])).toEqual(['CVE-2024-0001 openssl-libs 3.0.7-27.el9']);
  });

  it('of Red Hat: a package without version in a product that is no release here hides nothing', () => {
    expect(hidden(redHat({ known_not_affected: ['openshift:openssl'] }), [eight, nine], ['CVE-2024-0001'])).toEqual([]);
  });

  /** As Chainguard lays out OpenVEX: an image by digest and repository, with its apk packages as parts. */
  const chainguard = (...statements: readonly object[]) => ({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://openvex.dev/docs/public/vex-1',
    author: 'Chainguard',
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    statements,
  });
  const said = (status: string, timestamp: string, product: object) => ({
    vulnerability: {
      '@id': 'https://nvd.nist.gov/vuln/detail/CVE-2024-0001',
      name: 'CVE-2024-0001',
      aliases: ['GHSA-aaaa-bbbb-cccc'],
    },
    timestamp,
    products: [product],
    status,
    ...(status === 'not_affected' ? { justification: 'vulnerable_code_not_present' } : {}),
  });
  const image = {
    '@id': 'pkg:oci/python?repository_url=cgr.dev/chainguard/python',
    subcomponents: [{ '@id': 'pkg:apk/chainguard/glibc@2.39-r1?arch=x86_64' }],
  };
  const glibc = apk('glibc', '2.39-r1');

  it('of Chainguard: parts of its image, by alias too', () => {
    const document = chainguard(said('not_affected', '2026-01-01T00:00:00Z', image));
    const name = 'cgr.dev/chainguard/python:latest';
    expect(hidden(document, [glibc, apk('glibc', '2.38-r0')], ['GHSA-aaaa-bbbb-cccc'], name)).toEqual([
      'GHSA-aaaa-bbbb-cccc glibc 2.39-r1',
    ]);
    expect(hidden(document, [glibc], ['CVE-2024-0001'], 'docker.io/library/python:latest')).toEqual([]);
  });

  it('of Chainguard: a package of its own, and what was said last counts', () => {
    const product = { '@id': 'pkg:apk/chainguard/glibc', identifiers: { purl: 'pkg:apk/chainguard/glibc' } };
    const not = said('not_affected', '2026-01-01T00:00:00Z', product);
    const later = said('affected', '2026-02-01T00:00:00Z', product);
    expect(hidden(chainguard(not), [glibc], ['CVE-2024-0001'])).toHaveLength(1);
    expect(hidden(chainguard(later, not), [glibc], ['CVE-2024-0001'])).toEqual([]);
    expect(
      hidden(chainguard({ ...not, timestamp: '2026-03-01T00:00:00Z' }, later), [glibc], ['CVE-2024-0001']),
    ).toHaveLength(1);
  });

  const shared = new URL('../../../../shared/reports/cyclonedx/valid-vulnerability-1.4.json', import.meta.url);
  it.skipIf(!existsSync(shared))('of the shared CycloneDX report is read', () => {
    expect(() => readVex(JSON.parse(readFileSync(shared, 'utf8')), 'shared')).not.toThrow();
  });
});

describe('our OpenVEX', () => {
  const openssl = deb('openssl', '1.1.1n-0+deb11u3');
  const about = report({
    findings: [finding('CVE-1', openssl, 'HIGH'), finding('CVE-2', openssl, 'HIGH'), finding('CVE-3', openssl, 'LOW')],
    risks: [],
  });
  const rule = (id: string, more: object) => ({
    ids: [id],
    by: {
      source: 'policy' as const,
      where: 'x',
      status: 'accepted' as const,
      reason: 'because',
      owner: 'team',
      ...more,
    },
  });
  const judged = applyExceptions(
    about,
    [
      rule('CVE-1', { status: 'not_affected', justification: 'component_not_present' }),
      rule('CVE-2', { until: '2099-01-01' }),
    ],
    NOW,
  );
  const written = JSON.parse([...openvexReport.render(judged, {})].join(''));

  it('says of each what we say, and calls nothing unaffected that was merely accepted', () => {
    expect(written).toMatchObject({ '@context': 'https://openvex.dev/ns/v0.2.0', author: 'team', version: 1 });
    expect(written.statements).toMatchObject([
      { vulnerability: { name: 'CVE-1' }, status: 'not_affected', justification: 'component_not_present' },
      {
        vulnerability: { name: 'CVE-2' },
        status: 'affected',
        action_statement: 'accepted by team until 2099-01-01: because',
      },
    ]);
  });

  it('hides for us what the exception hid', () => {
    const again = applyExceptions(about, readVex(written, 'ours.json'), NOW);
    expect(again.suppressed?.map(({ finding }) => finding?.id)).toEqual(['CVE-1']);
  });

  it('names the image by digest where a registry has one, else its packages as well', () => {
    const ids = (subject: object) =>
      JSON.parse(
        [...openvexReport.render({ ...judged, subject: { ...judged.subject, ...subject } }, {})].join(''),
      ).statements[0].products.map((product: { '@id': string }) => product['@id']);
    const digest = `sha256:${'ab'.repeat(32)}`;
    expect(ids({ source: 'registry', name: 'ghcr.io/x/app:1', digest, repoTags: [], repoDigests: [] })).toEqual([
      `pkg:oci/app@${digest}?repository_url=ghcr.io%2Fx%2Fapp`,
      'ghcr.io/x/app:1',
    ]);
    expect(ids({ source: 'archive', name: 'app.tar', repoTags: ['app:1'], repoDigests: [] })).toEqual([
      'app:1',
      openssl.purl,
    ]);
  });
});
