import { Command } from 'commander';
import { afterEach, describe, expect, it } from 'vitest';
import { type AttestationOptions, attestationReach, withAttestationOptions } from './image-options.ts';

const reach = (...flags: readonly string[]): string => {
  const command = withAttestationOptions(new Command());
  return attestationReach(command.parse(flags, { from: 'user' }).opts<AttestationOptions>());
};

describe('how far attached SBOMs are looked for', () => {
  afterEach(() => {
    delete process.env.PLIMSOLL_ATTESTATIONS;
  });

  it('is what the index names, unless the user wants more or nothing', () => {
    expect(reach()).toBe('known');
    expect(reach('--attestations')).toBe('search');
    expect(reach('--no-attestations')).toBe('none');
  });

  it('can be set for all runs, and a flag is stronger', () => {
    process.env.PLIMSOLL_ATTESTATIONS = '1';
    expect(reach()).toBe('search');
    expect(reach('--no-attestations')).toBe('none');
  });
});
