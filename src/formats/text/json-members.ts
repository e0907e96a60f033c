import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';

/** One member of the container that is split: its key (for an array: its index) and its JSON text, not yet parsed. */
export interface JsonMember {
  readonly key: string | number;
  readonly text: Buffer;
}

/** Splits a JSON document as its bytes arrive. */
export interface JsonSplitter {
  /** The members that this chunk completes. Their bytes are only valid until the next call. */
  write(chunk: Buffer): readonly JsonMember[];
  /** Throws `corrupt` when the document was not complete. */
  end(): void;
  /** Scalars met beside the path on the way (`timestamp`, `catalogVersion`), as JSON text by key. */
  readonly scalars: ReadonlyMap<string, string>;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const isOpening = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Scalars kept beside the path. */
const SCALARS = 64;
const SCALAR_BYTES = 1_024;

/**
 * Splits a JSON document of any size into the members of one container, without parsing it: `path` names the
 * container by keys (`[]` is the root, `['vulnerabilities']` that array). Only the member under way is held, at most
 * `LIMITS.feedRecordBytes` of it. The grammar inside a member is left to the caller's `JSON.parse`.
 * Throws `corrupt` for text that is no JSON at this level, `limit` for a member or nesting beyond its budget.
 * https://www.rfc-editor.org/rfc/rfc8259
 */
export function jsonSplitter(path: readonly string[] = []): JsonSplitter {
  const scalars = new Map<string, string>();
  let carry: Buffer = Buffer.alloc(0);
  let scanned = 0; // bytes of `carry` already looked at
  let depth = 0;
  let matched = 0; // keys of the path whose containers are open
  let inString = false;
  let escaped = false;
  let start = -1; // where the member under way begins, key included
  let colon = -1; // its colon, where its container is an object
  let count = 0;
  let consumed = 0;
  let ended = false;
  const objects: boolean[] = [];

  const fail = (what: string, at: number): never => {
    throw new PlimsollError('corrupt', `not the JSON it should be: ${what} at byte ${consumed + at}`);
  };

  /** A member of the level we are on is complete: one to hand over, or a scalar beside the path. */
  const finish = (bytes: Buffer, end: number, found: JsonMember[]): void => {
    if (start < 0) return;
    const inObject = objects[depth - 1] === true;
    if (inObject && colon < 0) fail('a member without a colon', start);
    const key = inObject ? keyOf(bytes.subarray(start, colon), start) : count;
    const text = bytes.subarray(inObject ? colon + 1 : start, end);
    if (matched === path.length) found.push({ key, text });
    else if (text.length <= SCALAR_BYTES && scalars.size < SCALARS)
      scalars.set(String(key), text.toString('utf8').trim());
    count += 1;
    start = -1;
    colon = -1;
  };

  const keyOf = (text: Buffer, at: number): string => {
    try {
      return String(JSON.parse(text.toString('utf8')));
    } catch {
      return fail('a broken key', at);
    }
  };

  /** The container that opens at `at` continues the path. */
  const enters = (bytes: Buffer): boolean => {
    if (depth === 0) return true;
    if (depth !== matched + 1 || matched === path.length || colon < 0 || start < 0) return false;
    return keyOf(bytes.subarray(start, colon), start) === path[matched];
  };

  /** Reads on inside a string; gives the offset behind it, or the end of the bytes. */
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

  /** Reads over what lies deeper than the level that is split; gives the offset of the first byte that needs a look. */
  const inner = (bytes: Buffer, from: number): number => {
    let at = from;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (byte === QUOTE || isOpening(byte) || isClosing(byte)) return at;
    }
    return at;
  };

  const scan = (bytes: Buffer, from: number, found: JsonMember[]): void => {
    let at = from;
    while (at < bytes.length) {
      if (inString) {
        at = string(bytes, at);
        continue;
      }
      const level = depth === matched + 1; // directly inside the deepest container of the path that is open
      if (!level && depth > 0) {
        at = inner(bytes, at);
        if (at === bytes.length) return;
      }
      structure(bytes, at, level, found);
      at += 1;
    }
  };

  const structure = (bytes: Buffer, at: number, level: boolean, found: JsonMember[]): void => {
    const byte = bytes[at]!;
    if (isSpace(byte)) return;
    if (ended) fail('text after the end', at);
    if (isClosing(byte)) close(bytes, at, level, found);
    else if (level && byte === COMMA) finish(bytes, at, found);
    else if (level && byte === COLON && colon < 0) colon = at;
    else value(bytes, at, level);
  };

  /** The first byte of a value or key, or one inside a number or word. */
  const value = (bytes: Buffer, at: number, level: boolean): void => {
    const byte = bytes[at]!;
    if (level && start < 0) start = at;
    if (isOpening(byte)) open(bytes, byte === 0x7b);
    else if (depth === 0) fail('no container', at);
    else if (byte === QUOTE) inString = true;
  };

  const open = (bytes: Buffer, isObject: boolean): void => {
    if (depth >= LIMITS.documentDepth) {
      throw new PlimsollError('limit', `the document is nested deeper than ${LIMITS.documentDepth} levels`);
    }
    if (enters(bytes)) {
      if (depth > 0) matched += 1;
      start = -1;
      colon = -1;
      count = 0;
    }
    objects.push(isObject);
    depth += 1;
  };

  const close = (bytes: Buffer, at: number, level: boolean, found: JsonMember[]): void => {
    if (depth === 0) fail('a bracket too many', at);
    if (level) {
      finish(bytes, at, found);
      if (depth > 1) matched -= 1;
    }
    depth -= 1;
    objects.pop();
    if (depth === 0) ended = true;
  };

  return {
    scalars,
    write(chunk) {
      const bytes = carry.length === 0 ? chunk : Buffer.concat([carry, chunk]);
      const found: JsonMember[] = [];
      scan(bytes, scanned, found);
      const kept = start < 0 ? bytes.length : start;
      if (bytes.length - kept > LIMITS.feedRecordBytes) {
        throw new PlimsollError('limit', `one record is larger than ${LIMITS.feedRecordBytes} bytes`);
      }
      carry = Buffer.from(bytes.subarray(kept)); // a copy: the caller's chunk may be overwritten
      consumed += kept;
      scanned = carry.length;
      if (start >= 0) {
        start = 0;
        if (colon >= 0) colon -= kept;
      }
      return found;
    },
    end() {
      if (!ended)
        throw new PlimsollError('corrupt', `the document ends in the middle, after ${consumed + carry.length} bytes`);
    },
  };
}
