import { describe, expect, it } from 'vitest';
import { cycloneDxOffences } from '../../../test/contracts/published-schemas.ts';
import { deb, FINDINGS, finding, PACKAGES, report, wheel } from '../../../test/report.ts';
import { story } from '../../demo/story.ts';
import type { Report } from '../../model.ts';
import { pieces } from '../report-format.ts';
import { cyclonedxReport } from './cyclonedx.ts';

interface Bom {
  readonly serialNumber: string;
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly type: string;
    readonly name: string;
    readonly purl?: string;
    readonly properties: readonly { name: string; value: string }[];
  }[];
  readonly dependencies: readonly { ref: string; dependsOn: readonly string[] }[];
  readonly vulnerabilities?: readonly {
    readonly id: string;
    readonly affects: readonly { ref: string }[];
    readonly ratings: readonly Record<string, unknown>[];
  }[];
}

function bom(value: Report): Bom {
  const document = JSON.parse([...pieces(cyclonedxReport.render(value, {}))].join(''));
  expect(cycloneDxOffences(document)).toEqual([]);
  return document;
}

describe('the CycloneDX 1.6 document', () => {
  it('holds to the published schema', () => {
    bom(report());
    bom(report({ packages: [], findings: [] }));
    const rich = {
      ...PACKAGES[0]!,
      licenses: ['Zlib', 'see copyright'],
      maintainer: 'Mark Brown',
      role: 'vendored' as const,
      certainty: 'content' as const,
      properties: { abi: '3' },
    };
    const rated = finding('CVE-2023-1', rich, 'CRITICAL', {
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
      score: 9.8,
      aliases: ['GHSA-r9hx-vwmv-q579'],
    });
    bom(
      report({
        packages: [rich],
        findings: [
          { ...rated, published: '2023-02-08', modified: 'unknown', cwes: ['CWE-20', 'CWE-noinfo'], epss: 0.5 },
        ],
      }),
    );
  });

  it('puts the rating that counts first, of several by one publisher too', () => {
    // Django 2.2.1 as PyPA's record rates it: by CVSS 3.1 and by 4.0.
    const old = { source: 'pysec', severity: 'LOW', method: 'CVSS:3.1', score: 3.7 } as const;
    const counting = { source: 'pysec', severity: 'MEDIUM', method: 'CVSS:4.0', score: 6.3 } as const;
    const rated = finding('CVE-2024-45231', wheel('Django', '2.2.1'), 'MEDIUM', { by: 'pysec' });
    const { vulnerabilities = [] } = bom(report({ findings: [{ ...rated, ratings: [old, counting] }] }));
    expect(vulnerabilities[0]?.ratings.map(({ method }) => method)).toEqual(['CVSSv4', 'CVSSv31']);
  });

  it('says of a scan that found nothing that it found nothing, and nothing of an inventory', () => {
    const nothing = { ...report({ findings: [] }), risks: [] };
    expect(bom(nothing).vulnerabilities).toEqual([]);
    const { database } = nothing;
    expect(bom({ ...nothing, database: { ...database, schema: 0 } })).not.toHaveProperty('vulnerabilities');
  });

  it('lists the operating system and every package by purl, with what distributions match by', () => {
    const { components } = bom(report());
    expect(components).toHaveLength(PACKAGES.length + 1);
    expect(components[0]).toMatchObject({ type: 'operating-system', name: 'debian', version: '11' });
    const openssl = components.find((component) => component.name === 'libssl1.1')!;
    expect(openssl.purl).toMatch(/^pkg:deb\/debian\/libssl1\.1@/);
    expect(openssl.properties).toEqual(
      expect.arrayContaining([
        { name: 'plimsoll:source:name', value: 'openssl' },
        { name: 'plimsoll:source:version', value: '1.1.1n-0+deb11u3' },
      ]),
    );
  });

  it('has one vulnerability for all packages that have it, pointing at components that exist', () => {
    const document = bom(report());
    expect(document.vulnerabilities).toHaveLength(new Set(FINDINGS.map(({ id }) => id)).size);
    const refs = new Set(document.components.map((component) => component['bom-ref']));
    for (const { affects } of document.vulnerabilities!) for (const { ref } of affects) expect(refs).toContain(ref);
    expect(
      document.vulnerabilities!.find((vulnerability) => vulnerability.id === 'CVE-2023-0286')!.affects,
    ).toHaveLength(3);
    expect(document.dependencies[0]!.dependsOn).toHaveLength(PACKAGES.length);
  });

  it('keeps references unique where two packages share a purl', () => {
    const installed = wheel('setuptools', '58.1.0');
    const { components } = bom(
      report({ packages: [installed, { ...installed, role: 'vendored' }, deb('a', '1')], findings: [] }),
    );
    const refs = components.map((component) => component['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
  });

  it('says who a package is from, its licence and digests, what it needs, and what does not run', () => {
    const owner = {
      ...deb('git', '1'),
      requires: ['zlib1g (>= 1)'],
      maintainer: 'Debian Git Team <git@example.org>',
      licenses: ['GPL-2.0-only OR MIT'],
      properties: { sha256: 'ab'.repeat(32), abi: '1' },
    };
    const others = [
      { ...deb('zlib1g', '1'), licenses: ['Zlib', 'something else'] },
      { ...deb('cached', '1'), role: 'cache' as const },
      { ...deb('wish', '1'), role: 'declared' as const },
    ];
    const { components, dependencies } = bom(report({ packages: [owner, ...others], findings: [] }));
    expect(components[1]).toMatchObject({
      supplier: { name: 'Debian Git Team', contact: [{ email: 'git@example.org' }] },
      licenses: [{ expression: 'GPL-2.0-only OR MIT', acknowledgement: 'declared' }],
      hashes: [{ alg: 'SHA-256', content: 'ab'.repeat(32) }],
    });
    expect(components[1]!.properties.map(({ name }) => name)).not.toContain('plimsoll:fact:sha256');
    expect(components[2]).toMatchObject({
      licenses: [{ license: { id: 'Zlib' } }, { license: { name: 'something else' } }],
    });
    expect(components.map((component) => (component as { scope?: string }).scope)).toEqual([
      undefined,
      undefined,
      undefined,
      'excluded',
      'excluded',
    ]);
    const [image, git] = dependencies;
    expect(image!.dependsOn).toHaveLength(3);
    expect(git).toEqual({ ref: components[1]!['bom-ref'], dependsOn: [components[2]!['bom-ref']] });
  });

  it('has a serial number that stays with the same scan and changes with another', () => {
    expect(bom(report()).serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(bom(report()).serialNumber).toBe(bom(report()).serialNumber);
    expect(bom(report({ created: '2024-01-01T00:00:00.000Z' })).serialNumber).not.toBe(bom(report()).serialNumber);
  });

  it('is valid for real scans as well: the images of the demonstration', async () => {
    for await (const scene of story()) expect(bom(scene.report)).toHaveProperty('components.429');
  });
});
