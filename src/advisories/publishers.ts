import type { AffectedRange, Severity } from '../model.ts';

/** Who publishes records on malicious packages, GitHub's among them under other ids. https://github.com/ossf/malicious-packages */
export const MALICIOUS = 'malicious-packages';

/** Begins the note of a statement of GitHub that says how far a range without an end is known to go. */
export const LAST_KNOWN = 'last known to be affected: ';

/** Publishers by the prefix of their ids. https://ossf.github.io/osv-schema/#id-modified-fields */
const BY_PREFIX: ReadonlyMap<string, string> = new Map([
  ['PYSEC', 'pysec'],
  ['GHSA', 'ghsa'],
  ['GO', 'go'],
  ['RUSTSEC', 'rustsec'],
  ['DEBIAN', 'debian'],
  ['DSA', 'debian'],
  ['DLA', 'debian'],
  ['DTSA', 'debian'],
  ['UBUNTU', 'ubuntu'],
  ['USN', 'ubuntu'],
  ['LSN', 'ubuntu'],
  ['ALPINE', 'alpine'],
  ['ALSA', 'almalinux'],
  ['ALBA', 'almalinux'],
  ['ALEA', 'almalinux'],
  ['RLSA', 'rocky'],
  ['RXSA', 'rocky'],
  ['RHSA', 'redhat'],
  ['RHBA', 'redhat'],
  ['RHEA', 'redhat'],
  ['SUSE', 'suse'],
  ['openSUSE', 'opensuse'],
  ['BIT', 'bitnami'],
  ['PSF', 'psf'],
  ['CGA', 'chainguard'],
  ['MINI', 'minimos'],
  ['AZL', 'azurelinux'],
  ['RSEC', 'rsec'],
  ['JLSEC', 'julia'],
  ['HSEC', 'haskell'],
  ['EEF', 'erlef'],
  ['MAL', MALICIOUS],
  ['OSV', 'oss-fuzz'],
  ['OESA', 'openeuler'],
  ['MGASA', 'mageia'],
  ['ECHO', 'echo'],
  ['DRUPAL', 'drupal'],
  ['NVIDIA', 'nvidia'],
  ['CVE', 'cve'],
]);

/** Who rates without ids of its own, or only in another scanner's database. */
const OTHERS = ['nvd', 'cisa-adp', 'osv', 'amazon', 'oracle', 'photon', 'wolfi', 'arch', 'gitlab', 'friendsofphp'];

/** Everybody whose word a severity scheme can name; numbering authorities besides are `cna:...`. */
export const raters: readonly string[] = [...new Set([...BY_PREFIX.values(), ...OTHERS, 'ruby-advisory-db'])];

/** Who publishes ids of this kind: `PYSEC-2022-43012` is pysec's. An unknown prefix stands for itself. */
export function publisherOf(id: string): string {
  const prefix = id.slice(0, Math.max(0, id.indexOf('-')));
  return BY_PREFIX.get(prefix) ?? (prefix.toLowerCase() || 'unknown');
}

/** The publisher of a data source (`ghsa`), or of a namespace (`github:language:python`, `debian:distro:debian:12`). */
export function publisherOfFeed(feed: string): string {
  const first = feed
    .toLowerCase()
    .split(/[:/]/, 1)[0]!
    .replace(/_(?:cve|oval).*$/, '');
  return first === 'github' ? 'ghsa' : first;
}

const PAGES: ReadonlyMap<string, (id: string) => string> = new Map([
  ['debian', (id) => `https://security-tracker.debian.org/tracker/${id}`],
  [
    'ubuntu',
    (id) => (id.startsWith('USN') ? `https://ubuntu.com/security/notices/${id}` : `https://ubuntu.com/security/${id}`),
  ],
  ['ghsa', (id) => `https://github.com/advisories/${id}`],
  ['go', (id) => `https://pkg.go.dev/vuln/${id}`],
  ['rustsec', (id) => `https://rustsec.org/advisories/${id}.html`],
  ['alpine', (id) => `https://security.alpinelinux.org/vuln/${id}`],
  ['nvd', (id) => `https://nvd.nist.gov/vuln/detail/${id}`],
  [
    'redhat',
    (id) =>
      id.startsWith('CVE') ? `https://access.redhat.com/security/cve/${id}` : `https://access.redhat.com/errata/${id}`,
  ],
  ['suse', (id) => `https://www.suse.com/security/cve/${id}.html`],
  ['amazon', (id) => `https://explore.alas.aws.amazon.com/${id}.html`],
]);

/** The publisher's own page about an id, else OSV's. */
export function pageOf(publisher: string, id: string): string {
  return PAGES.get(publisher)?.(id) ?? `https://osv.dev/vulnerability/${id}`;
}

/** CISA's authorised data publisher rates under this id. https://www.cve.org/PartnerInformation/ListofPartners/partner/CISA */
const CISA_ADP = '134c704f-9b21-4f2e-91b3-4a467353bcc0';

/** Who rates in a record of NVD, by the source of the metric: `nvd`, `cisa-adp`, or the CVE numbering authority as `cna:...`. */
export function raterInNvd(source: string): string {
  if (source === 'nvd@nist.gov') return 'nvd';
  if (source === CISA_ADP || /^cisa-adp$/i.test(source)) return 'cisa-adp';
  return `cna:${source.toLowerCase().replace(/[^a-z0-9@._-]/g, '') || 'unknown'}`;
}

const IN_TRIVY: ReadonlyMap<string, string> = new Map([
  ['alma', 'almalinux'],
  ['redhat-oval', 'redhat'],
  ['redhat-csaf-vex', 'redhat'],
  ['oracle-oval', 'oracle'],
  ['suse-cvrf', 'suse'],
  ['arch-linux', 'arch'],
  ['cbl-mariner', 'azurelinux'],
  ['azure', 'azurelinux'],
  ['glad', 'gitlab'],
  ['php-security-advisories', 'friendsofphp'],
  ['govulndb', 'go'],
]);

/** The publisher that Trivy calls so, in its database and in its reports. https://github.com/aquasecurity/trivy-db/blob/main/pkg/vulnsrc/vulnerability/const.go */
export const publisherInTrivy = (name: string): string => IN_TRIVY.get(name) ?? name;

/** Trivy's numbers for severities, in its database and in its reports: 0 is unknown, 4 critical. https://github.com/aquasecurity/trivy-db/blob/main/pkg/types/types.go */
export const TRIVY_LEVELS: readonly Severity[] = ['UNKNOWN', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

/** How far GitHub knows a range without an end to go, where a statement says it. */
export function lastKnownEnd(note: string | undefined): Pick<AffectedRange, 'limit' | 'lastAffected'> | undefined {
  if (note?.startsWith(LAST_KNOWN) !== true) return undefined;
  const [, sign, version] = /^(<=?) ?(\S+)$/.exec(note.slice(LAST_KNOWN.length)) ?? [];
  if (version === undefined) return undefined;
  return sign === '<' ? { limit: version } : { lastAffected: version };
}
