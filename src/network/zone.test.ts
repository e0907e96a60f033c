import { expect, it } from 'vitest';
import { checkText, reaches, reachOf } from './reach.ts';
import { isSameSite } from './site.ts';
import { zoneOf } from './zone.ts';

it.each([
  ['1.1.1.1', 'public'],
  ['2606:4700::1111', 'public'],
  ['172.15.0.1', 'public'],
  ['172.32.0.1', 'public'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'private'],
  ['fd12:3456::1', 'private'],
  ['127.0.0.1', 'loopback'],
  ['127.255.0.9', 'loopback'],
  ['::1', 'loopback'],
  ['[::1]', 'loopback'],
  ['0.0.0.0', 'special'],
  ['::', 'special'],
  ['169.254.169.254', 'special'],
  ['fe80::1%eth0', 'special'],
  ['fd00:ec2::254', 'special'],
  ['100.100.100.200', 'special'],
  ['168.63.129.16', 'special'],
  ['192.0.0.192', 'special'],
  ['224.0.0.1', 'special'],
  ['255.255.255.255', 'special'],
  ['ff02::1', 'special'],
  ['2001:db8::1', 'special'],
  ['2001:0:53aa:64c:0:0:0:1', 'special'],
  ['4000::1', 'special'],
  ['no address', 'special'],
  ['', 'special'],
  // IPv4 in IPv6: mapped, compatible, translated, NAT64, 6to4.
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:a9fe:a9fe', 'special'],
  ['0:0:0:0:0:ffff:7f00:1', 'loopback'],
  ['::ffff:8.8.8.8', 'public'],
  ['::127.0.0.1', 'loopback'],
  ['::ffff:0:169.254.169.254', 'special'],
  ['64:ff9b::7f00:1', 'loopback'],
  ['64:ff9b::169.254.169.254', 'special'],
  ['64:ff9b::8.8.8.8', 'public'],
  ['64:ff9b:1::8.8.8.8', 'private'],
  ['2002:7f00:1::', 'loopback'],
  ['2002:a9fe:a9fe::1', 'special'],
  ['2002:808:808::1', 'public'],
] as const)('%s is %s', (address, zone) => {
  expect(zoneOf(address)).toBe(zone);
});

it('addresses for documentation are no inside: closed networks put their mirrors of the world there', () => {
  for (const address of ['192.0.2.1', '198.51.100.7', '203.0.113.80']) expect(zoneOf(address)).toBe('public');
});

const context = { zoneOfServer: () => undefined, inside: new Set<string>() };

it('lets who named an address reach so far, and no one a link-local or metadata address by a name', () => {
  const reach = (url: string, ...rest: [Parameters<typeof reachOf>[1]]) => reachOf(new URL(url), ...rest, context);
  expect(reach('http://name:5000/', 'user')).toBe('loopback');
  expect(reach('http://10.0.0.1:5000/', 'user')).toBe('any');
  expect(reach('http://169.254.169.254/', 'project')).toBe('loopback');
  expect(reach('http://name/', 'content')).toBe('public');
  expect(reach('http://name/', { server: 'http://never.seen/' })).toBe('public');
  for (const entry of ['public', 'private', 'loopback'] as const) expect(reaches(entry, 'special')).toBe(false);
  expect(reaches('private', 'loopback')).toBe(false);
  expect(reaches('any', 'special')).toBe(true);
});

it('lets a server name its own neighbourhood and what lies outside of it', () => {
  const url = new URL('http://name/');
  const by = { server: 'https://registry.corp/v2/' };
  for (const zone of ['public', 'private', 'loopback'] as const)
    expect(reachOf(url, by, { ...context, zoneOfServer: () => zone })).toBe(zone);
  expect(reachOf(url, by, { ...context, zoneOfServer: () => 'special' })).toBe('public');
  expect(reachOf(url, 'content', { ...context, inside: new Set(['name']) })).toBe('loopback');
});

it.each([
  'http://127.1/',
  'http://0x7f000001/',
  'http://2130706433/',
  'http://017700000001/',
  'http://[::ffff:127.0.0.1]/',
  'http://localhost/',
  'http://a.localhost./',
  'http://metadata.google.internal/',
  'http://printer.local/',
  'http://169.254.169.254.:80/',
])('refuses %s by its text where only the internet may be reached, which is all that a proxy leaves to us', (url) => {
  expect(() => checkText(new URL(url), 'public')).toThrow(/not asked/);
});

it.each([
  ['registry.gitlab.com', 'gitlab.com', true],
  ['registry-1.docker.io', 'auth.docker.io', true],
  ['registry.example.co.uk:5000', 'gitlab.example.co.uk', true],
  ['registry.example.co.uk', 'evil.co.uk', false],
  ['one.github.io', 'two.github.io', false],
  ['ghcr.io', 'ghcr.io', true],
  ['127.0.0.1:5000', '127.0.0.1:5001', false],
  ['[::1]:5000', '[::1]:5000', true],
  ['localhost:5000', 'localhost:5001', false],
  ['registry.example.com', 'example.com.evil.org', false],
])('%s and %s are of the same owner: %s', async (entry, other, same) => {
  expect(await isSameSite(entry, other)).toBe(same);
});
