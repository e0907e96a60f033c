import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { type Cursor, type Steps, Truncated } from '../cursor.ts';
import { attributeText, parseAttribute, type RawAttribute } from './hdf5-attribute.ts';
import { denseAttributes } from './hdf5-heap.ts';
import { type Hdf5Layout, type Hdf5Reach, OutOfReach, reach, readWord } from './hdf5-reach.ts';

/**
 * The attributes of an HDF5 file's root group, read structurally: superblock, object header with its continuations,
 * attribute messages, global and fractal heap.
 * https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
 */
interface Hdf5Root {
  /** String attributes by name. */
  readonly strings: ReadonlyMap<string, string>;
  /** Names of all attributes. */
  readonly names: readonly string[];
  /** What could not be read. */
  readonly problems: readonly string[];
}

export const HDF5_SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/** The signature may stand at 0, 512, 1024, 2048...: before it lies a user block. */
const SUPERBLOCK_OFFSETS = [0, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536];

/** Reads the root group's attributes; undefined where the body is no HDF5 file. */
export function* readHdf5Root(cursor: Cursor): Steps<Hdf5Root | undefined> {
  const file = reach(cursor);
  const problems: string[] = [];
  const strings = new Map<string, string>();
  const names: string[] = [];
  let isThere = false;
  try {
    const superblock = yield* findSuperblock(file);
    if (!superblock) return undefined;
    isThere = true;
    const { layout } = superblock;
    for (const attribute of yield* rootAttributes(file, superblock.root, layout, problems)) {
      names.push(attribute.name);
      const text = yield* attributeText(file, attribute, layout, problems);
      if (text !== undefined) strings.set(attribute.name, text);
    }
  } catch (error) {
    if (!(error instanceof Truncated || error instanceof OutOfReach || error instanceof RangeError)) throw error;
    if (!isThere) return undefined;
    problems.push(error instanceof RangeError ? 'a structure is damaged' : error.message);
  }
  return { strings, names, problems };
}

function* findSuperblock(file: Hdf5Reach): Steps<{ readonly layout: Hdf5Layout; readonly root: number } | undefined> {
  for (const at of SUPERBLOCK_OFFSETS) {
    if (!(yield* file.read(at, 8)).equals(HDF5_SIGNATURE)) continue;
    const bytes = yield* file.read(at, 112);
    const version = bytes[8] as number;
    if (version > 3) return undefined;
    const old = version < 2;
    const offsetBytes = bytes[old ? 13 : 9] as number;
    const lengthBytes = bytes[old ? 14 : 10] as number;
    if (![2, 4, 8].includes(offsetBytes) || ![2, 4, 8].includes(lengthBytes)) return undefined;
    const first = old ? (version === 0 ? 24 : 28) : 12;
    const word = (index: number): number => readWord(bytes, first + index * offsetBytes, offsetBytes);
    // Four addresses; in the old form the fifth and sixth are the root group's name and object header.
    const root = old ? word(5) : word(3);
    const layout = { offsetBytes, lengthBytes, base: word(0) || at };
    return { layout, root: root + layout.base };
  }
  return undefined;
}

/** One message of an object header. */
interface Message {
  readonly type: number;
  readonly flags: number;
  readonly body: Buffer;
}

const ATTRIBUTE = 0x0c;
const CONTINUATION = 0x10;
const ATTRIBUTE_INFO = 0x15;

function* rootAttributes(
  file: Hdf5Reach,
  address: number,
  layout: Hdf5Layout,
  problems: string[],
): Steps<readonly RawAttribute[]> {
  const attributes: RawAttribute[] = [];
  const keep = (body: Buffer): void => {
    const attribute = parseAttribute(body);
    if (typeof attribute === 'string') problems.push(attribute);
    else attributes.push(attribute);
  };
  for (const message of yield* objectHeader(file, address, layout)) {
    if (message.type === ATTRIBUTE) {
      if (message.flags & 2) problems.push('an attribute is shared with another object');
      else keep(message.body);
    }
    if (message.type !== ATTRIBUTE_INFO) continue;
    const flags = message.body[1] as number;
    const heap = readWord(message.body, 2 + (flags & 1 ? 2 : 0), layout.offsetBytes);
    if (!Number.isFinite(heap)) continue;
    for (const body of yield* denseAttributes(file, heap + layout.base, layout, problems)) keep(body);
  }
  return attributes;
}

/** The messages of an object header in either version, its continuations included. */
function* objectHeader(file: Hdf5Reach, address: number, layout: Hdf5Layout): Steps<readonly Message[]> {
  const start = yield* file.read(address, 16);
  const isNew = start.toString('latin1', 0, 4) === 'OHDR';
  const messages: Message[] = [];
  const pending: { readonly at: number; readonly length: number; readonly skip: number; readonly tail: number }[] = [];
  let orders = false;
  if (isNew) {
    const flags = start[5] as number;
    orders = (flags & 4) !== 0;
    const sizeBytes = 1 << (flags & 3);
    const sizeAt = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    const size = readWord(yield* file.read(address + sizeAt, sizeBytes), 0, sizeBytes);
    pending.push({ at: address + sizeAt + sizeBytes, length: size, skip: 0, tail: 0 });
  } else pending.push({ at: address + 16, length: start.readUInt32LE(8), skip: 0, tail: 0 });
  // Chunks are budgeted: a chain of continuations may go in a circle.
  for (let chunks = 0; pending.length > 0 && chunks < LIMITS.hdf5Chunks; chunks += 1) {
    const chunk = pending.shift() as (typeof pending)[number];
    const bytes = yield* file.read(chunk.at, chunk.length);
    for (const message of parseMessages(bytes, chunk.skip, bytes.length - chunk.tail, isNew, orders)) {
      messages.push(message);
      if (message.type !== CONTINUATION) continue;
      const at = readWord(message.body, 0, layout.offsetBytes) + layout.base;
      const length = readWord(message.body, layout.offsetBytes, layout.lengthBytes);
      pending.push({ at, length, skip: isNew ? 4 : 0, tail: isNew ? 4 : 0 });
    }
  }
  return messages;
}

function* parseMessages(
  bytes: Buffer,
  from: number,
  to: number,
  isNew: boolean,
  orders: boolean,
): Generator<Message, void, void> {
  const head = isNew ? 4 + (orders ? 2 : 0) : 8;
  for (let at = from; at + head <= to; ) {
    tick();
    const type = isNew ? (bytes[at] as number) : bytes.readUInt16LE(at);
    const size = bytes.readUInt16LE(at + (isNew ? 1 : 2));
    const flags = bytes[at + (isNew ? 3 : 4)] as number;
    const end = at + head + size;
    if (end > to) return;
    yield { type, flags, body: bytes.subarray(at + head, end) };
    at = end;
  }
}
