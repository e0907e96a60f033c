import { shellWord } from '../ecosystems/fixing.ts';
import { typeNamed } from '../ecosystems/index.ts';
import { deb } from '../ecosystems/system-types.ts';
import { withoutEnd, withoutStart } from '../formats/ends.ts';
import type { OperatingSystem } from '../model.ts';
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

/** How packages are taken out. */
export const osRemoval = (names: readonly string[], type: string, os?: OperatingSystem): readonly string[] =>
  typeNamed(type).fix.remove?.(names, { os }) ?? [];

/** The pip of an environment: plain where it is the first Python on the image's PATH. */
export function pipOf(
  environment: PythonEnvironment,
  path: string,
  environments: readonly PythonEnvironment[],
): string {
  const folders = path.split(':').map((folder) => withoutStart(withoutEnd(folder, '/'), '/'));
  const first = folders.flatMap(
    (folder) => environments.find(({ prefix }) => folder === (prefix === '' ? 'bin' : `${prefix}/bin`)) ?? [],
  )[0];
  if (first === environment || environment.declaredIn !== undefined) return 'pip';
  const [major, minor] = environment.python.split('.');
  const program = `/${environment.prefix === '' ? '' : `${environment.prefix}/`}bin/python${major}${minor === undefined ? '' : `.${minor}`}`;
  return `${shellWord(program)} -m pip`;
}

/** `pip install` of exactly these versions, in one go, so that pip itself checks them against each other. */
export function pipInstall(pip: string, changes: readonly Change[]): string {
  const pins = changes.map(({ name, to }) => shellWord(`${name}==${to}`)).sort();
  return `${pip} install --no-cache-dir ${pins.join(' ')}`;
}
