import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { blobs, layer } from '../../test/image.ts';
import { startRegistry, type TestRegistry } from '../../test/registry.ts';
import { debian, type SmallMachine, smallMachine, stanza } from '../../test/small-machine.ts';
import { scanCommand } from '../commands/scan.ts';

let machine: SmallMachine;
let registry: TestRegistry;
beforeAll(async () => {
  machine = await smallMachine();
  registry = await startRegistry();
  const image = blobs(layer(debian(stanza('openssl', '1.1.1n-0+deb11u4'))));
  for (const [repository, tag] of [
    ['team/app', 'v1'],
    ['team/app', 'v2'],
    ['team/other', 'v1'],
  ] as const)
    registry.push(
      repository,
      tag,
      tag === 'v2' ? blobs(layer(debian(stanza('openssl', '1.1.1n-0+deb11u4'), stanza('zlib', '1.2')))) : image,
    );
  registry.push('team/unlike', 'v1', blobs(layer(debian(stanza('openssl', '1.1.1n-0+deb11u4'), stanza('jq', '1.6')))));
});
afterAll(async () => {
  await registry.close();
  machine.close();
});

const run = (name: string, ...args: readonly string[]) =>
  runCommand(scanCommand, [`registry:${registry.host}/team/${name}`, '-f', 'json', ...args], {
    environment: machine.environment,
  });

it('a baseline of another image is said, and that of an earlier build is not', async () => {
  const baseline = machine.file('baseline.json', (await run('app:v1')).text);
  const codes = async (name: string): Promise<readonly string[]> => {
    const { text, code } = await run(name, '--fail-on', 'new:HIGH', '--baseline', baseline);
    expect(code).toBe(0);
    return JSON.parse(text).notices.map((notice: { code: string }) => notice.code);
  };
  expect(await codes('app:v2')).not.toContain('baseline-other');
  // One digest under another name is one image.
  expect(await codes('other:v1')).not.toContain('baseline-other');
  expect(await codes('unlike:v1')).toContain('baseline-other');
});
