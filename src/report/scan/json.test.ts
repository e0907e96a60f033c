import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deb, FINDINGS, finding, PACKAGES, report } from '../../../test/report.ts';
import { publishedSchema, strictSchema } from '../../../test/strict-schema.ts';
import { story } from '../../demo/story.ts';
import type { Report } from '../../model.ts';
import { pieces } from '../report-format.ts';
import { jsonPieces, jsonReport } from './json.ts';

const schema = publishedSchema('report');
const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false });
const validate = ajv.compile(strictSchema(schema));
const render = (value: Report): string => [...pieces(jsonReport.render(value, {}))].join('');

function check(value: Report): Record<string, never> {
  const document = JSON.parse(render(value));
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  return document;
}

describe('the JSON report', () => {
  it('is what its schema describes, with nothing besides', () => {
    expect(check(report())).toMatchObject({
      schemaVersion: 1,
      subject: { reference: 'python:3.9.16' },
      os: { id: 'debian', versionId: '11' },
      summary: { total: 6, fixable: 3, installed: { total: 11 }, vulnerabilities: 6, severities: { HIGH: 3 } },
    });
  });

  it.each(['dir', 'sbom', 'project'] as const)('of a %s, which has no layers, has no empty diffID', (source) => {
    const bare = PACKAGES.map((pkg) => ({
      ...pkg,
      evidence: pkg.evidence.map((evidence) => ({ ...evidence, diffID: '' })),
    }));
    const subject = { reference: './x', source, name: '/srv/x', layers: [{ index: 0, diffID: '' }] };
    const findings = FINDINGS.map((finding) => ({
      ...finding,
      package: bare.find((pkg) => pkg.purl === finding.package.purl) ?? finding.package,
    }));
    const risk = {
      category: 'model',
      rule: 'pickle-code',
      severity: 'HIGH',
      title: 'x',
      evidence: bare[0]!.evidence[0]!,
    } as const;
    const document = check(report({ subject, packages: bare, findings, risks: [risk] }));
    expect(JSON.stringify(document)).not.toContain('"diffID":""');
  });

  it('says of each finding what was found where, rated by whom, and why', () => {
    const { findings } = check(report()) as unknown as { findings: unknown[] };
    expect(findings).toHaveLength(FINDINGS.length);
    expect(findings.at(-1)).toMatchObject({
      id: 'CVE-2022-40897',
      aliases: ['GHSA-r9hx-vwmv-q579', 'PYSEC-2022-43012'],
      package: { name: 'setuptools', version: '58.1.0', purl: 'pkg:pypi/setuptools@58.1.0', type: 'pypi' },
      severity: 'MEDIUM',
      severitySource: 'ghsa',
      ratings: [{ source: 'ghsa', method: 'CVSS:3.1', score: 5.9 }],
      fix: { state: 'fixed', version: '65.5.1' },
      layer: { index: 1, instruction: 'RUN /bin/sh -c python get-pip.py # buildkit' },
      locations: [{ path: 'usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA', layer: 1 }],
      reasons: [
        { step: 'searched' },
        { step: 'hit' },
        { step: 'compared', range: { fixed: '65.5.1' } },
        { step: 'state' },
        { step: 'rated' },
      ],
    });
    expect(findings[0]).toMatchObject({
      package: { name: 'libssl-dev', source: { name: 'openssl', version: '1.1.1n-0+deb11u3' } },
    });
  });

  it('holds to the schema with everything optional there, and with nothing of it', () => {
    const evidence = { ...PACKAGES[0]!.evidence[0]!, via: 'usr/lib/os-release' };
    check(
      report({
        os: { id: 'honk', name: 'Honk', idLike: ['debian'], evidence },
        packages: [
          {
            ...PACKAGES[0]!,
            role: 'vendored',
            certainty: 'content',
            licenses: ['Zlib'],
            maintainer: 'x',
            ownedBy: { type: 'deb', name: 'y' },
            properties: { a: 'b' },
            evidence: [evidence],
          },
        ],
        findings: [
          {
            ...finding('CVE-2023-1', deb('a', '1'), 'LOW', { vector: 'CVSS:4.0/AV:N', score: 10 }),
            description: 'x',
            modified: '2023-05-01',
            epss: 0.97,
            reasons: [
              { step: 'compared', version: '1', range: { exact: '1' }, comparator: 'pep440' },
              { step: 'state', state: 'no-dsa', source: 'debian', note: 'Minor issue' },
            ],
          },
        ],
        risks: [
          {
            category: 'model',
            rule: 'pickle-calls-os-system',
            severity: 'CRITICAL',
            title: 'x',
            detail: 'y',
            at: 'offset 3',
            evidence,
          },
        ],
        unknowns: [{ path: 'x', layer: 0, analyzer: 'dpkg', reason: 'y' }],
        notices: [{ level: 'warning', code: 'os-unknown', message: 'x' }],
        filtered: { severity: ['HIGH'], fixable: true, hidden: 3 },
        attestations: [
          {
            digest: `sha256:${'1'.repeat(64)}`,
            via: 'index',
            mediaType: 'application/vnd.in-toto+json',
            attachedTo: `sha256:${'2'.repeat(64)}`,
            format: 'SPDX-2.3',
            creator: 'syft 1.2.0',
            created: '2024-05-01T10:00:00Z',
            signatureVerified: false,
            namesImage: true,
            comparison: {
              unit: 'binary',
              counts: { listed: 2, agreed: 0, missing: 1, phantom: 1, versions: 1, beyond: 3 },
              missing: [{ type: 'pypi', name: 'a', version: '1', purl: 'pkg:pypi/a@1' }],
              phantom: [{ type: 'pypi', name: 'b', version: '1', purl: 'pkg:pypi/b@1' }],
              versions: [{ type: 'pypi', name: 'c', files: ['1'], attested: ['2'] }],
            },
          },
          {
            digest: `sha256:${'3'.repeat(64)}`,
            via: 'tag',
            mediaType: 'text/spdx+json',
            attachedTo: `sha256:${'2'.repeat(64)}`,
            signatureVerified: false,
            problem: 'not JSON',
          },
        ],
      }),
    );
    const {
      os: _,
      coverage: __,
      ...rest
    } = report({ packages: [], findings: [{ ...FINDINGS[0]!, package: { ...FINDINGS[0]!.package, evidence: [] } }] });
    expect(
      check({ ...rest, subject: { reference: './rootfs', source: 'dir', name: '/srv/rootfs', layers: [] } }),
    ).toMatchObject({ os: null, coverage: [], findings: [{ layer: null }] });
  });

  it('holds to the schema for real scans: the images of the demonstration', async () => {
    for await (const scene of story()) expect(check(scene.report)).toMatchObject({ summary: { packages: 429 } });
  });

  it('describes every member that the nouns of the model have', () => {
    const nouns = fileURLToPath(new URL('../../model/', import.meta.url));
    const model = readdirSync(nouns)
      .map((file) => readFileSync(join(nouns, file), 'utf8'))
      .join('\n');
    const defs = schema.$defs as Record<string, { properties?: object }>;
    const top = schema.properties as Record<string, { properties?: object; items?: { properties?: object } }>;
    const described: Record<string, object | undefined> = {
      Package: defs.package?.properties,
      Evidence: defs.evidence?.properties,
      Rating: defs.rating?.properties,
      Finding: defs.finding?.properties,
      LayerInfo: defs.layerInfo?.properties,
      ImageConfig: defs.config?.properties,
      Subject: top.subject?.properties,
      DatabaseInfo: top.database?.properties,
      Risk: top.risks?.items?.properties,
      Unknown: top.unknowns?.items?.properties,
      Notice: top.notices?.items?.properties,
      Coverage: top.coverage?.items?.properties,
      AttestedSbom: top.attestations?.items?.properties,
      AttestedPackage: defs.attestedPackage?.properties,
      Report: top,
    };
    // Two words of the documents are older than those of the code.
    const words = new Map([
      ['namespace', 'ecosystem'],
      ['statements', 'advisories'],
    ]);
    for (const [noun, properties] of Object.entries(described)) {
      const body = new RegExp(`^export interface ${noun} \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(model)?.[1] ?? '';
      const members = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => words.get(name!) ?? name!);
      expect(members.length).toBeGreaterThan(2);
      expect(Object.keys(properties ?? {}), noun).toEqual(expect.arrayContaining(members));
    }
  });

  it('is described field by field', () => {
    const undescribed: string[] = [];
    const walk = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, entry] of Object.entries(value)) {
        if (
          typeof entry === 'object' &&
          entry !== null &&
          path.endsWith('.properties') &&
          typeof entry.description !== 'string'
        )
          undescribed.push(`${path}.${key}`);
        walk(entry, path.endsWith('.properties') ? `${path}.<${key}>` : `${path}.${key}`);
      }
    };
    walk(schema, '');
    expect(undescribed).toEqual([]);
  });

  it('refuses what is no report, so that the schema means something', () => {
    const document = JSON.parse(render(report())) as Record<string, unknown>;
    for (const broken of [
      { ...document, schemaVersion: 2 },
      { ...document, findings: [{ id: 'CVE-2023-1' }] },
      { ...document, extra: 1 },
      {},
    ])
      expect(validate(broken)).toBe(false);
  });
});

describe('JSON in pieces', () => {
  it('is the text that JSON.stringify gives', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue())), (members) => {
        const unique = [...new Map(members)];
        // A log of Azure's takes `##[` for a command.
        const expected = JSON.stringify(Object.fromEntries(unique), null, 2).replaceAll('##[', '\\u0023#[');
        expect([...jsonPieces(unique)].join('')).toBe(`${expected}\n`);
      }),
      { numRuns: 100, examples: [[[['a', [{ '##[': '##[error]' }]]]]] },
    );
  });
  it('comes some elements at a time, so that no report has to fit into one string', () => {
    function* endless(): Generator<number> {
      for (let index = 0; ; index++) yield index;
    }
    const first = jsonPieces([['numbers', endless()]]);
    const [member, some, more] = [first.next().value ?? '', first.next().value ?? '', first.next().value ?? ''];
    expect(JSON.parse(`${member}${some}${more}]}`).numbers).toEqual([...Array(16).keys()]);
  });
  it.each([0, 1, 7, 8, 9, 16, 17])('writes %i elements as JSON.stringify does', (count) => {
    const values = Array.from({ length: count }, (_, index) => ({ index, within: [{ deep: 'a\n  b' }] }));
    const written = [...jsonPieces([['values', values.values()]])].join('');
    expect(written).toBe(`${JSON.stringify({ values }, null, 2)}\n`);
  });
  it('spells control characters that JSON lets pass', () => {
    const [, text] = [...jsonPieces([['a', 'x\u009b2J\u202e']])];
    expect(text).toBe('"x\\u009b2J\\u202e"');
  });
});
