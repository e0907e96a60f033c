import type { WordPart } from 'unbash';
import type { State, Text } from './state.ts';

/** What words are expanded in. */
export interface Expanding {
  readonly state: State;
  /** The script's own path, as it was named. */
  readonly zero: string;
  /** Who runs it; undefined: not known. */
  readonly user: { readonly id: string } | undefined;
  /** Names in a folder that a pattern matches; undefined: more than is looked through. */
  readonly names: (folder: string, pattern: string) => readonly string[] | undefined;
  /** What a command substitution prints. */
  readonly output: (part: Extract<WordPart, { type: 'CommandExpansion' }>) => Text;
  /** Counts effort. Throws `limit` where that of the image is used up. */
  readonly spend: (effort: number) => void;
}

/** A text, and whether it rests on a variable that nobody has set: whoever runs the container may set it. */
export interface Expanded {
  readonly text: Text;
  readonly isSoft: boolean;
}

export const known = (text: Text): Expanded => ({ text, isSoft: false });
