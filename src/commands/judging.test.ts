import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifact, blobOf, dsse, statement } from '../../test/attested.ts';
import { runCommand } from '../../test/command.ts';
import { blobs, layer } from '../../test/image.ts';
import { startRegistry } from '../../test/registry.ts';
import { debian, type SmallMachine, smallMachine, stanza } from '../../test/small-machine.ts';
import { publishedSchema } from '../../test/strict-schema.ts';
import type { Comparison } from '../compare/comparison.ts';
import type { Explanation } from '../compare/explain.ts';
import type { Plan } from '../remediate/plan.ts';
import type { CommandModule } from './command.ts';
import { compareCommand } from './compare.ts';
import { diffCommand } from './diff.ts';
import { explainCommand } from './explain.ts';
import { fixCommand } from './fix.ts';
import { scanCommand } from './scan.ts';
import { verifyCommand } from './verify.ts';

/*
 * What a configuration says of how findings are judged, and what files of exceptions say, is heard by every command that speaks of findings:
 * no command calls critical what another was told to leave out.
 */

const ID = 'CVE-2023-0464';
const OPENSSL = '1.1.1n-0+deb11u3';
let machine: SmallMachine;
let image: string;
beforeAll(async () => {
  machine = await smallMachine();
  image = machine.root('image', debian(stanza('openssl', OPENSSL), stanza('zlib1g', '1:1.2.11')));
});
afterAll(() => machine.close());

const run = (command: CommandModule, config: string, ...args: readonly string[]) =>
  runCommand(command, args, {
    environment: { ...machine.environment, PLIMSOLL_CONFIG: machine.file('plimsoll.yaml', config) },
  });
const json = async <T>(command: CommandModule, config: string, ...args: readonly string[]): Promise<T> =>
  JSON.parse((await run(command, config, ...args, '-f', 'json')).text) as T;

/** What each command counts of the vulnerability, by the same configuration and flags. */
const counted = (config: string, ...flags: readonly string[]) => countedOf(image, config, ...flags);

async function countedOf(image: string, config: string, ...flags: readonly string[]) {
  const report = await json<{ findings: { id: string; severity: string }[] }>(scanCommand, config, image, ...flags);
  const { packages } = await json<Explanation>(explainCommand, config, ID, image, ...flags);
  const trivy = machine.file('trivy.json', JSON.stringify(TRIVY));
  const { rows } = await json<Comparison>(compareCommand, config, trivy, image, '--anyway', ...flags);
  const plan = await json<Plan>(fixCommand, config, image, '--offline', ...flags);
  const clean = machine.root('clean', debian(stanza('openssl', '1.1.1n-0+deb11u5')));
  const diff = await json<{ fresh: { id: string; after: { severity: string } }[] }>(
    diffCommand,
    config,
    clean,
    image,
    ...flags,
  );
  const before = machine.file('clean.json', (await run(scanCommand, config, clean, '-f', 'json')).text);
  const verified = await json<{ freshOfGoal: readonly { id: string; severity: string }[] }>(
    verifyCommand,
    config,
    before,
    image,
    ...flags,
  );
  const severities = (list: readonly { id: string; severity: string }[]): readonly string[] =>
    list.flatMap(({ id, severity }) => (id === ID ? [severity] : []));
  return {
    scan: severities(report.findings),
    explain: packages.flatMap(({ own }) => (own.finding ? [own.severity] : [])),
    compare: rows
      .filter(({ id }) => id === ID)
      .flatMap(({ reportedBy }) => reportedBy.flatMap((cell) => (cell.report === 'plimsoll' ? [cell.severity] : []))),
    fix: severities([...plan.cleared, ...plan.remaining]),
    verify: severities(verified.freshOfGoal),
    diff: severities(diff.fresh.map(({ id, after }) => ({ id, ...after }))),
  };
}
const all = <T>(value: T) => ({ scan: value, explain: value, compare: value, fix: value, verify: value, diff: value });

