import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import type { Descriptor } from './manifest.ts';
import {
  checkPlatform,
  choosePlatform,
  hostPlatform,
  type PlatformTold,
  parsePlatform,
  platformText,
  withPlatforms,
} from './platform.ts';

const entry = (platform?: string, annotations?: Record<string, string>): Descriptor => {
  const [os = '', architecture = '', variant] = platform?.split('/') ?? [];
  return {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: digestOf(Buffer.from(platform ?? 'none')),
    size: 1,
    ...(platform === undefined ? {} : { platform: { os, architecture, ...(variant ? { variant } : {}) } }),
    ...(annotations ? { annotations } : {}),
  };
};

/** The platforms of python:3.9.16 on Docker Hub. */
const python = [
  'linux/amd64',
  'linux/arm/v5',
  'linux/arm/v7',
  'linux/arm64/v8',
  'linux/386',
  'linux/mips64le',
  'linux/ppc64le',
  'linux/s390x',
  'windows/amd64',
].map((item) => entry(item));
const chosen = (wanted: string, from = python): string =>
  platformText(choosePlatform(from, parsePlatform(wanted), 'x').descriptor.platform!);

it.each([
  ['linux/amd64', 'linux/amd64'],
  ['amd64', 'linux/amd64'],
  ['Linux/x86_64', 'linux/amd64'],
  ['arm64', 'linux/arm64/v8'],
  ['linux/aarch64', 'linux/arm64/v8'],
  ['linux/arm64/v8', 'linux/arm64/v8'],
  ['linux/arm', 'linux/arm/v7'],
  ['linux/arm/7', 'linux/arm/v7'],
  ['linux/arm/v8', 'linux/arm/v7'],
  ['linux/arm/v6', 'linux/arm/v5'],
  ['armhf', 'linux/arm/v7'],
  ['i386', 'linux/386'],
  ['windows/amd64', 'windows/amd64'],
])('--platform %s chooses %s', (wanted, platform) => {
  expect(chosen(wanted)).toBe(platform);
});

it('prefers the plain variant, and takes a special one only where there is no other', () => {
  expect(
    chosen(
      'linux/amd64',
      ['linux/amd64/v3', 'linux/amd64/v2', 'linux/amd64'].map((item) => entry(item)),
    ),
  ).toBe('linux/amd64');
  expect(
    chosen(
      'linux/amd64',
      ['linux/amd64/v3', 'linux/amd64/v2'].map((item) => entry(item)),
    ),
  ).toBe('linux/amd64/v2');
  expect(
    chosen(
      'linux/amd64/v3',
      ['linux/amd64', 'linux/amd64/v3'].map((item) => entry(item)),
    ),
  ).toBe('linux/amd64/v3');
  expect(chosen('linux/amd64/v4', [entry('linux/amd64')])).toBe('linux/amd64');
  expect(() => chosen('linux/arm/v6', [entry('linux/arm/v7')])).toThrow('no image for linux/arm/v6');
});

it('lists the platforms on a miss, without attestations', () => {
  const attestation = entry('unknown/unknown', { 'vnd.docker.reference.type': 'attestation-manifest' });
  const miss = () =>
    choosePlatform([entry('linux/amd64'), entry('linux/arm64/v8'), attestation], parsePlatform('riscv64'), 'x');
  expect(miss).toThrow(
    expect.objectContaining({ code: 'platform', hint: 'choose with --platform from linux/amd64, linux/arm64' }),
  );
});

it('takes the only image there is when nobody asked for a platform, and says so', () => {
  const other = platformText(hostPlatform()) === 'linux/s390x' ? 'linux/ppc64le' : 'linux/s390x';
  const choice = choosePlatform([entry(other), entry('unknown/unknown')], undefined, 'x');
  expect(choice).toMatchObject({ descriptor: { platform: { os: 'linux' } }, notice: { code: 'platform-only' } });
  expect(choosePlatform([entry()], undefined, 'x')).toEqual({ descriptor: entry() });
  expect(choosePlatform([entry()], parsePlatform('arm64'), 'x')).toEqual({ descriptor: entry() });
  expect(() => choosePlatform([entry(other), entry('linux/mips64le')], undefined, 'x')).toThrow('no image for linux/');
  expect(() => choosePlatform([entry(other)], hostPlatform(), 'x')).toThrow('no image for linux/');
});

it("knows this machine's platform by the registry's names", () => {
  expect(platformText(hostPlatform('x64'))).toBe('linux/amd64');
  expect(platformText(hostPlatform('arm64'))).toBe('linux/arm64');
  expect(platformText(hostPlatform('arm'))).toBe('linux/arm/v7');
  expect(parsePlatform('linux')).toEqual(hostPlatform());
});

it.each(['', 'linux/', 'linux/amd64/v1/x', 'a b', '/amd64'])('refuses %j as a platform', (text) => {
  expect(() => parsePlatform(text)).toThrow(expect.objectContaining({ code: 'usage' }));
});

it('holds a single image to the platform that was asked for', () => {
  const amd64 = { os: 'linux', architecture: 'amd64' };
  expect(() => checkPlatform(amd64, undefined, 'x')).not.toThrow();
  expect(() => checkPlatform(amd64, parsePlatform('amd64'), 'x')).not.toThrow();
  expect(() => checkPlatform({ os: 'linux', architecture: 'unknown' }, parsePlatform('arm64'), 'x')).not.toThrow();
  expect(() => checkPlatform(amd64, parsePlatform('arm64'), 'x')).toThrow(
    expect.objectContaining({ hint: 'it exists only for linux/amd64' }),
  );
});

describe('an index that leaves platforms out', () => {
  const unnamed = (digest: string): Descriptor => ({ mediaType: 'x', digest, size: 1 });
  const ask =
    (documents: Readonly<Record<string, PlatformTold>>) =>
    async ({ digest }: Descriptor): Promise<PlatformTold> =>
      documents[digest];
  const platformsOf = (list: readonly Descriptor[]) =>
    list.map(({ digest, platform }) => `${digest} ${platform ? platformText(platform) : '-'}`);

  it('is asked for by its images, and an index in it stands for what it lists', async () => {
    const documents = {
      a: { os: 'linux', architecture: 'arm64' },
      inner: [unnamed('b'), entry('linux/s390x')],
      b: { os: 'linux', architecture: 'amd64' },
    };
    const list = await withPlatforms([unnamed('a'), unnamed('inner')], ask(documents));
    expect(platformsOf(list)).toEqual(['a linux/arm64', 'b linux/amd64', expect.stringMatching(/ linux\/s390x$/)]);
    expect(choosePlatform(list, parsePlatform('amd64'), 'x').descriptor.digest).toBe('b');
  });

  it('in which indexes go round in a circle ends, and what cannot be told stays unnamed', async () => {
    const round = { a: [unnamed('b'), unnamed('a')], b: [unnamed('a'), unnamed('b')] };
    const list = await withPlatforms([unnamed('a'), unnamed('b'), unnamed('lost')], ask(round));
    expect(new Set(platformsOf(list))).toEqual(new Set(['a -', 'b -', 'lost -']));
    expect(list.length).toBeLessThan(100);
  });

  it('is not asked where there is nothing to choose', async () => {
    expect(await withPlatforms([unnamed('a')], () => Promise.reject(new Error('asked')))).toEqual([unnamed('a')]);
  });
});
