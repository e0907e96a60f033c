import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { debian, type SmallMachine, smallMachine, stanza } from '../../test/small-machine.ts';
import { fixCommand } from './fix.ts';

let machine: SmallMachine;
beforeAll(async () => {
  machine = await smallMachine();
});
afterAll(() => machine.close());

const fix = (goal: string, ...args: readonly string[]) =>
  runCommand(fixCommand, [machine.root('image', openssl), '--offline', '--goal', goal, ...args], {
    environment: machine.environment,
    caught: true,
  });
// Nothing names a package source: whether the fixed version can be had is in doubt, and hoped for.
const openssl = debian(stanza('openssl', '1.1.1n-0+deb11u4'));

describe('fix --require-goal', () => {
  it('exits with 1 and says how much stays where the plan does not reach the goal', async () => {
    const { code, said, text } = await fix('no CVE-2023-0464', '--require-goal');
    expect(code).toBe(1);
    expect(said).toContain(
      '--require-goal asks for a plan that reaches the goal "no CVE-2023-0464": 1 finding of it would stay, 0 if what nobody was asked about can be installed',
    );
    expect(text).toContain('openssl');
  });

  it('lets pass what reaches it, and is not asked without it', async () => {
    expect(await fix('no exploited', '--require-goal')).toMatchObject({ code: 0, said: '' });
    expect((await fix('no CVE-2023-0464')).code).toBe(0);
  });
});
