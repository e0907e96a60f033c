import { pypi } from '../../ecosystems/pypi.ts';
import { comparePep440, isPep440 } from '../../versions/pep440.ts';
import { isPrerelease, parseSpecifiers, satisfies } from '../../versions/pep440-specifier.ts';
import { parseWheelName, sdistVersion, tagsFit, type WheelTarget, wheelTags } from './wheel-tags.ts';

/** What is said of a version that no file is listed of. */
export const NOT_LISTED = 'is not in the index';

/** One file of a project. */
export interface IndexFile {
  readonly filename: string;
  readonly url: string;
  readonly requiresPython?: string;
  readonly yanked: boolean;
  /** `sha256` of the file, hexadecimal. */
  readonly sha256?: string;
  /** `sha256` of the metadata beside it, hexadecimal. https://peps.python.org/pep-0658/ */
  readonly metadata?: string;
  /** The page that named it. */
  readonly page: string;
  /** The index that named it was named by the image or the project. */
  readonly byContent?: true;
  /** The database recorded it when it was built; no index was asked now. */
  readonly recorded?: true;
}

/** A version that can be installed. */
export interface IndexVersion {
  readonly version: string;
  readonly files: readonly IndexFile[];
  /** Only as source: pip would have to build it. */
  readonly sourceOnly: boolean;
}

/** Versions that pip would consider on this interpreter. Pre-releases only for who has one already, and where there is nothing else. */
export function installable(
  name: string,
  files: readonly IndexFile[],
  target: WheelTarget,
  installed: string | undefined,
): IndexVersion[] {
  const byVersion = new Map<string, { files: IndexFile[]; wheel: boolean }>();
  const pythons = new Map<string, boolean>();
  const suits = (specifier: string | undefined): boolean => {
    if (specifier === undefined) return true;
    let answer = pythons.get(specifier);
    if (answer === undefined) {
      answer = suitsPython(specifier, target);
      pythons.set(specifier, answer);
    }
    return answer;
  };
  const suitsTags = tagsFit(target);
  for (const file of files) {
    if (file.yanked || !suits(file.requiresPython)) continue;
    const tags = wheelTags(file.filename);
    const fits = tags !== undefined && suitsTags(tags);
    if (tags !== undefined && !fits) continue;
    const version = parseWheelName(file.filename)?.version ?? sdistVersion(file.filename, name, pypi.normalize);
    if (version === undefined || !isPep440(version)) continue;
    const known = byVersion.get(version) ?? { files: [], wheel: false };
    known.files.push(file);
    byVersion.set(version, { files: known.files, wheel: known.wheel || fits });
  }
  const early = (installed !== undefined && isPrerelease(installed)) || [...byVersion.keys()].every(isPrerelease);
  const all = [...byVersion]
    .filter(([version]) => early || !isPrerelease(version))
    .map(([version, known]) => ({ version, files: known.files, sourceOnly: !known.wheel }))
    .sort((a, b) => comparePep440(a.version, b.version));
  // Where there are wheels, a version without one is not what the image's builder expects.
  return all.some(({ sourceOnly }) => !sourceOnly) ? all.filter(({ sourceOnly }) => !sourceOnly) : all;
}

/** Whether `Requires-Python` lets the interpreter in; of one whose patch release is not known, the latest is taken. */
function suitsPython(specifier: string | undefined, { python }: WheelTarget): boolean {
  if (specifier === undefined) return true;
  const clauses = parseSpecifiers(specifier);
  const full = python.split('.').length > 2 ? python : `${python}.99`;
  return clauses === undefined || satisfies(full, clauses, 'installed');
}

/** Why `installable` leaves a version out, to be read behind its name; undefined where it does not. */
export function obstacleOf(
  name: string,
  version: string,
  files: readonly IndexFile[],
  target: WheelTarget,
  installed: string | undefined,
): string | undefined {
  const own = files.filter((file) => {
    const written = parseWheelName(file.filename)?.version ?? sdistVersion(file.filename, name, pypi.normalize);
    return written !== undefined && isPep440(written) && isPep440(version) && comparePep440(written, version) === 0;
  });
  if (own.length === 0) return NOT_LISTED;
  const offered = own.filter(({ yanked }) => !yanked);
  if (offered.length === 0) return 'was yanked by its publisher';
  const suited = offered.filter(({ requiresPython }) => suitsPython(requiresPython, target));
  if (suited.length === 0) return `requires Python ${offered[0]?.requiresPython ?? ''}, and this is ${target.python}`;
  const isOffered = installable(name, files, target, installed).some(
    (candidate) => comparePep440(candidate.version, version) === 0,
  );
  if (isOffered) return undefined;
  if (isPrerelease(version) && !(installed !== undefined && isPrerelease(installed))) return 'is a pre-release';
  const where = `Python ${target.python} on ${target.machine || 'Linux'}${target.musl ? ' with musl' : ''}`;
  return suited.some(({ filename }) => filename.endsWith('.whl'))
    ? `has no wheel for ${where}`
    : 'is there as source only, where other versions have wheels';
}
