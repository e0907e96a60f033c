import type { OperatingSystem } from '../model.ts';
import { type Build, type Distribution, distribution, type ReleaseTrace } from './ecosystem.ts';
import { deb } from './system-types.ts';

/** Debian's release numbers by codename. https://wiki.debian.org/DebianReleases */
export const DEBIAN_RELEASES: ReadonlyMap<string, string> = new Map([
  ['wheezy', '7'],
  ['jessie', '8'],
  ['stretch', '9'],
  ['buster', '10'],
  ['bullseye', '11'],
  ['bookworm', '12'],
  ['trixie', '13'],
  ['forky', '14'],
  ['duke', '15'],
]);

/**
 * `Debian:11`. Testing and unstable images have no VERSION_ID and both name the next release: that release's
 * statements serve both; without any name the statements for unstable (`Debian:sid`) do.
 */
function namespace(os: OperatingSystem): string | undefined {
  if (os.id !== 'debian') return undefined;
  const number = /^(\d+)/.exec(os.versionId ?? '')?.[1] ?? DEBIAN_RELEASES.get(os.codename ?? '');
  return number === undefined ? 'Debian:sid' : `Debian:${number}`;
}

/** Other databases name releases by number, by codename, or `unstable`. */
function release(text: string): string | undefined {
  if (text === 'unstable' || text === 'sid') return 'Debian:sid';
  const number = /^\d+/.exec(text)?.[0] ?? DEBIAN_RELEASES.get(text.toLowerCase());
  return number === undefined ? undefined : `Debian:${number}`;
}

/** glibc's version in each stable release. https://sources.debian.org/src/glibc/ */
const GLIBC = new Map([
  ['2.19', '8'],
  ['2.24', '9'],
  ['2.28', '10'],
  ['2.31', '11'],
  ['2.36', '12'],
  ['2.41', '13'],
]);

/**
 * `base-files` carries the release's number as its version; updates of a stable release are `+deb11u3`, backports `~bpo11+1`.
 * https://www.debian.org/doc/manuals/developers-reference/pkgs.en.html#special-case-uploads-to-the-stable-and-oldstable-distributions
 */
function traceOf({ name, version }: Build): ReleaseTrace | undefined {
  if (/ubuntu|rpi|kali|parrot|pve/i.test(version)) return undefined;
  const base = name === 'base-files' ? /^(\d+)(?:\.\d+)*(?:\+deb\d+u\d+)?$/.exec(version)?.[1] : undefined;
  if (base !== undefined) return { versionId: base, decisive: true };
  const update = /[+~](?:deb(\d+)u|bpo(\d+)\+)\d+$/.exec(version);
  if (update) return { versionId: (update[1] ?? update[2])!, decisive: false };
  const glibc = name === 'libc6' ? GLIBC.get(/^\d+\.\d+/.exec(version)?.[0] ?? '') : undefined;
  return glibc === undefined ? undefined : { versionId: glibc, decisive: false };
}

/** The codename that a suite begins with (`bullseye-security main`, `buster/updates main`); undefined for `stable` and strangers' suites. */
export function suiteRelease(label: string, codenames: ReadonlyMap<string, string>): string | undefined {
  const name = /^[a-z]+/.exec(label)?.[0] ?? '';
  return codenames.has(name) ? name : undefined;
}

/** Its statements are the tracker's own, in more detail than OSV's export has. */
/** `linux 6.1.55-1` is signed as `linux-signed-amd64 6.1.55+1`, `grub2 2.06-13` as `grub-efi-amd64-signed 1+2.06+13`. */
const unsigned: Distribution['unsigned'] = ({ name, version }) => {
  const [, kernel, boot] = /^(?:(linux)-signed-\w+|(grub|fwupd)-(?:efi-)?\w+-signed)$/.exec(name) ?? [];
  const signed = kernel ?? (boot === 'grub' ? 'grub2' : boot);
  return signed === undefined
    ? undefined
    : { name: signed, version: version.replace(/^1\+(?=\d)/, '').replace('+', '-') };
};

export const debian = distribution(deb, 'Debian', {
  ids: ['debian'],
  words: [],
  purlNamespace: 'debian',
  namespace,
  release,
  codenames: DEBIAN_RELEASES,
  unit: 'source',
  unsigned,
  traceOf,
  endOfLife: 'debian',
  securityArchive: /security/,
  // `bullseye-security` since Debian 11, `buster/updates` before.
  securitySuite: ({ codename, versionId }) =>
    codename === undefined
      ? undefined
      : { suite: Number(versionId) < 11 ? `${codename}/updates` : `${codename}-security`, folder: 'debian-security' },
  // Point releases end with the regular support. https://wiki.debian.org/LTS
  neverInRelease: /^DLA-/,
  sourceRelease: ({ label }) => suiteRelease(label, DEBIAN_RELEASES),
  ownRelease: ({ codename }) => codename,
  images: { own: 'debian', release: ({ codename }) => codename, slim: true },
});
