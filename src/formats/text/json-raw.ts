import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';

/** JSON values that pass by without being parsed, one after the other. */
interface RawValues {
  /** Another value begins with the next byte taken. */
  begin(): void;
  /** Takes bytes from `from` on; gives the offset behind the value, or the end of the bytes where it goes on. */
  take(bytes: Buffer, from: number): number;
  /** The value's bytes, once it is complete; valid as long as the chunk that completed it. */
  readonly text: Buffer | undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What bytes outside of texts mean for where a container ends: nothing for most. */
const MARKS = new Uint8Array(256);
const [TEXT, OPENS, CLOSES] = [1, 2, 3];
for (const [marks, kind] of [
  ['"', TEXT],
  ['{[', OPENS],
  ['}]', CLOSES],
] as const)
  for (const mark of marks) MARKS[mark.charCodeAt(0)] = kind;

/**
 * Finds the ends of values by its brackets and quotes alone: `JSON.parse` of the bytes checks the rest, and is several times faster than
 * any decoding here. At most `LIMITS.feedRecordBytes` are held; brackets are counted, so nesting costs nothing until it is parsed,
 * and is bounded by `LIMITS.documentDepth` for that. Throws `limit` beyond either.
 * Long because it is an object: its methods close over one state.
 */
export function rawValues(): RawValues {
  let parts: Buffer[] = [];
  let bytesHeld = 0;
  let depth = 0;
  let inString = false;
  let inScalar = false;
  let escaped = false;
  let text: Buffer | undefined;

  /** The offset behind the text under way, or -1 where it goes on behind these bytes. */
  const string = (bytes: Buffer, from: number): number => {
    const start = escaped ? from + 1 : from;
    escaped = false;
    for (let at = start; ; ) {
      const quote = bytes.indexOf(QUOTE, at);
      const stop = quote < 0 ? bytes.length : quote;
      let first = stop;
      while (first > at && bytes[first - 1] === BACKSLASH) first -= 1;
      // Of an even number each is the other's.
      const isEscaped = (stop - first) % 2 === 1;
      if (quote < 0) {
        escaped = isEscaped;
        return -1;
      }
      if (!isEscaped) return quote + 1;
      at = quote + 1;
    }
  };
  /** Behind the mark at `at`, of which all before is known; -1 where the text that begins there goes on behind these bytes. */
  const past = (bytes: Buffer, mark: number, at: number): number => {
    if (mark === OPENS) {
      depth += 1;
      if (depth > LIMITS.documentDepth)
        throw new PlimsollError('limit', `the document is nested deeper than ${LIMITS.documentDepth} levels`);
    } else if (mark === CLOSES) depth -= 1;
    else {
      const behind = string(bytes, at + 1);
      inString = behind < 0;
      return behind;
    }
    return at + 1;
  };
  /** The offset behind a number or word, which ends where something else begins. */
  const scalar = (bytes: Buffer, from: number): number => {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      if (MARKS[byte] === CLOSES || byte === 0x2c || byte <= 0x20) return at;
    }
    return -1;
  };
  /** The offset behind the value, or -1 where it goes on behind these bytes. */
  const end = (bytes: Buffer, from: number): number => {
    let at = from;
    if (inString) {
      at = string(bytes, at);
      if (at < 0) return -1;
      inString = false;
      if (depth === 0) return at;
    } else if (depth === 0) {
      const mark = MARKS[bytes[at] as number] as number;
      if (inScalar || mark === 0) {
        inScalar = true;
        return scalar(bytes, at);
      }
      at = past(bytes, mark, at);
      if (at < 0 || depth === 0) return at;
    }
    const { length } = bytes;
    for (;;) {
      while (at < length && MARKS[bytes[at] as number] === 0) at += 1;
      if (at >= length) return -1;
      at = past(bytes, MARKS[bytes[at] as number] as number, at);
      if (at < 0 || depth === 0) return at;
    }
  };
  return {
    begin() {
      bytesHeld = 0;
      depth = 0;
      inString = false;
      inScalar = false;
      escaped = false;
      text = undefined;
    },
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
      if (parts.length === 0) text = part;
      else {
        text = Buffer.concat([...parts, part]);
        parts = [];
      }
      return behind;
    },
    get text() {
      return text;
    },
  };
}