const TRIVY = {
  SchemaVersion: 2,
  ArtifactName: 'x',
  Metadata: { OS: { Family: 'debian', Name: '11' } },
  Results: [
    {
      Target: 'x',
      Class: 'os-pkgs',
      Type: 'debian',
      Vulnerabilities: [
        {
          VulnerabilityID: ID,
          PkgName: 'openssl',
          InstalledVersion: OPENSSL,
          Severity: 'LOW',
          SeveritySource: 'debian',
        },
      ],
    },
  ],
};

/** What OpenVEX says of it: that what is vulnerable is never run. */
const vexOf = (more: object): object => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://vex.example.org/1',
  author: 'team-ml',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: ID },
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
      ...more,
    },
  ],
});

const RULE = `exceptions: [{ id: ${ID}, reason: no certificates are checked here, until: 2999-12-31, owner: team-ml }]`;
const IN_WORDS = /accepted until 2999-12-31 by team-ml: no certificates are checked here \(.*plimsoll\.yaml:1:\d+\)/;

describe('how findings are judged is one answer of scan, explain, compare, fix, verify and diff', () => {
  it('without a word of anybody', async () => {
    expect(await counted('{}')).toEqual(all(['HIGH']));
  });

  it('of what an exception of the configuration takes out, until its day is over', async () => {
    expect(await counted(RULE)).toEqual(all([]));
    expect(await counted(RULE.replace('2999', '2020'))).toEqual(all(['HIGH']));
  });

  it('of what a file of another scanner and a VEX document take out', async () => {
    const ignored = machine.file('.trivyignore', `${ID}\n`);
    expect(await counted('{}', '--ignore-file', ignored)).toEqual(all([]));
    const vex = machine.file('vex.json', JSON.stringify(vexOf({ products: [{ '@id': 'pkg:deb/debian/openssl' }] })));
    expect(await counted('{}', '--vex', vex)).toEqual(all([]));
  });

  it('of what a VEX document that is attached to the image takes out, and one that is attached to another does not', async () => {
    const registry = await startRegistry();
    try {
      const files = blobs(layer(debian(stanza('openssl', OPENSSL), stanza('zlib1g', '1:1.2.11'))));
      const other = blobs(layer(debian(stanza('openssl', OPENSSL))));
      const attached = (repository: string, about: string): string => {
        registry.push(repository, 'v1', files);
        const signed = blobOf(
          dsse(statement('https://openvex.dev/ns/v0.2.0', vexOf({}), about)),
          'application/vnd.dsse.envelope.v1+json',
        );
        const att = artifact([[signed, { 'dev.cosignproject.cosign/signature': '' }]]);
        const tag = `${files.manifest.digest.replace(':', '-')}.att`;
        registry.pushManifest(repository, tag, att.manifest.bytes, att.blobs);
        return `registry:${registry.host}/${repository}:v1`;
      };
      const own = attached('team/own', files.manifest.digest);
      expect(await countedOf(own, '{}')).toEqual(all(['HIGH']));
      expect(await countedOf(own, '{}', '--vex', 'attached')).toEqual(all([]));
      const foreign = attached('team/foreign', other.manifest.digest);
      expect(await countedOf(foreign, '{}', '--vex', 'attached')).toEqual(all(['HIGH']));
    } finally {
      await registry.close();
    }
  });

  it('of whose ratings count: by the policy of the configuration, and by a flag', async () => {
    const byPolicy = await counted('policy: { severity-from: ghsa }');
    expect(byPolicy).toEqual(all(['UNKNOWN']));
    expect(await counted('{}', '--severity-from', 'ghsa')).toEqual(byPolicy);
  });

  it('explain says who took it out, why and until when, and what it would say without that', async () => {
    const explanation = await json<Explanation>(explainCommand, RULE, ID, image);
    const ajv = new Ajv2020({ allErrors: true, strict: false });
    ajv.validate(publishedSchema('explanation'), explanation);
    expect(ajv.errors ?? []).toEqual([]);
    expect(explanation.packages.map(({ own }) => own)).toEqual([
      expect.objectContaining({
        finding: false,
        severity: 'HIGH',
        says: expect.stringMatching(IN_WORDS),
        suppressed: expect.objectContaining({ status: 'accepted', owner: 'team-ml', until: '2999-12-31' }),
      }),
    ]);
    const { text } = await run(explainCommand, RULE, ID, image);
    expect(text.replace(/\s+/g, ' ')).toMatch(IN_WORDS);
    expect(text).toMatch(/Plimsoll +accepted/);
    const ended = await run(explainCommand, RULE.replace('2999', '2020'), ID, image);
    expect(ended.text.replace(/\s+/g, ' ')).toContain('no longer accepted until 2020-12-31 by team-ml');
  });

  it('compare calls the difference to another scanner what it is, also of a stored report of ours', async () => {
    const trivy = machine.file('trivy.json', JSON.stringify(TRIVY));
    const stored = machine.file('stored.json', (await run(scanCommand, RULE, image, '-f', 'json')).text);
    for (const targets of [
      [trivy, image],
      [trivy, stored],
    ]) {
      const { differences, unexplained } = await json<Comparison>(compareCommand, RULE, ...targets, '--anyway');
      expect(unexplained.count).toBe(0);
      expect(differences.filter(({ kind }) => kind === 'present').flatMap(({ causes }) => causes)).toEqual([
        expect.objectContaining({ code: 'suppression.vex', proof: 'stated', says: expect.stringMatching(IN_WORDS) }),
      ]);
    }
  });

  it('compare knows what a stored report of ours was told to leave out', async () => {
    const trivy = machine.file('trivy.json', JSON.stringify(TRIVY));
    const cut = await run(scanCommand, '{}', image, '--severity', 'CRITICAL', '-f', 'json');
    const stored = machine.file('cut.json', cut.text);
    const { differences } = await json<Comparison>(compareCommand, '{}', trivy, stored, '--image', image, '--anyway');
    expect(differences.flatMap(({ causes }) => causes.map(({ code, says }) => `${code}: ${says}`))).toEqual([
      expect.stringContaining('filter.default: '),
    ]);
  });
});

