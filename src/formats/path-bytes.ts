import { isUtf8 } from 'node:buffer';

/**
 * Names of files are bytes, and need not be UTF-8. Each byte that is no part of any stands for itself as a character of the private area, U+EF80 for
 * 0x80 to U+EFFF for 0xff, and so does each byte of these very characters: two names are never one, and a name has one spelling by itself and in a path.
 * (As Latin-1, a mark that takes away the folder that is spelled so in UTF-8 would take the other one with it.)
 * The same as the encoding OPTU-8 of MirBSD: http://www.mirbsd.org/htman/i386/man3/optu8to16.htm
 */
const ESCAPED = 0xef00;
const PRIVATE = /[\uef80-\uefff]/;
const TO_ESCAPE = /[\uef80-\uefff\ufffd]/;

/** The text of a name or a path. */
export function pathOfBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) {
    const text = bytes.toString('utf8');
    if (!PRIVATE.test(text)) return text;
  }
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceAt(bytes, at);
    const character = length === 0 ? '' : bytes.toString('utf8', at, at + length);
    if (length === 0 || PRIVATE.test(character)) text += escaped(bytes.subarray(at, at + Math.max(1, length)));
    else text += character;
    at += Math.max(1, length);
  }
  return text;
}

/** The bytes of a path: what `pathOfBytes` was given. */
export function bytesOfPath(path: string): Buffer {
  if (!PRIVATE.test(path)) return Buffer.from(path);
  const parts = path.split(/([\uef80-\uefff]+)/);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 0 ? Buffer.from(part) : Buffer.from([...part].map((character) => character.charCodeAt(0) & 0xff)),
    ),
  );
}

/** Whether a path's bytes are others than those of its text. */
export const hasBytes = (path: string): boolean => PRIVATE.test(path);

/** Whether a name that Node took for UTF-8 may have been something else, and has to be asked for as bytes. */
export const mayBeBytes = (name: string): boolean => TO_ESCAPE.test(name);

const escaped = (bytes: Buffer): string => String.fromCharCode(...Array.from(bytes, (byte) => escapedByte(byte)));

/** A byte below 0x80 is a character by itself wherever it stands. */
const escapedByte = (byte: number): number => (byte < 0x80 ? byte : ESCAPED + byte);

/** How many bytes the character there has; 0 where none begins. */
function sequenceAt(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  return length > 1 && !(at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length))) ? 0 : length;
}
