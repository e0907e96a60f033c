/** What the builders of trial images share: what they are asked for, and how their programs are run. */
import { LIMITS } from '../../limits.ts';
import { withoutColours } from '../../programs/complaint.ts';
import { type ProgramResult, printedText, run } from '../../programs/run.ts';

/** What is to be built. */
interface BuildJob {
  /** Absolute paths. */
  readonly context: string;
  readonly dockerfile: string;
  readonly stage?: string;
  readonly arguments: ReadonlyMap<string, string>;
  /** `id=NAME,src=FILE`, as builders take them: mounts of the steps that ask for them, in no layer. */
  readonly secrets?: readonly string[];
}

/** A built image that nobody else sees. */
export interface BuiltImage {
  /** As `scan` takes it. */
  readonly reference: string;
  /** Runs a command in a container of it, without network. */
  execute(command: readonly string[]): Promise<ProgramResult>;
}

/** A program that builds images, with a store of its own or a name that is taken back. */
export interface ImageBuilder {
  /** `buildah`. */
  readonly name: string;
  /** The image, or what the build said at its end. */
  build(job: BuildJob): Promise<BuiltImage | { readonly failure: string }>;
  /** Takes back whatever the build left. Never throws. */
  remove(): Promise<void>;
}

/** What a builder works with. */
export interface Workshop {
  readonly environment: NodeJS.ProcessEnv;
  /** A folder that is thrown away. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface BuilderKind {
  readonly name: string;
  /** Whether it can build here. */
  isThere(workshop: Workshop): Promise<boolean>;
  open(workshop: Workshop): Promise<ImageBuilder>;
}

/** What a build said at its end is shown to this length. */
const SAID = 2_000;
export const TRIAL_IMAGE = 'plimsoll-try';

export const starter =
  (program: string, { environment, signal }: Workshop) =>
  (
    args: readonly string[],
    timeout: number = LIMITS.buildMs,
    heard?: (chunk: Buffer) => void,
  ): Promise<ProgramResult> =>
    run(program, args, { environment, signal, timeout, maxOutput: LIMITS.buildAnswerBytes, heard });

/** The same workshop for who puts things away: nobody interrupts that. */
export const closing = (workshop: Workshop): Workshop => ({ ...workshop, signal: new AbortController().signal });

export const succeeded = ({ outcome, status }: ProgramResult): boolean => outcome === 'ended' && status === 0;

/** Why a build did not end well, in its own words. */
export function failureOf(result: ProgramResult): string {
  if (result.outcome === 'timeout') return `it took longer than ${LIMITS.buildMs / 60_000} minutes`;
  if (result.outcome === 'overflow') return 'it printed too much';
  const said = withoutColours(`${printedText(result)}\n${result.complaint}`).trim();
  return said === '' ? `it ended with ${result.status ?? 'a signal'}` : said.slice(-SAID);
}

export const buildOptions = ({ dockerfile, stage, arguments: values, secrets = [] }: BuildJob): string[] => [
  '--file',
  dockerfile,
  ...(stage === undefined ? [] : ['--target', stage]),
  ...[...values].flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
  ...secrets.flatMap((secret) => ['--secret', secret]),
];
