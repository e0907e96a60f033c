import { expect, it } from 'vitest';
import { lookupsOf } from './lookups.ts';

const asked = (id: string, versionId: string, source: string, version: string) =>
  lookupsOf({ type: 'deb', name: 'x', version, source: { name: source, version } }, { id, versionId, name: id })
    .filter(({ namespace }) => /^(?:Debian|Ubuntu):\d[^:]*(?::LTS)?$/.test(namespace))
    .map(({ name, version: of }) => `${name} ${of}`);

it.each([
  ['debian', '12', 'linux-signed-amd64', '6.1.55+1', 'linux 6.1.55-1'],
  ['debian', '11', 'linux-signed-arm64', '6.1.55+1~bpo11+1', 'linux 6.1.55-1~bpo11+1'],
  ['debian', '12', 'grub-efi-amd64-signed', '1+2.06+13+deb12u1', 'grub2 2.06-13+deb12u1'],
  ['debian', '12', 'fwupd-amd64-signed', '1:1.8.12+2', 'fwupd 1:1.8.12-2'],
  ['ubuntu', '22.04', 'linux-signed', '5.15.0-91.101', 'linux 5.15.0-91.101'],
  ['ubuntu', '22.04', 'linux-signed-hwe-6.5', '6.5.0-14.14~22.04.1', 'linux-hwe-6.5 6.5.0-14.14~22.04.1'],
])('what %s %s signs as %s %s is asked for as %s, too', (id, release, source, version, expected) => {
  expect(asked(id, release, source, version)).toEqual([`${source} ${version}`, expected]);
});

it('a source that signs nothing is asked for by its own name alone', () => {
  expect(asked('debian', '12', 'linux', '6.1.55-1')).toEqual(['linux 6.1.55-1']);
  expect(asked('ubuntu', '22.04', 'grub2-signed', '1.187.6+2.06-2ubuntu14.4')).toEqual([
    'grub2-signed 1.187.6+2.06-2ubuntu14.4',
  ]);
});
