/** How people and other scanners sort packages. */
export interface PackageKind {
  readonly kind: string;
  /** For people. */
  readonly label: string;
  /** purl types. https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst */
  readonly types: readonly string[];
  /** Trivy's `Results[].Type` and `Target`; one result for each file where it lists by file. Operating systems have their own. */
  readonly trivy: { readonly type: string; readonly target: string; readonly byFile?: true };
}

const OS: PackageKind = {
  kind: 'os',
  label: 'OS packages',
  types: ['deb', 'rpm', 'apk', 'alpm', 'portage'],
  trivy: { type: '', target: '' },
};

/** In the order in which reports list them. */
export const PACKAGE_KINDS: readonly PackageKind[] = [
  OS,
  { kind: 'python', label: 'Python', types: ['pypi'], trivy: { type: 'python-pkg', target: 'Python' } },
  { kind: 'conda', label: 'Conda', types: ['conda'], trivy: { type: 'conda-pkg', target: 'Conda' } },
  { kind: 'node', label: 'Node.js', types: ['npm'], trivy: { type: 'node-pkg', target: 'Node.js' } },
  { kind: 'java', label: 'Java', types: ['maven'], trivy: { type: 'jar', target: 'Java' } },
  { kind: 'go', label: 'Go', types: ['golang'], trivy: { type: 'gobinary', target: '', byFile: true } },
  { kind: 'rust', label: 'Rust', types: ['cargo'], trivy: { type: 'rustbinary', target: '', byFile: true } },
  { kind: 'ruby', label: 'Ruby', types: ['gem'], trivy: { type: 'gemspec', target: 'Ruby' } },
  { kind: 'php', label: 'PHP', types: ['composer'], trivy: { type: 'composer-vendor', target: '', byFile: true } },
  { kind: 'dotnet', label: '.NET', types: ['nuget'], trivy: { type: 'dotnet-core', target: '', byFile: true } },
  { kind: 'r', label: 'R', types: ['cran'], trivy: { type: 'cran', target: 'R' } },
  { kind: 'julia', label: 'Julia', types: ['julia'], trivy: { type: 'julia', target: '', byFile: true } },
  {
    kind: 'program',
    label: 'Programs and libraries',
    types: ['generic', 'github'],
    trivy: { type: 'binary', target: 'Programs' },
  },
];

const byType = new Map(PACKAGE_KINDS.flatMap((kind) => kind.types.map((type) => [type, kind] as const)));

/** The kind of a purl type; a type that nobody has sorted yet is a kind of its own. */
export function kindOf(type: string): PackageKind {
  return byType.get(type) ?? { kind: type, label: type, types: [type], trivy: { type, target: type } };
}

/** Whether an operating system's package manager installs packages of this purl type. */
export const isOsPackage = (type: string): boolean => kindOf(type) === OS;
