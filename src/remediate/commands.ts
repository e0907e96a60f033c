import { shellWord, shellWords } from '../ecosystems/fixing.ts';
import { typeNamed } from '../ecosystems/index.ts';
import { deb } from '../ecosystems/system-types.ts';
import { withoutEnd, withoutStart } from '../formats/ends.ts';
import type { OperatingSystem, Subject } from '../model.ts';
import type { PythonEnvironment } from './installed/index.ts';
import type { Change } from './plan.ts';

/** More packages than this are upgraded wholesale: a line that nobody reads pins nothing. */
const NAMES = 12;

/** Whether so many OS packages change that all are better upgraded. */
export const isLong = (changes: readonly Change[]): boolean => new Set(changes.map(({ name }) => name)).size > NAMES;

/** How the image's own package manager makes these upgrades; each line is a shell command. */
export function osUpgrade(
  changes: readonly Change[],
  os: OperatingSystem | undefined,
  wholesale: boolean,
  installed: ReadonlySet<string>,
): string[] {
  const { upgrade, clean } = typeNamed(changes[0]?.type ?? deb.type).fix;
  const pins = changes.map(({ name, to }) => ({ name, version: to ?? '' }));
  const place = { os, wholesale, installed };
  return [...(upgrade?.(pins, place) ?? []), ...(clean?.(place) ?? [])];
}

/** How Debian's packages are taken out; of others it is not known what needs them. */
export const aptRemoval = (names: readonly string[]): string => `apt-get purge -y ${shellWords(names)}`;

/** Where a scanned folder lies that is no system of its own, so that commands for it are run here; `/` is this machine's own root. */
export const folderHere = ({ source, name }: Subject, os: OperatingSystem | undefined): string | undefined =>
  source === 'dir' && os === undefined && name !== '/' ? name : undefined;

/**
 * The pip of an environment: plain where it is the first Python on the image's PATH. Of a folder of this machine that is no root file
 * system (`root`, its path) always by its place here: plain pip would change another Python than the one that was judged.
 */
export function pipOf(
  environment: PythonEnvironment,
  path: string,
  environments: readonly PythonEnvironment[],
  root?: string,
): string {
  const folders = path.split(':').map((folder) => withoutStart(withoutEnd(folder, '/'), '/'));
  const first = folders.flatMap(
    (folder) => environments.find(({ prefix }) => folder === (prefix === '' ? 'bin' : `${prefix}/bin`)) ?? [],
  )[0];
  if (environment.declaredIn !== undefined || (first === environment && root === undefined)) return 'pip';
  const [major, minor] = environment.python.split('.');
  const program = `${root ?? ''}/${environment.prefix === '' ? '' : `${environment.prefix}/`}bin/python${major}${minor === undefined ? '' : `.${minor}`}`;
  return `${shellWord(program)} -m pip`;
}

/** `pip install` of exactly these versions, in one go, so that pip itself checks them against each other. */
export function pipInstall(pip: string, changes: readonly Change[]): string {
  const pins = changes.map(({ name, to }) => shellWord(`${name}==${to}`)).sort();
  return `${pip} install --no-cache-dir ${pins.join(' ')}`;
}
