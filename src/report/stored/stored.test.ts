import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { FINDINGS, report } from '../../../test/report.ts';
import { story } from '../../demo/story.ts';
import type { Inventory, Report } from '../../model.ts';
import { reportBytes } from '../../scanners/report-source.ts';
import { benchFormatNamed } from '../bench/formats.ts';
import { pieces, reportFormatNamed, reports } from '../index.ts';
import { renderInventory } from '../inventory/inventory.ts';
import { readStored } from './index.ts';

const json = (value: Report): string => [...pieces(reportFormatNamed('json').render(value, {}))].join('');
const read = (text: string | Uint8Array) => readStored(reportBytes(text, 'results.json'));

async function readBack(value: Report): Promise<Report> {
  const stored = await read(json(value));
  if (stored?.kind !== 'scan') throw new Error(`read as ${stored?.kind}`);
  return stored.report;
}

describe('a report that is read back', () => {
  it('is the one that was written: in every format it gives the same text', async () => {
    for await (const { report: written } of story()) {
      const again = await readBack(written);
      for (const format of reports)
        expect([...pieces(format.render(again, { all: true }))].join(''), format.name).toBe(
          [...pieces(format.render(written, { all: true }))].join(''),
        );
    }
  });

  it('has each finding on its package, with all that is known of it', async () => {
    const again = await readBack(report());
    expect(again.packages).toEqual(report().packages);
    for (const finding of again.findings) expect(again.packages).toContain(finding.package);
    expect(again.findings).toEqual(FINDINGS);
  });

  it('may have members that a later version added, in whatever part of it', async () => {
    const [first, ...rest] = report().packages;
    const answering = { names: ['Debian:11/git'], isWhole: true, isPart: false, epoch: 1, later: true };
    const again = await readBack(report({ packages: [{ ...first!, answering }, ...rest] }));
    expect(again.packages[0]?.answering).toEqual(answering);
  });

  it('keeps what exceptions took out, and the package of a finding that is not listed', async () => {
    const [first, ...rest] = FINDINGS;
    const sample = report({
      findings: rest,
      packages: report().packages.filter((pkg) => pkg !== first!.package),
      suppressed: [{ finding: first!, by: { source: 'policy', where: 'plimsoll.yaml:1:1', status: 'accepted' } }],
    });
    const again = await readBack(sample);
    expect(again.suppressed?.[0]?.finding?.package).toMatchObject({
      name: first!.package.name,
      namespace: 'Debian:11',
      evidence: [{ path: 'var/lib/dpkg/status', instruction: first!.package.evidence[0]!.instruction }],
    });
  });

  it('is refused where its time is none, before a format reckons with it', async () => {
    await expect(read(json(report({ created: 'soon' })))).rejects.toMatchObject({
      code: 'corrupt',
      line: expect.stringContaining('created is no time'),
    });
  });

  it('may be compressed', async () => {
    expect((await read(gzipSync(json(report()))))?.kind).toBe('scan');
  });

  it('is refused where it is not what its schema says, with the place', async () => {
    const document = JSON.parse(json(report()));
    const broken = (place: string, value: unknown): string => {
      const copy = structuredClone(document);
      const keys = place.split('/');
      const last = keys.pop()!;
      keys.reduce((at, key) => at[key], copy)[last] = value;
      return JSON.stringify(copy);
    };
    const cases: readonly (readonly [string, RegExp])[] = [
      [broken('findings/1/severity', 'DIRE'), /findings\/1\/severity/],
      [broken('findings/0/package', 7), /findings\/0\/package/],
      [broken('packages/2/evidence', 'x'), /packages\/2\/evidence/],
      [broken('subject/layers', {}), /subject\/layers/],
      [broken('database', undefined), /database/],
      [json(report()).slice(0, -40), /results\.json/],
    ];
    for (const [text, said] of cases)
      await expect(read(text)).rejects.toMatchObject({ code: 'corrupt', line: expect.stringMatching(said) });
  });

  it('is not made of what another program wrote', async () => {
    expect(await read('{"SchemaVersion":2,"Results":[]}')).toBeUndefined();
    expect(await read('[]')).toBeUndefined();
  });
});

describe('other documents of ours that are read back', () => {
  it('an inventory', async () => {
    const { packages, subject } = report();
    const taken: Inventory = { packages, risks: [], unknowns: [], files: 7, os: { id: 'debian', name: 'Debian' } };
    const now = new Date('2026-01-02T03:04:05Z');
    const text = [...renderInventory('json', subject, taken, { now })].join('');
    const schema = JSON.parse(
      readFileSync(new URL('../../../schemas/inventory.schema.json', import.meta.url), 'utf8'),
    ) as object;
    expect(new Ajv2020({ strict: false }).validate(schema, JSON.parse(text))).toBe(true);
    const stored = await read(text);
    expect(stored).toMatchObject({ kind: 'inventory', listed: { inventory: taken, created: now.toISOString() } });
  });

  it('a run of the benchmark', async () => {
    const bench = {
      schemaVersion: 1,
      tool: { name: 'plimsoll', version: '0.1.0' },
      benchmark: 'CIS Docker Benchmark 1.6.0',
      started: '2026-01-02T03:04:05Z',
      finished: '2026-01-02T03:04:06Z',
      target: 'python:3.9.16',
      sections: [],
      counts: { pass: 0, warn: 0, info: 0, note: 0, 'not-applicable': 0, 'could-not-read': 0 },
      score: 0,
      notices: [],
    } as const;
    const text = [...benchFormatNamed('json').render(bench, {})].join('');
    expect(await read(text)).toEqual({ kind: 'bench', report: bench });
    await expect(read(text.replace('"score": 0', '"score": "x"'))).rejects.toMatchObject({ code: 'corrupt' });
  });
});
