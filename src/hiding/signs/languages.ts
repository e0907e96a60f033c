import { basename } from 'node:path/posix';
import { isServersPackage, isWellKnown } from '../../analyzers/well-known-modules.ts';
import { isSystemType, typeNamed } from '../../ecosystems/index.ts';
import { conda } from '../../ecosystems/others.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { counted } from '../../formats/grouped.ts';
import { isConfusing } from '../../formats/text/index.ts';
import type { ReadImage } from '../../layers/read-image.ts';
import { isInstalled, type Package, type Sign } from '../../model.ts';
import { OTHER_CODE } from '../other-code.ts';
import { by, NAMED, placesInWords, type SeenPackage, type SignScene, sign } from './scene.ts';

/** Manifests that were renamed, with a link left under their own name: programs follow it, most scanners do not. */
export function* links({ listed }: SignScene): Generator<Sign> {
  const renamed = listed.filter(
    ({ path, via, fact }) =>
      via !== undefined &&
      !isSystemType(fact.type) &&
      basename(via) !== basename(path) &&
      !/(?:^|\/)nix\/store\//.test(path),
  );
  const paths = [...new Set(renamed.map(({ via }) => via!))];
  if (paths.length > 0)
    yield sign(
      'manifest-linked',
      'info',
      `${counted(paths.length, 'manifest')} lie${paths.length === 1 ? 's' : ''} under another name behind a link (${placesInWords(paths)}): scanners that read regular files only do not see what they list`,
      paths,
    );
}

/** Code without the metadata that its package manager writes. */
const WITHOUT_METADATA = 3;

/** Code that was recovered without the metadata that its package manager writes. */
export function* metadata({ recovered, read, layers }: SignScene): Generator<Sign> {
  const code = recovered.filter(({ fact }) => fact.recovered !== undefined && !isSystemType(fact.type));
  if (code.length === 0) return;
  const below = code.find(({ fact }) => fact.recovered === 'lower-layer');
  const layer = below && removedIn(read, below);
  const surely = below !== undefined || code.length >= WITHOUT_METADATA;
  const kinds = [...new Set(code.map(({ fact }) => typeNamed(fact.type).label))].join(' and ');
  yield sign(
    'metadata-deleted',
    surely ? 'warning' : 'info',
    `${counted(code.length, 'package')} (${kinds}) ${code.length === 1 ? 'has' : 'have'} code and no metadata${
      layer === undefined ? '' : `, which was deleted${by(layers, layer)}`
    }: judged by what a lower layer or another list says, or the code itself states`,
    code.map(({ path }) => path),
  );
}

/** Code that nothing lists and that tells no version. Python's is told by itself: known wheels may tell of it (`inventory/wheels-of-code.ts`). */
export function* unlistedCode({
  unlistedCode: { python, javascript, others },
  read: { files },
}: SignScene): Generator<Sign> {
  yield* unlistedPython(
    python.map((path) => ({
      path,
      isPackage: ['py', 'pyc'].some((extension) => files.exists(`${path}/__init__.${extension}`)),
    })),
  );
  const isTold = javascript.length >= WITHOUT_METADATA || javascript.some((path) => isServersPackage(basename(path)));
  const more = OTHER_CODE.flatMap(([kind, noun, nameOf]) =>
    others[kind].length === 0 ? [] : ([[others[kind], noun, nameOf]] as const),
  );
  const all = [...(isTold ? [[javascript, 'npm package', basename] as const] : []), ...more];
  if (all.length > 0) yield codeUnlisted(all);
}

/** Python import packages that nothing lists and that tell no version: many, or one that everybody knows under its name and that is no module of somebody's own. */
export function* unlistedPython(
  modules: readonly { readonly path: string; readonly isPackage: boolean }[],
): Generator<Sign> {
  const isLibrary = modules.some(({ path, isPackage }) => isPackage && isWellKnown(basename(path)));
  if (modules.length < WITHOUT_METADATA && !isLibrary) return;
  yield codeUnlisted([[modules.map(({ path }) => path), 'Python import package', basename]]);
}

