/**
 * Every kind of target, whole: what `-f json` writes is what its published schema describes, SARIF keeps what code scanning wants, and what is
 * written for other programs is read back by our readers of those without loss.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchCommand } from '../../src/commands/bench.ts';
import type { CommandModule } from '../../src/commands/command.ts';
import { compareCommand } from '../../src/commands/compare.ts';
import { fixCommand } from '../../src/commands/fix.ts';
import { inventoryCommand } from '../../src/commands/inventory.ts';
import { scanCommand } from '../../src/commands/scan.ts';
import { readXml } from '../../src/formats/text/index.ts';
import type { Report } from '../../src/model.ts';
import { readReport, reportBytes } from '../../src/scanners/read.ts';
import { runCommand } from '../command.ts';
import { KINDS, type Kind, type TargetKinds, targetKinds } from '../target-kinds.ts';
import { closed, cycloneDxOffences, gitlabOffences, offences, sarifOffences } from './published-schemas.ts';

let kinds: TargetKinds;
beforeAll(async () => {
  kinds = await targetKinds();
});
afterAll(() => kinds.close());

const run = (command: CommandModule, ...args: readonly string[]) =>
  runCommand(command, args, { environment: kinds.machine.environment, caught: true });

/** One of our own schemas. */
const strictly = (name: string): ReturnType<typeof offences> => {
  const path = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  return offences(closed(JSON.parse(readFileSync(path, 'utf8'))));
};

/** One scan of each kind, in every format that the tests below look at. */
const scanned = new Map<Kind, ReadonlyMap<string, string>>();
async function scanOf(kind: Kind): Promise<ReadonlyMap<string, string>> {
  const known = scanned.get(kind);
  if (known) return known;
  const names = ['json', 'sarif', 'trivy', 'grype', 'gitlab', 'junit', 'csv', 'asff', 'cyclonedx', 'spdx', 'html'];
  const files = names.map((name) => [name, join(kinds.machine.folder, `${kind}.${name}`)] as const);
  const { error } = await run(
    scanCommand,
    kinds.targets.get(kind)!,
    '--offline',
    '--supplier',
    'ACME <security@acme.example>',
    ...(kind === 'registry' ? ['--insecure'] : []),
    ...files.flatMap(([name, file]) => ['-f', `${name}=${file}`]),
  );
  expect(error).toBeUndefined();
  const texts = new Map(files.map(([name, file]) => [name, readFileSync(file, 'utf8')]));
  scanned.set(kind, texts);
  return texts;
}

