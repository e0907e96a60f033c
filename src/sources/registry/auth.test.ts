import fc from 'fast-check';
import { expect, it } from 'vitest';
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
  const started = performance.now();
  parseChallenges(`Bearer realm="${'\\"'.repeat(100_000)}`);
  parseChallenges(' ,'.repeat(100_000));
  expect(performance.now() - started).toBeLessThan(200);
});
