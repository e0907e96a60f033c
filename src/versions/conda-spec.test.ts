import { describe, expect, it } from 'vitest';
import { condaSpec } from './conda-spec.ts';

const takes = (spec: string, ...versions: readonly string[]): string[] =>
  versions.filter((version) => condaSpec(spec)?.accepts(version));

describe('what a dependency of conda takes', () => {
  it('is what OpenSSL 1.1.1 is depended on by, whose versions end in letters', () => {
    expect(takes('openssl >=1.1.1k,<1.1.2a', '1.1.1j', '1.1.1k', '1.1.1w', '1.1.2', '3.0.9')).toEqual([
      '1.1.1k',
      '1.1.1w',
    ]);
    expect(takes('openssl >=3.1.2,<4.0a0', '3.1.1', '3.1.2', '3.5.0', '4.0.0')).toEqual(['3.1.2', '3.5.0']);
  });

  it('is a beginning part by part, and not letter by letter', () => {
    for (const spec of ['numpy 1.21.*', 'numpy =1.21', 'numpy=1.21', 'numpy 1.21*', 'numpy 1.21.* py39_0'])
      expect(takes(spec, '1.2', '1.21', '1.21.6', '1.210.0')).toEqual(['1.21', '1.21.6']);
    expect(takes('numpy !=1.21.*', '1.20', '1.21.6')).toEqual(['1.20']);
    expect(takes('numpy ~=1.21.2', '1.21.1', '1.21.6', '1.22')).toEqual(['1.21.6']);
    expect(takes('numpy 1.21', '1.21', '1.21.0', '1.21.6')).toEqual(['1.21', '1.21.0']);
  });

  it('are alternatives, groups, and specifications in brackets and with a channel', () => {
    expect(takes('six (>=1.2,<1.4)|>2', '1.1', '1.3', '1.5', '2.1')).toEqual(['1.3', '2.1']);
    expect(takes('six (=1.2,<1.3)|>2', '1.2.1', '1.3', '2.1')).toEqual(['1.2.1', '2.1']);
    expect(takes('tzdata 2023c|2024a', '2023c', '2024a', '2024b')).toEqual(['2023c', '2024a']);
    expect(takes("conda-forge::openssl[version='>=3,<4', build=h0_1]", '1.1.1w', '3.2.0')).toEqual(['3.2.0']);
    expect(takes('python >=3.8, <3.12.0a0', '3.7', '3.11.4', '3.12.0')).toEqual(['3.11.4']);
  });

  it('is any version where only the build is asked for, nothing is, or it cannot be read', () => {
    for (const spec of ['blas * openblas', 'zlib', 'x ^1\\.2$', 'x (>=1', 'x >=1|'])
      expect(takes(spec, '0.1', '9')).toEqual(['0.1', '9']);
    expect([condaSpec('__glibc >=2.17'), condaSpec(''), condaSpec('>=1')]).toEqual([undefined, undefined, undefined]);
    expect(condaSpec(`x ${'('.repeat(10_000)}`)?.accepts('1')).toBe(true);
  });
});
