import type { OperatingSystem } from '../model.ts';
import { distribution } from './ecosystem.ts';
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

/** Its statements are the tracker's own, in more detail than OSV's export has. */
export const debian = distribution(deb, 'Debian', {
  ids: ['debian'],
  words: [],
  purlNamespace: 'debian',
  namespace,
  release,
  codenames: DEBIAN_RELEASES,
  unit: 'source',
  endOfLife: 'debian',
});
