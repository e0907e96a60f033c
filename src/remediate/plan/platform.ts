import { isSystemType } from '../../ecosystems/index.ts';
import { apk, deb, rpm } from '../../ecosystems/system-types.ts';
import type { Package, Platform, Report } from '../../model.ts';

/** As OS packages call the architectures of https://go.dev/doc/install/source#environment that images are made for. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['amd64', 'amd64'],
  ['x86_64', 'amd64'],
  ['arm64', 'arm64'],
  ['aarch64', 'arm64'],
  ['i386', '386'],
  ['i586', '386'],
  ['i686', '386'],
  ['x86', '386'],
  ['armhf', 'arm'],
  ['armv7', 'arm'],
  ['armv7hl', 'arm'],
  ['ppc64el', 'ppc64le'],
  ['ppc64le', 'ppc64le'],
  ['s390x', 's390x'],
  ['riscv64', 'riscv64'],
  ['loong64', 'loong64'],
]);

/** What the image is for: as it says, or a folder's native files do, or its OS packages. */
export function platformOf({ subject, packages }: Report): Platform | undefined {
  const said = subject.platform ?? subject.config?.platform;
  if (said?.architecture) return said;
  const counts = new Map<string, number>();
  for (const { type, architecture = '' } of packages) {
    const known = isSystemType(type) ? ARCHITECTURES.get(architecture) : undefined;
    if (known !== undefined) counts.set(known, (counts.get(known) ?? 0) + 1);
  }
  // A few packages of a second architecture lie in many a system.
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most === undefined ? said : { ...said, os: said?.os || 'linux', architecture: most[0] };
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
