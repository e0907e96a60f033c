import { before } from '../formats/ends.ts';
import { compareApk, isApkVersion } from '../versions/apk.ts';
import { compareDeb, isDebVersion } from '../versions/deb.ts';
import { compareRpm, isRpmVersion } from '../versions/rpm.ts';
import type { PackageType } from './ecosystem.ts';
import { apkTools, apt, pacman, rebuilt, rpmTools } from './fixing.ts';
import { lower, type PurlFacts, systemShape } from './purl-shape.ts';

/** All are one row: which of them it is, the operating system says. */
const OS = { group: 'system', kind: 'os', label: 'OS packages', trivy: { type: '', target: '' } } as const;

const asWritten = (name: string): string => name;

/** `1:8.6.0.163-1+cuda11.8` -> `8.6.0.163`: without epoch and packaging. */
const withoutPackaging = (version: string): string => before(version.replace(/^\d+:/, ''), '-+~');

/** `glibc` or `gcc-10@10.2.1-6`: the version only where it is another than the binary's, as Syft writes it. */
const nameAndVersion = ({ name, version, source }: PurlFacts): string | undefined => {
  if (source === undefined || (source.name === name && source.version === version)) return undefined;
  return source.version === version ? source.name : `${source.name}@${source.version}`;
};

/** A binary that was only rebuilt (`+b1`) has its source's version without that. https://wiki.debian.org/binNMU */
const sourceOfDeb = (upstream: string | undefined, name: string, version: string): PurlFacts['source'] => {
  const [source, stated] = (upstream ?? '').split('@');
  return { name: source || name, version: stated || version.replace(/\+b\d+$/, '') };
};

/** Debian's packages and those of its kin. https://www.debian.org/doc/debian-policy/ */
export const deb: PackageType = {
  ...OS,
  type: 'deb',
  // https://www.debian.org/doc/debian-policy/ch-controlfields.html#source; a hyphen at the end tells apt to remove what is called so without it
  named: /^[a-z0-9](?:[a-z0-9+.-]*[a-z0-9+.])?(?::[a-z0-9-]+)?$/i,
  words: ['deb', 'dpkg', 'apt'],
  normalize: lower,
  compare: compareDeb,
  comparator: 'dpkg',
  isVersion: isDebVersion,
  upstream: withoutPackaging,
  carriesNative: true,
  fix: apt,
  installs: /(?<![\w.-])apt(?:-get)?(?![\w.-])[^\n;&|]{0,200}?\b(?:install|upgrade)\b|(?<![\w.-])dpkg\s+-i\b/,
  core: { library: 'glibc', manager: 'dpkg' },
  listedOnce: true,
  // `libssl1.1 (= 1.1.1n-0+deb11u4)`
  needsExactly: /^([a-z0-9][a-z0-9+.-]{0,200})(?::\w{1,20})? \(= ([^\s()]{1,200})\)$/,
  kernelHeaders: /^linux-(?:libc-dev(?:-.*)?|headers-.*|kbuild-.*|source-.*)$/,
  purl: systemShape('deb', { name: lower, epoch: 'version', upstream: nameAndVersion, source: sourceOfDeb }),
};

/** https://wiki.alpinelinux.org/wiki/Apk_spec */
export const apk: PackageType = {
  ...OS,
  type: 'apk',
  // https://wiki.alpinelinux.org/wiki/APKBUILD_Reference#pkgname; a dot begins virtual packages
  named: /^[a-z0-9._][a-z0-9._+-]*$/i,
  words: ['apk', 'apkg'],
  normalize: asWritten,
  compare: compareApk,
  comparator: 'apk',
  isVersion: isApkVersion,
  fix: apkTools,
  installs: /(?<![\w.-])apk(?![\w.-])[^\n;&|]{0,200}?\b(?:add|upgrade)\b/,
  core: { library: 'musl', manager: 'apk-tools' },
  listedOnce: true,
  // `libssl3=3.1.2-r0`
  needsExactly: /^([A-Za-z0-9][\w+.-]{0,200})=([\w.+-]{1,200})$/,
  kernelHeaders: /^linux-headers$/,
  // BusyBox's. https://wiki.alpinelinux.org/wiki/Setting_up_a_new_user
  addUser: (name, uid) => `adduser -D -u ${uid} ${name}`,
  purl: systemShape('apk', {
    name: lower,
    epoch: 'version',
    upstream: ({ name, source }) => (source === undefined || source.name === name ? undefined : source.name),
    source: (upstream, name, version) => ({ name: upstream?.split('@')[0] || name, version }),
  }),
};

