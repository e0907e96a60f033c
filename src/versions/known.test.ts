import { describe, expect, it } from 'vitest';
import { isMadeUp, isNoVersion } from './known.ts';

describe('what stands where a version should be', () => {
  it.each([
    '',
    'UNKNOWN',
    '(devel)',
    '\x24{revision}',
    '\x24{project.version}',
    '@VERSION@',
    '%{version}',
    '{{ version }}',
    'dev-main',
    'unspecified',
    'HEAD',
    'file:../lib',
    'workspace:*',
    '[1.0,2.0)',
    '*',
    'all',
    'stable',
    'no-version',
  ])('%s is no version', (text) => expect(isNoVersion(text)).toBe(true));

  it.each([
    '1.0',
    'v2',
    'Finchley.SR1',
    'r09',
    '2.6.0+cu124',
    '1:2.3-4~deb11u1',
    'B.02.19.2-6.el8',
    'development-1',
    '2021a',
  ])('%s may be one', (text) => expect(isNoVersion(text)).toBe(false));

  it.each([
    '0.0.0',
    '0',
    'v0.0.0',
    '0.0.0.0',
    '0+unknown',
    '0+untagged.1.g1234567',
    '0.0.0+unknown',
    '0.0.0-development',
    '0.0.0-semantically-released',
    '0.0.0.dev0',
    '0.0.0-SNAPSHOT',
    '0.1.dev1+g1234567',
    'v0.0.0-00010101000000-000000000000',
    '0.0.0.post1',
    '0.post1',
    '0.0.0.post1.dev0+g1234567',
    '2.x-dev',
    '9999999-dev',
    'master-SNAPSHOT',
    'main-1a2b3c4',
    '3f78685',
    '3f786850e387550fdab836ed7e6dc881de23001b',
    '70218b3',
  ])('%s was made up by a build', (text) => expect(isMadeUp(text)).toBe(true));

  it.each([
    '0.0.1',
    '0.0.0.1',
    '0.0.0-alpha.1',
    '0.1.0',
    '0.1.dev1.post2',
    '0.2.dev1+g1234567',
    'v0.0.0-20201216223049-8b5274cf687f',
    '0.0.0-20201216223049-8b5274cf687f',
    '10.0.0',
    '0.0.0rc1',
    '20240101b',
    '20240101a1',
    '1234567',
    'Finchley.SR1',
    '1.0.0-dev',
    '111.25.0+1.1.1t',
  ])('%s was given by somebody', (text) => expect(isMadeUp(text)).toBe(false));
});
