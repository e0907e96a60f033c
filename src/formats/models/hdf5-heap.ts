import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import type { Steps } from '../cursor.ts';
import { type Hdf5Layout, type Hdf5Reach, readWord } from './hdf5-reach.ts';

/**
 * Attributes in dense storage: each is an object of a fractal heap. The heap's blocks are read in order and the
 * attribute messages in them found by their own lengths, without the B-tree that only orders them by name.
 * https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html#FractalHeap
 */
export function* denseAttributes(
  file: Hdf5Reach,
  address: number,
  layout: Hdf5Layout,
  problems: string[],
): Steps<readonly Buffer[]> {
  const { offsetBytes: O, lengthBytes: L } = layout;
  // Behind the fixed fields stand eight counters, then the shape of the doubling table.
  const counters = 14 + 2 * L + 2 * O;
  const table = counters + 8 * L;
  const head = yield* file.read(address, table + 8 + 2 * L + O);
  if (head.toString('latin1', 0, 4) !== 'FRHP') return note(problems, 'a heap of attributes is not where it should be');
  if (head.readUInt16LE(7) > 0) return note(problems, 'a heap of attributes is filtered');
  const managed = readWord(head, counters + 3 * L, L);
  if (readWord(head, counters + 5 * L, L) > 0) problems.push('attributes are stored as huge objects');
  const width = head.readUInt16LE(table);
  const startSize = readWord(head, table + 2, L);
  const largestDirect = readWord(head, table + 2 + L, L);
  const heapBits = head.readUInt16LE(table + 2 + 2 * L);
  const root = readWord(head, table + 6 + 2 * L, O);
  const rows = head.readUInt16LE(table + 6 + 2 * L + O);
  if (managed === 0 || !Number.isFinite(root)) return [];
  const skip = 5 + O + Math.ceil(heapBits / 8) + ((head[9] as number) & 2 ? 4 : 0);
  const blocks =
    rows === 0
      ? [{ at: root, size: startSize }]
      : yield* directBlocks(file, root + layout.base, layout, { rows, width, startSize, largestDirect, heapBits });
  const buffers: Buffer[] = [];
  for (const block of blocks) {
    if (block.size > LIMITS.hdf5MessageBytes || block.size <= skip) continue;
    const bytes = yield* file.read(block.at + layout.base, block.size);
    if (bytes.toString('latin1', 0, 4) === 'FHDB') buffers.push(...messagesIn(bytes.subarray(skip), layout));
  }
  return buffers;
}

function note(problems: string[], problem: string): readonly Buffer[] {
  problems.push(problem);
  return [];
}

interface Doubling {
  readonly rows: number;
  readonly width: number;
  readonly startSize: number;
  readonly largestDirect: number;
  readonly heapBits: number;
}

/** The direct blocks of a root indirect block: rows double in size from the second row on. */
function* directBlocks(
  file: Hdf5Reach,
  address: number,
  layout: Hdf5Layout,
  { rows, width, startSize, largestDirect, heapBits }: Doubling,
): Steps<readonly { readonly at: number; readonly size: number }[]> {
  const head = 5 + layout.offsetBytes + Math.ceil(heapBits / 8);
  const count = Math.min(rows * width, LIMITS.hdf5Chunks);
  const bytes = yield* file.read(address, head + count * layout.offsetBytes);
  if (bytes.toString('latin1', 0, 4) !== 'FHIB') return [];
  const blocks: { at: number; size: number }[] = [];
  for (let index = 0; index < count; index += 1) {
    const row = Math.floor(index / width);
    const size = startSize * 2 ** Math.max(0, row - 1);
    if (size > largestDirect) break;
    const at = readWord(bytes, head + index * layout.offsetBytes, layout.offsetBytes);
    if (Number.isFinite(at)) blocks.push({ at, size });
  }
  return blocks;
}

/** The attribute messages in a block, which lie one behind the other; a gap ends the search for a plausible beginning. */
function messagesIn(bytes: Buffer, layout: Hdf5Layout): Buffer[] {
  const buffers: Buffer[] = [];
  for (let at = 0; at + 12 < bytes.length && buffers.length < LIMITS.hdf5Chunks; ) {
    tick();
    const size = messageSize(bytes, at, layout);
    if (size === undefined) {
      at += 1;
      continue;
    }
    buffers.push(bytes.subarray(at, at + size));
    at += size;
  }
  return buffers;
}

/** Length of the version 3 (or 2) attribute message that begins here; undefined where none does. */
function messageSize(bytes: Buffer, at: number, layout: Hdf5Layout): number | undefined {
  const version = bytes[at] as number;
  if ((version !== 2 && version !== 3) || (bytes[at + 1] as number) > 3) return undefined;
  const name = bytes.readUInt16LE(at + 2);
  const type = bytes.readUInt16LE(at + 4);
  const space = bytes.readUInt16LE(at + 6);
  const nameAt = at + (version === 3 ? 9 : 8);
  const spaceAt = nameAt + name + type;
  if (name < 2 || type < 8 || space < 4 || spaceAt + space > bytes.length) return undefined;
  if (bytes[nameAt + name - 1] !== 0 || bytes.subarray(nameAt, nameAt + name - 1).includes(0)) return undefined;
  const element = bytes.readUInt32LE(nameAt + name + 4);
  const rank = bytes[spaceAt + 1] as number;
  const dimensionsAt = spaceAt + (bytes[spaceAt] === 1 ? 8 : 4);
  let count = 1;
  for (let dimension = 0; dimension < rank; dimension += 1) {
    if (dimensionsAt + (dimension + 1) * layout.lengthBytes > bytes.length) return undefined;
    count *= readWord(bytes, dimensionsAt + dimension * layout.lengthBytes, layout.lengthBytes);
  }
  const size = spaceAt + space + element * count - at;
  return at + size <= bytes.length ? size : undefined;
}
