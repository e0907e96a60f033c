import type { OperatingSystem } from '../model.ts';
import type { PythonEnvironment } from './installed/index.ts';
import type { Change } from './plan.ts';

/** Names come from images: what a shell could read as anything but a word is quoted. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** More packages than this are upgraded wholesale: a line that nobody reads pins nothing. */
const NAMES = 12;

/** Whether so many OS packages change that all are better upgraded. */
export const isLong = (changes: readonly Change[]): boolean => new Set(changes.map(({ name }) => name)).size > NAMES;

const sorted = (changes: readonly Change[]): string[] => [...new Set(changes.map(({ name }) => name))].sort();

/** How the image's own package manager makes these upgrades; each line is a shell command. */
export function osUpgrade(changes: readonly Change[], os: OperatingSystem | undefined, wholesale: boolean): string[] {
  const type = changes[0]?.type;
  const names = sorted(changes).map(shellWord);
  if (type === 'apk') return [`apk upgrade --no-cache${wholesale ? '' : ` ${names.join(' ')}`}`];
  if (type === 'rpm') {
    const tool =
      ['amzn', 'centos', 'rhel'].includes(os?.id ?? '') && /^[1-7]\b|^2$/.test(os?.versionId ?? '')
        ? 'yum'
        : os?.idLike?.includes('suse') || /suse|sles/.test(os?.id ?? '')
          ? 'zypper'
          : 'dnf';
    if (tool === 'zypper')
      return [wholesale ? 'zypper --non-interactive patch' : `zypper --non-interactive update ${names.join(' ')}`];
    return [`${tool} upgrade -y${wholesale ? '' : ` ${names.join(' ')}`}`, `${tool} clean all`];
  }
  return [
    'apt-get update',
    wholesale ? 'apt-get upgrade -y' : `apt-get install -y --no-install-recommends --only-upgrade ${names.join(' ')}`,
    'rm -rf /var/lib/apt/lists/*',
  ];
}

/** How packages are taken out. */
export function osRemoval(names: readonly string[], type: string): string[] {
  const words = [...names].sort().map(shellWord).join(' ');
  if (type === 'apk') return [`apk del ${words}`];
  if (type === 'rpm') return [`dnf remove -y ${words}`];
  return [`apt-get purge -y ${words}`];
}

/** The pip of an environment: plain where it is the first Python on the image's PATH. */
export function pipOf(
  environment: PythonEnvironment,
  path: string,
  environments: readonly PythonEnvironment[],
): string {
  const folders = path.split(':').map((folder) => folder.replace(/^\/+|\/+$/g, ''));
  const first = folders.flatMap(
    (folder) => environments.find(({ prefix }) => folder === (prefix === '' ? 'bin' : `${prefix}/bin`)) ?? [],
  )[0];
  if (first === environment) return 'pip';
  const [major, minor] = environment.python.split('.');
  const program = `/${environment.prefix === '' ? '' : `${environment.prefix}/`}bin/python${major}${minor === undefined ? '' : `.${minor}`}`;
  return `${shellWord(program)} -m pip`;
}

/** `pip install` of exactly these versions, in one go, so that pip itself checks them against each other. */
export function pipInstall(pip: string, changes: readonly Change[]): string {
  const pins = changes.map(({ name, to }) => shellWord(`${name}==${to}`)).sort();
  return `${pip} install --no-cache-dir ${pins.join(' ')}`;
}
