import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { deb, finding, report } from '../../test/report.ts';
import { debian, type SmallMachine, smallMachine, stanza, wheelFiles } from '../../test/small-machine.ts';
import { scanCommand } from '../commands/scan.ts';
import type { Report } from '../model.ts';
import { parseGates } from './gate.ts';
import { judgeGates } from './judge.ts';

/** What `torch.load` would call os.system for: pickle protocol 0, as the security literature prints it. */
const EVIL_PICKLE = "cposix\nsystem\n(S'id'\ntR.";
const PRIVATE_KEY = `-----BEGIN RSA PRIVATE KEY-----\n${Array.from({ length: 12 }, (_, line) => `MIIEpAIBAAKCAQEAx${String(line).padStart(2, '0')}fkq7Qz0Vf3m9Yp2Lr8Tn5Wc1Xb6Zs4Ud0Eg7Hi`).join('\n')}\n-----END RSA PRIVATE KEY-----\n`;
const OLD = stanza('openssl', '1.1.1n-0+deb11u4');
const NEW = stanza('openssl', '1.1.1n-0+deb11u5');

let machine: SmallMachine;
let cases: Readonly<Record<string, string>>;
let baseline: string;

beforeAll(async () => {
  // Debian 11 is past its end of life on that day, whatever day it is today.
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-10-01') });
  machine = await smallMachine({ day: '2026-09-30' });
  cases = {
    clean: machine.root('clean', debian(NEW)),
    high: machine.root('high', debian(OLD)),
    unfixed: machine.root('unfixed', debian(NEW, stanza('openjpeg2', '2.4.0-3'))),
    exploited: machine.root('exploited', { ...debian(NEW), ...wheelFiles('setuptools', '58.1.0') }),
    model: machine.root('model', { ...debian(NEW), 'app/model.pkl': EVIL_PICKLE }),
    secret: machine.root('secret', { ...debian(NEW), 'root/.ssh/id_rsa': PRIVATE_KEY }),
    'unknown os': machine.root('honk', {
      'etc/os-release': 'ID=honk\nVERSION_ID=1\nPRETTY_NAME="Honk 1"\n',
      'var/lib/dpkg/status': OLD,
    }),
    'no os': machine.root('none', { 'var/lib/dpkg/status': OLD }),
    'hidden packages': machine.root('hidden', { 'etc/os-release': debian()['etc/os-release']! }),
    nothing: machine.root('nothing', { 'app/readme': 'x' }),
  };
  baseline = machine.file('baseline.json', '');
  await runCommand(scanCommand, [cases.high!, '-f', 'json', '-o', baseline], { environment: machine.environment });
});
afterAll(() => {
  vi.useRealTimers();
  machine.close();
});

const gated = async (target: string, ...args: readonly string[]) =>
  runCommand(scanCommand, [target, ...args], { environment: machine.environment, caught: true });

/** The exit code of each gate (a column) for each case (a row). 11 is past its end of life. */
const GATES = [
  'CRITICAL',
  'HIGH',
  'LOW',
  'fixable',
  'fixable:HIGH',
  'risk:HIGH',
  'secret',
  'model',
  'exploited',
  'epss>0.5',
  'new:HIGH',
  'end-of-life',
  'incomplete',
  'never',
  'finding:HIGH',
  'model:CRITICAL',
  'exploited:fixable',
  'new:secret',
];
const TABLE: Readonly<Record<string, string>> = {
  //                   CRIT HIGH LOW fix f:HI r:HI secr mode expl epss new  eol  inc  never fi:H mo:C ex:f n:se
  clean: '             0    0    0   0   0    0    0    0    0    0    0    1    0    0      0    0    0    0',
  high: '              0    1    1   1   1    0    0    0    0    0    0    1    0    0      1    0    0    0',
  unfixed: '           0    0    1   0   0    0    0    0    0    0    0    1    0    0      0    0    0    0',
  exploited: '         0    0    1   1   0    0    0    0    1    0    0    1    0    0      0    0    1    0',
  model: '             1    1    1   0   0    1    0    1    0    0    1    1    0    0      0    1    0    0',
  secret: '            0    1    1   0   0    1    1    0    0    0    1    1    0    0      0    0    0    1',
  'unknown os': '      1    1    1   1   1    0    0    0    1    1    1    1    1    0      1    0    1    0',
  'no os': '           1    1    1   1   1    0    0    0    1    1    1    1    1    0      1    0    1    0',
  'hidden packages': ' 1    1    1   1   1    0    0    0    1    1    1    1    1    0      1    0    1    0',
  nothing: '           1    1    1   1   1    0    0    0    1    1    1    0    1    0      1    0    1    0',
};

