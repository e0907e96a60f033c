import { describe, expect, it } from 'vitest';
import type { PackageFact } from '../analyzers/analyzer.ts';
import { withoutDoubles } from './doubles.ts';

type PackageItem = Parameters<typeof withoutDoubles>[0][number];

const STATUS = 'var/lib/dpkg/status';
const listed = (version: string, more: Partial<PackageFact> = {}, layer = 0): PackageItem => ({
  path: STATUS,
  analyzer: 'dpkg',
  layer,
  fact: { type: 'deb', name: 'openssl', version, architecture: 'amd64', ...more },
});
const told = (items: readonly PackageItem[]) => {
  const { items: left, against } = withoutDoubles(items);
  return {
    left: left.map(({ fact }) => [fact.name, fact.version, ...(fact.certainty ? [fact.certainty] : [])].join(' ')),
    against: against.map(({ words }) => words),
  };
};

describe('what a database lists more than once', () => {
  it('is there once, as the oldest, whichever stands first, and less surely', () => {
    const [older, newer] = [listed('1.1.1n-0+deb11u3'), listed('9.9')];
    for (const items of [
      [older, newer],
      [newer, older],
    ])
      expect(told(items)).toEqual({
        left: ['openssl 1.1.1n-0+deb11u3 name'],
        against: ['openssl 1.1.1n-0+deb11u3 (listed as 9.9 as well)'],
      });
  });

  it('names five of the others', () => {
    const many = ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6'].map((version) => listed(version));
    expect(told(many).against).toEqual(['openssl 1.0 (listed as 1.1, 1.2, 1.3, 1.4, 1.5 as well)']);
  });

  it('is not what is of another architecture, layer or file, or not installed', () => {
    const lower = listed('1.1.1n-0+deb11u3');
    for (const other of [
      listed('9.9', { architecture: 'i386' }),
      listed('9.9', {}, 1),
      { ...listed('9.9'), path: 'opt/chroot/var/lib/dpkg/status' },
      listed('9.9', { role: 'nested' }),
    ])
      expect(told([lower, other])).toEqual({ left: ['openssl 1.1.1n-0+deb11u3', 'openssl 9.9'], against: [] });
  });

  it('leaves what is listed so and is not installed where it was', () => {
    const items = [listed('1.0'), listed('2.0'), listed('3.0', { role: 'cache' })];
    expect(told(items).left).toEqual(['openssl 1.0 name', 'openssl 3.0']);
  });

  it('is no sign with rpm, which installs kernels beside each other', () => {
    const kernels = ['4.18.0-477', '4.18.0-513'].map((version) =>
      listed(version, { type: 'rpm', name: 'kernel-core' }),
    );
    expect(told(kernels)).toEqual({ left: ['kernel-core 4.18.0-477', 'kernel-core 4.18.0-513'], against: [] });
  });
});
