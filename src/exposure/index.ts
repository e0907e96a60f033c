import { type ImageCode, imageCode } from '../layers/image-code.ts';
import type { ReadImage } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import type { Exposure, LinkedProgram, Package, RunConfig, RunningState, StartPicture } from '../model.ts';
import { withArchives } from './archives.ts';
import { beneath } from './beneath.ts';
import { closureOf } from './closure.ts';
import { languages } from './languages.ts';
import type { Note, Reached } from './model.ts';
import { atOwnPlaces } from './notes.ts';
import { exposures } from './packages.ts';
import { commandText, pathFrom, started, whyNotStarted } from './programs.ts';
import { withSeen } from './seen.ts';
import { healthCommand, isEnvironmentCut, startCommand, startEnvironment, startUser } from './start/index.ts';
import { worldOf } from './world.ts';

/** What a container can load of an image. */
export interface ImageExposure {
  /** The same packages, each with its class and the way to it. */
  readonly packages: readonly Package[];
  readonly start: StartPicture;
  /** How far the programs that were asked about are, in their order. */
  readonly programs: readonly Exposure[];
  /** Every file that is reached, by its path. */
  readonly reached: ReadonlyMap<string, Reached>;
  /** Which of the packages (by their place in `packages`) a reached file is of; absent for files that are of none. */
  readonly owners: ReadonlyMap<string, readonly number[]>;
  /** Packed: how near each module of a Python package is; absent where no Python starts. */
  readonly modules?: string | undefined;
}

/** What is known besides the image. */
interface ExposureKnowledge {
  /** Takes the place of what the image starts. */
  readonly command?: string | undefined;
  /** What running processes of the image have loaded: that is loaded, whatever leads to it. */
  readonly state?: RunningState | undefined;
  /** Programs that are asked about by themselves, whatever package is built into them. */
  readonly programs?: readonly Pick<LinkedProgram, 'path'>[] | undefined;
}

/**
 * What a container of this image can load, told from its files and its start command; nothing is run. Without a start command nothing is
 * known, and said to be.
 */
export async function exposureOf(
  read: ReadImage,
  packages: readonly Package[],
  run: RunConfig | undefined,
  { command, state, programs = [] }: ExposureKnowledge = {},
): Promise<ImageExposure> {
  const start = startCommand(run, command, state !== undefined);
  if (start.words.length === 0) return notStarted(packages);
  for (const { prepare } of languages) await prepare?.();
  const code = imageCode(read.indexes, read.later);
  try {
    for (;;) {
      const told = toldOf(read, packages, run, { start, code, state, programs });
      if (!(await code.fetch())) return told;
    }
  } finally {
    code.close();
  }
}

/** The whole answer, as far as the code is at hand. Long because it is one story: each of its steps is a function already. */
function toldOf(
  read: ReadImage,
  packages: readonly Package[],
  run: RunConfig | undefined,
  {
    start,
    code,
    state,
    programs,
  }: {
    readonly start: ReturnType<typeof startCommand>;
    readonly code: ImageCode;
    readonly state: RunningState | undefined;
    readonly programs: NonNullable<ExposureKnowledge['programs']>;
  },
): ImageExposure {
  const { words, by, how } = start;
  const { world: plain, codeByContent, isCut } = worldOf(read, code);
  const archives = withArchives(plain);
  const { world } = archives;
  const around = {
    world,
    environment: startEnvironment(run, world),
    folder: pathFrom('', run?.WorkingDir ?? '/'),
    user: startUser(run, world),
  };
  const root = started(words, { ...around, isAttached: true }, 'loaded', how);
  const unknown: Note[] =
    root === undefined
      ? [
          {
            message: `the start command names ${commandText(words.slice(0, 1))}, ${whyNotStarted(words, around)}`,
            widens: 'all',
          },
        ]
      : [];
  const health = healthCommand(run);
  const beside = health.length === 0 ? undefined : started(health, around, 'callable', 'HEALTHCHECK');
  const closure = closureOf(
    world,
    [root, beside].flatMap((part) => part ?? []),
    languages,
  );
  const { notes } = closure;
  const { reached, live } = withSeen(closure.reached, world, state);
  const all = atOwnPlaces(
    [
      ...unknown,
      ...cutOff(code.isCut, isCut(), read.files.linksGivenUp),
      ...archives.cut().map(
        (path): Note => ({
          message: `/${path} is more than is read of an archive of Python, or damaged`,
          widens: 'all',
        }),
      ),
      ...(isEnvironmentCut(run) ? [LARGE_ENVIRONMENT] : []),
      ...notes,
    ],
    world.tree,
  );
  const { classes, owners, modules } = exposures(
    [...packages, ...programs.map(asPackage)],
    read,
    { world, isCode: codeByContent() },
    reached,
    root === undefined ? all : [...all, ...beneath(all, world, root.process, reached)],
  );
  const counts = { loaded: 0, importable: 0, callable: 0 };
  for (const { reach } of reached.values()) counts[reach] += 1;
  return {
    packages: packages.map((pkg, at) => withExposure(pkg, classes[at])),
    start: {
      command: words,
      by,
      files: counts,
      notes: [...new Set(all.map(({ message }) => message))],
      ...(live && { live }),
    },
    programs: classes.slice(packages.length),
    reached,
    owners,
    modules,
  };
}

const LARGE_ENVIRONMENT: Note = {
  message: `the image's environment is larger than ${LIMITS.environmentBytes / 1024} KiB: variables beyond that are not followed`,
  widens: 'all',
};

/** That not all code was read, or not found by the links that lead to it. */
const cutOff = (late: boolean, large: boolean, givenUp: boolean): readonly Note[] => [
  ...(late
    ? [{ message: 'reading what is loaded took longer than it may: the rest was not read', widens: 'all' } as const]
    : []),
  ...(large
    ? [{ message: 'what is loaded is more than is kept of code: the rest was not read', widens: 'all' } as const]
    : []),
  ...(givenUp
    ? [
        {
          message: 'following links of paths took more steps than it may: what was looked up after that was not found',
          widens: 'all',
        } as const,
      ]
    : []),
];

/** A program as a package of its own, of the one file. */
const asPackage = ({ path }: Pick<LinkedProgram, 'path'>): Package => ({
  type: 'generic',
  name: `/${path}`,
  version: '',
  purl: '',
  evidence: [{ path, layer: 0, diffID: '', analyzer: 'exposure' }],
});

/** Nothing is known where nothing is started. */
function notStarted(packages: readonly Package[]): ImageExposure {
  const note = 'there is no start command: what a container loads is not known (plimsoll exposure --command takes one)';
  const files = { loaded: 0, importable: 0, callable: 0 };
  return {
    packages: packages.map((pkg) => withExposure(pkg, { class: 'unknown' })),
    start: { command: [], by: 'nobody', files, notes: [note] },
    programs: [],
    reached: new Map(),
    owners: new Map(),
  };
}

/** Its purl is made when it is asked for, and stays so. */
function withExposure(pkg: Package, exposure: Package['exposure']): Package {
  if (exposure === undefined) return pkg;
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(pkg),
      exposure: { value: exposure, enumerable: true, configurable: true, writable: true },
    },
  ) as Package;
}
