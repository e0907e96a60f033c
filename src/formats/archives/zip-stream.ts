// Long because it is one walk over one format, from header to header.
import { crc32 } from 'node:zlib';
import { LIMITS } from '../../limits.ts';
import { expanded, tick } from '../../work.ts';
import { bunzip, type DecompressEnd, inflate, type Sink, unzipLzma } from '../compression/index.ts';
import {
  type Cursor,
  type Drive,
  drive,
  fill,
  peek,
  position,
  remaining,
  type Steps,
  skip,
  Truncated,
  take,
  within,
} from '../cursor.ts';
import {
  type CentralEntry,
  type LocalZipMember,
  readCentralEntry,
  readEndRecord,
  readLocalHeader,
} from './zip-headers.ts';

/**
 * A zip read front to back by its local headers, as hostile as it may be: the central directory, which loaders go by,
 * is compared with what was met on the way. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */

/** Something about a zip that is not as it should be. */
export interface ZipProblem {
  /**
   * `hidden`: the directory names a member that was not met; `disagree`: directory and local header differ;
   * `encrypted`: the flag is set; `method`: a compression that is not read; `crc`; `damaged`; `no-directory`.
   */
  readonly kind: 'hidden' | 'disagree' | 'encrypted' | 'method' | 'crc' | 'damaged' | 'no-directory' | 'budget';
  readonly name: string;
  readonly detail: string;
}

export interface ZipWalk {
  readonly members: readonly LocalZipMember[];
  readonly problems: readonly ZipProblem[];
}

interface ZipVisitor {
  /** Reads a member's body, decompressed; may stop early. Is asked for every member that is wanted. */
  body(member: LocalZipMember, cursor: Cursor): Steps<void>;
  /** False: the member is passed over, neither decompressed nor checked. Absent: all are wanted. */
  wants?(member: LocalZipMember): boolean;
  /** The size of a stored member whose header does not say, where something else does: its bytes are then passed over unread. */
  expectedSize?(member: LocalZipMember): number | undefined;
}

