import type { OperatingSystem } from '../model.ts';
import { type Build, type Distribution, distribution, type ReleaseTrace } from './ecosystem.ts';
import { rpm } from './system-types.ts';

const major = (os: OperatingSystem): string | undefined => /^(\d+)/.exec(os.versionId ?? '')?.[1];

/** The namespace of a distribution that counts whole releases: `AlmaLinux:8`. */
const byMajor = (name: string, ids: readonly string[]) => (os: OperatingSystem) => {
  const release = major(os);
  return ids.includes(os.id) && release !== undefined ? `${name}:${release}` : undefined;
};

/**
 * The package that brings the release file has the release as its version; the release of others ends in the distribution's mark
 * (`-12.el9_2`), which Red Hat and those who rebuild its packages share: there the vendor tells.
 * https://docs.fedoraproject.org/en-US/packaging-guidelines/DistTag/
 */
const tracesOf =
  (packages: RegExp, mark: RegExp, vendor?: RegExp, id?: (name: string) => string) =>
  ({ name, version, maintainer }: Build): ReleaseTrace | undefined => {
    const made = id === undefined ? {} : { id: id(name) };
    const own = packages.test(name) ? /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(version)?.[1] : undefined;
    if (own !== undefined) return { ...made, versionId: own, decisive: true };
    const release = mark.exec(version)?.[1];
    if (release === undefined || (vendor !== undefined && !vendor.test(maintainer ?? ''))) return undefined;
    return { ...made, versionId: release, decisive: false };
  };
const EL = /\.el(\d+)(?:_\d+)?(?:[.+~]|$)/;

/**
 * Repositories of one minor release (`/vault/rocky/9.1/BaseOS/`) get nothing more once the next one is out: those of the release go by
 * its major number. https://wiki.rockylinux.org/rocky/version/
 */
const minorReleases: Pick<Distribution, 'sourceRelease' | 'ownRelease'> = {
  sourceRelease: ({ address }) => /\/(\d{1,2}(?:\.\d+){0,3})\//.exec(address)?.[1],
  ownRelease: major,
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
    traceOf: tracesOf(/^almalinux-release$/, EL, /alma/i),
    endOfLife: 'almalinux',
    majorReleasever: true,
    ...minorReleases,
    trivyFamilies: new Map([['almalinux', 'alma']]),
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
    traceOf: tracesOf(/^rocky-release$/, EL, /rocky/i),
    endOfLife: 'rocky-linux',
    majorReleasever: true,
    ...minorReleases,
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
    words: ['red hat', 'redhat-oval'],
    purlNamespace: 'redhat',
    namespace: byMajor('Red Hat', RED_HAT),
    unit: 'both',
    // After ten years fixes go to who pays for more. https://access.redhat.com/support/policy/updates/errata
    alsoFiled: (name) => [name.replace(/^Red Hat:(?=\d+$)/, 'Red Hat:rhel_els:')].filter((other) => other !== name),
    subscription: (name) => (name.startsWith('Red Hat:rhel_els:') ? 'RHEL ELS' : undefined),
    traceOf: tracesOf(
      /^(?:redhat|centos(?:-linux|-stream)?)-release(?:-server|-workstation)?$/,
      EL,
      /red hat|centos/i,
      (name) => (name.startsWith('centos') ? 'centos' : 'rhel'),
    ),
    endOfLife: 'rhel',
    majorReleasever: true,
    // Later releases of CentOS put fixes where the rest is. https://wiki.centos.org/AdditionalResources/Repositories
    securityArchive: (os) =>
      os.id === 'centos' && !/stream/i.test(os.name) && Number(major(os)) <= 7 ? /updates/i : undefined,
    ...minorReleases,
    trivyFamilies: new Map([['rhel', 'redhat']]),
  },
  'Red Hat',
);

/** Libraries for Ksplice and builds validated for FIPS 140 have epochs of their own. https://docs.oracle.com/en/operating-systems/oracle-linux/ksplice-user/ */
const oracleFlavour = (version: string): string | undefined =>
  /[.-](ksplice)\d*(?:[.-]|$)|_(fips)$/i
    .exec(version)
    ?.slice(1)
    .find((kind) => kind !== undefined)
    ?.toLowerCase();

