import type { OperatingSystem } from '../model.ts';
import { compareRpm, isRpmVersion } from '../versions/rpm.ts';
import { type Ecosystem, ecosystem } from './ecosystem.ts';

/** A distribution of rpm packages. Statements are about binary packages, about source packages, or about both, as it publishes. */
const distribution = (
  name: string,
  purlNamespace: string,
  unit: 'binary' | 'both',
  namespace: (os: OperatingSystem) => string | undefined,
): Ecosystem =>
  ecosystem({
    name,
    purl: 'rpm',
    purlNamespace,
    normalize: (value) => value,
    compare: compareRpm,
    comparator: 'rpm',
    isVersion: isRpmVersion,
    unit,
    namespace,
  });

const major = (os: OperatingSystem): string | undefined => /^(\d+)/.exec(os.versionId ?? '')?.[1];

/** The namespace of a distribution that counts whole releases: `AlmaLinux:8`. */
const byMajor =
  (name: string, ...ids: readonly string[]) =>
  (os: OperatingSystem) => {
    const release = major(os);
    return ids.includes(os.id) && release !== undefined ? `${name}:${release}` : undefined;
  };

export const almalinux = distribution('AlmaLinux', 'almalinux', 'binary', byMajor('AlmaLinux', 'almalinux'));
export const rocky = distribution('Rocky Linux', 'rocky', 'both', byMajor('Rocky Linux', 'rocky'));
/** CentOS rebuilt Red Hat's packages under the same versions. */
export const redhat = distribution('Red Hat', 'redhat', 'both', byMajor('Red Hat', 'rhel', 'centos', 'redhat'));
export const oracle = distribution('Oracle Linux', 'oracle', 'binary', byMajor('Oracle Linux', 'ol'));
/** `Amazon Linux:2`, `Amazon Linux:2023`; the first releases were called by their dates. */
export const amazon = distribution('Amazon Linux', 'amazon', 'binary', (os) => {
  if (os.id !== 'amzn') return undefined;
  const release = major(os);
  return release === undefined ? undefined : `Amazon Linux:${/^201[0-8]$/.test(release) ? '1' : release}`;
});
export const azureLinux = distribution(
  'Azure Linux',
  'azurelinux',
  'both',
  byMajor('Azure Linux', 'azurelinux', 'mariner'),
);
export const fedora = distribution('Fedora', 'fedora', 'binary', byMajor('Fedora', 'fedora'));

/** `SUSE:Linux Enterprise Server 15 SP4`, as OSV writes it. */
export const suse = distribution('SUSE', 'suse', 'both', (os) => {
  const release = /^(\d+)(?:\.(\d+))?/.exec(os.versionId ?? '');
  if (!release || (os.id !== 'sles' && os.id !== 'sle_hpc' && os.id !== 'sles_sap')) return undefined;
  const pack = release[2] === undefined || release[2] === '0' ? '' : ` SP${release[2]}`;
  return `SUSE:Linux Enterprise Server ${release[1]}${pack}`;
});
export const opensuse = distribution('openSUSE', 'opensuse', 'both', (os) => {
  if (os.id === 'opensuse-tumbleweed') return 'openSUSE:Tumbleweed';
  return os.id === 'opensuse-leap' && os.versionId !== undefined ? `openSUSE:Leap ${os.versionId}` : undefined;
});
