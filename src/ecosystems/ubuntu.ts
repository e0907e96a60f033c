import type { OperatingSystem } from '../model.ts';
import { suiteRelease } from './debian.ts';
import { type Build, type Distribution, distribution, type ReleaseTrace } from './ecosystem.ts';
import { deb } from './system-types.ts';

/** Release numbers by codename. https://wiki.ubuntu.com/Releases */
const UBUNTU_RELEASES: ReadonlyMap<string, string> = new Map([
  ['trusty', '14.04'],
  ['xenial', '16.04'],
  ['bionic', '18.04'],
  ['cosmic', '18.10'],
  ['disco', '19.04'],
  ['eoan', '19.10'],
  ['focal', '20.04'],
  ['groovy', '20.10'],
  ['hirsute', '21.04'],
  ['impish', '21.10'],
  ['jammy', '22.04'],
  ['kinetic', '22.10'],
  ['lunar', '23.04'],
  ['mantic', '23.10'],
  ['noble', '24.04'],
  ['oracular', '24.10'],
  ['plucky', '25.04'],
  ['questing', '25.10'],
]);

/**
 * `Ubuntu:22.04:LTS`, `Ubuntu:23.10`, as OSV writes them: the April releases of even years are long-term ones.
 * Fixes that only a Pro subscription brings are under `Ubuntu:Pro:22.04:LTS`.
 */
function namespace(os: OperatingSystem): string | undefined {
  if (os.id !== 'ubuntu') return undefined;
  const release = /^(\d{1,2})\.(\d\d)/.exec(os.versionId ?? '');
  if (!release) return undefined;
  const longTerm = release[2] === '04' && Number(release[1]) % 2 === 0;
  return `Ubuntu:${release[1]}.${release[2]}${longTerm ? ':LTS' : ''}`;
}

/** Builds for FIPS 140 replace the ordinary ones: `1.1.1f-1ubuntu2.fips.24.1`, `3.0.2-0ubuntu1.20+Fips1`. */
export const isFipsBuild = (version: string): boolean => /fips/i.test(version);
/** Builds of Expanded Security Maintenance: `26.1.3-0ubuntu1~22.04.1+esm1`, `4.4-1~esm2`. */
export const isEsmBuild = (version: string): boolean => /[+~.]esm\d/i.test(version);

/**
 * Ubuntu Pro's statements on a release are filed under `Ubuntu:Pro:18.04:LTS`, those on builds for FIPS, on real-time kernels and
 * on those for NVIDIA's BlueField, which want no subscription, under namespaces of their own. A move to FIPS builds is no update of an ordinary one, so they are asked for their own only.
 */
function alsoFiled(namespace: string, version: string): readonly string[] {
  const release = namespace.slice('Ubuntu:'.length);
  if (release.startsWith('Pro:')) return [];
  const fips = ['FIPS-updates', 'FIPS', 'FIPS-preview'].map((kind) => `Ubuntu:Pro:${kind}:${release}`);
  return [
    `Ubuntu:Pro:${release}`,
    `Ubuntu:Pro:Realtime:${release}`,
    `Ubuntu:Pro:${release}:Realtime:Kernel`,
    `Ubuntu:Nvidia-BlueField:${release}`,
    `Ubuntu:${release}:for:NVIDIA:BlueField`,
    ...(isFipsBuild(version) ? fips : []),
  ];
}

/** Versions of `base-files` and glibc in each release. https://launchpad.net/ubuntu/+source/base-files https://launchpad.net/ubuntu/+source/glibc */
const BASE_FILES = new Map([
  ['7.2ubuntu5', '14.04'],
  ['9.4ubuntu4', '16.04'],
  ['10.1ubuntu2', '18.04'],
  ['11ubuntu5', '20.04'],
  ['12ubuntu4', '22.04'],
  ['13ubuntu10', '24.04'],
]);
const GLIBC = new Map([
  ['2.19', '14.04'],
  ['2.23', '16.04'],
  ['2.27', '18.04'],
  ['2.31', '20.04'],
  ['2.35', '22.04'],
  ['2.36', '22.10'],
  ['2.37', '23.04'],
  ['2.38', '23.10'],
  ['2.39', '24.04'],
  ['2.40', '24.10'],
  ['2.41', '25.04'],
]);

/**
 * Security updates say their release: `1.1.1f-1ubuntu2.16` does not, `8.2.3995-1ubuntu0.22.04.1` and `1.0~22.04.2` do.
 * https://wiki.ubuntu.com/SecurityTeam/UpdatePreparation#Update_the_packaging
 */
function traceOf({ name, version }: Build): ReleaseTrace | undefined {
  const isUbuntu = version.includes('ubuntu');
  const base = name === 'base-files' ? BASE_FILES.get(/^[\d.]+ubuntu\d+/.exec(version)?.[0] ?? '') : undefined;
  if (base !== undefined) return { versionId: base, decisive: true };
  const update = /(?:ubuntu\d*\.|[~+]|ubuntu)(1[4-9]|2\d)\.(04|10)(?:\.\d+)*(?:[~+.]esm\d+)?$/.exec(version);
  if (update && (isUbuntu || /~\d\d\.(?:04|10)/.test(version)))
    return { versionId: `${update[1]}.${update[2]}`, decisive: false };
  const glibc = name === 'libc6' && isUbuntu ? GLIBC.get(/^\d+\.\d+/.exec(version)?.[0] ?? '') : undefined;
  return glibc === undefined ? undefined : { versionId: glibc, decisive: false };
}

/** `linux-hwe-6.5` is signed as `linux-signed-hwe-6.5` of the same version. */
const unsigned: Distribution['unsigned'] = ({ name, version }) => {
  const signed = /^linux-signed((?:-[\w.]+)*)$/.exec(name);
  return signed ? { name: `linux${signed[1]}`, version } : undefined;
};

export const ubuntu = distribution(
  deb,
  'Ubuntu',
  {
    ids: ['ubuntu'],
    words: [],
    purlNamespace: 'ubuntu',
    namespace,
    codenames: UBUNTU_RELEASES,
    unit: 'source',
    unsigned,
    traceOf,
    alsoFiled,
    subscription: (name) => (name.startsWith('Ubuntu:Pro:') ? 'Ubuntu Pro' : undefined),
    endOfLife: 'ubuntu',
    releaseParts: 2,
    // What is published for security comes to the updates as well. https://wiki.ubuntu.com/SecurityTeam/FAQ
    securityArchive: /security|-updates\b/,
    securitySuite: ({ codename }) => (codename === undefined ? undefined : { suite: `${codename}-security` }),
    neverInRelease: 'all',
    sourceRelease: ({ label }) => suiteRelease(label, UBUNTU_RELEASES),
    ownRelease: ({ codename }) => codename,
    images: { own: 'ubuntu', release: ({ codename }) => codename },
  },
  'Ubuntu',
);
