/** How far packages are from what a container runs. */

/**
 * What a container can do with a package, by the files of it, the strongest first: `loaded` when it starts; `importable`: reached by a lazy
 * or conditional import, or by a name in a library that opens others; `callable`: a program that something reached names; `present`: nothing
 * known leads to it; `not-code`: headers, documents, data; `unknown`: that could not be told.
 */
export const EXPOSURE_CLASSES = ['loaded', 'importable', 'callable', 'present', 'not-code', 'unknown'] as const;
export type ExposureClass = (typeof EXPOSURE_CLASSES)[number];

/** The nearest first; what cannot be told stands before what is known to be far. */
const NEAREST_FIRST: readonly ExposureClass[] = ['loaded', 'importable', 'callable', 'unknown', 'present', 'not-code'];

/** 0 for what is loaded; of what was not asked about it cannot be told either. */
export const distance = (exposure: ExposureClass | undefined): number => NEAREST_FIRST.indexOf(exposure ?? 'unknown');

/** One step of the way from the start command to a file: how the step before it leads there. */
export interface ExposureStep {
  /** `NEEDED libwebp.so.7`, `import PIL`; of the first step `CMD`. */
  readonly how: string;
  readonly path: string;
}

/** That a running process has a file: mapped, held open, or (an interpreter has read it) by its path in the process's memory. */
export interface Seen {
  readonly how: 'mapped' | 'open' | 'named';
  /** In the image. */
  readonly path: string;
  /** Which process: `python3 (process 71)`. */
  readonly by: string;
}

/** What running processes of an image were seen to have loaded. */
export interface RunningState {
  readonly processes: readonly { readonly pid: number; readonly command: readonly string[] }[];
  /** By the path in the image. Names that stand in memory may be of no file at all. */
  readonly files: ReadonlyMap<string, Seen>;
  /** What they have mapped that is not the image's: from volumes, or written since the start. */
  readonly elsewhere: readonly string[];
  /** What could not be looked at, in sentences. */
  readonly notes: readonly string[];
}

/** How far a package is from what the container runs. Nothing is hidden by it. */
export interface Exposure {
  readonly class: ExposureClass;
  /** From the start command to the file of it that is reached first; absent where nothing leads to it. */
  readonly chain?: readonly ExposureStep[];
  /** What could not be told, and is why it is of this class; absent where its class is known. */
  readonly why?: string;
  /** A running process has a file of it; only where running processes were looked at. */
  readonly seen?: Seen;
}

/** What a container starts, and what that leads to, as a whole. */
export interface StartPicture {
  /** The command line; empty: there is none, and nothing is known of what is loaded. */
  readonly command: readonly string[];
  /** Where it is from. */
  readonly by: 'image' | 'user' | 'container' | 'nobody';
  /** Files that are reached, by how. */
  readonly files: { readonly loaded: number; readonly importable: number; readonly callable: number };
  /** What cannot be told, and what it makes unknown: in sentences. */
  readonly notes: readonly string[];
  /** What running processes were seen to have, where they were looked at (`--live`): files of the image by how, and others. */
  readonly live?: {
    /** With what they run, without further arguments: those may be secret. */
    readonly processes: RunningState['processes'];
    readonly files: Readonly<Record<Seen['how'], number>>;
    /** Files mapped that are not the image's, and the first of them. */
    readonly elsewhere: number;
    readonly examples: readonly string[];
    readonly notes: readonly string[];
  };
}
