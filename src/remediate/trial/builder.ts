import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { type ProgramResult, printedText, run } from '../../programs/run.ts';

/** What is to be built. */
interface BuildJob {
  /** Absolute paths. */
  readonly context: string;
  readonly dockerfile: string;
  readonly stage?: string;
  readonly arguments: ReadonlyMap<string, string>;
}

/** A built image that nobody else sees. */
export interface BuiltImage {
  /** As `scan` takes it. */
  readonly reference: string;
  /** Runs a command in a container of it, without network. */
  execute(command: readonly string[]): Promise<ProgramResult>;
}

/** A program that builds images, with a store of its own or a name that is taken back. */
interface ImageBuilder {
  /** `buildah`. */
  readonly name: string;
  /** The image, or what the build said at its end. */
  build(job: BuildJob): Promise<BuiltImage | { readonly failure: string }>;
  /** Takes back whatever the build left. Never throws. */
  remove(): Promise<void>;
}

/** What a builder works with. */
interface Workshop {
  readonly environment: NodeJS.ProcessEnv;
  /** A folder that is thrown away. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

interface BuilderKind {
  readonly name: string;
  /** Whether it can build here. */
  isThere(workshop: Workshop): Promise<boolean>;
  open(workshop: Workshop): Promise<ImageBuilder>;
}

/** What a build said at its end is shown to this length. */
const SAID = 2_000;
const IMAGE = 'plimsoll-try';

const starter =
  (program: string, { environment, signal }: Workshop) =>
  (args: readonly string[], timeout: number = LIMITS.buildMs): Promise<ProgramResult> =>
    run(program, args, { environment, signal, timeout, maxOutput: LIMITS.buildAnswerBytes });

const succeeded = ({ outcome, status }: ProgramResult): boolean => outcome === 'ended' && status === 0;

/** Why a build did not end well, in its own words. */
function failureOf(result: ProgramResult): string {
  if (result.outcome === 'timeout') return `it took longer than ${LIMITS.buildMs / 60_000} minutes`;
  if (result.outcome === 'overflow') return 'it printed too much';
  const said = `${printedText(result)}\n${result.complaint}`.trim();
  return said === '' ? `it ended with ${result.status ?? 'a signal'}` : said.slice(-SAID);
}

const buildOptions = ({ dockerfile, stage, arguments: values }: BuildJob): string[] => [
  '--file',
  dockerfile,
  ...(stage === undefined ? [] : ['--target', stage]),
  ...[...values].flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
];

/** The Engine builds into its own store: the image has a random name, which is taken back. */
const docker: BuilderKind = {
  name: 'docker',
  isThere: async (workshop) =>
    succeeded(await starter('docker', workshop)(['version', '--format', '{{.Server.Version}}'], LIMITS.toolMs)),
  async open(workshop) {
    const start = starter('docker', workshop);
    const name = `${IMAGE}-${randomBytes(6).toString('hex')}`;
    const buildx = succeeded(await start(['buildx', 'version'], LIMITS.toolMs));
    return {
      name: buildx ? 'docker buildx' : 'docker',
      async build(job) {
        const verb = buildx ? ['buildx', 'build', '--load'] : ['build'];
        const built = await start([...verb, ...buildOptions(job), '--tag', name, job.context]);
        if (!succeeded(built)) return { failure: failureOf(built) };
        return {
          reference: `docker:${name}`,
          execute: ([program = '', ...args]) =>
            start(['run', '--rm', '--network', 'none', '--entrypoint', program, name, ...args], LIMITS.trialRunMs),
        };
      },
      async remove() {
        await starter('docker', { ...workshop, signal: new AbortController().signal })(
          ['image', 'rm', '--force', name],
          LIMITS.toolMs,
        ).catch(() => {});
      },
    };
  },
};

