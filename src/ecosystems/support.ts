import type { OperatingSystem } from '../model.ts';
import { distributionOf, systemInWords } from './index.ts';

/** How long a release gets security fixes from its publisher. Dates are the last day, ISO 8601. */
interface ReleaseLife {
  /** Free fixes for everything. */
  readonly standard: string;
  /** Free fixes for less (Debian LTS), or fixes that are paid for (Ubuntu Pro, RHEL ELS). */
  readonly extended?: string;
}

interface Lifetimes {
  readonly source: string;
  /** What names the release where it is not the one or two numbers that the distribution's releases have. */
  readonly release?: (os: OperatingSystem) => string;
  readonly releases: Readonly<Record<string, ReleaseLife>>;
}

const numbers = ({ versionId }: OperatingSystem, parts: number): string =>
  versionId?.split('.').slice(0, parts).join('.') ?? '';

/** By os-release id, those included that nobody publishes advisories on here (Photon OS) and the parts of one world that end apart (CentOS). */
const LIFETIMES: Readonly<Record<string, Lifetimes>> = {
  debian: {
    source: 'https://wiki.debian.org/LTS',
    releases: {
      '7': { standard: '2016-04-25', extended: '2018-05-31' },
      '8': { standard: '2018-06-17', extended: '2020-06-30' },
      '9': { standard: '2020-07-18', extended: '2022-06-30' },
      '10': { standard: '2022-09-10', extended: '2024-06-30' },
      '11': { standard: '2024-08-14', extended: '2026-08-31' },
      '12': { standard: '2026-06-10', extended: '2028-06-30' },
      '13': { standard: '2028-08-09', extended: '2030-06-30' },
    },
  },
  ubuntu: {
    source: 'https://wiki.ubuntu.com/Releases',
    releases: {
      '12.04': { standard: '2017-04-28', extended: '2019-04-28' },
      '14.04': { standard: '2019-04-25', extended: '2024-04-25' },
      '16.04': { standard: '2021-04-30', extended: '2026-04-29' },
      '18.04': { standard: '2023-05-31', extended: '2028-04-30' },
      '18.10': { standard: '2019-07-18' },
      '19.04': { standard: '2020-01-23' },
      '19.10': { standard: '2020-07-17' },
      '20.04': { standard: '2025-05-31', extended: '2030-04-30' },
      '20.10': { standard: '2021-07-22' },
      '21.04': { standard: '2022-01-20' },
      '21.10': { standard: '2022-07-14' },
      '22.04': { standard: '2027-04-30', extended: '2032-04-30' },
      '22.10': { standard: '2023-07-20' },
      '23.04': { standard: '2024-01-25' },
      '23.10': { standard: '2024-07-11' },
      '24.04': { standard: '2029-05-31', extended: '2034-04-30' },
      '24.10': { standard: '2025-07-10' },
      '25.04': { standard: '2026-01-15' },
      '25.10': { standard: '2026-07-09' },
      '26.04': { standard: '2031-05-31', extended: '2036-04-30' },
    },
  },
  alpine: {
    source: 'https://alpinelinux.org/releases/',
    releases: {
      '3.3': { standard: '2017-11-01' },
      '3.4': { standard: '2018-05-01' },
      '3.5': { standard: '2018-11-01' },
      '3.6': { standard: '2019-05-01' },
      '3.7': { standard: '2019-11-01' },
      '3.8': { standard: '2020-05-01' },
      '3.9': { standard: '2020-11-01' },
      '3.10': { standard: '2021-05-01' },
      '3.11': { standard: '2021-11-01' },
      '3.12': { standard: '2022-05-01' },
      '3.13': { standard: '2022-11-01' },
      '3.14': { standard: '2023-05-01' },
      '3.15': { standard: '2023-11-01' },
      '3.16': { standard: '2024-05-23' },
      '3.17': { standard: '2024-11-22' },
      '3.18': { standard: '2025-05-09' },
      '3.19': { standard: '2025-11-01' },
      '3.20': { standard: '2026-04-01' },
      '3.21': { standard: '2026-11-01' },
      '3.22': { standard: '2027-05-01' },
      '3.23': { standard: '2027-11-01' },
    },
  },
  rhel: {
    source: 'https://access.redhat.com/support/policy/updates/errata',
    releases: {
      '5': { standard: '2017-03-31', extended: '2020-11-30' },
      '6': { standard: '2020-11-30', extended: '2024-06-30' },
      '7': { standard: '2024-06-30', extended: '2028-06-30' },
      '8': { standard: '2029-05-31', extended: '2032-05-31' },
      '9': { standard: '2032-05-31', extended: '2035-05-31' },
      '10': { standard: '2035-05-31', extended: '2038-05-31' },
    },
  },
  centos: {
    source: 'https://www.centos.org/centos-linux-eol/',
    // Stream and the rebuild share an ID and a number; only the name tells them apart.
    release: (os) => (/stream/i.test(os.name) ? `stream ${numbers(os, 1)}` : numbers(os, 1)),
    releases: {
      '5': { standard: '2017-03-31' },
      '6': { standard: '2020-11-30' },
      '7': { standard: '2024-06-30' },
      '8': { standard: '2021-12-31' },
      'stream 8': { standard: '2024-05-31' },
      'stream 9': { standard: '2027-05-31' },
      'stream 10': { standard: '2030-05-31' },
    },
  },
  almalinux: {
    source: 'https://wiki.almalinux.org/release-notes/',
    releases: { '8': { standard: '2029-05-31' }, '9': { standard: '2032-05-31' }, '10': { standard: '2035-05-31' } },
  },
  rocky: {
    source: 'https://wiki.rockylinux.org/rocky/version/',
    releases: { '8': { standard: '2029-05-31' }, '9': { standard: '2032-05-31' }, '10': { standard: '2035-05-31' } },
  },
  ol: {
    source: 'https://www.oracle.com/a/ocom/docs/elsp-lifetime-069338.pdf',
    releases: {
      '6': { standard: '2021-03-31', extended: '2024-12-31' },
      '7': { standard: '2024-12-31', extended: '2028-06-30' },
      '8': { standard: '2029-07-31', extended: '2032-07-31' },
      '9': { standard: '2032-06-30', extended: '2035-06-30' },
      '10': { standard: '2035-06-30', extended: '2038-06-30' },
    },
  },
  fedora: {
    source: 'https://docs.fedoraproject.org/en-US/releases/eol/',
    releases: {
      '34': { standard: '2022-06-07' },
      '35': { standard: '2022-12-13' },
      '36': { standard: '2023-05-16' },
      '37': { standard: '2023-12-05' },
      '38': { standard: '2024-05-21' },
      '39': { standard: '2024-11-26' },
      '40': { standard: '2025-05-13' },
      '41': { standard: '2025-12-15' },
      '42': { standard: '2026-05-13' },
      '43': { standard: '2026-12-02' },
    },
  },
  amzn: {
    source: 'https://aws.amazon.com/amazon-linux-2/faqs/',
    release: (os) => (/^201\d\./.test(os.versionId ?? '') ? '1' : numbers(os, 1)),
    releases: {
      '1': { standard: '2020-12-31', extended: '2023-12-31' },
      '2': { standard: '2026-06-30' },
      '2023': { standard: '2027-06-30', extended: '2029-06-30' },
    },
  },
  sles: {
    source: 'https://www.suse.com/lifecycle/',
    releases: {
      '12.5': { standard: '2024-10-31', extended: '2027-10-31' },
      '15.1': { standard: '2021-01-31', extended: '2024-01-31' },
      '15.2': { standard: '2021-12-31', extended: '2024-12-31' },
      '15.3': { standard: '2022-12-31', extended: '2025-12-31' },
      '15.4': { standard: '2023-12-31', extended: '2026-12-31' },
      '15.5': { standard: '2024-12-31', extended: '2027-12-31' },
      '15.6': { standard: '2025-12-31', extended: '2028-12-31' },
      '15.7': { standard: '2031-07-31', extended: '2034-07-31' },
    },
  },
  'opensuse-leap': {
    source: 'https://en.opensuse.org/Lifetime',
    releases: {
      '15.1': { standard: '2021-01-31' },
      '15.2': { standard: '2021-12-31' },
      '15.3': { standard: '2022-12-31' },
      '15.4': { standard: '2023-12-07' },
      '15.5': { standard: '2024-12-31' },
      '15.6': { standard: '2026-04-30' },
    },
  },
  mariner: {
    source: 'https://github.com/microsoft/azurelinux#readme',
    releases: { '1': { standard: '2023-07-31' }, '2': { standard: '2025-07-31' } },
  },
  photon: {
    source: 'https://github.com/vmware/photon/wiki',
    releases: {
      '1': { standard: '2022-02-28' },
      '2': { standard: '2022-12-31' },
      '3': { standard: '2024-06-30' },
    },
  },
};

/** How long this release gets fixes, and who says so; undefined for rolling releases and those that nobody knows. */
export function supportOf(os: OperatingSystem): (ReleaseLife & { readonly source: string }) | undefined {
  const id = systemInWords(os.id) ?? os.id;
  const lifetimes = Object.hasOwn(LIFETIMES, id) ? LIFETIMES[id]! : undefined;
  if (lifetimes === undefined) return undefined;
  const { source, releases } = lifetimes;
  const release = lifetimes.release?.(os) ?? numbers(os, distributionOf({ id })?.system?.releaseParts ?? 1);
  return Object.hasOwn(releases, release) ? { ...releases[release]!, source } : undefined;
}