function codeUnlisted(
  all: readonly (readonly [those: readonly string[], noun: string, nameOf: (path: string) => string])[],
): Sign {
  const words = all.map(
    ([those, noun, nameOf]) =>
      `${counted(those.length, noun)} (${those
        .slice(0, 3)
        .map((path) => nameOf(path))
        .join(', ')}${those.length > 3 ? ', ...' : ''})`,
  );
  return sign(
    'code-unlisted',
    'info',
    `${words.join(' and ')} that nothing lists, and that tell no version: not judged`,
    all.flatMap(([those]) => those),
  );
}

/**
 * Python code without metadata and without a version, whose files are those of known wheels. Of what is no known release nobody knows what is wrong with
 * it: a comment behind one line is enough, and it counts as taken out of sight.
 */
export function* codeOfKnownWheels(packages: readonly Package[]): Generator<Sign> {
  const isContradicted = ({ properties }: Package): boolean => properties?.contradictedBy !== undefined;
  const all = packages.filter(({ version }) => version !== '');
  const told = all.filter((pkg) => !isContradicted(pkg));
  const against = all.filter(isContradicted);
  const untold = packages.filter(({ version }) => version === '');
  if (told.length > 0)
    yield ofWheels(
      told,
      told.length >= WITHOUT_METADATA ? 'warning' : 'info',
      ': judged as the known wheels whose sources are there',
    );
  if (against.length > 0)
    yield ofWheels(
      against,
      'warning',
      ', and another copy lists it as another release than it is: judged as the known wheels whose sources are there',
    );
  if (untold.length > 0) yield ofWheels(untold, 'warning', ', and it is that of no known release: not assessed');
}

function ofWheels(packages: readonly Package[], level: Sign['level'], how: string): Sign {
  const named = packages
    .slice(0, NAMED)
    .map(({ name, version, properties }) => `${name} ${properties?.versions ?? version}`);
  return sign(
    'metadata-deleted',
    level,
    `${counted(packages.length, 'package')} (PyPI) ${packages.length === 1 ? 'has' : 'have'} code and neither metadata nor a version${how} (${named.join('; ')}${packages.length > NAMED ? '; ...' : ''})`,
    packages.flatMap(({ evidence }) => evidence.map(({ path }) => path)),
  );
}

/** Proofs of one package that do not agree: one of them was put there to be found. */
export function* contradicted({ recovered }: SignScene): Generator<Sign> {
  const those = recovered.filter(({ fact }) => fact.properties?.contradictedBy !== undefined);
  const named = those
    .slice(0, NAMED)
    .map(({ fact }) => `${fact.name} ${fact.version} (against it: ${fact.properties?.contradictedBy})`);
  if (those.length > 0)
    yield sign(
      'recovery-contradicted',
      'info',
      `the proofs of ${counted(those.length, 'recovered package')} contradict each other: ${named.join(', ')}`,
      those.map(({ path }) => path),
    );
}

/** The layer that took a file away. */
function removedIn({ indexes }: ReadImage, { path, layer }: SeenPackage): number | undefined {
  const folders = path.split('/').map((_, at, parts) => parts.slice(0, at + 1));
  const at = indexes.findIndex(
    ({ entries }, index) =>
      index > layer &&
      folders.some((parts) => entries.find([...parts.slice(0, -1), `.wh.${parts.at(-1)}`].join('/')) >= 0),
  );
  return at < 0 ? undefined : at;
}

/** Python distributions that claim a package manager of the system put them there, which knows nothing of them. */
export function* installers({ read, listed, owners }: SignScene): Generator<Sign> {
  if (!listed.some(({ fact }) => isSystemType(fact.type) && isInstalled(fact))) return;
  const forged = read.facts.filter(
    ({ path, fact }) =>
      fact.kind === 'installer' &&
      fact.name !== conda.type &&
      !owners.has(path) &&
      !owners.has(path.replace(/INSTALLER$/, 'METADATA')),
  );
  if (forged.length > 0)
    yield sign(
      'installer-forged',
      'warning',
      `${counted(forged.length, 'Python distribution')} ${forged.length === 1 ? 'says' : 'say'} that the system's package manager installed ${forged.length === 1 ? 'it' : 'them'}, which lists no such file (${placesInWords(forged.map(({ path }) => path))}): judged as Python packages`,
      forged.map(({ path }) => path),
    );
}

