/** Words in the bytes of a Python file, which are compared where they stand: a text is made of next to none. */
import { CODE, IN_NAME, MEANING } from './python-bytes.ts';

export const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

/** Whether these letters stand there, whatever is around them. */
export function matches(bytes: Uint8Array, from: number, word: Uint8Array): boolean {
  if (from < 0) return false;
  for (let at = 0; at < word.length; at += 1) if (bytes[from + at] !== word[at]) return false;
  return true;
}

/** Whether a name that ends there is, or ends in, this one behind a dot. */
export const endsWith = (bytes: Uint8Array, end: number, word: Uint8Array): boolean =>
  matches(bytes, end - word.length, word) && IN_NAME[bytes[end - word.length - 1] as number] !== 1;

/** Whether a name that begins there is this one. */
export const wordIs = (bytes: Uint8Array, from: number, word: Uint8Array): boolean =>
  matches(bytes, from, word) &&
  IN_NAME[bytes[from + word.length] as number] !== 1 &&
  IN_NAME[bytes[from - 1] as number] !== 1;

/** Where blanks and line ends have an end. */
export function blankEnd(bytes: Uint8Array, from: number): number {
  let here = from;
  while (
    here < bytes.length &&
    (bytes[here] === 0x20 || bytes[here] === 0x09 || MEANING[bytes[here] as number] === CODE.line)
  )
    here += 1;
  return here;
}
