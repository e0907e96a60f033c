import { isSystemType } from '../../ecosystems/index.ts';
import { apk, deb, rpm } from '../../ecosystems/system-types.ts';
import type { Package, Platform, Report } from '../../model.ts';

/** As OS packages call the architectures of https://go.dev/doc/install/source#environment that images are made for. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['amd64', 'amd64'],
  ['x86_64', 'amd64'],
  ['arm64', 'arm64'],
  ['aarch64', 'arm64'],
]);

/** What the image is for; a folder does not say, but its OS packages do. */
export function platformOf({ subject, packages }: Report): Platform | undefined {
  const said = subject.platform ?? subject.config?.platform;
  if (said?.architecture) return said;
  for (const { type, architecture = '' } of packages) {
    const known = isSystemType(type) ? ARCHITECTURES.get(architecture) : undefined;
    if (known !== undefined) return { ...said, os: said?.os || 'linux', architecture: known };
  }
  return said;
}

/** The version of the system's C library: wheels ask for one that is new enough. */
export function libcOf(packages: readonly Package[]): { libc?: string } {
  const library = packages.find(
    ({ type, name }) =>
      (type === deb.type && name === 'libc6') ||
      (type === rpm.type && name === 'glibc') ||
      (type === apk.type && name === 'musl'),
  );
  const version = /^(?:\d+:)?(\d+\.\d+)/.exec(library?.version ?? '')?.[1];
  return version === undefined ? {} : { libc: version };
}
