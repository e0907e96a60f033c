import type { OperatingSystem } from '../model.ts';
import { compareDeb, isDebVersion } from '../versions/deb.ts';
import { ecosystem } from './ecosystem.ts';

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

export const debian = ecosystem({
  name: 'Debian',
  purl: 'deb',
  purlNamespace: 'debian',
  normalize: (name) => name.toLowerCase(),
  compare: compareDeb,
  comparator: 'dpkg',
  isVersion: isDebVersion,
  namespace,
});
