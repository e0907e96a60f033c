import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { rawValues } from './json-raw.ts';

/** What a document is made of, in order. */
export interface TokenSink {
  /** Whether the next value is wanted: text that is not is checked and never decoded; a raw value is handed over as it is written. */
  wants(): boolean | 'raw';
  key(name: string): void;
  /** undefined: it was not wanted. */
  scalar(value: string | number | boolean | null | undefined): void;
  open(array: boolean): void;
  close(): void;
  /** The bytes of a value that was wanted raw: split off by its brackets and quotes, with no look at the grammar within. Valid during the call. */
  raw?(text: Buffer): void;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** The longest number or word: a score with all its digits is far shorter. */
const LITERAL_BYTES = 64;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What may come next. */
type State = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'after' | 'end';

/**
 * Splits UTF-8 JSON into tokens, chunk by chunk, and checks its grammar.
 * Throws `corrupt` with the offset of the byte that does not belong, `limit` for a text that is too long.
 * Long because it is an object: its methods close over one state.
 */
export function jsonTokens(sink: TokenSink): { write(chunk: Uint8Array): void; end(): void } {
  const nesting: boolean[] = [];
  let state: State = 'value';
  let base = 0;
  /** Parts of a string or literal that began in an earlier chunk. */
  let parts: Buffer[] = [];
  let partBytes = 0;
  let inString = false;
  let escaped = false;
  let hasEscape = false;
  let inLiteral = false;
  let literal = '';
  let wanted = true;
  /** Values that are passed over to be handed on as they stand, and whether one is under way. */
  const raw = rawValues();
  let inRaw = false;

  const fail = (what: string, at: number): never => {
    throw new PlimsollError('corrupt', `not valid JSON: ${what} at byte ${base + at}`);
  };
  const keep = (part: Buffer): void => {
    partBytes += part.length;
    if (partBytes > LIMITS.reportRowBytes)
      throw new PlimsollError('limit', `a text of the document is longer than ${LIMITS.reportRowBytes} bytes`);
    if (wanted) parts.push(Buffer.from(part));
  };
  const afterValue = (): void => {
    state = nesting.length === 0 ? 'end' : 'after';
  };
  const finishString = (last: Buffer, at: number): void => {
    if (!wanted) sink.scalar(undefined);
    else {
      const raw = parts.length === 0 ? last.toString('utf8') : Buffer.concat([...parts, last]).toString('utf8');
      const value = hasEscape ? unescaped(raw, () => fail('a bad escape', at)) : raw;
      if (state === 'colon') sink.key(value);
      else sink.scalar(value);
    }
    parts = [];
    partBytes = 0;
    inString = false;
    if (state !== 'colon') afterValue();
  };
  const finishLiteral = (at: number): void => {
    const word = literal;
    const value =
      word === 'true'
        ? true
        : word === 'false'
          ? false
          : word === 'null'
            ? null
            : NUMBER.test(word)
              ? Number(word)
              : fail(`"${word.slice(0, 20)}"`, at);
    literal = '';
    partBytes = 0;
    inLiteral = false;
    sink.scalar(wanted ? value : undefined);
    afterValue();
  };
  const beginString = (key: boolean): void => {
    wanted = key || sink.wants() === true;
    inString = true;
    escaped = false;
    hasEscape = false;
    if (key) state = 'colon';
  };
  const close = (array: boolean, at: number): void => {
    if (nesting.pop() !== array) fail('a bracket that closes nothing', at);
    sink.close();
    afterValue();
  };

  /** One structural byte. */
  const structure = (byte: number, at: number): void => {
    switch (state) {
      case 'first-value':
        if (byte === 0x5d) close(true, at);
        else value(byte, at);
        return;
      case 'value':
        value(byte, at);
        return;
      case 'first-key':
        if (byte === 0x7d) close(false, at);
        else if (byte === QUOTE) beginString(true);
        else fail('no key', at);
        return;
      case 'key':
        if (byte === QUOTE) beginString(true);
        else fail('no key', at);
        return;
      case 'colon':
        if (byte !== 0x3a) fail('no colon', at);
        state = 'value';
        return;
      case 'after':
        if (byte === 0x2c) state = nesting.at(-1) ? 'value' : 'key';
        else if (byte === 0x5d) close(true, at);
        else if (byte === 0x7d) close(false, at);
        else fail('no comma', at);
        return;
      default:
        fail('something after the end of the document', at);
    }
  };
  const value = (byte: number, at: number): void => {
    if (!beginsValue(byte)) fail('no value', at);
    if (sink.raw !== undefined && sink.wants() === 'raw') {
      raw.begin();
      inRaw = true;
      return;
    }
    if (byte === QUOTE) {
      beginString(false);
      return;
    }
    if (byte === 0x7b || byte === 0x5b) {
      const array = byte === 0x5b;
      sink.open(array);
      nesting.push(array);
      state = array ? 'first-value' : 'first-key';
      return;
    }
    wanted = sink.wants() === true;
    inLiteral = true;
    literal = String.fromCharCode(byte);
    partBytes = 1;
  };

  /** The offset of the quote that ends the text under way, or the end of the bytes. */
  const textEnd = (bytes: Buffer, from: number): number => {
    let at = from;
    if (escaped) {
      escaped = false;
      at += 1;
    }
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) {
        hasEscape = true;
        at += 1;
      } else if (byte < 0x20) fail('a control character in a text', at);
    }
    escaped = at > bytes.length;
    return bytes.length;
  };

  return {
    write(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      let at = base === 0 && bytes.length > 2 && bytes.readUIntBE(0, 3) === BYTE_ORDER_MARK ? 3 : 0;
      while (at < bytes.length) {
        if (inRaw) {
          at = raw.take(bytes, at);
          if (raw.text === undefined) break;
          sink.raw?.(raw.text);
          inRaw = false;
          afterValue();
        } else if (inString) {
          const start = at;
          at = textEnd(bytes, at);
          const done = at < bytes.length;
          if (done) finishString(bytes.subarray(start, at), at);
          else keep(bytes.subarray(start, at));
          at += 1;
        } else {
          const byte = bytes[at]!;
          if (inLiteral) {
            const start = at;
            while (at < bytes.length && isLiteral(bytes[at]!)) at += 1;
            partBytes += at - start;
            if (partBytes > LITERAL_BYTES) fail('a number or word without end', at);
            literal += bytes.toString('latin1', start, at);
            if (at === bytes.length) break;
            finishLiteral(at);
            continue;
          }
          if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) structure(byte, at);
          if (!inRaw) at += 1;
        }
      }
      base += bytes.length;
    },
    end() {
      if (inLiteral) finishLiteral(0);
      if (inRaw || inString || nesting.length > 0 || state !== 'end') {
        throw new PlimsollError(
          'corrupt',
          base === 0 ? 'the file is empty' : `the JSON ends in the middle, after ${base} bytes`,
          {
            hint: 'the file is cut off: get it again',
          },
        );
      }
    },
  };
}

const BYTE_ORDER_MARK = 0xefbbbf;

const beginsValue = (byte: number): boolean =>
  byte === QUOTE ||
  byte === 0x7b ||
  byte === 0x5b ||
  byte === 0x2d ||
  (byte >= 0x30 && byte <= 0x39) ||
  byte === 0x74 ||
  byte === 0x66 ||
  byte === 0x6e;

const isLiteral = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x2e ||
  byte === 0x2b ||
  byte === 0x2d ||
  byte === 0x45;

function unescaped(raw: string, fail: () => never): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return fail();
  }
}
