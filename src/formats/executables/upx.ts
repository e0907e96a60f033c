import { inflateRawSync } from 'node:zlib';
import { LIMITS } from '../../limits.ts';
import { expanded } from '../../work.ts';
import { LzmaDecoder } from '../compression/index.ts';
import { readWhole } from '../cursor.ts';
import { elfHeader, elfSegments, PT_LOAD } from './elf.ts';
import { type NrvCoding, type NrvWord, nrv } from './nrv.ts';

/** `l_info` (checksum, `UPX!`, size of the loader, version, format) and `p_info` (program, size of the file, size of a block), behind the program headers. */
const INFO_BYTES = 24;
/** `b_info` before each block: size, packed size, method, filter, its parameter, nothing. */
const BLOCK_BYTES = 12;

/** https://github.com/upx/upx/blob/devel/src/conf.h (M_NRV2B_LE32 and those that follow) */
const NRV: ReadonlyMap<number, readonly [NrvCoding, NrvWord]> = new Map([
  [2, ['b', 32]],
  [3, ['b', 8]],
  [4, ['b', 16]],
  [5, ['d', 32]],
  [6, ['d', 8]],
  [7, ['d', 16]],
  [8, ['e', 32]],
  [9, ['e', 8]],
  [10, ['e', 16]],
]);
/** What got no smaller stands as it is. */
const STORED = 0;
const LZMA = 14;
const DEFLATE = 15;

interface Block {
  readonly size: number;
  readonly packed: number;
  readonly method: number;
  /** Where its bytes begin. */
  readonly at: number;
}

/** The block at a place; undefined where none can be. */
function blockAt(bytes: Buffer, at: number, little: boolean): Block | undefined {
  if (at + BLOCK_BYTES > bytes.length) return undefined;
  const word = (offset: number): number => (little ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset));
  const [size, packed, method] = [word(at), word(at + 4), bytes[at + 8] as number];
  const isKnown = NRV.has(method) || method === LZMA || method === DEFLATE || (method === STORED && packed === size);
  if (size === 0 || packed === 0 || packed > size || !isKnown || bytes[at + 11] !== 0) return undefined;
  return { size, packed, method, at: at + BLOCK_BYTES };
}

/**
 * Whether the first bytes of an ELF file are those of a program packed by UPX: behind the program headers stands the description of a block that
 * holds headers. The letters `UPX!` are not asked for, since programs run without them too, and are often altered.
 */
export function isPackedByUpx(head: Buffer): boolean {
  const header = elfHeader(head);
  if (header === undefined) return false;
  const { offset, size, count } = header.programHeaders;
  const first = blockAt(head, offset + size * count + INFO_BYTES, header.little);
  return first !== undefined && first.size > offset && (first.size - offset) % size === 0 && first.size < 8_192;
}

/**
 * The program inside a file that UPX packed, its segments where they were, zeros elsewhere; filters on machine code (which change the targets of
 * calls) are left in place. A text says why it cannot be had. Packed shared libraries, scripts and kernels have other shapes and are not read.
 * https://github.com/upx/upx/blob/devel/src/stub/src/include/linux.h (b_info, l_info, p_info)
 */
export function unpackUpx(file: Buffer): Buffer | string {
  const outer = elfHeader(file);
  if (outer === undefined || !isPackedByUpx(file)) return 'its blocks are not where a program has them';
  const { offset, size, count } = outer.programHeaders;
  const blocks = blocksFrom(file, offset + size * count + INFO_BYTES, outer.little);
  const total = blocks.reduce((sum, block) => sum + block.size, 0);
  if (total > LIMITS.unpackedProgramBytes) return `it is larger than ${LIMITS.unpackedProgramBytes >> 20} MiB`;
  const parts = blocks.values();
  const head = decoded(file, parts.next().value as Block);
  const inner = head && elfHeader(head);
  if (head === undefined || inner === undefined) return 'its first block is damaged';
  const loads = elfSegments(inner, head.subarray(inner.programHeaders.offset)).filter(({ type }) => type === PT_LOAD);
  const end = Math.max(head.length, ...loads.map((load) => load.offset + load.fileSize));
  if (loads.length === 0 || !(end <= LIMITS.unpackedProgramBytes)) return 'its segments are nonsense';
  const program = Buffer.alloc(end);
  head.copy(program);
  for (const load of loads) {
    // The first segment holds the headers, which are a block of their own.
    let at = load.offset === 0 ? head.length : load.offset;
    for (const until = load.offset + load.fileSize; at < until; ) {
      const block = parts.next().value;
      const bytes = block && at + block.size <= until ? decoded(file, block) : undefined;
      if (bytes === undefined) return 'a block of it is damaged';
      bytes.copy(program, at);
      at += bytes.length;
    }
  }
  return program;
}

/** Blocks that follow one another. */
function blocksFrom(file: Buffer, from: number, little: boolean): Block[] {
  const blocks: Block[] = [];
  let block = blockAt(file, from, little);
  while (block !== undefined && blocks.length < LIMITS.packedBlocks) {
    blocks.push(block);
    block = blockAt(file, block.at + block.packed, little);
  }
  return blocks;
}

/** The bytes of a block; undefined where it is damaged. */
function decoded(file: Buffer, { at, packed, size, method }: Block): Buffer | undefined {
  expanded(size);
  const source = file.subarray(at, at + packed);
  if (source.length < packed) return undefined;
  if (packed === size) return source;
  const coding = NRV.get(method);
  if (coding !== undefined) return nrv(source, size, ...coding);
  if (method === LZMA) return lzma(source, size);
  try {
    const bytes = inflateRawSync(source, { maxOutputLength: size });
    return bytes.length === size ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Two bytes for the three numbers of LZMA, and its data without an end. https://github.com/upx/upx/blob/devel/src/compress/compress_lzma.cpp */
function lzma(source: Buffer, size: number): Buffer | undefined {
  const [first = 0, second = 0] = source;
  const properties = { position: first & 7, literalPosition: second >> 4, literalContext: second & 15 };
  const isSound = properties.position <= 4 && properties.literalPosition <= 4 && properties.literalContext <= 8;
  if (!isSound || first >> 3 !== properties.literalContext + properties.literalPosition) return undefined;
  const parts: Buffer[] = [];
  const end = readWhole(source.subarray(2), function* (cursor) {
    const keep = (part: Buffer): boolean => parts.push(Buffer.from(part)) < 0;
    const decoder = new LzmaDecoder(cursor, keep, size);
    decoder.resetState(properties);
    if (!(yield* decoder.start())) return 'broken';
    const result = yield* decoder.decode(size);
    decoder.finish();
    return result;
  });
  const bytes = Buffer.concat(parts);
  return end === 'end' && bytes.length === size ? bytes : undefined;
}
