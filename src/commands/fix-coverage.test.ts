import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { debian, type SmallMachine, smallMachine, stanza } from '../../test/small-machine.ts';
import { fixCommand } from './fix.ts';

let machine: SmallMachine;
beforeAll(async () => {
  machine = await smallMachine();
});
// On the day of the sample's data: older data is a gap of its own.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date('2023-03-05') }));
afterAll(() => void vi.useRealTimers());
afterAll(() => machine.close());

const fix = (name: string, files: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  runCommand(fixCommand, [machine.root(name, files), '--offline', ...args], {
    environment: machine.environment,
    caught: true,
  });

describe('fix --require-coverage', () => {
  const known = debian(stanza('openssl', '1.1.1n-0+deb11u4'));
  // The release file and the database are there, and what somebody took out of it is told.
  const edited = debian(
    `${stanza('openssl', '1.1.1n-0+deb11u4').trimEnd()}\nDepends: libssl1.1 (= 1.1.1n-0+deb11u4)\n\n`,
    stanza('libssl1.1', '1.1.1w-0+deb11u9'),
  );

  it('lets a plan pass that rests on a whole assessment', async () => {
    expect(await fix('known', known, '--require-coverage')).toMatchObject({ code: 0, said: '' });
  });

  it('exits with 4 and says why where something was hidden, after the plan was printed', async () => {
    const { code, said, text } = await fix('edited', edited, '--require-coverage');
    expect(code).toBe(4);
    expect(said).toContain(
      '--require-coverage asks for a complete one: the package database or manifest says another thing',
    );
    expect(text).toContain('openssl');
  });

  it('and is not asked without it', async () => {
    expect((await fix('edited', edited)).code).toBe(0);
  });
});
