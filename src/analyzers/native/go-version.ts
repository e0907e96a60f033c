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
  [/^github\.com\/k3s-io\//, /^github\.com\/k3s-io\/k3s\/pkg\/version\.Version$/],
];

/** What a variable that tells a version is called. */
const VERSION_NAME = /^(?:\w*[vV]ersion|(?:git|release|build)?[tT]ag|[rR]elease|VERSION)$/;
/** `GoVersion`, `schemaVersion`: of something else. */
const OF_SOMETHING_ELSE =
  /^(?:go|api|schema|min|max|db|compose|engine|protocol|base|default|client|server|config|module|k8s|kube|chart)[vV]?ersion$/i;
const VALUE = /^v?(\d+\.\d+(?:\.\d+)?[\w.+-]*)$/;

/**
 * The version that a program was told by its linker, `-X main.version=v1.2.3`: by a variable of its main package or of its own module, or
 * by one that it is known to read. Undefined where nothing of the kind was said: a dependency's version is not the program's.
 * https://pkg.go.dev/cmd/link
 */
export function linkedVersion({ settings, path, main }: GoBuildInfo): string | undefined {
  const module = main?.path ?? '';
  const root = module.replace(/\/v\d+$/, '');
  let best: { readonly rank: number; readonly version: string } | undefined;
  for (const [pkg, name, value] of assignments(settings.get('-ldflags') ?? '')) {
    const version = VALUE.exec(value.slice(0, LIMITS.factTextLength))?.[1];
    if (version === undefined) continue;
    const named = VERSION_NAME.test(name) && !OF_SOMETHING_ELSE.test(name);
    const rank = KNOWN.some(([of, variable]) => of.test(module) && variable.test(`${pkg}.${name}`))
      ? 4
      : named && (pkg === 'main' || pkg === path)
        ? 3
        : named && root !== '' && (pkg === root || pkg.startsWith(`${root}/`)) && !pkg.includes('/vendor/')
          ? 2
          : 0;
    if (rank > (best?.rank ?? 0))
      best = { rank, version: `v${version.split('.').length === 2 ? `${version}.0` : version}` };
  }
  return best?.version;
}

/** Every `-X package.name=value`, in whatever quotes. */
function* assignments(flags: string): Generator<readonly [pkg: string, name: string, value: string]> {
  for (const [, quoted, double, bare] of flags.matchAll(/(?:^|\s)-X[= ]\s*(?:'([^']*)'|"([^"]*)"|(\S+))/g)) {
    const text = quoted ?? double ?? bare ?? '';
    const equals = text.indexOf('=');
    const variable = text.slice(0, Math.max(0, equals));
    const dot = variable.lastIndexOf('.');
    if (dot > 0)
      yield [variable.slice(0, dot), variable.slice(dot + 1), text.slice(equals + 1).replace(/^["']|["']$/g, '')];
  }
}

/** What the version control system was at when it was built, where no version is told: enough to look the program up. */
export function buildStamp({ settings }: GoBuildInfo): Readonly<Record<string, string>> {
  const stamp: Record<string, string> = {};
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
