import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { debian, type SmallMachine, smallMachine, stanza, wheelFiles } from '../../test/small-machine.ts';
import type { BomDiff, Diff } from '../compare/diff/index.ts';
import { bomCommand } from './bom.ts';
import type { CommandModule } from './command.ts';
import { diffCommand } from './diff.ts';
import { inventoryCommand } from './inventory.ts';
import { scanCommand } from './scan.ts';

let machine: SmallMachine;
let old: string;
let upgraded: string;
beforeAll(async () => {
  machine = await smallMachine();
  old = machine.root('old', debian(stanza('openssl', '1.1.1n-0+deb11u3'), stanza('zlib1g', '1:1.2.11')));
  upgraded = machine.root('new', debian(stanza('openssl', '1.1.1n-0+deb11u5'), stanza('curl', '7.74.0-1.3')));
});
afterAll(() => machine.close());

const run = (command: CommandModule, ...args: readonly string[]) =>
  runCommand(command, args, { environment: machine.environment, caught: true });

const conforms = (name: string, document: unknown): void => {
  const schema = JSON.parse(
    readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'),
  ) as object;
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  ajv.validate(schema, document);
  expect(ajv.errors ?? []).toEqual([]);
};

const difference = async (...args: readonly string[]): Promise<Diff> => {
  const { text, error } = await run(diffCommand, ...args, '-f', 'json');
  if (error) throw error;
  const document = JSON.parse(text) as Diff;
  conforms('diff', document);
  return document;
};

