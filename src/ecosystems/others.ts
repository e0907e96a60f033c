import { compareNatural, isNaturalVersion, withoutMetadata } from '../versions/natural.ts';
import type { PackageType, TypeGroup } from './ecosystem.ts';
import { type Fixing, installedBy, rebuilt } from './fixing.ts';
import { lower, type PurlShape, shape } from './purl-shape.ts';

/** What a type of packages that nobody here has advisories on says of itself; the rest follows from it. */
interface Described {
  readonly type: string;
  readonly named?: RegExp;
  readonly label: string;
  readonly group?: TypeGroup;
  readonly kind?: string;
  readonly words?: readonly string[];
  readonly purl?: PurlShape;
  readonly fix?: Fixing;
  readonly trivy?: PackageType['trivy'];
  readonly carriesNative?: true;
  readonly installs?: RegExp;
}

/** A type of packages without advisories of its own: named, counted and written all the same. */
export const packageType = (value: Described): PackageType => ({
  group: 'language',
  kind: value.type,
  words: [value.type],
  normalize: (name) => name,
  compare: compareNatural,
  comparator: 'natural',
  isVersion: isNaturalVersion,
  withoutBuild: withoutMetadata,
  fix: rebuilt('@'),
  purl: shape(value.type, { separator: '/' }),
  trivy: { type: value.type, target: value.label },
  ...value,
});

/** Judged as what it is elsewhere: inventory/lookups.ts. https://github.com/package-url/purl-spec/blob/main/types-doc/conda-definition.md */
export const conda = packageType({
  type: 'conda',
  // https://docs.conda.io/projects/conda-build/en/latest/concepts/package-naming-conv.html
  named: /^[a-z0-9_][a-z0-9._-]*$/i,
  label: 'Conda',
  group: 'environment',
  words: ['conda', 'conda-pkg', 'conda-environment'],
  carriesNative: true,
  fix: installedBy('conda install', '='),
  installs: /(?<![\w.-])(?:conda|mamba|micromamba|pixi)(?![\w.-])[^\n;&|]{0,200}?\b(?:install|create|update)\b/,
  purl: shape('conda', { name: lower, qualifiers: ['build', 'channel', 'subdir', 'type'] }),
  trivy: { type: 'conda-pkg', target: 'Conda' },
});

/** A commit's hash has no case; a tag's name has. */
const revision = (version: string): string => (/^[0-9a-f]{40}$/i.test(version) ? lower(version) : version);

/** Models and their hubs. */
export const models: readonly PackageType[] = [
  packageType({
    type: 'huggingface',
    label: 'Models',
    kind: 'model',
    group: 'model',
    words: ['huggingface', 'hugging face'],
    purl: shape('huggingface', { separator: '/', version: revision, qualifiers: ['type', 'repository_url'] }),
  }),
  packageType({
    type: 'mlflow',
    label: 'Models',
    kind: 'model',
    group: 'model',
    purl: shape('mlflow', {
      // Databricks does not tell names apart by case, other registries do.
      name: (name, { qualifiers }) => (qualifiers.get('repository_url')?.includes('databricks') ? lower(name) : name),
      qualifiers: ['model_uuid', 'run_id', 'repository_url'],
    }),
  }),
];

/** Types that only bills of materials bring here, so that each has its name in tables. */
export const listedOnly: readonly PackageType[] = [
  ...['github', 'gitlab', 'bitbucket'].map((type) =>
    packageType({
      type,
      label: 'Programs and libraries',
      kind: 'program',
      group: 'native',
      words: type === 'github' ? [type, 'github-action', 'github-actions', 'github-action-workflow'] : [type],
      purl: shape(type, { separator: '/', namespace: lower, name: lower }),
    }),
  ),
  packageType({ type: 'conan', label: 'C and C++', words: ['conan', 'c', 'c++'] }),
  packageType({ type: 'cocoapods', label: 'CocoaPods', words: ['cocoapods', 'pod'] }),
  packageType({
    type: 'cpan',
    label: 'Perl',
    words: ['cpan', 'perl'],
    purl: shape('cpan', { separator: '/', namespace: (author) => author.toUpperCase() }),
  }),
  packageType({
    type: 'luarocks',
    label: 'Lua',
    words: ['luarocks', 'lua', 'lua-rocks'],
    purl: shape('luarocks', { separator: '/', namespace: lower, name: lower, version: lower }),
  }),
  packageType({ type: 'opam', label: 'OCaml', words: ['opam', 'ocaml'] }),
  packageType({
    type: 'otp',
    label: 'Erlang and Elixir',
    words: ['otp', 'erlang-otp'],
    purl: shape('otp', { name: lower }),
  }),
  packageType({ type: 'nix', label: 'Nix', group: 'environment', words: ['nix'] }),
];
