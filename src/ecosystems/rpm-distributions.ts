import type { OperatingSystem } from '../model.ts';
import { distribution } from './ecosystem.ts';
import { rpm } from './system-types.ts';

const major = (os: OperatingSystem): string | undefined => /^(\d+)/.exec(os.versionId ?? '')?.[1];

/** The namespace of a distribution that counts whole releases: `AlmaLinux:8`. */
const byMajor = (name: string, ids: readonly string[]) => (os: OperatingSystem) => {
  const release = major(os);
  return ids.includes(os.id) && release !== undefined ? `${name}:${release}` : undefined;
};

export const almalinux = distribution(
  rpm,
  'AlmaLinux',
  {
    ids: ['almalinux'],
    words: ['alma'],
    purlNamespace: 'almalinux',
    namespace: byMajor('AlmaLinux', ['almalinux']),
    unit: 'binary',
    endOfLife: 'almalinux',
  },
  'AlmaLinux',
);

export const rocky = distribution(
  rpm,
  'Rocky Linux',
  {
    ids: ['rocky'],
    words: ['rockylinux', 'rocky linux'],
    purlNamespace: 'rocky',
    namespace: byMajor('Rocky Linux', ['rocky']),
    unit: 'both',
    endOfLife: 'rocky-linux',
  },
  'Rocky Linux',
);

const RED_HAT = ['rhel', 'centos', 'redhat'];
/** CentOS rebuilt Red Hat's packages under the same versions. */
export const redhat = distribution(
  rpm,
  'Red Hat',
  {
    ids: RED_HAT,
    words: ['red hat'],
    purlNamespace: 'redhat',
    namespace: byMajor('Red Hat', RED_HAT),
    unit: 'both',
    endOfLife: 'rhel',
  },
  'Red Hat',
);

export const oracle = distribution(rpm, 'Oracle Linux', {
  ids: ['ol'],
  words: ['oracle', 'oraclelinux', 'oracle linux'],
  purlNamespace: 'oracle',
  namespace: byMajor('Oracle Linux', ['ol']),
  unit: 'binary',
  endOfLife: 'oracle-linux',
});

/** `Amazon Linux:2`, `Amazon Linux:2023`; the first releases were called by their dates. */
export const amazon = distribution(rpm, 'Amazon Linux', {
  ids: ['amzn'],
  words: ['amazon', 'amazonlinux', 'amazon linux'],
  purlNamespace: 'amazon',
  namespace(os) {
    if (os.id !== 'amzn') return undefined;
    const release = major(os);
    return release === undefined ? undefined : `Amazon Linux:${/^201[0-8]$/.test(release) ? '1' : release}`;
  },
  unit: 'binary',
  endOfLife: 'amazon-linux',
});

const AZURE = ['azurelinux', 'mariner'];
export const azureLinux = distribution(
  rpm,
  'Azure Linux',
  {
    ids: AZURE,
    words: ['azure linux', 'cbl-mariner'],
    purlNamespace: 'azurelinux',
    namespace: byMajor('Azure Linux', AZURE),
    unit: 'both',
  },
  'Azure Linux',
);

export const fedora = distribution(rpm, 'Fedora', {
  ids: ['fedora'],
  words: [],
  purlNamespace: 'fedora',
  namespace: byMajor('Fedora', ['fedora']),
  unit: 'binary',
  endOfLife: 'fedora',
});

const SLE = ['sles', 'sle_hpc', 'sles_sap'];
/** `SUSE:Linux Enterprise Server 15 SP4`, as OSV writes it. */
export const suse = distribution(
  rpm,
  'SUSE',
  {
    ids: SLE,
    words: ['suse', 'suse linux enterprise', 'suse linux enterprise server'],
    purlNamespace: 'suse',
    namespace(os) {
      const release = /^(\d+)(?:\.(\d+))?/.exec(os.versionId ?? '');
      if (!release || !SLE.includes(os.id)) return undefined;
      const pack = release[2] === undefined || release[2] === '0' ? '' : ` SP${release[2]}`;
      return `SUSE:Linux Enterprise Server ${release[1]}${pack}`;
    },
    unit: 'both',
    endOfLife: 'sles',
  },
  'SUSE',
);

export const opensuse = distribution(
  rpm,
  'openSUSE',
  {
    ids: ['opensuse-leap', 'opensuse-tumbleweed'],
    words: ['opensuse', 'opensuse leap', 'opensuse.leap'],
    purlNamespace: 'opensuse',
    namespace(os) {
      if (os.id === 'opensuse-tumbleweed') return 'openSUSE:Tumbleweed';
      return os.id === 'opensuse-leap' && os.versionId ? `openSUSE:Leap ${os.versionId}` : undefined;
    },
    unit: 'both',
    endOfLife: 'opensuse',
  },
  'openSUSE',
);