const MODULE_TAG = /[.-](module[+_]el\d[^-]*)$/;
const SOURCE_RPM = /^(.+)-([^-]+-[^-]+?)(?:\.(?:no)?src\.rpm)?$/;

/** https://rpm-software-management.github.io/rpm/manual/ */
export const rpm: PackageType = {
  ...OS,
  type: 'rpm',
  // https://docs.fedoraproject.org/en-US/packaging-guidelines/Naming/
  named: /^[a-z0-9_][a-z0-9._+~^-]*$/i,
  words: ['rpm', 'yum', 'dnf', 'photon'],
  normalize: asWritten,
  compare: compareRpm,
  comparator: 'rpm',
  isVersion: isRpmVersion,
  upstream: withoutPackaging,
  carriesNative: true,
  fix: rpmTools,
  installs:
    /(?<![\w.-])(?:dnf|yum|microdnf|zypper|rpm)(?![\w.-])[^\n;&|]{0,200}?(?:\b(?:install|upgrade|update)\b|\s-[a-zA-Z]{0,8}[iU])/,
  // `13.11-1.module_el8.8.0+3601+ca64e769`, `.module+el8.8.0+19438+94e84959`: modules tag what is built in them.
  moduleBuild: (version) => MODULE_TAG.exec(version)?.[1],
  severalBuilds: true,
  core: { library: 'glibc', manager: 'rpm' },
  kernelHeaders: /^kernel(?:-uek|-lpae|-rt|-default)?-(?:headers|devel)$/,
  // https://fedoraproject.org/wiki/Changes/ParallelInstallableDebuginfo
  leftBehind: 'usr/lib/.build-id',
  purl: systemShape('rpm', {
    epoch: 'qualifier',
    upstream: ({ source }) =>
      source === undefined ? undefined : `${source.name}-${source.version.replace(/^\d+:/, '')}.src.rpm`,
    // The name of a file has no epoch: it is the binary's.
    source: (upstream, _, version) => {
      const match = SOURCE_RPM.exec(upstream ?? '');
      return match === null
        ? undefined
        : { name: match[1]!, version: `${/^\d+:/.exec(version)?.[0] ?? ''}${match[2]!}` };
    },
  }),
};

/** Arch Linux's. https://man.archlinux.org/man/alpm-package-version.7 */
export const alpm: PackageType = {
  ...OS,
  type: 'alpm',
  // https://wiki.archlinux.org/title/Arch_package_guidelines#Package_naming
  named: /^[a-z0-9@_+][a-z0-9@._+-]*$/i,
  words: ['alpm', 'arch', 'archlinux', 'arch linux'],
  normalize: lower,
  compare: compareRpm,
  comparator: 'rpm',
  isVersion: isRpmVersion,
  fix: pacman,
  matchedBy: ['grype', 'snyk'],
  purl: systemShape('alpm', { name: lower, epoch: 'version', upstream: nameAndVersion, source: () => undefined }),
};

/** Gentoo's; read from bills of materials only. */
export const portage: PackageType = {
  ...OS,
  type: 'portage',
  // https://projects.gentoo.org/pms/8/pms.html#names
  named: /^(?:\w[\w+.-]*\/)?\w[\w+-]*$/,
  words: ['portage', 'gentoo', 'ebuild'],
  normalize: lower,
  compare: compareRpm,
  comparator: 'rpm',
  isVersion: isRpmVersion,
  fix: rebuilt('-', 'update'),
  matchedBy: ['grype', 'snyk'],
  purl: systemShape('portage', { epoch: 'version', upstream: () => undefined, source: () => undefined }),
};
