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

  it('and leaves a shut gate its own code', async () => {
    expect((await scan('known', known, '--fail-on', 'LOW')).code).toBe(1);
  });
});
