import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { dockerArchive } from '../../test/saved.ts';
import { debian, type SmallMachine, smallMachine, stanza } from '../../test/small-machine.ts';
import { imageBlobs } from '../sources/files/memory.ts';
import { policyCommand } from './policy.ts';
import { scanCommand } from './scan.ts';

let machine: SmallMachine;
let high: string;
let clean: string;
beforeAll(async () => {
  machine = await smallMachine();
  high = machine.root('high', debian(stanza('openssl', '1.1.1n-0+deb11u4')));
  clean = machine.root('clean', debian(stanza('openssl', '1.1.1n-0+deb11u5')));
});
afterAll(() => machine.close());

/** A scan with that configuration file. */
const scanned = (target: string, file: string, ...args: readonly string[]) => {
  const environment = { ...machine.environment, PLIMSOLL_CONFIG: machine.file('plimsoll.yaml', file) };
  return runCommand(scanCommand, [target, ...args], { environment, caught: true });
};
const asked = (file: string, ...args: readonly string[]) =>
  runCommand(policyCommand, args, {
    environment: { ...machine.environment, PLIMSOLL_CONFIG: machine.file('plimsoll.yaml', file) },
    caught: true,
  });

const STRICT = 'policy:\n  thresholds:\n    os: HIGH\n';
const LAX = 'policy:\n  thresholds:\n    os: CRITICAL\n';