interface Walk {
  readonly visitor: ZipVisitor;
  readonly members: Map<number, LocalZipMember>;
  readonly central: CentralEntry[];
  readonly problems: ZipProblem[];
  /** What to add to the directory's offsets: bytes that stand before the zip. */
  shift: number;
  directory: boolean;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const DESCRIPTOR = 0x08074b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;

/** Walks a zip from where the cursor stands to the end of its window. */
export function* walkZip(cursor: Cursor, visitor: ZipVisitor): Steps<ZipWalk> {
  const walk: Walk = { visitor, members: new Map(), central: [], problems: [], shift: 0, directory: false };
  let directoryAt = 0;
  try {
    while (yield* fill(cursor, 4)) {
      tick();
      const signature = cursor.bytes.readUInt32LE(cursor.at);
      if (signature === LOCAL && walk.members.size < LIMITS.zipMembers) {
        if (!(yield* readMember(cursor, walk))) yield* resynchronise(cursor);
      } else if (signature === CENTRAL && walk.central.length < LIMITS.zipMembers) {
        if (!walk.central.length) directoryAt = position(cursor);
        walk.central.push(yield* readCentralEntry(cursor));
      } else if (signature === END) {
        const end = yield* readEndRecord(cursor);
        walk.directory = true;
        if (end.offset !== 0xffffffff && walk.central.length > 0) walk.shift = directoryAt - end.offset;
      } else if (signature === ZIP64_END) yield* skipZip64End(cursor);
      else if (signature === ZIP64_LOCATOR) yield* skip(cursor, 20);
      else if (!(yield* resynchronise(cursor))) break;
    }
  } catch (error) {
    if (!(error instanceof Truncated)) throw error;
    problem(walk, 'no-directory', '', error.message);
    walk.directory = true;
  }
  compare(walk);
  return { members: [...walk.members.values()], problems: walk.problems };
}

function problem(walk: Walk, kind: ZipProblem['kind'], name: string, detail: string): void {
  if (walk.problems.length < LIMITS.zipProblems) walk.problems.push({ kind, name, detail });
}

function* skipZip64End(cursor: Cursor): Steps<void> {
  const bytes = yield* take(cursor, 12, 'the end record');
  yield* skip(cursor, Math.min(Number(bytes.readBigUInt64LE(4)), LIMITS.zipRecordBytes));
}

/** Moves to the next signature of a member, a directory entry or the end. */
function* resynchronise(cursor: Cursor): Steps<boolean> {
  cursor.at += 1;
  while (yield* fill(cursor, 4)) {
    tick();
    const index = cursor.bytes.indexOf('PK', cursor.at, 'latin1');
    if (index < 0 || index > cursor.end - 4) {
      cursor.at = cursor.end - 3;
      continue;
    }
    cursor.at = index;
    const signature = cursor.bytes.readUInt32LE(index);
    if (signature === LOCAL || signature === CENTRAL || signature === END) return true;
    cursor.at += 1;
  }
  return false;
}

function* readMember(cursor: Cursor, walk: Walk): Steps<boolean> {
  const member = yield* readLocalHeader(cursor);
  if (!member) return false;
  walk.members.set(member.offset, member);
  if (member.flags & 1) problem(walk, 'encrypted', member.name, 'the header says that it is encrypted');
  if (walk.visitor.wants?.(member) === false) yield* passMember(cursor, member);
  else if (member.compressedSize === undefined) yield* readUnsized(cursor, walk, member);
  else yield* readSized(cursor, walk, member, member.compressedSize);
  return true;
}

function* passMember(cursor: Cursor, { compressedSize }: LocalZipMember): Steps<void> {
  if (compressedSize === undefined) {
    yield* searchDescriptor(cursor, position(cursor), undefined);
    yield* passDescriptor(cursor);
  } else yield* skip(cursor, compressedSize);
}

/** A member whose header says how long it is. */
function* readSized(cursor: Cursor, walk: Walk, member: LocalZipMember, size: number): Steps<void> {
  if (position(cursor) + size > cursor.limit) {
    problem(walk, 'damaged', member.name, `claims ${size} bytes, ${remaining(cursor)} follow`);
  }
  // An encryption flag on bytes that are none is a trick: what is there is read as it is.
  if (member.method === 0) {
    if (size <= LIMITS.zipCheckedBytes && (yield* fill(cursor, size))) {
      check(walk, member, crc32(cursor.bytes.subarray(cursor.at, cursor.at + size)));
    }
    yield* within(cursor, size, () => walk.visitor.body(member, cursor));
  } else if (DECODERS.has(member.method)) {
    yield* within(cursor, size, () => readCompressed(cursor, walk, member));
  } else {
    problem(walk, 'method', member.name, `compression method ${member.method}`);
    yield* skip(cursor, size);
  }
}

const DEFLATE = 8;
/** Compression methods by their number in the headers. */
const DECODERS: ReadonlyMap<number, (cursor: Cursor, sink: Sink) => Steps<DecompressEnd>> = new Map([
  [DEFLATE, inflate],
  [12, bunzip],
  [14, unzipLzma],
]);

function check(walk: Walk, member: LocalZipMember, sum: number): void {
  if (member.crc !== undefined && member.crc !== sum) problem(walk, 'crc', member.name, 'the checksum is wrong');
}

/** Decompresses a member into its reader. True when the end of the stream was reached. */
function* readCompressed(cursor: Cursor, walk: Walk, member: LocalZipMember): Steps<boolean> {
  const reader = bodyReader(walk, member);
  const decode = DECODERS.get(member.method) ?? inflate;
  const end = yield* decode(cursor, (chunk) => reader.push(chunk));
  reader.end();
  if (end === 'broken' || end === 'truncated') problem(walk, 'damaged', member.name, `its compressed data is ${end}`);
  else if (end === 'end') check(walk, member, reader.crc);
  return end === 'end';
}

/** A reader that is pushed into, and the checksum of what was. */
interface Pushed {
  push(chunk: Buffer): boolean;
  end(): void;
  readonly crc: number;
}

function bodyReader(walk: Walk, member: LocalZipMember): Pushed {
  const reader: Drive<void> = drive((body) => walk.visitor.body(member, body));
  let at = 0;
  let sum = 0;
  let done = false;
  return {
    get crc() {
      return sum;
    },
    push(chunk) {
      expanded(member.method === 0 ? 0 : chunk.length);
      sum = crc32(chunk, sum);
      done = reader.push(chunk, at) === Number.POSITIVE_INFINITY;
      at += chunk.length;
      return done;
    },
    end: () => reader.end(),
  };
}

/** A member whose size stands behind it, in a data descriptor. PyTorch and Java write all of theirs so. */
function* readUnsized(cursor: Cursor, walk: Walk, member: LocalZipMember): Steps<void> {
  const start = position(cursor);
  if (member.method === DEFLATE && (yield* readCompressed(cursor, walk, member))) {
    yield* passDescriptor(cursor);
    return;
  }
  if (member.method !== 0 && member.method !== DEFLATE)
    problem(walk, 'method', member.name, `compression method ${member.method}`);
  const reader = member.method === 0 ? bodyReader(walk, member) : undefined;
  const expected = member.method === 0 ? walk.visitor.expectedSize?.(member) : undefined;
  if (expected !== undefined && expected > LIMITS.zipCheckedBytes && start + expected <= cursor.limit) {
    yield* skip(cursor, expected);
    if (yield* atDescriptor(cursor, start)) return yield* passDescriptor(cursor);
    problem(walk, 'disagree', member.name, `is not the ${expected} bytes that the pickle says`);
  }
  yield* searchDescriptor(cursor, start, reader);
  reader?.end();
  yield* passDescriptor(cursor);
}

/** Passes bytes to the reader until a descriptor follows that states exactly their number. */
function* searchDescriptor(cursor: Cursor, start: number, reader: Pushed | undefined): Steps<void> {
  let done = reader === undefined;
  const pass = (to: number): void => {
    if (!done && to > cursor.at) done = (reader as Pushed).push(cursor.bytes.subarray(cursor.at, to));
    cursor.at = to;
  };
  while (yield* fill(cursor, DESCRIPTOR_BYTES)) {
    const mark = cursor.bytes.indexOf(DESCRIPTOR_MARK, cursor.at);
    // What lies behind the window is not this member's.
    const at = mark > cursor.end - 4 ? -1 : mark;
    if (at < 0 || at > cursor.end - DESCRIPTOR_BYTES) {
      pass(at < 0 ? cursor.end - 3 : at);
      if (at >= 0 && !(yield* fill(cursor, DESCRIPTOR_BYTES))) break;
      continue;
    }
    pass(at);
    if (yield* atDescriptor(cursor, start)) return;
    pass(at + 1);
  }
  // Too little is left for a descriptor, but it may not have arrived yet.
  yield* fill(cursor, Math.min(DESCRIPTOR_BYTES, remaining(cursor)));
  pass(cursor.end);
}

const DESCRIPTOR_MARK = Buffer.from('PK\x07\x08', 'latin1');
const DESCRIPTOR_BYTES = 16;

/** Whether a descriptor stands here that states the distance from `start`. */
function* atDescriptor(cursor: Cursor, start: number): Steps<boolean> {
  if (!(yield* fill(cursor, DESCRIPTOR_BYTES))) return false;
  const { bytes, at } = cursor;
  return bytes.readUInt32LE(at) === DESCRIPTOR && bytes.readUInt32LE(at + 8) === (position(cursor) - start) % 2 ** 32;
}

/** A descriptor has four-byte or, in zip64, eight-byte sizes; what follows tells which. The signature is optional. */
function* passDescriptor(cursor: Cursor): Steps<void> {
  const head = yield* peek(cursor, 28);
  const from = head.length >= 4 && head.readUInt32LE(0) === DESCRIPTOR ? 4 : 0;
  for (const size of [12, 20]) {
    const next = from + size;
    if (head.length < next + 4) continue;
    const signature = head.readUInt32LE(next);
    if (signature === LOCAL || signature === CENTRAL || signature === END || signature === ZIP64_END) {
      yield* skip(cursor, next);
      return;
    }
  }
}

/** Loaders go by the central directory: each entry has to be a member that was met, and to say the same of it. */
function compare(walk: Walk): void {
  if (!walk.directory && walk.members.size > 0)
    problem(walk, 'no-directory', '', 'the zip has no directory at its end');
  for (const entry of walk.central) {
    const offset = entry.offset + walk.shift;
    const member = walk.members.get(offset);
    if (!member) {
      problem(walk, 'hidden', entry.name, `the directory says that it begins at ${offset}, where no member was met`);
    } else if (member.name !== entry.name || member.method !== entry.method) {
      problem(
        walk,
        'disagree',
        entry.name,
        `its own header says ${member.name}, method ${member.method}, not ${entry.method}`,
      );
    } else if (member.compressedSize !== undefined && member.compressedSize !== entry.compressedSize) {
      problem(
        walk,
        'disagree',
        entry.name,
        `its own header says ${member.compressedSize} bytes, not ${entry.compressedSize}`,
      );
    } else if (entry.flags & 1 && !(member.flags & 1)) {
      problem(walk, 'encrypted', entry.name, 'the directory says that it is encrypted, its own header does not');
    }
  }
}
