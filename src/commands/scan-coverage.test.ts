import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { debian, type SmallMachine, smallMachine, stanza } from '../../test/small-machine.ts';
import type { Report } from '../model.ts';
import { scanCommand } from './scan.ts';

let machine: SmallMachine;
beforeAll(async () => {
  machine = await smallMachine();
});
afterAll(() => machine.close());

const scan = (name: string, files: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  runCommand(
    scanCommand,
    [machine.root(name, files), '--offline', '--as-of', '2023-03-05', '--require-coverage', ...args],
    { environment: machine.environment, caught: true },
  );

describe('scan --require-coverage', () => {
  const known = debian(stanza('openssl', '1.1.1n-0+deb11u4'));

  it('lets an image pass that was judged whole', async () => {
    const { code, text } = await scan('known', known, '-f', 'json');
    const { assessment } = JSON.parse(text) as Report;
    expect(assessment).toMatchObject({ packages: 1, assessed: 1, complete: true, system: { by: 'release-file' } });
    expect(code).toBe(0);
  });

  it('exits with 4 where nobody could say what is in it', async () => {
    const { code, text } = await scan('empty', { 'opt/notes.txt': 'nothing' }, '-f', 'json');
    expect((JSON.parse(text) as Report).assessment?.complete).toBe(false);
    expect(code).toBe(4);
  });

  it.each([
    [
      'a version in the package database that another package contradicts',
      'versions-contradicted',
      debian(
        `${stanza('openssl', '1.1.1n-0+deb11u4').trimEnd()}\nDepends: libssl1.1 (= 1.1.1n-0+deb11u4)\n\n`,
        stanza('libssl1.1', '1.1.1w-0+deb11u9'),
      ),
    ],
    [
      'a release file that the packages contradict',
      'release-contradicted',
      {
        ...debian(stanza('base-files', '11.1+deb11u7'), stanza('openssl', '1.1.1n-0+deb11u4')),
        'etc/os-release': 'ID=Linux\nVERSION_ID="99 (honk)"\n',
      },
    ],
  ])('exits with 4 for %s', async (name, check, files) => {
    const { code, text } = await scan(check, files, '-f', 'json');
    const report = JSON.parse(text) as Report;
    expect(
      report.signs?.map((sign) => sign.check),
      name,
    ).toContain(check);
    expect(report.assessment).toMatchObject({ complete: false });
    expect(code).toBe(4);
  });

  it('exits with 4 for an inflated database, whose findings are marked and counted apart', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `pk${at}`);
    const files = {
      ...debian(stanza('openssl', '1.1.1n-0+deb11u3'), ...names.map((name) => stanza(name, '1.0'))),
      ...Object.fromEntries(
        ['openssl', ...names].map((name) => [`var/lib/dpkg/info/${name}.list`, `/.\n/usr/bin/${name}\n`]),
      ),
    };
    const { code, text } = await scan('inflated', files, '-f', 'json');
    const report = JSON.parse(text) as Report;
    expect(report.assessment).toMatchObject({ packages: 21, assessed: 21, phantom: 21, complete: false });
    expect(report.findings.length).toBeGreaterThan(0);
    for (const { package: pkg } of report.findings) expect(pkg).toMatchObject({ phantom: true });
    expect(code).toBe(4);
    const table = (await scan('inflated', files)).text;
    expect(table).toContain('phantom: nothing but its list is there');
    expect(table).toContain('21 of which nothing but a list is there');
    expect((await scan('whole', { ...files, 'usr/bin/openssl': 'x' }, '-f', 'json')).text).not.toMatch(
      /"name": "openssl"[^}]*"phantom"/,
    );
  });

  it('and leaves a shut gate its own code', async () => {
    expect((await scan('known', known, '--fail-on', 'LOW')).code).toBe(1);
  });
});
