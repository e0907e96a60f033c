import type { RecordedVersion } from '../../advisories/distribution.ts';
import type { AdvisoryStore } from '../../advisories/store/index.ts';
import { addTo } from '../../collections.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { indexOverFiles, type PythonIndex } from './index-over-files.ts';
import { type IndexFile, installable } from './installable.ts';
import { parseWheelName, sdistVersion, tagsFit } from './wheel-tags.ts';

/**
 * The index as the database recorded it when it was built: which versions there are and which Python and platform they are for, of
 * the distributions that advisories speak of. What they need is not in it. Undefined where nothing was recorded.
 */
export function recordedIndex(store: AdvisoryStore): PythonIndex | undefined {
  const { distribution } = store;
  if (distribution === undefined) return undefined;
  const files = async (name: string): Promise<readonly IndexFile[] | undefined> =>
    distribution(pypi.normalize(name))?.versions.flatMap((version) => filesOf(name, version));
  /** Of the hundreds of wheels of a distribution few are for one interpreter: the others need not become files. */
  const versions: PythonIndex['versions'] = async (name, target, installed) => {
    const suits = tagsFit(target);
    const suited = distribution(pypi.normalize(name))?.versions.flatMap(({ foreign: _, ...version }) =>
      filesOf(name, { ...version, wheels: version.wheels.filter(suits) }),
    );
    return suited && installable(name, suited, target, installed);
  };
  const index = indexOverFiles(files, {
    problems: new Set(),
    by: 'what the database recorded of a package index',
    requires: async () => undefined,
  });
  return { ...index, versions };
}

/** The first that has an answer. What the second says is marked as recorded. */
export function indexWithRecord(asked: PythonIndex, recorded: PythonIndex): PythonIndex {
  return {
    ...asked,
    files: async (name) => (await asked.files(name)) ?? recorded.files(name),
    versions: async (...query) => (await asked.versions(...query)) ?? recorded.versions(...query),
    obstacle: async (name, ...query) =>
      (await asked.files(name)) === undefined ? recorded.obstacle(name, ...query) : asked.obstacle(name, ...query),
  };
}

function filesOf(
  name: string,
  { version, requiresPython, yanked, source, wheels, foreign }: RecordedVersion,
): IndexFile[] {
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const named = [
    ...wheels.map((tags) => `${stem}-${tags}.whl`),
    ...(foreign ? [`${stem}-py3-none-win_amd64.whl`] : []),
    ...(source ? [`${stem}.tar.gz`] : []),
  ];
  return named.map((filename) => ({
    filename,
    url: '',
    page: '',
    yanked: yanked === true,
    recorded: true,
    ...(requiresPython === undefined ? {} : { requiresPython }),
  }));
}

/** The versions that files make, as the database records them: wheels for other systems than Linux are only counted. */
export function recordedVersions(name: string, files: readonly IndexFile[]): RecordedVersion[] {
  const byVersion = new Map<string, IndexFile[]>();
  for (const file of files) {
    const version = parseWheelName(file.filename)?.version ?? sdistVersion(file.filename, name, pypi.normalize);
    if (version !== undefined) addTo(byVersion, version, file);
  }
  return [...byVersion].map(([version, own]): RecordedVersion => {
    const tags = own.flatMap(({ filename }) => {
      const wheel = parseWheelName(filename);
      return wheel ? [[wheel.pythons, wheel.abis, wheel.platforms].map((part) => part.join('.')).join('-')] : [];
    });
    const wheels = [...new Set(tags.filter((tag) => /-any$|linux/.test(tag)))];
    const python = own.find(({ requiresPython }) => requiresPython !== undefined)?.requiresPython;
    return {
      version,
      wheels,
      ...(python === undefined ? {} : { requiresPython: python }),
      ...(own.every(({ yanked }) => yanked) ? { yanked: true } : {}),
      ...(own.some(({ filename }) => !filename.endsWith('.whl')) ? { source: true } : {}),
      ...(wheels.length === 0 && tags.length > 0 ? { foreign: true } : {}),
    };
  });
}
