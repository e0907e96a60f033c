import { describe, expect, it } from 'vitest';
import { sourceOf } from './source-package.ts';

describe('the source package of a binary', () => {
  it('is the one that its record states, with a version of its own', () => {
    const source = { name: 'openssl', version: '1.1.1n-0+deb11u3' };
    expect(sourceOf({ name: 'libssl1.1', version: '1.1.1n-0+deb11u3+b1', source })).toEqual(source);
  });

  it('is itself where none is stated', () => {
    expect(sourceOf({ name: 'six', version: '1.16.0' })).toMatchObject({ name: 'six', version: '1.16.0' });
  });

  it("has the binary's version or name where the record leaves its own empty", () => {
    const binary = { name: 'libc6', version: '2.31-13' };
    expect(sourceOf({ ...binary, source: { name: 'glibc', version: '' } })).toEqual({
      name: 'glibc',
      version: '2.31-13',
    });
    expect(sourceOf({ ...binary, source: { name: '', version: '2.31' } })).toEqual({ name: 'libc6', version: '2.31' });
  });
});