describe.each(KINDS)('of a target of the kind %s', (kind) => {
  it('the JSON of a scan is what its schema describes, with nothing besides', async () => {
    const document = JSON.parse((await scanOf(kind)).get('json')!) as Report;
    expect(strictly('report')(document)).toEqual([]);
    expect(document.subject.source).toBe(kind);
    expect(document.findings.map(({ id }) => id)).toContain('CVE-2022-40897');
    expect(document.changes).toMatchObject({ goal: 'no fixable', command: expect.stringMatching(/^plimsoll fix /) });
  });

  it('so is that of inventory and fix', async () => {
    const target = kinds.targets.get(kind)!;
    const reach = kind === 'registry' ? ['--insecure'] : [];
    const listed = await run(inventoryCommand, target, '-f', 'json', ...reach);
    expect(strictly('inventory')(JSON.parse(listed.text))).toEqual([]);
    const planned = await run(fixCommand, target, '-f', 'json', '--offline', ...reach);
    if (planned.error === undefined) expect(strictly('fix')(JSON.parse(planned.text))).toEqual([]);
    // What nothing can be changed in is refused with a reason, and not with half a document.
    else expect(planned.text).toBe('');
  });

  it('SARIF gives each result a place and a fingerprint of its own that the next scan gives again, within the limits of code scanning', async () => {
    const log = JSON.parse((await scanOf(kind)).get('sarif')!) as Log;
    const [{ results = [], tool }] = log.runs as [Log['runs'][number]];
    expect(results.length).toBeGreaterThan(0);
    for (const { locations = [] } of results) {
      expect(locations.length).toBeGreaterThan(0);
      expect(locations.length).toBeLessThanOrEqual(100);
      for (const { physicalLocation } of locations)
        expect(physicalLocation?.artifactLocation?.uri).toMatch(/^[^/\s][^\s]*$/);
    }
    const prints = (from: typeof results): (string | undefined)[] =>
      from.map((result) => result.partialFingerprints?.['plimsoll/v1']);
    expect(new Set(prints(results)).size).toBe(results.length);
    for (const { properties } of tool.driver.rules ?? []) expect(properties?.tags?.length ?? 0).toBeLessThanOrEqual(20);
    const again = await run(
      scanCommand,
      kinds.targets.get(kind)!,
      '--offline',
      '-f',
      'sarif',
      ...(kind === 'registry' ? ['--insecure'] : []),
    );
    expect(prints((JSON.parse(again.text) as Log).runs[0]!.results ?? [])).toEqual(prints(results));
  });

  it.each(['trivy', 'grype'])('the JSON of %s is read back by our reader of it, every row of it', async (format) => {
    const texts = await scanOf(kind);
    const { findings } = JSON.parse(texts.get('json')!) as Report;
    const read = await readReport(reportBytes(texts.get(format)!, `${format}.json`));
    const rows = (all: readonly (readonly [string, string, string])[]): string[] =>
      [...new Set(all.map((entry) => entry.join(' ')))].sort();
    expect(rows(read.findings.map(({ id, package: name, version }) => [id, name, version]))).toEqual(
      rows(findings.map(({ id, package: { name, version } }) => [id, name, version])),
    );
    for (const entry of read.findings) {
      const own = findings.find((finding) => finding.id === entry.id && finding.package.name === entry.package)!;
      expect(entry.fix.versions).toEqual(own.fix.version === undefined ? [] : [own.fix.version]);
      if (own.severity !== 'NEGLIGIBLE') expect(entry.severity).toBe(own.severity);
    }
  });

  it('both bills of materials say of the subject and of each package whom it is from', async () => {
    const texts = await scanOf(kind);
    const { metadata, components } = JSON.parse(texts.get('cyclonedx')!);
    expect(metadata.supplier).toEqual({ name: 'ACME', contact: [{ email: 'security@acme.example' }] });
    const { packages } = JSON.parse(texts.get('spdx')!) as { packages: { name: string; supplier: string }[] };
    expect(packages[0]?.supplier).toBe('Organization: ACME (security@acme.example)');
    expect(packages.filter(({ supplier }) => supplier === 'NOASSERTION')).toEqual([]);
    const unsaid = components.filter(
      (part: Record<string, unknown>) => part.type !== 'operating-system' && !part.supplier,
    );
    expect(unsaid).toEqual([]);
  });

  it("SARIF, CycloneDX and GitLab's report are what their publishers' schemas ask for", async () => {
    const texts = await scanOf(kind);
    expect(cycloneDxOffences(JSON.parse(texts.get('cyclonedx')!))).toEqual([]);
    expect(sarifOffences(JSON.parse(texts.get('sarif')!))).toEqual([]);
    expect(gitlabOffences(JSON.parse(texts.get('gitlab')!))).toEqual([]);
  });

  it('the rest is well-formed and names what was found', async () => {
    const texts = await scanOf(kind);
    for (const name of ['gitlab', 'asff', 'cyclonedx', 'spdx'])
      expect(() => JSON.parse(texts.get(name)!)).not.toThrow();
    expect(() => readXml(texts.get('junit')!)).not.toThrow();
    for (const name of ['gitlab', 'junit', 'csv', 'asff', 'cyclonedx', 'html'])
      expect(texts.get(name)).toContain('CVE-2022-40897');
  });
});

describe('the JSON of other commands', () => {
  it('of compare and bench is what their schemas describe', async () => {
    const [trivy, grype] = (await Promise.all([scanOf('archive'), scanOf('archive')])).map((texts, at) =>
      kinds.machine.file(`${at}.json`, texts.get(at === 0 ? 'trivy' : 'grype')!),
    );
    const compared = await run(compareCommand, trivy!, grype!, '-f', 'json', '--anyway');
    expect(strictly('compare')(JSON.parse(compared.text))).toEqual([]);
    const benched = await run(benchCommand, '--image', kinds.targets.get('archive')!, '-f', 'json');
    expect(strictly('bench')(JSON.parse(benched.text))).toEqual([]);
    const sarif = await run(benchCommand, '--image', kinds.targets.get('archive')!, '-f', 'sarif');
    expect(sarifOffences(JSON.parse(sarif.text))).toEqual([]);
  });
});
