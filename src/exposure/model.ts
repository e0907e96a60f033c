/**
 * The nouns of exposure: what a container can load, told from its files and its start command. An image is a `World` of facts that
 * were collected when it was read; a `Language` says of a running `Process` what its files lead to; the closure (`closure.ts`) follows.
 */
import type { Seen } from '../model.ts';

/** How a file is reached, the strongest first. */
export const REACHES = ['loaded', 'importable', 'callable'] as const;
export type ReachedAs = (typeof REACHES)[number];

/** The final file system, by names only. Paths are relative to the root, without a leading slash. */
export interface FileTree {
  /** The regular file that a path leads to, links followed; undefined where there is none. */
  real(path: string): string | undefined;
  isFolder(path: string): boolean;
  /** A folder's own path, links followed: `lib64` of a virtual environment is its `lib`. */
  realFolder(path: string): string | undefined;
  /** The names in a folder, sorted, links to it followed. */
  list(folder: string): readonly string[];
  /** Every file and link, or those below a folder; links to that are not followed. */
  paths(below?: string): Iterable<string>;
}

/** An image as the closure sees it. */
export interface World {
  readonly tree: FileTree;
  /** What the collector of a language (`analyzers/code/`) kept of a file. */
  code(path: string, language: string): string | undefined;
}

/** A program that runs. */
export interface Process {
  /** The executable's own path. */
  readonly program: string;
  /** The path it was started by: a link in a virtual environment says more than where it leads. */
  readonly calledAs?: string;
  /** Without the program's own name. */
  readonly arguments: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** The folder it runs in; empty: the root. */
  readonly folder: string;
  /** The number of the user that it runs as; absent: not known. */
  readonly user?: string;
  /** What it reads comes from whoever starts the container: where it is given nothing to run, that may be a person at a prompt. */
  readonly isAttached?: boolean;
}

/** A way from a file to another. */
export interface Edge {
  readonly to: string;
  readonly reach: ReachedAs;
  /** `import PIL`, `NEEDED libwebp.so.7`. */
  readonly how: string;
  /** The file is started as a process of its own. */
  readonly process?: Process;
  /** Both are of one library. */
  readonly isWithin?: boolean;
}

/** A file that the closure has reached. */
export interface Reached {
  readonly path: string;
  readonly reach: ReachedAs;
  /** Steps on the way to it that are taken only when something is called or some condition holds. */
  readonly deferred: number;
  readonly how: string;
  readonly from?: Reached;
  readonly process: Process;
  /** A running process was seen to have it. */
  readonly seen?: Seen;
}

/** Something that cannot be told. */
export interface Note {
  readonly message: string;
  /** Of whom it is said, where it may be said of many: `message` goes on behind their names. */
  readonly who?: string;
  /**
   * What it makes unknown: everything that is not reached, what lies below a folder, files that end so wherever they lie (`.php`), or the package that a path is of with all that it says it needs; absent: nothing.
   */
  readonly widens?:
    | 'all'
    | { readonly below: string }
    | { readonly endings: readonly string[] }
    | { readonly needsOf: string };
  /** What that is at most, where it can be told: code that need not run makes `callable` what it may start, not `unknown`. */
  readonly as?: Bound;
  /** It wants a file that the image does not have: code that need not run fails there, and leads to nothing. */
  readonly isAbsent?: boolean;
}

/** A class that is the most that can be, where it is not known which of many is meant. */
export type Bound = 'importable' | 'callable';

/** One language's view of one process. */
export interface Session {
  /** What the start of the process leads to. */
  readonly starts: Iterable<Edge>;
  /** What a file leads to; asked once for each file of the process, the strongest reach first. */
  follow(file: Reached): Iterable<Edge>;
}

/** A way of loading code that is understood. */
export interface Language {
  readonly name: string;
  /** Awaited before the first process: loads a parser. */
  readonly prepare?: () => Promise<unknown>;
  /** Undefined: no process of this language. */
  begin(process: Process, world: World, note: (note: Note) => void): Session | undefined;
}