export const oracle = distribution(rpm, 'Oracle Linux', {
  ids: ['ol'],
  words: ['oracle', 'oraclelinux', 'oracle linux', 'oracle-oval'],
  purlNamespace: 'oracle',
  namespace: byMajor('Oracle Linux', ['ol']),
  unit: 'binary',
  flavour: oracleFlavour,
  traceOf: tracesOf(/^oraclelinux-release$/, EL, /oracle/i),
  endOfLife: 'oracle-linux',
  majorReleasever: true,
  trivyFamilies: new Map([['ol', 'oracle']]),
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
  lockedRelease: true,
  traceOf: tracesOf(/^system-release$/, /\.amzn(\d+)(?:\.|$)/, /amazon/i),
  endOfLife: 'amazon-linux',
  trivyFamilies: new Map([['amzn', 'amazon']]),
});

const AZURE = ['azurelinux', 'mariner'];
export const azureLinux = distribution(
  rpm,
  'Azure Linux',
  {
    ids: AZURE,
    words: ['azure', 'azure linux', 'cbl-mariner'],
    purlNamespace: 'azurelinux',
    namespace: byMajor('Azure Linux', AZURE),
    unit: 'both',
    traceOf: tracesOf(/^(?:azurelinux|mariner)-release$/, /\.(?:azl|cm)(\d+)(?:\.|$)/, undefined, (name) =>
      name.startsWith('mariner') ? 'mariner' : 'azurelinux',
    ),
    trivyFamilies: new Map([['mariner', 'cbl-mariner']]),
  },
  'Azure Linux',
);

export const fedora = distribution(rpm, 'Fedora', {
  ids: ['fedora'],
  words: [],
  purlNamespace: 'fedora',
  namespace: byMajor('Fedora', ['fedora']),
  unit: 'binary',
  traceOf: tracesOf(/^fedora-release(?:-common)?$/, /\.fc(\d+)(?:\.|$)/, /fedora/i),
  endOfLife: 'fedora',
  // The release itself never changes. https://docs.fedoraproject.org/en-US/quick-docs/fedora-repositories/
  securityArchive: /updates|rawhide/i,
  neverInRelease: 'all',
  images: { own: 'fedora', release: ({ codename }) => codename },
});

const SLE = ['sles', 'sle_hpc', 'sles_sap'];
/** `SUSE:Linux Enterprise Server 15 SP4`, as OSV writes it. */
export const suse = distribution(
  rpm,
  'SUSE',
  {
    ids: SLE,
    words: ['suse', 'suse-cvrf', 'suse linux enterprise', 'suse linux enterprise server'],
    purlNamespace: 'suse',
    namespace(os) {
      const release = /^(\d+)(?:\.(\d+))?/.exec(os.versionId ?? '');
      if (!release || !SLE.includes(os.id)) return undefined;
      const pack = release[2] === undefined || release[2] === '0' ? '' : ` SP${release[2]}`;
      return `SUSE:Linux Enterprise Server ${release[1]}${pack}`;
    },
    unit: 'both',
    // Half a year after the next service pack fixes go to who pays for more. https://www.suse.com/products/long-term-service-pack-support/
    alsoFiled: (name) => (name.endsWith('-LTSS') ? [] : [`${name}-LTSS`]),
    subscription: (name) => (name.endsWith('-LTSS') ? 'SUSE LTSS' : undefined),
    traceOf: tracesOf(/^sles-release$/, /\.sle(\d+)(?:\.|$)/, /suse linux enterprise/i),
    endOfLife: 'sles',
    releaseParts: 2,
    trivyFamilies: new Map([['sles', 'suse linux enterprise server']]),
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
    // https://en.opensuse.org/Package_repositories
    securityArchive: /update|tumbleweed/i,
    releaseParts: 2,
    trivyFamilies: new Map([
      ['opensuse-leap', 'opensuse.leap'],
      ['opensuse-tumbleweed', 'opensuse.tumbleweed'],
    ]),
  },
  'openSUSE',
);