describe('a policy beside a scan', () => {
  it('is in force without being asked for, and the verdict names its file, line and rule', async () => {
    const shut = await scanned(high, STRICT);
    expect(shut.code).toBe(1);
    expect(shut.text).toMatch(/GATE SHUT {2}exit code 1, by the rule policy os:HIGH/);
    expect(shut.text).toContain(
      'policy os:HIGH (plimsoll.yaml:3:9): 1 caught (CVE-2023-0464 in openssl 1.1.1n-0+deb11u4)',
    );
    const open = await scanned(clean, STRICT);
    expect(open).toMatchObject({ code: 0, text: expect.stringMatching(/no rule of the policy of .*plimsoll\.yaml/) });
  });

  it('never takes the place of a gate on the line: both are judged', async () => {
    expect((await scanned(high, LAX)).code).toBe(0);
    expect((await scanned(high, LAX, '--fail-on', 'HIGH')).code).toBe(1);
    expect((await scanned(high, STRICT, '--fail-on', 'CRITICAL')).code).toBe(1);
    expect((await scanned(high, STRICT, '--fail-on', 'policy')).code).toBe(1);
    const off = await scanned(high, STRICT, '--fail-on', 'never');
    expect(off.code).toBe(0);
    expect(off.said).toMatch(/the policy of .*plimsoll\.yaml is not judged: --fail-on never/);
  });

  it('sees what a filter hides', async () => {
    expect((await scanned(high, STRICT, '--severity', 'LOW')).code).toBe(1);
    const unfixed = machine.root('unfixed', debian(stanza('openjpeg2', '2.4.0-3')));
    expect((await scanned(unfixed, 'policy: {thresholds: {os: any}}', '--fixable')).code).toBe(1);
  });

  it('lets the report say which file had a say in what', async () => {
    const file = `${LAX}severity-from: nvd\nexceptions:\n  - {id: CVE-2023-0464, reason: here}\n`;
    const report = JSON.parse((await scanned(high, file, '-f', 'json')).text);
    expect(report.notices).toContainEqual({
      level: 'info',
      code: 'settings',
      message: expect.stringMatching(/in force from .*plimsoll\.yaml: policy, severity-from, exceptions$/),
    });
    expect(report.gate.policy.file).toMatch(/plimsoll\.yaml$/);
  });

  it('rates by its own scheme, and lets nobody look with other eyes', async () => {
    const file = `${STRICT.replace('policy:\n', 'policy:\n  severity-from: vendor\n')}`;
    const report = JSON.parse((await scanned(high, file, '-f', 'json')).text);
    expect(report.findings[0].severitySource).not.toBe('nvd');
    expect((await scanned(high, file, '--severity-from', 'nvd')).error).toMatchObject({
      code: 'usage',
      where: 'plimsoll.yaml:2:18',
      hint: expect.stringContaining('the policy says vendor'),
    });
    expect((await scanned(high, STRICT, '--lens', 'trivy')).error).toMatchObject({ code: 'usage' });
    expect((await scanned(high, STRICT, '--lens', 'trivy', '--fail-on', 'never')).code).toBe(0);
  });

  it('has the image checked by the benchmark where it asks for that', async () => {
    const file = 'policy: {thresholds: {cis: level1}}';
    const saved = (user: string): string => {
      const parts = imageBlobs({
        layers: [{ files: debian(stanza('openssl', '1.1.1n-0+deb11u5')) }],
        run: { User: user },
      });
      return machine.file(`by-${user}.tar`, dockerArchive(parts));
    };
    const root = await scanned(saved('root'), file);
    expect(root.code).toBe(1);
    expect(root.text).toMatch(/policy cis:level1 \(plimsoll\.yaml:1:28\): [1-9] caught \(4\.1 /);
    const app = await scanned(saved('1000'), file);
    expect(app.text).not.toMatch(/4\.1 /);
    // A folder has no configuration: what cannot be looked at passes for nothing.
    const folder = await scanned(clean, file);
    expect(folder).toMatchObject({ code: 1, text: expect.stringContaining('cannot be judged: the image checks') });
  });

  it('stops everything where it is no policy', async () => {
    const { error, text } = await scanned(high, 'policy:\n  thresholds:\n    os: HIHG\n');
    expect(error).toMatchObject({ code: 'config', where: expect.stringMatching(/plimsoll\.yaml:3:9$/) });
    expect(text).toBe('');
    expect((await scanned(high, 'policy:\n  thresholds:\n    os: HIHG\n', '--fail-on', 'never')).error).toBeDefined();
    expect((await scanned(high, 'format: table', '--fail-on', 'policy')).error).toMatchObject({ code: 'usage' });
  });
});

describe('plimsoll policy', () => {
  it('check says what was read, and what is wrong with its place', async () => {
    const over = 'exceptions: [{id: CVE-2020-1, reason: x, until: 2020-01-01}]\n';
    const { text, code } = await asked(`${STRICT}${over}`, 'check');
    expect(code).toBe(0);
    expect(text).toMatch(/plimsoll\.yaml: 1 rule, 1 exception\nexpired: CVE-2020-1 .* ended on 2020-01-01/);
    for (const [file, where] of [
      ['policy: {presett: x}', /:1:10$/],
      ['fromat: json\npolicy: {preset: batch}', /:1:1$/],
      ['policy: {preset: batch}\nexceptions: [{id: CVE-1}]', /:2:14$/],
      ['format: json', /plimsoll\.yaml$/],
    ] as const)
      expect((await asked(file, 'check')).error, file).toMatchObject({
        code: 'config',
        where: expect.stringMatching(where),
      });
    expect((await asked('policy: {severity-from: ndv}', 'check')).error).toMatchObject({ code: 'usage' });
  });

  it('explain says every rule, who says it, and why', async () => {
    const { text } = await asked('policy:\n  preset: real-time\n  thresholds:\n    os: never\n', 'explain');
    expect(text).toContain('built on the preset real-time: an endpoint that answers requests');
    expect(text).toMatch(
      /model:LOW +no risk in a model file that is LOW or worse \(preset real-time\)\n +because weights/,
    );
    expect(text).not.toMatch(/^ +os:/m);
    const json = JSON.parse((await asked(STRICT, 'explain', '-f', 'json')).text);
    expect(json.lines).toEqual([
      { rule: 'os:HIGH', means: expect.stringContaining('HIGH or worse'), where: 'plimsoll.yaml:3:9' },
    ]);
  });

  it('explain judges a saved report, whole ones only', async () => {
    const path = machine.file('report.json', (await scanned(high, '', '-f', 'json')).text);
    expect(await asked(STRICT, 'explain', '--report', path)).toMatchObject({
      code: 1,
      text: expect.stringContaining('GATE SHUT  exit code 1, by the rule policy os:HIGH'),
    });
    expect((await asked(LAX, 'explain', '--report', path)).code).toBe(0);
    const part = machine.file('part.json', (await scanned(high, '', '-f', 'json', '-s', 'LOW')).text);
    expect(await asked(LAX, 'explain', '--report', part)).toMatchObject({ code: 1 });
    expect((await asked(LAX, 'explain', '--report', machine.file('x.json', '{}'))).error).toMatchObject({
      code: 'unsupported',
    });
  });
});
