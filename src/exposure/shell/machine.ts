import type { ParsedScript, Statement } from 'unbash';
import { LIMITS } from '../../limits.ts';
import type { Bound } from '../model.ts';
import type { Expanding } from './expanding.ts';
import { copied, type State } from './state.ts';

/** A program that a script starts, and on what that depends. */
export interface ShellStart {
  readonly words: readonly string[];
  /** It runs whenever the script does, as far as that can be told. */
  readonly isSure: boolean;
  /** It takes the script's place, or is what the script ends with. */
  readonly isLast: boolean;
  /** It does not read what the script does. */
  readonly isFed: boolean;
  readonly environment: ReadonlyMap<string, string>;
  readonly folder: string;
}

/** What a script is run in. */
export interface Machine {
  readonly parse: (text: string) => ParsedScript;
  /** Counts effort (`LIMITS.shellEffort`). Throws `limit` where that of the image is used up. */
  readonly spend: (effort: number) => void;
  readonly names: (folder: string, pattern: string) => readonly string[] | undefined;
  /** Whether a path of the image is a file or folder. */
  readonly isFile: (path: string) => boolean;
  readonly isFolder: (path: string) => boolean;
  /** Whether a command would be found. */
  readonly finds: (name: string, state: State) => string | undefined;
  /** The number and the name of the user that it runs as; undefined: not known. */
  readonly user: { readonly id: string; readonly name?: string } | undefined;
  /** The folder of programs of a conda environment. */
  readonly condaPrograms: (name: string, state: State) => string | undefined;
  /** The text of a script of the image; undefined where there is none. */
  readonly script: (path: string) => string | undefined;
  readonly call: (call: ShellStart) => void;
  /** A script that is read into this one. */
  readonly reads: (path: string, isSure: boolean) => void;
  /** What cannot be told, which may be the start of anything. */
  readonly unclear: (what: string, as?: Bound) => void;
}

/** A run through one script, as its parts see it: what it is in, and how they go on with what is inside of them. */
export interface Walk {
  /** What the script calls itself. */
  readonly zero: string;
  readonly machine: Machine;
  readonly parsed: (source: string, where: string) => ParsedScript;
  /** What words are expanded in. */
  readonly around: (state: State) => Expanding;
  /** Ways that come to the same are one; those beyond the limit are dropped, and it is said. */
  readonly limited: (states: State[], before: boolean) => State[];
  /** Something that happens on this way: what it means is said when the script is through, and it is known whether it happens on all. */
  readonly happens: (state: State, key: string, effect: (isSure: boolean) => void) => void;
  /** What a signal, or the script's end, is to run. */
  readonly traps: (action: string | undefined) => void;
  /** Says once that not everything is followed. */
  readonly cutShort: () => void;
  /** What `inside` yields, one level deeper; undefined where that is deeper than is followed. */
  readonly deeper: <T>(inside: () => T) => T | undefined;
  /** Every statement on every way; what comes out are the ways that go on. */
  readonly list: (statements: readonly Statement[], states: readonly State[], isTail: boolean) => State[];
  /** One command on one way. */
  readonly node: (command: Statement['command'], state: State, isTail: boolean) => State[];
}

/** The same way, where it is not known to be taken. */
export const maybe = (state: State): State => ({ ...copied(state), isSure: false });

/** Whether a script may be the beginning of one: no more is kept of it. */
export const isMaybeCut = (text: string): boolean =>
  text.length >= LIMITS.codeTextBytes / 4 && Buffer.byteLength(text) >= LIMITS.codeTextBytes;
