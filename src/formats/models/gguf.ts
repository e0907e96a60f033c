import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { type Cursor, remaining, type Steps, skip, Truncated, take } from '../cursor.ts';

/** The header of a GGUF file. https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
export interface GgufHeader {
  readonly version: number;
  readonly tensors: number;
  /** Texts and numbers of the metadata; arrays are left out. */
  readonly metadata: ReadonlyMap<string, string>;
  /** What the format forbids and this file has. */
  readonly problems: readonly string[];
}

export const GGUF_MAGIC = Buffer.from('GGUF', 'latin1');

const STRING = 8;
const ARRAY = 9;
/** Bytes of the types 0 to 12, 0 where they vary. */
const TYPE_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
/** GGML_MAX_DIMS and GGML_MAX_NAME leave no room for more. */
const MOST_DIMENSIONS = 4;
const LONGEST_TENSOR_NAME = 64;

interface Reader {
  readonly cursor: Cursor;
  readonly wide: boolean;
  readonly big: boolean;
}

/** Reads metadata and tensor descriptions; undefined where the body is no GGUF. Throws `Truncated`. */
export function* readGguf(cursor: Cursor): Steps<GgufHeader | undefined> {
  const start = yield* take(cursor, 8, 'the header');
  if (!start.subarray(0, 4).equals(GGUF_MAGIC)) return undefined;
  const big = start.readUInt32LE(4) > 0xffff;
  const version = big ? start.readUInt32BE(4) : start.readUInt32LE(4);
  const reader: Reader = { cursor, wide: version > 1, big };
  const tensors = yield* size(reader);
  const pairs = yield* size(reader);
  const metadata = new Map<string, string>();
  const problems: string[] = [];
  if (version > 3) problems.push(`version ${version} is not known`);
  // A pair takes at least 13 bytes, a tensor's description 24.
  if (pairs > Math.min(LIMITS.ggufItems, remaining(cursor) / 13) || tensors > remaining(cursor) / 24) {
    return { version, tensors, metadata, problems: [`claims ${pairs} pairs and ${tensors} tensors`] };
  }
  try {
    for (let index = 0; index < pairs; index += 1) {
      tick();
      const key = yield* text(reader, 65_535);
      const value = yield* readValue(reader, yield* number(reader), 0);
      // Templates are programs: however many other pairs come before them.
      if (value !== undefined && (metadata.size < 10_000 || key.startsWith('tokenizer.chat_template')))
        metadata.set(key, value);
    }
    yield* checkTensors(reader, Math.min(tensors, LIMITS.ggufItems), problems);
  } catch (error) {
    if (!(error instanceof Truncated) && !(error instanceof RangeError)) throw error;
    problems.push(error.message);
  }
  return { version, tensors, metadata, problems };
}

function* number(reader: Reader): Steps<number> {
  const bytes = yield* take(reader.cursor, 4, 'the header');
  return reader.big ? bytes.readUInt32BE(0) : bytes.readUInt32LE(0);
}

function* size(reader: Reader): Steps<number> {
  if (!reader.wide) return yield* number(reader);
  const bytes = yield* take(reader.cursor, 8, 'the header');
  return Number(reader.big ? bytes.readBigUInt64BE(0) : bytes.readBigUInt64LE(0));
}

/** A string; beyond `most` bytes it is a lie. */
function* text(reader: Reader, most: number): Steps<string> {
  const length = yield* size(reader);
  if (length > most || length > remaining(reader.cursor)) throw new RangeError(`a text claims ${length} bytes`);
  return (yield* take(reader.cursor, length, 'a text')).toString('utf8');
}

function* readValue(reader: Reader, type: number, depth: number): Steps<string | undefined> {
  if (type === STRING) return yield* text(reader, LIMITS.ggufTextBytes);
  if (type !== ARRAY) {
    const bytes = TYPE_BYTES[type];
    if (!bytes) throw new RangeError(`a value of type ${type}`);
    return scalar(yield* take(reader.cursor, bytes, 'a value'), type, reader.big);
  }
  const inner = yield* number(reader);
  const count = yield* size(reader);
  const bytes = TYPE_BYTES[inner];
  if (bytes === undefined || depth > 4) throw new RangeError(`an array of type ${inner}`);
  if (bytes > 0) {
    if (!(yield* skip(reader.cursor, bytes * count))) throw new Truncated('an array');
    return undefined;
  }
  if (count > LIMITS.ggufItems) throw new RangeError(`an array claims ${count} items`);
  for (let index = 0; index < count; index += 1) {
    tick();
    if (inner === STRING) {
      const length = yield* size(reader);
      if (!(yield* skip(reader.cursor, length))) throw new Truncated('an array');
    } else yield* readValue(reader, inner, depth + 1);
  }
  return undefined;
}

function scalar(bytes: Buffer, type: number, big: boolean): string {
  const ordered = big ? Buffer.from(bytes).reverse() : bytes;
  if (type === 6) return String(ordered.readFloatLE(0));
  if (type === 12) return String(ordered.readDoubleLE(0));
  if (type === 7) return ordered[0] === 0 ? 'false' : 'true';
  const signed = type === 1 || type === 3 || type === 5 || type === 11;
  if (ordered.length === 8) return String(signed ? ordered.readBigInt64LE(0) : ordered.readBigUInt64LE(0));
  return String(signed ? ordered.readIntLE(0, ordered.length) : ordered.readUIntLE(0, ordered.length));
}

function* checkTensors(reader: Reader, count: number, problems: string[]): Steps<void> {
  for (let index = 0; index < count && problems.length < 20; index += 1) {
    tick();
    const name = yield* text(reader, 65_535);
    if (Buffer.byteLength(name) > LONGEST_TENSOR_NAME) problems.push(`a tensor's name has ${name.length} characters`);
    const dimensions = yield* number(reader);
    if (dimensions > MOST_DIMENSIONS) {
      problems.push(`tensor ${name} has ${dimensions} dimensions`);
      return;
    }
    for (let dimension = 0; dimension < dimensions; dimension += 1) yield* size(reader);
    yield* take(reader.cursor, 4, 'a tensor');
    const offset = yield* take(reader.cursor, 8, 'a tensor');
    const at = Number(reader.big ? offset.readBigUInt64BE(0) : offset.readBigUInt64LE(0));
    if (at > remaining(reader.cursor)) problems.push(`tensor ${name} begins at ${at}, behind the end`);
  }
}
