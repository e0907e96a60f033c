import type { OperatingSystem } from '../model.ts';
import { alpine } from './alpine.ts';
import { bitnami } from './bitnami.ts';
import { cpe } from './cpe.ts';
import { cran } from './cran.ts';
import { crates } from './crates.ts';
import { debian } from './debian.ts';
import type { Ecosystem } from './ecosystem.ts';
import { go } from './go.ts';
import { hex } from './hex.ts';
import { julia } from './julia.ts';
import { maven } from './maven.ts';
import { npm } from './npm.ts';
import { nuget } from './nuget.ts';
import { nvidia } from './nvidia.ts';
import { packagist } from './packagist.ts';
import { pub } from './pub.ts';
import { pypi } from './pypi.ts';
import { chainguard, minimos, wolfi } from './rolling-apk.ts';
import { almalinux, amazon, azureLinux, fedora, opensuse, oracle, redhat, rocky, suse } from './rpm-distributions.ts';
import { rubygems } from './rubygems.ts';
import { ubuntu } from './ubuntu.ts';

/** Every naming-and-versioning world there is: adding one is adding a line. */
export const ecosystems: readonly Ecosystem[] = [
  debian,
  ubuntu,
  alpine,
  wolfi,
  chainguard,
  minimos,
  redhat,
  almalinux,
  rocky,
  oracle,
  amazon,
  azureLinux,
  fedora,
  suse,
  opensuse,
  pypi,
  npm,
  go,
  crates,
  maven,
  rubygems,
  nuget,
  packagist,
  cran,
  hex,
  pub,
  julia,
  bitnami,
  nvidia,
  cpe,
];

const byName = new Map(ecosystems.map((value) => [value.name, value]));

/**
 * The world a package of this purl type lives in. OS packages need the image's operating system; undefined when
 * nobody here serves that type on that system.
 */
export function ecosystemOf(packageType: string, os?: OperatingSystem): Ecosystem | undefined {
  return ecosystems.find((value) => {
    if (value.purl !== packageType) return false;
    return value.namespace === undefined || (os !== undefined && value.namespace(os) !== undefined);
  });
}

/** The advisory namespace a package of this purl type is matched in: `Debian:11`, `PyPI`. */
export function namespaceOf(packageType: string, os?: OperatingSystem): string | undefined {
  const found = ecosystemOf(packageType, os);
  if (found?.namespace === undefined) return found?.name;
  return os === undefined ? undefined : found.namespace(os);
}

/** The world of an advisory namespace: `Debian:11` is Debian's, `PyPI` is PyPI's. */
export function ecosystemNamed(namespace: string): Ecosystem | undefined {
  const colon = namespace.indexOf(':');
  return byName.get(colon < 0 ? namespace : namespace.slice(0, colon));
}