/** Buildah and podman get a store of their own within the folder, and look images up in the user's besides. */
function ownStore(program: 'buildah' | 'podman'): BuilderKind {
  return {
    name: program,
    isThere: async (workshop) => succeeded(await starter(program, workshop)(['--version'], LIMITS.toolMs)),
    async open(workshop) {
      const start = starter(program, workshop);
      const store = await storeOptions(program, workshop);
      return {
        name: program,
        async build(job) {
          const isolation = ['--isolation', 'chroot'];
          const built = await start([
            ...store,
            'build',
            ...isolation,
            '--format',
            'docker',
            '--quiet',
            ...buildOptions(job),
            '--tag',
            IMAGE,
            job.context,
          ]);
          if (!succeeded(built)) return { failure: failureOf(built) };
          const layout = join(workshop.folder, 'image');
          const pushed = await start([...store, 'push', '--quiet', `localhost/${IMAGE}`, `oci:${layout}:latest`]);
          if (!succeeded(pushed)) return { failure: failureOf(pushed) };
          return { reference: `oci:${layout}`, execute: (command) => executed(program, start, store, command) };
        },
        async remove() {
          const last = starter(program, { ...workshop, signal: new AbortController().signal });
          // What is mounted has to be let go before the folder can be removed.
          await last([...store, 'rm', '--all'], LIMITS.toolMs).catch(() => {});
          await last([...store, 'rmi', '--all', '--force'], LIMITS.toolMs).catch(() => {});
          try {
            rmSync(workshop.folder, { recursive: true, force: true });
          } catch {
            // Files of other users of a rootless store.
            await last(['unshare', 'rm', '-rf', workshop.folder], LIMITS.toolMs).catch(() => {});
          }
        },
      };
    },
  };
}

async function executed(
  program: 'buildah' | 'podman',
  start: ReturnType<typeof starter>,
  store: readonly string[],
  command: readonly string[],
): Promise<ProgramResult> {
  if (program === 'podman') {
    const [entrypoint = '', ...args] = command;
    const options = ['run', '--rm', '--network', 'none', '--entrypoint', entrypoint];
    return start([...store, ...options, `localhost/${IMAGE}`, ...args], LIMITS.trialRunMs);
  }
  const container = `${IMAGE}-check`;
  const made = await start([...store, 'from', '--quiet', '--name', container, `localhost/${IMAGE}`]);
  if (!succeeded(made)) return made;
  try {
    return await start([...store, 'run', '--isolation', 'chroot', container, '--', ...command], LIMITS.trialRunMs);
  } finally {
    await start([...store, 'rm', container], LIMITS.toolMs);
  }
}

/** Overlay is ten times as fast as copying, and not everywhere; the user's own store is only read. */
async function storeOptions(program: string, workshop: Workshop): Promise<string[]> {
  const start = starter(program, workshop);
  const asked = await start(['info', ...(program === 'podman' ? ['--format', 'json'] : [])], LIMITS.toolMs);
  const own = storeOf(printedText(asked));
  for (const driver of ['overlay', 'vfs']) {
    const options = [
      '--storage-driver',
      driver,
      '--root',
      join(workshop.folder, `store-${driver}`),
      '--runroot',
      join(workshop.folder, `run-${driver}`),
      ...(own && own.driver === driver ? ['--storage-opt', `${driver}.imagestore=${own.root}`] : []),
    ];
    const tried = await start(
      [...options, ...(program === 'podman' ? ['create', '--pull=never', 'scratch'] : ['from', 'scratch'])],
      LIMITS.toolMs,
    );
    if (program === 'podman' || succeeded(tried)) return options;
  }
  throw new PlimsollError('unsupported', `${program} can keep no images in a folder of its own here`, {
    where: workshop.folder,
  });
}

/** Where the user's own images are, as `info` says in either spelling. */
function storeOf(text: string): { driver: string; root: string } | undefined {
  const driver = /"(?:GraphDriverName|graphDriverName)":\s*"(\w+)"/.exec(text)?.[1];
  const root = /"(?:GraphRoot|graphRoot)":\s*"([^"]+)"/.exec(text)?.[1];
  return driver !== undefined && root !== undefined ? { driver, root } : undefined;
}

const KINDS: readonly BuilderKind[] = [docker, ownStore('buildah'), ownStore('podman')];

/** Names that `--builder` takes. */
const BUILDERS: readonly string[] = KINDS.map(({ name }) => name);

/** The first builder that works here, or the named one. Throws `not-found` where there is none. */
export async function findBuilder(workshop: Workshop, named?: string): Promise<ImageBuilder> {
  for (const kind of KINDS)
    if ((named === undefined || named === kind.name) && (await kind.isThere(workshop))) return kind.open(workshop);
  throw new PlimsollError(
    'not-found',
    named === undefined
      ? 'there is no program here that builds images: the plan was not tried'
      : `${named} cannot build here: the plan was not tried`,
    { hint: `install one of ${BUILDERS.join(', ')} (docker needs its Engine), or leave out --try` },
  );
}
