import { describe, expect, it } from 'vitest';
import { runCommand } from '../../test/command.ts';
import type { CommandModule } from './command.ts';
import { type AttestationOptions, attestationReach } from './image-options.ts';
import { withOptions } from './options/index.ts';

/** A command with the options of `scan` that only tells what was understood. */
async function reach(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  let actual = '';
  const command = {
    name: 'probe',
    define: (program, context) =>
      void withOptions(program.command('probe'), 'scan', context).action((flags: AttestationOptions) => {
        actual = attestationReach(flags);
      }),
  } satisfies CommandModule;
  await runCommand(command, args, { environment });
  return actual;
}

describe('how far attached SBOMs are looked for', () => {
  it('is what the index names, unless the user wants more or nothing', async () => {
    expect(await reach([])).toBe('known');
    expect(await reach(['--attestations'])).toBe('search');
    expect(await reach(['--no-attestations'])).toBe('none');
  });

  it('can be set for all runs, and a flag is stronger', async () => {
    expect(await reach([], { PLIMSOLL_ATTESTATIONS: '1' })).toBe('search');
    expect(await reach([], { PLIMSOLL_ATTESTATIONS: 'no' })).toBe('none');
    expect(await reach(['--no-attestations'], { PLIMSOLL_ATTESTATIONS: '1' })).toBe('none');
  });
});
