import { LIMITS } from '../../limits.ts';

/** One line of a `RECORD`: a file that a wheel brings. */
interface RecordedFile {
  /** From the folder that wheels are installed into. */
  readonly path: string;
  /** SHA-256, base64url without padding. */
  readonly digest: string;
  readonly size: number;
}

const ALGORITHM = 'sha256=';
/** Base64url of 32 bytes, without padding. */
const DIGEST_LENGTH = 43;

/**
 * The files of a wheel with their digests, as its list states them; lines without a digest of this kind are left out.
 * https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file
 */
export function* recordedFiles(text: string): Generator<RecordedFile> {
  for (const line of text.split('\n')) {
    // The path comes first and is quoted where it holds a comma.
    const [size = '', stated = '', ...path] = line.trimEnd().split(',').reverse();
    const digest = stated.startsWith(ALGORITHM) ? stated.slice(ALGORITHM.length) : '';
    if (digest.length === DIGEST_LENGTH)
      yield { path: path.reverse().join(',').replaceAll('"', ''), digest, size: Number(size) };
  }
}

/** So much of a digest is kept: 96 bits, which nobody meets by chance. */
const KEPT = 16;

/** What is kept of the digest of a source, as a `RECORD` states it. */
export const keptDigest = (digest: string): string => digest.slice(0, KEPT);

/** Of an empty file: it is the same everywhere and tells nothing. */
const EMPTY = keptDigest('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU');

/** What `foo/bar.py` is called from its import package on: `/bar.py`; `.py` where the module is one file. A compiled module (`.so`) counts as one. */
export type PythonSource = string;

/** Python sources by what they are called, with what is kept of their digests. */
export type Sources = ReadonlyMap<PythonSource, string>;

/** Sources of the wheels of one distribution, below one import package: the digests that each has had, and in which versions. */
export interface WheelSources {
  readonly versions: readonly string[];
  readonly files: ReadonlyMap<PythonSource, readonly (readonly [digest: string, ...versions: number[]])[]>;
}

/** Import packages and modules are identifiers; what lies in `foo-1.0.data` or beside is none. Of compiled modules the list has digests too, but of what Python keeps compiled (`.pyc`). */
const SOURCE = /^([A-Za-z_]\w{0,200})(?:(?:\/[^\0]{1,1000})?\.py|\/[^\0]{1,1000}\.so)$/;

/** The sources that a `RECORD` lists, by import package; of one no more than are compared. */
export function sourcesInRecord(record: string): ReadonlyMap<string, Sources> {
  const modules = new Map<string, Map<PythonSource, string>>();
  for (const { path, digest } of recordedFiles(record)) {
    const module = SOURCE.exec(path)?.[1];
    if (module === undefined) continue;
    const sources = modules.get(module) ?? new Map<PythonSource, string>();
    modules.set(module, sources);
    if (tells(keptDigest(digest))) sources.set(path.slice(module.length), keptDigest(digest));
  }
  return new Map([...modules].map(([module, sources]) => [module, firstOf(sources)]));
}

/** Whether a digest says anything of where a file is from. */
export const tells = (digest: string): boolean => digest !== EMPTY;

/** The same of every version of a distribution, wherever it is asked: the first by name. */
export const firstOf = (sources: Sources): Sources =>
  sources.size <= LIMITS.comparedSources
    ? sources
    : new Map([...sources].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, LIMITS.comparedSources));

/** Puts the sources of single wheels together: a digest that many versions share is kept once. */
export function wheelSources(wheels: ReadonlyMap<string, Sources>): WheelSources {
  const versions = [...wheels.keys()];
  const files = new Map<PythonSource, Map<string, number[]>>();
  for (const [at, version] of versions.entries())
    for (const [name, digest] of wheels.get(version) ?? []) {
      const digests = files.get(name) ?? new Map<string, number[]>();
      files.set(name, digests);
      const those = digests.get(digest);
      if (those === undefined) digests.set(digest, [at]);
      else those.push(at);
    }
  return {
    versions,
    files: new Map([...files].map(([name, digests]) => [name, [...digests].map(([digest, at]) => [digest, ...at])])),
  };
}

/** The sources of each version again. */
export function eachWheel({ versions, files }: WheelSources): Map<string, Sources> {
  const wheels = versions.map(() => new Map<PythonSource, string>());
  for (const [name, digests] of files)
    for (const [digest, ...those] of digests) for (const at of those) wheels[at]?.set(name, digest);
  return new Map(versions.map((version, at) => [version, wheels[at]!]));
}