describe('plimsoll diff', () => {
  describe('with exceptions', () => {
    const config = (text: string) => ({
      ...machine.environment,
      PLIMSOLL_CONFIG: machine.file('exceptions.yaml', text),
    });
    const gated = (environment: NodeJS.ProcessEnv, before: string, after: string, ...args: readonly string[]) =>
      runCommand(diffCommand, [before, after, '--fail-on', 'LOW', '-f', 'json', ...args], {
        environment,
        caught: true,
      });
    const CLEAN = () => machine.root('clean', debian(stanza('openssl', '1.1.1n-0+deb11u5')));
    const RULE = 'exceptions: [{ id: CVE-2023-0464, reason: nothing is checked here }]';

    it('what they take out of a scan is not new, in images and in reports of ours', async () => {
      const stored = machine.file('later.json', (await run(scanCommand, old, '-f', 'json')).text);
      for (const after of [old, stored]) {
        expect((await gated(machine.environment, CLEAN(), after)).code).toBe(1);
        const without = await gated(config(RULE), CLEAN(), after);
        expect({ code: without.code, fresh: JSON.parse(without.text).fresh }).toEqual({ code: 0, fresh: [] });
      }
      const ignored = machine.file('.trivyignore', 'CVE-2023-0464\n');
      expect((await gated(machine.environment, CLEAN(), old, '--ignore-file', ignored)).code).toBe(0);
    });

    it('and what an expired one was about is new', async () => {
      const expired = 'exceptions: [{ id: CVE-2023-0464, reason: x, until: 2020-01-01 }]';
      expect((await gated(config(expired), CLEAN(), old)).code).toBe(1);
    });

    it('a later side of which nobody could judge the packages shuts the gate, unless that is allowed', async () => {
      const strange = machine.root('strange', {
        'etc/os-release': 'ID=honk\nVERSION_ID=1\n',
        'var/lib/dpkg/status': stanza('openssl', '1.1.1n-0+deb11u3'),
      });
      const { code, said, text } = await gated(machine.environment, CLEAN(), strange);
      expect(code).toBe(1);
      expect(said).toMatch(/the gate is shut: it cannot be judged .*a distribution that nobody here knows/);
      expect(JSON.parse(text).unjudged).toHaveLength(1);
      conforms('diff', JSON.parse(text));
      expect((await gated(machine.environment, CLEAN(), strange, '--allow-unjudged')).code).toBe(0);
    });
  });

  it('says what an upgrade cleared, and from which version to which', async () => {
    const { fresh, cleared, packages } = await difference(old, upgraded);
    expect(cleared.length).toBeGreaterThan(0);
    expect(cleared[0]).toMatchObject({
      name: 'openssl',
      cause: 'version',
      before: { versions: ['1.1.1n-0+deb11u3'] },
      elsewhere: ['1.1.1n-0+deb11u5'],
    });
    expect(fresh).toEqual([]);
    expect(packages).toEqual([
      { type: 'deb', name: 'curl', kind: 'added', before: [], after: ['7.74.0-1.3'] },
      { type: 'deb', name: 'zlib1g', kind: 'removed', before: ['1:1.2.11'], after: [] },
      { type: 'deb', name: 'openssl', kind: 'upgraded', before: ['1.1.1n-0+deb11u3'], after: ['1.1.1n-0+deb11u5'] },
    ]);
  });

  it('and the other way round what came, which a pipeline can be stopped by', async () => {
    expect((await difference(upgraded, old)).fresh[0]).toMatchObject({ name: 'openssl', cause: 'version' });
    expect((await run(diffCommand, upgraded, old, '--fail-on', 'NEGLIGIBLE')).code).toBe(1);
    expect((await run(diffCommand, old, upgraded, '--fail-on', 'NEGLIGIBLE')).code).toBe(0);
    const { text } = await run(diffCommand, upgraded, old);
    expect(text).toContain('NEW FINDINGS');
    expect(text).toContain('1.1.1n-0+deb11u5 -> 1.1.1n-0+deb11u3 brings it');
  });

  it('is nothing between a target and its own report, whichever kind of report that is', async () => {
    const report = machine.file('report.json', (await run(scanCommand, old, '-f', 'json')).text);
    for (const [before, after] of [
      [report, old],
      [old, report],
      [report, report],
    ] as const)
      expect(await difference(before, after)).toMatchObject({ fresh: [], cleared: [], changed: [], packages: [] });
  });

  it('counts a side as its scan and the gate of that scan do, and says that several versions of a package are one here', async () => {
    const venv = Object.entries(wheelFiles('setuptools', '58.1.0')).map(
      ([path, text]) =>
        [
          path.replace('usr/local', 'opt/venv').replaceAll('58.1.0', '58.0.0'),
          text.replace('58.1.0', '58.0.0'),
        ] as const,
    );
    const twice = machine.root('twice', {
      ...debian(stanza('openssl', '1.1.1n-0+deb11u3')),
      ...wheelFiles('setuptools', '58.1.0'),
      ...Object.fromEntries(venv),
    });
    const scanned = JSON.parse((await run(scanCommand, twice, '-f', 'json')).text) as { summary: Diff['before'] };
    const gate = JSON.parse((await run(scanCommand, twice, '-f', 'json', '--fail-on', 'UNKNOWN')).text) as {
      gate: { rules: readonly { count: number }[] };
    };
    expect(gate.gate.rules.map(({ count }) => count)).toEqual([scanned.summary.total]);
    const same = await difference(twice, twice);
    for (const { total, fixable, severities } of [same.before, same.after])
      expect({ total, fixable, severities }).toEqual({
        total: scanned.summary.total,
        fixable: scanned.summary.fixable,
        severities: scanned.summary.severities,
      });
    expect(same.unchanged).toBeLessThan(same.before.total);
    expect(same.notices).toContainEqual(expect.stringMatching(/several versions of one package is one here/));
    expect((await difference(old, old)).notices).not.toContainEqual(expect.stringMatching(/several versions/));
  });

  it("reads another scanner's report, of which nobody knows the packages", async () => {
    const trivy = machine.file('trivy.json', (await run(scanCommand, old, '-f', 'trivy')).text);
    const { cleared, notices, before, packages } = await difference(trivy, upgraded);
    expect(before.scanner).toMatch(/Trivy/);
    expect(cleared[0]).toMatchObject({ name: 'openssl', cause: 'version' });
    expect(notices.join()).toContain('judge differently');
    expect(packages).toBeUndefined();
  });

  it('reads bills of materials, which are scanned', async () => {
    const bom = machine.file('old.cdx.json', (await run(scanCommand, old, '-f', 'cyclonedx')).text);
    expect((await difference(bom, upgraded)).packages?.map(({ name }) => name)).toEqual(['curl', 'zlib1g', 'openssl']);
  });

  it('tells a known problem from one that became known: the same version, other advisories', async () => {
    const report = JSON.parse((await run(scanCommand, old, '-f', 'json')).text);
    const [{ id }] = report.findings;
    const less = {
      ...report,
      findings: report.findings.filter((finding: { id: string }) => finding.id !== id),
      database: { ...report.database, digest: `sha256:${'0'.repeat(64)}` },
    };
    const { fresh, notices } = await difference(machine.file('less.json', JSON.stringify(less)), old);
    expect(fresh).toMatchObject([{ id, cause: 'advisories' }]);
    expect(notices.join()).toContain('different advisories');
  });

  it('says what changed of one that stays', async () => {
    const report = JSON.parse((await run(scanCommand, old, '-f', 'json')).text);
    const other = {
      ...report,
      findings: report.findings.map((finding: object) => ({ ...finding, severity: 'CRITICAL' })),
    };
    const { changed, unchanged } = await difference(machine.file('other.json', JSON.stringify(other)), old);
    expect(changed[0]).toMatchObject({ changed: ['severity'], before: { severity: 'CRITICAL' }, cause: 'advisories' });
    expect(unchanged).toBe(0);
  });

  it('refuses what says nothing of vulnerabilities, with the way on', async () => {
    const listed = machine.file('listed.json', (await run(inventoryCommand, old, '-f', 'json')).text);
    expect((await run(diffCommand, listed, upgraded)).error?.line).toContain('plimsoll bom diff');
    expect((await run(diffCommand, '-', '-')).error).toMatchObject({ code: 'usage' });
    expect((await run(diffCommand, machine.file('x.json', '{"a":'), upgraded)).error).toMatchObject({
      code: 'corrupt',
    });
  });

  it('writes several formats, none of which overflows a terminal', async () => {
    for (const columns of [60, 80, 120]) {
      const environment = { ...machine.environment, NO_COLOR: '1' };
      const { text } = await runCommand(diffCommand, [upgraded, old], { environment, columns });
      expect(text.split('\n').filter((line) => [...line].length > columns)).toEqual([]);
    }
    expect((await run(diffCommand, upgraded, old, '-f', 'markdown')).text).toMatch(/\| HIGH \| CVE/);
    // What fixes a new one is in each.
    for (const format of ['table', 'markdown', 'html'])
      expect((await run(diffCommand, upgraded, old, '-f', format)).text.replaceAll('\\', '')).toMatch(
        /deb11u3 brings it, fixed in 1\.1\.1n-0\+deb11u\d/,
      );
  });
});

describe('plimsoll bom diff', () => {
  it('compares folders, results and bills of materials by their packages', async () => {
    const listed = machine.file('listed.json', (await run(inventoryCommand, old, '-f', 'json')).text);
    const spdx = machine.file('new.spdx.json', (await run(inventoryCommand, upgraded, '-f', 'spdx')).text);
    for (const [before, after] of [
      [old, upgraded],
      [listed, upgraded],
      [old, spdx],
    ] as const) {
      const { text, error } = await run(bomCommand, 'diff', before, after, '-f', 'json');
      expect(error).toBeUndefined();
      const document = JSON.parse(text) as BomDiff;
      conforms('bom-diff', document);
      expect(document.packages.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
        'added curl',
        'removed zlib1g',
        'upgraded openssl',
      ]);
    }
    expect((await run(bomCommand, 'diff', old, upgraded)).text).toContain('1 added, 1 removed, 1 upgraded');
  });
});