describe('gates x cases', () => {
  it.each(Object.keys(TABLE))('%s', async (name) => {
    const expected = TABLE[name]!.trim().split(/\s+/).map(Number);
    const codes: Record<string, number | undefined> = {};
    for (const gate of GATES) {
      const against = gate.startsWith('new') ? ['--baseline', baseline] : [];
      codes[gate] = (await gated(cases[name]!, '--fail-on', gate, ...against)).code;
    }
    expect(codes).toEqual(Object.fromEntries(GATES.map((gate, index) => [gate, expected[index]])));
  });

  it('shut when one of several does, and without any none does', async () => {
    expect((await gated(cases.model!, '--fail-on', 'secret,model')).code).toBe(1);
    expect((await gated(cases.model!, '--fail-on', 'secret', '--fail-on', 'model')).code).toBe(1);
    expect((await gated(cases.high!)).code).toBe(0);
    expect((await gated(cases['unknown os']!)).code).toBe(0);
  });

  it('end the report with the verdict, the rule that decided, and what it caught', async () => {
    const shut = (await gated(cases.high!, '--fail-on', 'HIGH,secret')).text.trimEnd().split('\n').slice(-3);
    expect(shut).toEqual([
      '  GATE SHUT  exit code 1, by the rule HIGH',
      '    HIGH: 1 caught (CVE-2023-0464 in openssl 1.1.1n-0+deb11u4)',
      '    secret: nothing caught',
    ]);
    expect((await gated(cases.clean!, '--fail-on', 'HIGH')).text).toContain('GATE OPEN  exit code 0');
    const unjudged = await gated(cases['unknown os']!, '--fail-on', 'HIGH');
    expect(unjudged.text).toContain('HIGH: cannot be judged: 1 deb package of a distribution that nobody here knows');
  });

  it('say so in every data format, and on the side', async () => {
    const json = await gated(cases.high!, '--fail-on', 'HIGH', '-f', 'json');
    expect(JSON.parse(json.text).gate).toEqual({
      passed: false,
      rules: [{ gate: 'HIGH', passed: false, count: 1, examples: ['CVE-2023-0464 in openssl 1.1.1n-0+deb11u4'] }],
    });
    expect(json.said).toContain('exit code 1, by the rule HIGH');
    for (const format of ['sarif', 'cyclonedx', 'markdown', 'html'])
      expect((await gated(cases.high!, '--fail-on', 'HIGH', '-f', format)).text, format).toMatch(
        /GATE SHUT|"gate"|plimsoll:gate/,
      );
  });

  it('let pass what could not be judged when told so, and still say it', async () => {
    expect((await gated(cases['unknown os']!, '--fail-on', 'HIGH', '--allow-unjudged')).code).toBe(0);
    expect((await gated(cases.model!, '--fail-on', 'HIGH', '--allow-unjudged')).code).toBe(1);
  });

  it('take what is fixable only, when only that is shown', async () => {
    expect((await gated(cases.unfixed!, '--fixable', '--fail-on', 'LOW')).code).toBe(0);
    expect((await gated(cases.high!, '--fixable', '--fail-on', 'HIGH')).code).toBe(1);
  });

  it('hold what is dangerous by itself whatever is filtered', async () => {
    expect((await gated(cases.model!, '--severity', 'CRITICAL', '--fail-on', 'CRITICAL')).code).toBe(1);
    expect((await gated(cases.secret!, '--fixable', '--fail-on', 'secret')).code).toBe(1);
  });

  const shared = new URL('../../../shared/cases/rootfs/', import.meta.url).pathname;
  it.skipIf(!existsSync(shared)).each([
    ['rootfs-risk', 'CRITICAL'],
    ['risky', 'HIGH'],
    ['risky', 'risk:HIGH'],
    ['risky', 'model'],
  ])('shut for the shared case %s by %s', async (name, gate) => {
    const { code, text } = await gated(`dir:${shared}${name}`, '--fail-on', gate);
    expect(code).toBe(1);
    expect(text).toMatch(new RegExp(`${gate}: [1-9]\\d* caught`));
  });
});

