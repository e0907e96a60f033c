/** The purl type behind what the scanners call package types, languages and ecosystems; lower case. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ...['deb', 'dpkg', 'debian', 'ubuntu', 'apt'].map((word) => [word, 'deb'] as const),
  ...['apk', 'alpine', 'wolfi', 'chainguard', 'apkg'].map((word) => [word, 'apk'] as const),
  ...[
    'rpm',
    'redhat',
    'rhel',
    'centos',
    'rocky',
    'alma',
    'almalinux',
    'fedora',
    'amazon',
    'oracle',
    'photon',
    'suse',
    'sles',
    'opensuse',
    'opensuse-leap',
    'cbl-mariner',
    'azurelinux',
    'yum',
    'dnf',
  ].map((word) => [word, 'rpm'] as const),
  ...['pypi', 'python', 'python-pkg', 'pip', 'pipenv', 'poetry', 'uv'].map((word) => [word, 'pypi'] as const),
  ...['conda', 'conda-pkg'].map((word) => [word, 'conda'] as const),
  ...['npm', 'node-pkg', 'node', 'nodejs', 'javascript', 'js', 'yarn', 'pnpm'].map((word) => [word, 'npm'] as const),
  ...['maven', 'java', 'jar', 'java-archive', 'gradle', 'pom'].map((word) => [word, 'maven'] as const),
  ...['golang', 'go', 'gobinary', 'gomod', 'go-module', 'gomodules', 'go_stdlib'].map(
    (word) => [word, 'golang'] as const,
  ),
  ...['gem', 'gemspec', 'bundler', 'rubygems', 'ruby'].map((word) => [word, 'gem'] as const),
  ...['cargo', 'rustbinary', 'rust', 'rust-crate', 'crates.io'].map((word) => [word, 'cargo'] as const),
  ...['composer', 'packagist', 'php', 'php-composer'].map((word) => [word, 'composer'] as const),
  ...['nuget', 'dotnet', 'dotnet-core', 'dotnet_deps'].map((word) => [word, 'nuget'] as const),
  ...['hex', 'elixir'].map((word) => [word, 'hex'] as const),
  ...['pub', 'dart'].map((word) => [word, 'pub'] as const),
  ...['cran', 'r', 'r-package'].map((word) => [word, 'cran'] as const),
  ...['julia'].map((word) => [word, 'julia'] as const),
  ...['alpm', 'arch', 'archlinux', 'arch linux'].map((word) => [word, 'alpm'] as const),
  ...['generic', 'binary', 'stock'].map((word) => [word, 'generic'] as const),
  ...['bitnami'].map((word) => [word, 'bitnami'] as const),
]);

/** The purl type that a scanner's word means (`python-pkg` is `pypi`, `debian:12` is `deb`); undefined when unknown. */
export function purlType(word: string | undefined): string | undefined {
  if (word === undefined) return undefined;
  const lower = word.toLowerCase().trim();
  return TYPES.get(lower) ?? TYPES.get(lower.split(/[:@ _]/, 1)[0]!);
}

/** True for packages of a distribution. */
export function isOsType(type: string | undefined): boolean {
  return type === 'deb' || type === 'apk' || type === 'rpm' || type === 'alpm';
}

/** A purl taken apart. Percent signs are decoded, so that `%2B` and `+` are the same version. https://github.com/package-url/purl-spec */
export interface PurlParts {
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly qualifiers: ReadonlyMap<string, string>;
}

/** Takes a purl apart, leniently: what scanners write is not always to the letter. Undefined for what is none. */
export function purlParts(purl: string | undefined): PurlParts | undefined {
  if (purl === undefined || !purl.startsWith('pkg:')) return undefined;
  const [beforeSubpath = ''] = purl.slice(4).split('#', 1);
  const question = beforeSubpath.indexOf('?');
  const main = question < 0 ? beforeSubpath : beforeSubpath.slice(0, question);
  const at = main.lastIndexOf('@');
  const cut = at > 0 && !main.slice(at).includes('/') ? at : -1;
  const path = (cut < 0 ? main : main.slice(0, cut))
    .replace(/^\/+/, '')
    .split('/')
    .filter((part) => part !== '');
  const [type, ...names] = path;
  const name = names.pop();
  if (type === undefined || name === undefined) return undefined;
  const qualifiers = new Map<string, string>();
  for (const pair of question < 0 ? [] : beforeSubpath.slice(question + 1).split('&')) {
    const equals = pair.indexOf('=');
    if (equals > 0) qualifiers.set(pair.slice(0, equals).toLowerCase(), decoded(pair.slice(equals + 1)));
  }
  return {
    type: type.toLowerCase(),
    ...(names.length > 0 && { namespace: names.map(decoded).join('/') }),
    name: decoded(name),
    ...(cut >= 0 && { version: decoded(main.slice(cut + 1)) }),
    qualifiers,
  };
}

/** The name an ecosystem knows a package by, from a purl: `group:artifact` for Maven, `@scope/name` for npm. */
export function purlName(parts: PurlParts): string {
  if (parts.namespace === undefined || isOsType(parts.type)) return parts.name;
  return `${parts.namespace}${parts.type === 'maven' ? ':' : '/'}${parts.name}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** True for the ids that stand for one vulnerability everywhere. */
export function isCve(id: string): boolean {
  return /^CVE-\d{4}-\d{4,}$/i.test(id);
}

/** True for the ids of advisories that speak of several vulnerabilities, and are therefore nobody's alias. */
export function isBulletin(id: string): boolean {
  return /^(?:DSA|DLA|DTSA|ELA|USN|LSN|RHSA|RHBA|RHEA|ALSA|ALBA|ALEA|RLSA|RXSA|ELSA|ALAS\w*|SUSE-\w+|openSUSE-\w+|MGASA)-/i.test(
    id,
  );
}

/** The CVE ids in a text, upper case, each once. */
export function cvesIn(source: string | undefined): readonly string[] {
  return source === undefined
    ? []
    : [...new Set((source.match(/\bCVE-\d{4}-\d{4,9}\b/gi) ?? []).map((id) => id.toUpperCase()))];
}
