import fc from 'fast-check';
import { expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { parseChallenges } from './auth.ts';

const read = (header: string) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

it('reads the challenges of real registries', () => {
  expect(
    read(
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/python:pull"',
    ),
  ).toEqual([
    [
      'bearer',
      { realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:library/python:pull' },
    ],
  ]);
  expect(read('Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:a/b:pull,push"')).toEqual([
    ['bearer', { realm: 'https://ghcr.io/token', service: 'ghcr.io', scope: 'repository:a/b:pull,push' }],
  ]);
  expect(read('Basic realm="Sonatype Nexus Repository Manager"')).toEqual([
    ['basic', { realm: 'Sonatype Nexus Repository Manager' }],
  ]);
});

it('reads several challenges, odd spacing, escapes and values without quotes', () => {
  expect(read('BASIC realm=simple, Bearer  realm = "a\\"b" ,  service=c, error="invalid_token"')).toEqual([
    ['basic', { realm: 'simple' }],
    ['bearer', { realm: 'a"b', service: 'c', error: 'invalid_token' }],
  ]);
  expect(read('Negotiate')).toEqual([['negotiate', {}]]);
  expect(read('')).toEqual([]);
});

it('answers any header at once', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z=", \\]{0,200}$/)), (header) =>
      Array.isArray(parseChallenges(header)),
    ),
  );
  const long = (size: number) => [
    parseChallenges(`Bearer realm="${'\\"'.repeat(size)}`),
    parseChallenges(' ,'.repeat(size)),
  ];
  expect(growth(long, 400_000)).toBeLessThan(IN_PROPORTION);
});
