import { languageOf } from '../ecosystems/cpe-products.ts';
import type { Lookup } from '../model.ts';

/** Systems that a Linux image is not. NVD names products of their vendors as what a vulnerable program runs on. */
const OTHER_SYSTEMS: ReadonlySet<string> = new Set(['apple', 'microsoft']);
const OTHER_PRODUCTS =
  /^(?:google:(?:android|chrome_os)|linux:android|.*:(?:ios|ios_xe|ios_xr|nx-os|junos|solaris|aix|hp-ux|hpux|z\/os|zos|z\\\/os|i5os|os\/400|vxworks|qnx|netware|irix|tru64|unixware|openvms|freebsd|netbsd|openbsd|dragonfly_bsd|windows.*|mac_os.*|macos.*|iphone_os|ipados|watchos|tvos|visionos|android|sunos|os2|os\/2|beos|haiku|minix|plan_9|mvs|webos|tizen|symbian.*|harmonyos.*))$/;

/**
 * Target software that makes another program of it: another system, or a plug-in of the same name. That of a language is what the program
 * is written in: of one product NVD may name C++, Go and Ruby, which are three programs with versions of their own.
 */
const OTHER_SOFTWARE =
  /^(?:windows.*|mac_?os.*|macos.*|iphone_os|ipados|ios|tvos|watchos|android|chrome.*|firefox|edge|safari|node\.js|\.net.*|asp\.net|wordpress.*|joomla.*|drupal|jenkins|magento|moodle|typo3|xwiki|sharepoint|outlook|visual_studio.*|iis|aix|solaris|hp-ux|freebsd|openbsd|netbsd|dragonfly|illumos|plan9|nacl|js|wasip1|z\/os)$/;

/** Machine names that mean the same. */
const MACHINES: ReadonlyMap<string, string> = new Map([
  ['x64', 'amd64'],
  ['x86_64', 'amd64'],
  ['amd64', 'amd64'],
  ['arm64', 'arm64'],
  ['aarch64', 'arm64'],
  ['x86', '386'],
  ['i386', '386'],
  ['i686', '386'],
  ['386', '386'],
  ['arm', 'arm'],
  ['armhf', 'arm'],
  ['ppc64le', 'ppc64le'],
  ['s390x', 's390x'],
  ['itanium', 'ia64'],
  ['ia64', 'ia64'],
  ['sparc', 'sparc'],
  ['mips', 'mips'],
]);

/**
 * Whether a statement that holds on some platforms only can concern a program of this image. Only what the image contradicts is
 * ruled out: a program of the same name for Windows, for Android, for WordPress; a machine that it was not built for. Of a
 * condition that nobody can see from here (an appliance, another program beside it) it is not.
 */
export function concernsPlatform(
  platforms: readonly string[],
  build: Pick<Lookup, 'os' | 'architecture' | 'software'>,
): boolean {
  return (
    platforms.length === 0 || platforms.some((all) => all.split(' & ').every((platform) => isPossible(platform, build)))
  );
}

function isPossible(
  platform: string,
  { os = 'linux', architecture, software }: Pick<Lookup, 'os' | 'architecture' | 'software'>,
): boolean {
  const [kind, ...rest] = platform.split(':') as [string, ...string[]];
  const name = rest.join(':');
  if (kind === 'hardware') {
    const [wanted, have] = [MACHINES.get(name), MACHINES.get(architecture ?? '')];
    return wanted === undefined || have === undefined || wanted === have;
  }
  // NVD is asked about programs that no distribution packed; of those that one did it says more itself.
  if (kind === 'packaging') return false;
  if (kind === 'software' && software !== undefined) {
    const language = languageOf(name);
    if (software.includes(language ?? name)) return true;
    if (language !== undefined) return false;
  }
  if (os === 'windows') return kind === 'software' ? /^windows/.test(name) : kind === 'microsoft';
  if (kind === 'software') return !OTHER_SOFTWARE.test(name);
  return !OTHER_SYSTEMS.has(kind) && !OTHER_PRODUCTS.test(platform);
}
