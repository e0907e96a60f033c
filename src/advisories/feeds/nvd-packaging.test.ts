import { describe, expect, it } from 'vitest';
import { isOfPackagesOnly } from './nvd-packaging.ts';

/** NVD's own sentences. */
const NGINX =
  'The nginx package before 1.6.2-5+deb8u3 on Debian jessie, the nginx packages before 1.4.6-1ubuntu3.6 on Ubuntu 14.04 LTS, before 1.10.0-0ubuntu0.16.04.3 on Ubuntu 16.04 LTS, and before 1.10.1-0ubuntu1.1 on Ubuntu 16.10, and the nginx ebuild before 1.10.2-r3 on Gentoo allow local users with access to the web server user account to gain root privileges via a symlink attack on the error log.';
const UBUNTU = ['canonical:ubuntu_linux'];

describe('flaws of what a distribution made when it packed a program', () => {
  it.each([
    ['CVE-2016-1247', NGINX],
    [
      'CVE-2016-1240',
      'The Tomcat init script in the tomcat7 package before 7.0.56-3+deb8u4 and tomcat8 package before 8.0.14-1+deb8u3 on Debian jessie and the tomcat6 and libtomcat6-java packages before 6.0.35-1ubuntu3.8 on Ubuntu 12.04 LTS allow local users to gain root privileges.',
    ],
    [
      'CVE-2017-9525',
      'In the cron package through 3.0pl1-128 on Debian, and through 3.0pl1-128ubuntu2 on Ubuntu, the postinst maintainer script allows for group-crontab-to-root privilege escalation via symlink attacks.',
    ],
  ])('%s is one', (_, description) => {
    expect(isOfPackagesOnly(description, ['debian:debian_linux', ...UBUNTU])).toBe(true);
  });

  it.each([
    // NVD names no distribution that it runs on: every build may have it.
    [
      'CVE-2015-6674',
      'Buffer underflow vulnerability in the Debian inspircd package before 2.0.5-1+deb7u1 for wheezy and before 2.0.16-1 for jessie and sid.',
      undefined,
    ],
    ['something beside a distribution', NGINX, [...UBUNTU, 'apple:macos']],
    // No package: the program, of which a distribution's build is named.
    [
      'CVE-2006-0458',
      'The DCC ACCEPT command handler in irssi before 0.8.9+0.8.10rc5-0ubuntu4.1 in Ubuntu Linux, and possibly other distributions, allows remote attackers to cause a denial of service.',
      UBUNTU,
    ],
    [
      'a version of the publisher',
      'The nginx package before 1.10.2, as used in Ubuntu before 1.10.0-0ubuntu0.16.04.3, allows x.',
      UBUNTU,
    ],
    [
      'CVE-2017-7481',
      'Ansible before versions 2.3.1.0 and 2.4.0.0 fails to properly mark lookup-plugin results as unsafe.',
      ['redhat:enterprise_linux'],
    ],
  ])('%s is none', (_, description, runsOn) => {
    expect(isOfPackagesOnly(description, runsOn)).toBe(false);
  });
});
