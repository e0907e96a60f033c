import { createHash } from 'node:crypto';
import { LIMITS } from '../../limits.ts';

/** What git's index says of one file. */
export interface GitIndexEntry {
  /** Path below the repository's folder; empty in a split index, where the shared one has it. */
  readonly path: string;
  /** Digest of the content that was staged, hexadecimal: SHA-1, or SHA-256 where its length is 64. */
  readonly digest: string;
  /** Not 0: one side of a merge that is not resolved. */
  readonly stage: number;
  /** The user told git not to look at the file in the working tree (assume-unchanged, skip-worktree). */
  readonly ignored: boolean;
}

/** git's index, read. */
interface GitIndex {
  readonly entries: readonly GitIndexEntry[];
  /** Digest that names the shared index of a split one. */
  readonly shared?: string;
}

const MODES = new Set([0o100644, 0o100755, 0o100664, 0o120000, 0o160000, 0o040000]);
/** Bytes of an entry before its digest, and of the header. */
const STAT_BYTES = 40;
const HEADER_BYTES = 12;

/**
 * The entries of a `.git/index`, versions 2 to 4, with digests of either kind; undefined where it is none or damaged.
 * https://git-scm.com/docs/index-format
 */
export function readGitIndex(bytes: Buffer): GitIndex | undefined {
  if (bytes.length < HEADER_BYTES || bytes.length > LIMITS.gitIndexBytes) return undefined;
  if (bytes.toString('latin1', 0, 4) !== 'DIRC') return undefined;
  // Which digest is meant stands in another file: the sum at the end tells, where there is one.
  const content = bytes.subarray(0, -32);
  const is256 = createHash('sha256').update(content).digest().equals(bytes.subarray(-32));
  return readWith(bytes, is256 ? 32 : 20) ?? readWith(bytes, 32);
}

function readWith(bytes: Buffer, digestBytes: number): GitIndex | undefined {
  const version = bytes.readUInt32BE(4);
  const count = bytes.readUInt32BE(8);
  if (version < 2 || version > 4) return undefined;
  const end = bytes.length - digestBytes;
  const entries: GitIndexEntry[] = [];
  let at = HEADER_BYTES;
  let before: Buffer = Buffer.alloc(0);
  for (let number = 0; number < count; number++) {
    const flagsAt = at + STAT_BYTES + digestBytes;
    if (flagsAt + 4 > end || !MODES.has(bytes.readUInt32BE(at + 24))) return undefined;
    const flags = bytes.readUInt16BE(flagsAt);
    const more = (flags & 0x4000) === 0 ? 0 : bytes.readUInt16BE(flagsAt + 2);
    const name = readName(bytes, { at: flagsAt + ((flags & 0x4000) === 0 ? 2 : 4), start: at, end, version, before });
    if (name === undefined || name.path.length > LIMITS.pathBytes) return undefined;
    entries.push({
      path: name.path.toString('utf8'),
      digest: bytes.toString('hex', at + STAT_BYTES, flagsAt),
      stage: (flags >> 12) & 3,
      ignored: (flags & 0x8000) !== 0 || (more & 0x4000) !== 0,
    });
    before = name.path;
    at = name.next;
  }
  const shared = sharedIndex(bytes, at, end, digestBytes);
  return { entries, ...(shared === undefined ? {} : { shared }) };
}

/** A name: whole and padded to eight bytes, in version 4 as what differs from the name before it. */
function readName(
  bytes: Buffer,
  { at, start, end, version, before }: { at: number; start: number; end: number; version: number; before: Buffer },
): { path: Buffer; next: number } | undefined {
  let from = at;
  let kept: Buffer = Buffer.alloc(0);
  if (version === 4) {
    const strip = readOffset(bytes, at, end);
    if (strip === undefined || strip.value > before.length) return undefined;
    kept = before.subarray(0, before.length - strip.value);
    from = strip.next;
  }
  const zero = bytes.indexOf(0, from);
  if (zero < 0 || zero >= end) return undefined;
  const next = version === 4 ? zero + 1 : zero + 8 - ((zero - start) % 8);
  return { path: Buffer.concat([kept, bytes.subarray(from, zero)]), next };
}

/** The variable-width number of git's pack offsets. https://git-scm.com/docs/pack-format */
function readOffset(bytes: Buffer, start: number, end: number): { value: number; next: number } | undefined {
  let at = start;
  let value = 0;
  for (let length = 0; length < 5 && at < end; length++) {
    const byte = bytes[at++]!;
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) return { value, next: at };
    value += 1;
  }
  return undefined;
}

/** The `link` extension of a split index. */
function sharedIndex(bytes: Buffer, start: number, end: number, digestBytes: number): string | undefined {
  for (let at = start; at + 8 <= end; ) {
    const size = bytes.readUInt32BE(at + 4);
    if (bytes.toString('latin1', at, at + 4) === 'link' && size >= digestBytes)
      return bytes.toString('hex', at + 8, at + 8 + digestBytes);
    at += 8 + size;
  }
  return undefined;
}
