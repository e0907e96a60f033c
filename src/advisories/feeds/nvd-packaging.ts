/** Revisions that a distribution alone gives a build: `1.6.2-5+deb8u3`, `1.4.6-1ubuntu3.6`, `1.0.9-35z.el5_2`. */
const MARK = /deb\d{1,3}u\d|\dubuntu\d|\.el\d|\.fc\d|\.mga\d/;
const REVISION = /\d-r?\d/;
const BOUND = /\b(?:before|through|prior to|earlier than|up to) (\d[^\s,;)]{0,100})/g;

/** Distributions of which NVD says that a program runs on one of them. */
const DISTRIBUTION =
  /^(?:debian:debian_linux|canonical:ubuntu_linux|redhat:(?:enterprise_)?linux.{0,60}|fedoraproject:fedora|gentoo:linux|opensuse:.{1,60}|suse:.{1,60}|centos:centos|oracle:linux)$/;

/**
 * Whether a record is on what distributions made of a program when they packed it, and on no other build: it names a package, every version that its
 * first sentence names has a distribution's revision, and every place that it runs on is a distribution. CVE-2016-1247: "the nginx package before
 * 1.6.2-5+deb8u3 on Debian jessie, ... before 1.4.6-1ubuntu3.6 on Ubuntu 14.04 LTS, ...".
 */
export function isOfPackagesOnly(description: string, runsOn: readonly string[] | undefined): boolean {
  if (runsOn === undefined || !runsOn.every((system) => DISTRIBUTION.test(system))) return false;
  const first = description.split(/(?<=[a-z)])\. /, 1)[0] as string;
  if (!/\bpackages?\b/.test(first)) return false;
  const bounds = [...first.matchAll(BOUND)].map(([, version]) => version as string);
  return (
    bounds.some((version) => MARK.test(version)) &&
    bounds.every((version) => MARK.test(version) || REVISION.test(version))
  );
}
