import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';

/** One JSON value that passes by without being parsed. */
export interface RawValue {
  /** Takes bytes from `from` on; gives the offset behind the value, or the end of the bytes where it goes on. */
  take(bytes: Buffer, from: number): number;
  /** The value's bytes, once it is complete; valid as long as the chunk that completed it. */
  readonly text: Buffer | undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const isOpening = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number): boolean => byte === 0x7d || byte === 0x5d;

/** 1 for the bytes that say where a container ends. */
const MARKS = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte === QUOTE || isOpening(byte) || isClosing(byte)),
);

/**
 * Finds the end of one value by its brackets and quotes alone: `JSON.parse` of the bytes checks the rest, and is several times faster than
 * any decoding here. At most `LIMITS.feedRecordBytes` are held; brackets are counted, so nesting costs nothing until it is parsed,
 * and is bounded by `LIMITS.documentDepth` for that. Throws `limit` beyond either.
 */
export function rawValue(): RawValue {
  let parts: Buffer[] = [];
  let bytesHeld = 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let text: Buffer | undefined;

  const string = (bytes: Buffer, from: number): number => {
    let at = from;
    if (escaped) {
      escaped = false;
      at += 1;
    }
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        inString = false;
        return at + 1;
      }
      if (byte === BACKSLASH) at += 1;
    }
    escaped = at > bytes.length;
    return bytes.length;
  };
  /** The offset behind the value, or -1 where it goes on behind these bytes. */
  const end = (bytes: Buffer, from: number): number => {
    let at = from;
    while (at < bytes.length) {
      if (inString) {
        at = string(bytes, at);
        if (!inString && depth === 0) return at;
        continue;
      }
      if (depth > 0) while (at < bytes.length && !MARKS[bytes[at]!]) at += 1;
      if (at === bytes.length) break;
      const byte = bytes[at]!;
      if (byte === QUOTE) inString = true;
      else if (isOpening(byte)) deeper();
      else if (isClosing(byte)) {
        // A number or word ends where its container does.
        if (depth === 0) return at;
        depth -= 1;
        if (depth === 0) return at + 1;
      } else if (byte === 0x2c || byte <= 0x20) return at;
      at += 1;
    }
    return -1;
  };
  const deeper = (): void => {
    depth += 1;
    if (depth > LIMITS.documentDepth)
      throw new PlimsollError('limit', `the document is nested deeper than ${LIMITS.documentDepth} levels`);
  };
  return {
    take(bytes, from) {
      const behind = end(bytes, from);
      const part = bytes.subarray(from, behind < 0 ? bytes.length : behind);
      bytesHeld += part.length;
      if (bytesHeld > LIMITS.feedRecordBytes)
        throw new PlimsollError('limit', `one record is larger than ${LIMITS.feedRecordBytes} bytes`);
      if (behind < 0) {
        parts.push(Buffer.from(part)); // a copy: the caller's chunk may be overwritten
        return bytes.length;
      }
      text = parts.length === 0 ? part : Buffer.concat([...parts, part]);
      parts = [];
      return behind;
    },
    get text() {
      return text;
    },
  };
}
