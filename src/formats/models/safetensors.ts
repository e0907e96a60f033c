import { LIMITS } from '../../limits.ts';
import { type Cursor, fill, position, type Steps, Truncated, take } from '../cursor.ts';
import { readJson, whyNoJson } from '../json-values.ts';

/** The header of a safetensors file. https://github.com/huggingface/safetensors#format */
interface SafetensorsHeader {
  readonly tensors: number;
  /** The free texts of `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
  /** What the format forbids and this file has. */
  readonly problems: readonly string[];
}

const ELEMENT_BITS: Readonly<Record<string, number>> = {
  BOOL: 8, U8: 8, I8: 8, F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8, I16: 16, U16: 16, F16: 16, BF16: 16, I32: 32, U32: 32, F32: 32, F64: 64, I64: 64, U64: 64, C64: 64, F4: 4, F6_E2M3: 6, F6_E3M2: 6,
}; // biome-ignore format: a table

/** Whether a file of `size` bytes begins as one: eight bytes of length, then a JSON object. */
export function beginsLikeSafetensors(head: Buffer, size: number): boolean {
  if (head.length < 10 || head[8] !== 0x7b) return false;
  const length = Number(head.readBigUInt64LE(0));
  const next = head[9] as number;
  return (
    length >= 2 &&
    length <= Math.max(size, LIMITS.safetensorsHeaderBytes) &&
    (next === 0x22 || next === 0x7d || next === 0x20 || next === 0x0a)
  );
}

/** Reads the header; the tensors are not touched. `size`: bytes of the file. Throws `Truncated`. */
export function* readSafetensors(cursor: Cursor, size: number): Steps<SafetensorsHeader> {
  const length = Number((yield* take(cursor, 8, 'the header')).readBigUInt64LE(0));
  if (length > size - 8) return failed(`the header claims ${length} bytes of ${size - 8}`);
  if (length > LIMITS.safetensorsHeaderBytes)
    return failed(`the header claims ${length} bytes; loaders stop at 100 MB`);
  const parts: Buffer[] = [];
  for (let left = length; left > 0; ) {
    if (!(yield* fill(cursor, 1))) throw new Truncated('the header');
    const part = Buffer.from(cursor.bytes.subarray(cursor.at, Math.min(cursor.end, cursor.at + left)));
    parts.push(part);
    cursor.at += part.length;
    left -= part.length;
  }
  let header: unknown;
  try {
    header = readJson(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    return failed(`the header is unread: ${whyNoJson(error)}`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return failed('the header is no JSON object');
  return inspect(header as Record<string, unknown>, size - position(cursor));
}

const failed = (problem: string): SafetensorsHeader => ({ tensors: 0, metadata: new Map(), problems: [problem] });

function inspect(header: Readonly<Record<string, unknown>>, dataBytes: number): SafetensorsHeader {
  const metadata = new Map<string, string>();
  const problems: string[] = [];
  const ranges: { readonly name: string; readonly from: number; readonly to: number }[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') {
      for (const [key, text] of Object.entries(value ?? {})) {
        if (typeof text === 'string') metadata.set(key, text);
        else problems.push(`metadata ${key} is no text`);
      }
      continue;
    }
    const range = tensorRange(name, value, problems);
    if (range) ranges.push(range);
  }
  ranges.sort((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { name, from, to } of ranges) {
    if (from < end) problems.push(`tensor ${name} overlaps the one before`);
    else if (from > end) problems.push(`${from - end} bytes before tensor ${name} belong to none`);
    end = Math.max(end, to);
  }
  if (end > dataBytes) problems.push(`tensors claim ${end} bytes, ${dataBytes} are there`);
  else if (end < dataBytes) problems.push(`${dataBytes - end} bytes behind the tensors belong to none`);
  return { tensors: ranges.length, metadata, problems };
}

function tensorRange(name: string, value: unknown, problems: string[]) {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const numbers = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((item) => Number.isSafeInteger(item) && item >= 0);
  if (typeof dtype !== 'string' || !numbers(shape) || !numbers(offsets) || offsets.length !== 2) {
    problems.push(`tensor ${name} is not described as one`);
    return undefined;
  }
  const [from = 0, to = 0] = offsets;
  const bits = Object.hasOwn(ELEMENT_BITS, dtype) ? ELEMENT_BITS[dtype] : undefined;
  const bytes = bits === undefined ? undefined : (shape.reduce((product, item) => product * item, 1) * bits) / 8;
  if (bytes !== undefined && bytes !== to - from) problems.push(`tensor ${name} has ${to - from} bytes for ${bytes}`);
  return { name, from, to };
}