/** `opt/conda/lib/python3.11/site-packages/six-1.16.0.dist-info/INSTALLER`: the environment, and the distribution as its folder is called. */
const IN_ENVIRONMENT =
  /^((?:.{0,2000}\/)?)lib\/python\d[\d.]{0,5}\/site-packages\/([^/-]{1,200})-[^/-]{1,100}\.dist-info\/INSTALLER$/;

/**
 * Python distributions that conda installed into an environment whose records do not name them: with the records go the packages that are no Python,
 * of which nothing else tells most.
 */
export function* unrecorded({ read, listed, recovered }: SignScene): Generator<Sign> {
  const recorded = new Set<string>();
  const environments = new Set<string>();
  for (const { path, fact } of [...listed, ...recovered]) {
    if (fact.type !== conda.type || fact.role !== undefined || !path.includes('conda-meta/')) continue;
    const environment = path.slice(0, path.indexOf('conda-meta/'));
    environments.add(environment);
    for (const name of [fact.name, ...(fact.properties?.dists ?? '').split(', ').map((dist) => dist.split('==')[0]!)])
      recorded.add(`${environment}\0${pypi.normalize(name)}`);
  }
  const those = read.facts.flatMap(({ path, fact }) => {
    if (fact.kind !== 'installer' || fact.name !== conda.type) return [];
    const [, environment, name] = IN_ENVIRONMENT.exec(path) ?? [];
    if (environment === undefined || name === undefined) return [];
    return recorded.has(`${environment}\0${pypi.normalize(name)}`) ? [] : [{ path, environment }];
  });
  for (const environment of [...new Set(those.map((item) => item.environment))].slice(0, NAMED)) {
    const here = those.filter((item) => item.environment === environment);
    // What another stage left of an environment is its modules alone.
    const isWhole = read.files.exists(`${environment}bin/python`) || read.files.exists(`${environment}bin/python3`);
    const surely = environments.has(environment) ? here.length >= WITHOUT_METADATA : isWhole;
    yield sign(
      'database-missing',
      surely ? 'warning' : 'info',
      `conda installed ${counted(here.length, 'Python distribution')} in /${environment}, and no record there (conda-meta) says so: its other packages cannot be judged`,
      here.map(({ path }) => path),
    );
  }
}

/**
 * Names and versions that look like a known package's and are another text, and folders of code that are called so: nothing is published on them, and a
 * scanner that compares texts is silent.
 */
export function* confusing({ listed, recovered, unlistedCode }: SignScene): Generator<Sign> {
  const those = [...listed, ...recovered].filter(({ fact }) => isConfusing(fact.name) || isConfusing(fact.version));
  // The folder of a package that is called so is no second one.
  const rest = new Set(unlistedCode.confusing);
  for (const { path } of rest.size === 0 ? [] : those)
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) rest.delete(path.slice(0, end));
  const folders = [...rest];
  const count = those.length + folders.length;
  if (count === 0) return;
  const named = [
    ...those.map(({ fact }) => `${fact.name} ${fact.version}`),
    ...folders.map((path) => basename(path)),
  ].slice(0, NAMED);
  yield sign(
    'names-confusing',
    'warning',
    `${counted(count, 'package')} ${count === 1 ? 'bears a name' : 'bear names'} or versions with letters that no registry takes, which look like others: ${named.map(spelled).join(', ')}: nobody publishes anything on such names`,
    [...those.map(({ path }) => path), ...folders],
  );
}

/** With what is not ASCII written as its number, so that it can be told from what it looks like. */
const spelled = (text: string): string =>
  text.slice(0, 80).replace(/[^\x20-\x7e]/gu, (letter) => `\\u{${letter.codePointAt(0)!.toString(16)}}`);