describe('as of a day', () => {
  it('explain says what scan finds, and of what came out later that today knows it', async () => {
    const idsOn = async (day: string) =>
      (await json<{ findings: { id: string }[] }>(scanCommand, '', image, '--as-of', day)).findings.map(({ id }) => id);
    expect(await idsOn('2020-01-01')).not.toContain(ID);
    const before = await json<Explanation>(explainCommand, '', ID, image, '--as-of', '2020-01-01');
    expect(before).toMatchObject({ known: false, asOf: '2020-01-01', packages: [] });
    expect(before.missing?.join()).toMatch(/today's database knows CVE-2023-0464/);
    const { text } = await run(explainCommand, '', ID, image, '--as-of', '2020-01-01');
    expect(text).toContain('Nothing that was published by 2020-01-01 mentions it');
    expect(text).not.toContain('No feed of the database');
    const today = new Date().toISOString().slice(0, 10);
    expect(await idsOn(today)).toContain(ID);
    const after = await json<Explanation>(explainCommand, '', ID, image, '--as-of', today);
    expect(after).toMatchObject({ known: true, asOf: today });
    expect(after.packages.some(({ own }) => own.finding)).toBe(true);
  });

  it('compare lays what came out later to the day, of our own scan and of a stored one', async () => {
    const trivy = machine.file('trivy.json', JSON.stringify(TRIVY));
    const day = ['--as-of', '2020-01-01'];
    const stored = machine.file('then.json', (await run(scanCommand, '', image, '-f', 'json', ...day)).text);
    const asked = [
      [trivy, image],
      [trivy, stored, '--image', image],
    ];
    for (const targets of asked) {
      const { differences } = await json<Comparison>(compareCommand, '', ...targets, '--anyway', ...day);
      const causes = differences.filter(({ key }) => key.startsWith(ID)).flatMap(({ causes }) => causes);
      expect(causes, targets.join(' ')).toEqual([
        expect.objectContaining({ code: 'feed.age', says: expect.stringContaining('2020-01-01') }),
      ]);
    }
    // Asked about today, the stored report of then is the one that is older.
    const { differences } = await json<Comparison>(compareCommand, '', trivy, stored, '--image', image, '--anyway');
    expect(differences.flatMap(({ causes }) => causes.map(({ code }) => code))).toEqual(['feed.age']);
  });
});
