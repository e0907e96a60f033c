import { isYes } from '../formats/text/index.ts';
import type { PackageSource } from '../model.ts';

/** Whom an image's own installer asks, where its settings say so. */
export interface OwnIndex {
  /** Host of the index; absent: it is told to ask none. */
  readonly host?: string;
  /** `no-index in /etc/pip.conf`, `PIP_NO_INDEX`. */
  readonly by: string;
}

/** Settings of pip's that stand in the environment of a container. */
const PIP = { none: 'PIP_NO_INDEX', address: 'PIP_INDEX_URL' } as const;

/**
 * Whom pip of an image asks, of the environment below `prefix` (`opt/venv`): the container's variables before the environment's own
 * file, that before a user's, that before the system's. Undefined: nothing is said, so that it asks whom everybody asks.
 * https://pip.pypa.io/en/stable/topics/configuration/#precedence-override-order
 */
export function ownPipIndex(
  sources: readonly PackageSource[] | undefined,
  variables: readonly string[],
  prefix: string,
): OwnIndex | undefined {
  const own = valuesOf(variables);
  const none = own.get(PIP.none);
  if (none !== undefined && isYes(none)) return { by: PIP.none };
  const files = (sources ?? [])
    .filter(({ manager, label }) => manager === 'pip' && concerns(fileOf(label), prefix))
    .sort((a, b) => rank(fileOf(a.label), prefix) - rank(fileOf(b.label), prefix));
  const refusing = files.find(({ label }) => label.startsWith('no-index '));
  if (none === undefined && refusing !== undefined) return { by: refusing.label };
  const named = own.get(PIP.address);
  if (named !== undefined) return asked(named, PIP.address);
  const file = files.find(({ label }) => label.startsWith('index-url '));
  return file && asked(file.address, file.label);
}

/** Whom npm of an image asks. https://docs.npmjs.com/cli/using-npm/config */
export function ownNpmRegistry(
  sources: readonly PackageSource[] | undefined,
  variables: readonly string[],
): OwnIndex | undefined {
  const named = valuesOf(variables).get('NPM_CONFIG_REGISTRY');
  if (named !== undefined) return asked(named, 'NPM_CONFIG_REGISTRY');
  const file = sources?.find(({ manager }) => manager === 'npm');
  return file && asked(file.address, file.label);
}

const valuesOf = (variables: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    variables.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).toUpperCase(), pair.slice(at + 1)];
    }),
  );

const asked = (address: string, by: string): OwnIndex | undefined =>
  URL.canParse(address) ? { host: new URL(address).host, by } : undefined;

const fileOf = (label: string): string => label.replace(/^\S+ in \//, '');
/** A file beside an interpreter is that environment's; one of a user or the system is everybody's. */
const rank = (file: string, prefix: string): number =>
  file === `${prefix}/pip.conf` ? 0 : /(?:^|\/)(?:\.config\/pip|\.pip)\/pip\.conf$/.test(file) ? 1 : 2;
const concerns = (file: string, prefix: string): boolean =>
  rank(file, prefix) < 2 || file === 'etc/pip.conf' || file === 'etc/xdg/pip/pip.conf';
