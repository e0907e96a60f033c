import type { ReadImage } from '../layers/read-image.ts';
import type { Package, RunConfig, StartPicture } from '../model.ts';
import { closureOf } from './closure.ts';
import { languages } from './languages.ts';
import type { Note, Reached } from './model.ts';
import { exposures } from './packages.ts';
import { pathFrom, started } from './programs.ts';
import { startCommand, startEnvironment } from './start/index.ts';
import { worldOf } from './world.ts';

/** What a container can load of an image. */
export interface ImageExposure {
  /** The same packages, each with its class and the way to it. */
  readonly packages: readonly Package[];
  readonly start: StartPicture;
  /** Every file that is reached, by its path. */
  readonly reached: ReadonlyMap<string, Reached>;
  /** Which of the packages (by their place in `packages`) a reached file is of; absent for files that are of none. */
  readonly owners: ReadonlyMap<string, readonly number[]>;
}

/**
 * What a container of this image can load, told from its files and its start command; nothing is run. `command` takes the place of what
 * the image starts. Without a start command nothing is known, and said to be.
 */
export async function exposureOf(
  read: ReadImage,
  packages: readonly Package[],
  run: RunConfig | undefined,
  command?: string,
): Promise<ImageExposure> {
  const { words, by, how } = startCommand(run, command);
  if (words.length === 0) return notStarted(packages);
  const { world, isCode } = worldOf(read);
  const around = { world, environment: startEnvironment(run, world), folder: pathFrom('', run?.WorkingDir ?? '/') };
  const root = started(words, around, 'loaded', how);
  const unknown: Note[] =
    root === undefined
      ? [{ message: `the start command names ${words[0]}, which the image does not have`, widens: 'all' }]
      : [];
  for (const { prepare } of languages) await prepare?.();
  const { reached, notes } = closureOf(world, root === undefined ? [] : [root], languages);
  const all = [...unknown, ...notes];
  const { classes, owners } = exposures(packages, read, { world, isCode }, reached, all);
  const counts = { loaded: 0, importable: 0, callable: 0 };
  for (const { reach } of reached.values()) counts[reach] += 1;
  return {
    packages: packages.map((one, at) => withExposure(one, classes[at])),
    start: { command: words, by, files: counts, notes: all.map(({ message }) => message) },
    reached,
    owners,
  };
}

/** Nothing is known where nothing is started. */
function notStarted(packages: readonly Package[]): ImageExposure {
  const note = 'there is no start command: what a container loads is not known (plimsoll exposure --command takes one)';
  const files = { loaded: 0, importable: 0, callable: 0 };
  return {
    packages: packages.map((one) => withExposure(one, { class: 'unknown' })),
    start: { command: [], by: 'nobody', files, notes: [note] },
    reached: new Map(),
    owners: new Map(),
  };
}

/** Its purl is made when it is asked for, and stays so. */
function withExposure(one: Package, exposure: Package['exposure']): Package {
  if (exposure === undefined) return one;
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(one),
      exposure: { value: exposure, enumerable: true, configurable: true, writable: true },
    },
  ) as Package;
}
