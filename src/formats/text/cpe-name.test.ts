import { expect, it } from 'vitest';
import { splitCpe } from './index.ts';

// Names of NVD's records of CVE-2024-24786, CVE-2016-9675, CVE-2021-37600 and their kind, and URIs from section 6.1.3 of NISTIR 7695.
it.each([
  ['cpe:2.3:a:grpc:grpc:1.56.0:*:*:*:*:go:*:*', 'a grpc grpc 1.56.0 go'],
  ['cpe:2.3:a:openssl:openssl:1.1.1:k:*:*:*:*:*:*', 'a openssl openssl 1.1.1-k'],
  ['cpe:2.3:a:grpc:grpc:*:*:*:*:*:node.js:*:*', 'a grpc grpc * node.js'],
  [
    'cpe:2.3:a:icu-project:international_components_for_unicode:*:*:*:*:*:c\\/c\\+\\+:*:*',
    'a icu-project international_components_for_unicode * c/c++',
  ],
  ['cpe:2.3:o:canonical:ubuntu_linux:20.04:*:*:*:lts:*:x64:*', 'o canonical ubuntu_linux 20.04 x64'],
  ['cpe:2.3:a:a\\:b:c:1:-:*:*:*:*:*:*', 'a a:b c 1'],
  ['cpe:/a:openssl:openssl:1.1.1k', 'a openssl openssl 1.1.1k'],
  ['cpe:/a:microsoft:internet_explorer:8.0.6001:beta', 'a microsoft internet_explorer 8.0.6001-beta'],
  [
    'cpe:/a:hp:insight_diagnostics:7.4.0.1570::~~online~win2003~x64~',
    'a hp insight_diagnostics 7.4.0.1570 win2003 x64',
  ],
  ['cpe:/a:foo%5cbar:big%24money_manager_2010', 'a foo\\bar big$money_manager_2010 *'],
  ['cpe:/a:apache:http_server', 'a apache http_server *'],
])('%s is %s', (name, expected) => {
  const { part, vendor, product, version, software, hardware } = splitCpe(name)!;
  expect([part, vendor, product, version, software, hardware].filter((text) => text !== undefined).join(' ')).toBe(
    expected,
  );
});

it.each([
  '',
  'cpe:2.3:a:*:openssl:1:*:*:*:*:*:*:*',
  'cpe:2.3:a:openssl:-:1',
  'pkg:generic/openssl@1',
  'cpe:/a',
  `cpe:/a:b:${'c'.repeat(2000)}`,
])('%s names no program', (name) => expect(splitCpe(name)).toBeUndefined());
