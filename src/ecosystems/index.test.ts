import { describe, expect, it } from 'vitest';
import type { OperatingSystem } from '../model.ts';
import { ecosystemNamed, ecosystemOf, ecosystems, namespaceOf } from './index.ts';

const os = (id: string, versionId?: string, codename?: string): OperatingSystem => ({
  id,
  name: id,
  ...(versionId === undefined ? {} : { versionId }),
  ...(codename === undefined ? {} : { codename }),
});

describe('ecosystems', () => {
  it('have names of their own', () => {
    expect(new Set(ecosystems.map(({ name }) => name)).size).toBe(ecosystems.length);
  });

  it.each([
    [os('debian', '11'), 'Debian:11'],
    [os('debian', '12', 'bookworm'), 'Debian:12'],
    [os('debian', undefined, 'trixie'), 'Debian:13'],
    [os('debian'), 'Debian:sid'],
    [os('ubuntu', '22.04'), 'Ubuntu:22.04:LTS'],
    [os('ubuntu', '23.10'), 'Ubuntu:23.10'],
    [os('ubuntu', '23.04'), 'Ubuntu:23.04'],
    [os('kali', '2023.1'), undefined],
  ])('a deb on %o is matched in %s', (system, expected) => {
    expect(namespaceOf('deb', system)).toBe(expected);
  });

  it('a deb without an operating system is matched nowhere, a wheel everywhere', () => {
    expect(ecosystemOf('deb')).toBeUndefined();
    expect(namespaceOf('deb')).toBeUndefined();
    expect(namespaceOf('pypi')).toBe('PyPI');
  });

  it('are found by the namespace of an advisory', () => {
    expect(ecosystemNamed('Debian:11')?.comparator).toBe('dpkg');
    expect(ecosystemNamed('Ubuntu:Pro:20.04:LTS')?.name).toBe('Ubuntu');
    expect(ecosystemNamed('PyPI')?.normalize('Foo.Bar_-baz')).toBe('foo-bar-baz');
    expect(ecosystemNamed('Windows')).toBeUndefined();
  });
});
