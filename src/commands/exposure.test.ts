import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { library, program } from '../../test/exposure.ts';
import { debian, type SmallMachine, smallMachine, stanza } from '../../test/small-machine.ts';
import { exposureCommand } from './exposure.ts';

let machine: SmallMachine;
beforeAll(async () => {
  machine = await smallMachine();
});
afterAll(() => machine.close());

const exposure = (files: Readonly<Record<string, string | Uint8Array>>, ...args: readonly string[]) =>
  runCommand(
    exposureCommand,
    [machine.root(`r${args.length}${args.join().length}`, files as Record<string, string>), ...args],
    {
      environment: machine.environment,
      caught: true,
    },
  );

describe('plimsoll exposure', () => {
  const files = {
    ...debian(stanza('openssl', '1.1.1n-0+deb11u4')),
    'var/lib/dpkg/info/openssl.list': '/usr/bin/openssl\n',
    'usr/bin/openssl': program(['libssl.so.1.1']),
    'usr/lib/libssl.so.1.1': library('libssl.so.1.1'),
  };

  it('tells of a folder what the command that is given starts', async () => {
    const { code, text } = await exposure(files, '--command', 'openssl s_server', '-f', 'json');
    expect(code).toBe(0);
    const document = JSON.parse(text);
    expect(document.start).toMatchObject({ command: ['openssl', 's_server'], by: 'user', notes: [] });
    expect(document.packages).toMatchObject([{ name: 'openssl', class: 'loaded' }]);
    expect(document.files.map(({ path }: { path: string }) => path).sort()).toEqual([
      'usr/bin/openssl',
      'usr/lib/libssl.so.1.1',
    ]);
  });

  it('takes what a line for scan says of the network and the database: it asks neither', async () => {
    const line = ['--command', 'openssl s_client', '-f', 'json', '--no-cache', '--offline', '--skip-update'];
    const { code, text } = await exposure(files, ...line);
    expect(code).toBe(0);
    expect(JSON.parse(text).packages).toMatchObject([{ name: 'openssl', class: 'loaded' }]);
  });

  it('says plainly that nothing is known where nothing is started', async () => {
    const { text } = await exposure(files);
    expect(text).toContain('no start command');
    expect(text).toMatch(/OS packages \(1\) +0 +0 +0 +0 +0 +1\n/);
  });
});
