import type { GoBuildInfo } from '../../formats/executables/index.ts';
import { LIMITS } from '../../limits.ts';

/**
 * Variables outside of the main module that programs are known to be told their own version by: `main module, package, name`.
 * Every other package's version is that package's, not the program's.
 */
const KNOWN: readonly (readonly [main: RegExp, variable: RegExp])[] = [
  // https://github.com/prometheus/common/blob/main/version/info.go
  [
    /^github\.com\/(?:prometheus|grafana|thanos-io|cortexproject|oliver006|prometheus-community)\//,
    /^github\.com\/prometheus\/common\/version\.Version$/,
  ],
  [
    /^k8s\.io\/(?:kubernetes|kubectl|kube-[\w-]+)(?:\/|$)/,
    /^k8s\.io\/(?:component-base|client-go\/pkg|kubernetes\/pkg|kubectl\/pkg)\/version\.gitVersion$/,
  ],
  [/^github\.com\/docker\/cli(?:\/|$)/, /^github\.com\/docker\/cli\/cli\/version\.Version$/],
  [
    /^github\.com\/(?:docker\/docker|moby\/moby)(?:\/|$)/,
    /^github\.com\/(?:docker\/docker|moby\/moby\/v2)\/dockerversion\.Version$/,
  ],
  [/^github\.com\/openshift\//, /^github\.com\/openshift\/[\w./-]*version\.(?:versionFromGit|gitVersion|Version)$/],
  // https://github.com/kubernetes-sigs/release-utils/blob/main/version/version.go
  [
    /^(?:github\.com\/(?:sigstore|chainguard-dev|wolfi-dev|ko-build)|sigs\.k8s\.io)\//,
    /^sigs\.k8s\.io\/release-utils\/version\.gitVersion$/,
  ],
  [/^istio\.io\/istio(?:\/|$)/, /^istio\.io\/pkg\/version\.(?:buildTag|buildVersion)$/],
  [/^github\.com\/k3s-io\//, /^github\.com\/k3s-io\/k3s\/pkg\/version\.Version$/],
];

/** What a variable that tells a version is called. */
const VERSION_NAME =
  /^(?:\w*[vV]ersion(?:String|Str|Number|Num|Tag)?|[sS]em[vV]er|ver|GitDescribe|(?:git|release|build)?[tT]ag|[rR]elease|VERSION)$/;
/** `GoVersion`, `schemaVersion`: of something else. */
const OF_SOMETHING_ELSE =
  /^(?:go|api|schema|min|max|db|compose|engine|protocol|base|default|client|server|config|module|k8s|kube|chart)[vV]?ersion$/i;
const VALUE = /^v?(\d+\.\d+(?:\.\d+)?[\w.+-]*)$/;
/** `release-1.2.3`, and the name of the program or module before it, as the tags of repositories with several have it: `kustomize/v5.3.0`. */
const TAGGED = /^(release|rel|[A-Za-z][\w.]*)[/_-](?=v?\d)/;

/** https://go.dev/ref/mod#pseudo-versions */
const PSEUDO = /^v\d+\.\d+\.\d+-(?:[\w.]+\.)?\d{14}-[0-9a-f]{12}(?:\+|$)/;
/** A commit of which the builder saw no release before it: mostly a clone without tags. */
const WITHOUT_RELEASE = /^v\d+\.0\.0-\d{14}-/;

/**
 * The release that a main module is. What Go stamped, unless that is but a commit and the linker was told a release; undefined where
 * neither tells: a commit without a release before it is of a clone without tags, and not older than every release.
 */
export function mainVersion(info: GoBuildInfo): string | undefined {
  const stamped = info.main?.version ?? '';
  const isRelease = stamped !== '' && stamped !== '(devel)' && !PSEUDO.test(stamped);
  if (isRelease) return stamped;
  return linkedVersion(info) ?? (PSEUDO.test(stamped) && !WITHOUT_RELEASE.test(stamped) ? stamped : undefined);
}

/**
 * The version that a program was told by its linker, `-X main.version=v1.2.3`: by a variable of its main package or of its own module, or
 * by one that it is known to read. Undefined where nothing of the kind was said: a dependency's version is not the program's.
 * https://pkg.go.dev/cmd/link
 */
function linkedVersion({ settings, path, main }: GoBuildInfo): string | undefined {
  const module = main?.path ?? '';
  const root = module.replace(/\/v\d+$/, '');
  let best: { readonly rank: number; readonly version: string } | undefined;
  // Of one variable the linker takes the last value that it is told.
  const told = new Map<string, readonly [pkg: string, name: string, value: string]>();
  for (const assignment of assignments(flagsFor(path ?? module, settings.get('-ldflags') ?? '')))
    told.set(`${assignment[0]}.${assignment[1]}`, assignment);
  const names = new Set(['release', 'rel', ...`${root}/${path ?? ''}`.split('/')]);
  for (const [pkg, name, value] of told.values()) {
    const short = value.slice(0, LIMITS.factTextLength);
    const before = TAGGED.exec(short);
    const version = VALUE.exec(before !== null && names.has(before[1]!) ? short.slice(before[0].length) : short)?.[1];
    if (version === undefined) continue;
    const named = VERSION_NAME.test(name) && !OF_SOMETHING_ELSE.test(name);
    const rank = KNOWN.some(([of, variable]) => of.test(module) && variable.test(`${pkg}.${name}`))
      ? 4
      : named && (pkg === 'main' || pkg === path)
        ? 3
        : named && root !== '' && (pkg === root || pkg.startsWith(`${root}/`)) && !pkg.includes('/vendor/')
          ? 2
          : named && module !== '' && !pkg.includes('/vendor/') && repositoryOf(pkg) === repositoryOf(module)
            ? 1
            : 0;
    if (rank > (best?.rank ?? 0))
      best = { rank, version: `v${version.split('.').length === 2 ? `${version}.0` : version}` };
  }
  return best?.version;
}

/**
 * Several modules of one repository are of one project: `github.com/OWNER/NAME`, `sigs.k8s.io/NAME`. Of a host that nobody here knows three parts
 * are, since most are forges (`git.example.com/TEAM/NAME`): another repository of the same team is another project.
 */
const repositoryOf = (path: string): string =>
  path
    .split('/')
    .slice(0, NAMED_AT_THE_DOOR.test(path) ? 2 : 3)
    .join('/');

/** Hosts that serve modules right below their name. */
const NAMED_AT_THE_DOOR =
  /^(?:(?:\w+\.)*k8s\.io|istio\.io|knative\.dev|helm\.sh|tekton\.dev|go\.etcd\.io|go\.opentelemetry\.io|go\.uber\.org|gopkg\.in|gocloud\.dev)\//;

/**
 * Every `-X package.name=value` that the linker was given: fields as cmd/go parts them, so that what is quoted for another flag
 * (`-extldflags '-X main.version=9'`) is none. https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies
 */
function* assignments(flags: string): Generator<readonly [pkg: string, name: string, value: string]> {
  const fields = [...flags.matchAll(FIELD)].map(([, quoted, double, bare]) => quoted ?? double ?? bare ?? '');
  for (const [index, field] of fields.entries()) {
    const text = /^--?X$/.test(field) ? (fields[index + 1] ?? '') : /^--?X=(.*)$/s.exec(field)?.[1];
    if (text === undefined) continue;
    const equals = text.indexOf('=');
    const variable = text.slice(0, Math.max(0, equals));
    const dot = variable.lastIndexOf('.');
    if (dot > 0)
      yield [variable.slice(0, dot), variable.slice(dot + 1), text.slice(equals + 1).replace(/^["']|["']$/g, '')];
  }
}

/** A quote begins a field, it is nothing within one. */
const FIELD = /(?<!\S)(?:'([^']*)'|"([^"]*)"|(\S+))/g;

/** The linker's flags for the program's own package: `-ldflags` may begin with the pattern of packages that they are for. */
function flagsFor(path: string, ldflags: string): string {
  const [, pattern, flags] = /^\s*([^\s'"=-][^\s'"=]*)=(.*)$/s.exec(ldflags) ?? [];
  if (pattern === undefined || flags === undefined) return ldflags;
  if (pattern === 'all' || pattern.startsWith('.')) return flags; // a relative one is of where it was built
  const wild = pattern.indexOf('...');
  const own = wild < 0 ? pattern === path : `${path}/`.startsWith(pattern.slice(0, wild));
  return own ? flags : '';
}

/** What the version control system was at when it was built, where no version is told: enough to look the program up. */
export function buildStamp({ settings, main }: GoBuildInfo): Readonly<Record<string, string>> {
  const stamp: Record<string, string> = {};
  const commit = /-(?:[\w.]+\.)?\d{14}-([0-9a-f]{12})(?:\+|$)/.exec(main?.version ?? '')?.[1];
  if (commit !== undefined) stamp.revision = commit;
  for (const [setting, property] of [
    ['vcs.revision', 'revision'],
    ['vcs.time', 'committed'],
  ] as const) {
    const value = settings.get(setting);
    if (value !== undefined) stamp[property] = value;
  }
  if (settings.get('vcs.modified') === 'true') stamp.modified = 'true';
  return stamp;
}