describe('a gate', () => {
  it.each([
    ['HIHG', 'did you mean HIGH?'],
    ['fixabel:HIGH', 'did you mean fixable?'],
    ['secrets', 'did you mean secret?'],
    ['policy', 'write one under policy:'],
    ['eol', 'did you mean end-of-life?'],
    ['HIGH:LOW', 'take a severity'],
    ['fixable:secret', 'take a severity'],
    ['exploited:risk', 'take a severity'],
    ['end-of-life:HIGH', 'take a severity'],
    ['epss>50', 'take a severity'],
    ['HIGH:', 'take a severity'],
    ['never,HIGH', 'leave it out'],
    ['new:HIGH', '--baseline'],
  ])('%s is refused, with what was meant', async (gate, hint) => {
    const { error, text } = await gated(cases.high!, '--fail-on', gate);
    expect(error).toMatchObject({ code: 'usage', hint: expect.stringContaining(hint) });
    expect(text).toBe('');
  });

  it('and a filter that keeps back what it judges are refused together', async () => {
    for (const levels of ['LOW', 'HIGH', 'CRITICAL', 'CRITICAL,MEDIUM'])
      expect((await gated(cases.high!, '-s', levels, '--fail-on', 'HIGH')).error).toMatchObject({ code: 'usage' });
    expect((await gated(cases.high!, '-s', 'CRITICAL,HIGH', '--fail-on', 'HIGH')).code).toBe(1);
    expect((await gated(cases.high!, '-s', 'LOW', '--fail-on', 'secret')).code).toBe(0);
  });

  it.each([
    ['a report that is not there', undefined, 'not-found'],
    ['no JSON', 'hello', 'corrupt'],
    ['another JSON', '{"Results": []}', 'corrupt'],
    ['half a report', '{"tool": {"name": "plimsoll"}, "findings": []}', 'corrupt'],
  ])('on what is new is not judged against %s', async (_, content, code) => {
    const path = content === undefined ? `${machine.folder}/nowhere.json` : machine.file('other.json', content);
    expect((await gated(cases.high!, '--fail-on', 'new:HIGH', '--baseline', path)).error).toMatchObject({ code });
  });

  it('on the exploited or on EPSS cannot be judged by a database without such a feed', () => {
    const bare = report({ database: { ...report().database, feeds: [] }, findings: [] });
    for (const word of ['exploited', 'epss>0.1'])
      expect(judgeGates(bare, parseGates([word])).rules[0]).toMatchObject({
        passed: false,
        unjudged: [expect.stringContaining('the database holds no')],
      });
  });

  it('takes probabilities as numbers and percent, with and without the border', () => {
    const [gate] = parseGates(['epss>=50%']);
    expect(gate).toMatchObject({ word: 'epss>=0.5', epss: { above: 0.5, orEqual: true } });
    const actual = { ...finding('CVE-1', deb('curl', '1'), 'LOW'), epss: 0.5 };
    const judged = (word: string) =>
      judgeGates(report({ findings: [actual] }), parseGates([word]), { allowUnjudged: true });
    expect([judged('epss>=0.5').passed, judged('epss>0.5').passed, judged('epss>.4:HIGH').passed]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('lets the headers of the kernel pass: a container runs its host', () => {
    const headers = report({
      findings: [finding('CVE-2', deb('linux-libc-dev', '5.10.158-2', 'linux'), 'CRITICAL', { fixed: '6' })],
    });
    expect(judgeGates(headers, parseGates(['LOW', 'fixable'])).passed).toBe(true);
  });
});

it('counts each risk that the table counts, as a policy does: several in one file are several, and each is told by its place in it', () => {
  const key = (at: string): Report['risks'][number] => ({
    category: 'secret',
    rule: 'private-key',
    severity: 'HIGH',
    title: 'a private key',
    at,
    evidence: { path: 'root/.ssh/keys', layer: 0, diffID: `sha256:${'1a'.repeat(32)}`, analyzer: 'secrets' },
  });
  const scan = report({ packages: [], findings: [], risks: [key('line 1'), key('line 40')] });
  const { rules } = judgeGates(scan, parseGates(['secret']), { allowUnjudged: true });
  expect(rules).toEqual([
    {
      gate: 'secret',
      passed: false,
      count: 2,
      examples: ['a private key in /root/.ssh/keys:line 1', 'a private key in /root/.ssh/keys:line 40'],
    },
  ]);
});
