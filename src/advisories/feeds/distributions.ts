/** A distribution in other scanners' databases: how they call it, and our namespace for a release of it. */
const NAMES: ReadonlyMap<string, (release: string) => string> = new Map([
  ['debian', (release: string) => `Debian:${release === 'unstable' ? 'sid' : major(release)}`],
  ['ubuntu', (release: string) => `Ubuntu:${release}${/^\d*[02468]\.04$/.test(release) ? ':LTS' : ''}`],
  ['alpine', (release: string) => (release === 'edge' ? 'Alpine:edge' : `Alpine:v${release.replace(/^v/, '')}`)],
  ['alma', (release: string) => `AlmaLinux:${major(release)}`],
  ['almalinux', (release: string) => `AlmaLinux:${major(release)}`],
  ['rocky', (release: string) => `Rocky Linux:${major(release)}`],
  ['rockylinux', (release: string) => `Rocky Linux:${major(release)}`],
  ['rhel', (release: string) => `Red Hat:${major(release)}`],
  ['redhat', (release: string) => `Red Hat:${major(release)}`],
  ['oracle linux', (release: string) => `Oracle Linux:${major(release)}`],
  ['ol', (release: string) => `Oracle Linux:${major(release)}`],
  ['oraclelinux', (release: string) => `Oracle Linux:${major(release)}`],
  ['amazon linux', (release: string) => `Amazon Linux:${major(release)}`],
  ['amzn', (release: string) => `Amazon Linux:${major(release)}`],
  ['amazonlinux', (release: string) => `Amazon Linux:${major(release)}`],
  ['azurelinux', (release: string) => `Azure Linux:${major(release)}`],
  ['azure linux', (release: string) => `Azure Linux:${major(release)}`],
  ['mariner', (release: string) => `Azure Linux:${major(release)}`],
  ['cbl-mariner', (release: string) => `Azure Linux:${major(release)}`],
  ['sles', (release: string) => `SUSE:Linux Enterprise Server ${release.replace('.', ' SP')}`],
  ['suse linux enterprise', (release: string) => `SUSE:Linux Enterprise Server ${release.replace('.', ' SP')}`],
  ['opensuse leap', (release: string) => `openSUSE:Leap ${release}`],
  ['fedora', (release: string) => `Fedora:${major(release)}`],
  ['wolfi', () => 'Wolfi'],
  ['chainguard', () => 'Chainguard'],
  ['minimos', () => 'MinimOS'],
]);

const major = (release: string): string => /^\d+/.exec(release)?.[0] ?? release;

/** Our namespace for a distribution's release as Grype (`debian`, `11`) or Trivy (`debian 11`) calls it; undefined: not one we match. */
export function distributionNamespace(name: string, release: string): string | undefined {
  const known = NAMES.get(name.toLowerCase());
  if (known === undefined || (release === '' && !/^(?:wolfi|chainguard|minimos)$/i.test(name))) return undefined;
  return known(release);
}

/** Our namespaces by what other scanners call a language's packages. */
const LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['python', 'PyPI'],
  ['pip', 'PyPI'],
  ['npm', 'npm'],
  ['go-module', 'Go'],
  ['go', 'Go'],
  ['rust-crate', 'crates.io'],
  ['cargo', 'crates.io'],
  ['java-archive', 'Maven'],
  ['maven', 'Maven'],
  ['gem', 'RubyGems'],
  ['rubygems', 'RubyGems'],
  ['dotnet', 'NuGet'],
  ['nuget', 'NuGet'],
  ['php-composer', 'Packagist'],
  ['composer', 'Packagist'],
  ['hex', 'Hex'],
  ['erlang', 'Hex'],
  ['dart-pub', 'Pub'],
  ['pub', 'Pub'],
  ['r-package', 'CRAN'],
  ['julia', 'Julia'],
  ['bitnami', 'Bitnami'],
]);

/** Our namespace for a language's packages as Grype (`python`) or Trivy (`pip`) calls them; undefined: not one we match. */
export function languageNamespace(name: string): string | undefined {
  return LANGUAGES.get(name.toLowerCase());
}
