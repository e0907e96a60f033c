import { PlimsollError } from '../errors.ts';
import { isZeroBlock, parsePaxRecords, parseTarHeader, TAR_BLOCK, type TarHeader } from '../formats/archives/index.ts';
import { pathOfBytes } from '../formats/path-bytes.ts';
import { LIMITS } from '../limits.ts';
import type { ByteSource, Soon } from './byte-source.ts';

/** One member of a tar, extension headers applied. The name is as written: see `imagePath` for what it means in an image. */
export interface TarMember {
  readonly name: string;
  readonly link: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of the body in this archive. */
  readonly size: number;
  readonly mtime: number;
  /** The body is stored with holes left out (GNU or PAX sparse): its bytes are not the file's bytes. */
  readonly sparse: boolean;
  /** Why it could not be read, where the source could not. */
  readonly problem?: string;
  /** The time for reading was over before it: it was not looked into. */
  readonly isLate?: true;
  /** Where the body begins in the source. */
  readonly at: number;
  /** The body; what is not read is skipped when the next member is asked for. */
  readonly body: TarBody;
}

export interface TarBody {
  readonly remaining: number;
  /** Bytes at hand, at most `max`; empty at the end. Throws `corrupt` where the archive ends before the body does. */
  chunk(max: number): Soon<Buffer>;
  skip(count: number): Soon<void>;
  /**
   * All of it, whatever has been read, where it can be had at once; valid as long as the other bytes, and these only until then. What is read next is
   * what would have been.
   */
  whole?(): Buffer | undefined;
}

const TYPES: Readonly<Record<string, TarMember['type']>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
};
/** Go's archive/tar ignores the size of these: they have no body whatever the header claims. */
const HEADER_ONLY = new Set(['1', '2', '3', '4', '5', '6']);

/** Members one after the other: at once where their bytes are at hand. What was not read of a body is passed over. */
export interface Members {
  /** The next one, undefined behind the last. A member's body is valid until the next member is asked for. */
  next(): Soon<TarMember | undefined>;
}

/** `tarMembers` for those who ask one file among few: a promise for each member. */
export async function* readTar(source: ByteSource, where: string): AsyncGenerator<TarMember> {
  const members = tarMembers(source, where);
  for (let member = await members.next(); member; member = await members.next()) yield member;
}

/**
 * The members of a tar in order. Ends after the two zero blocks (or one, or none, at the end of the input).
 * Throws `corrupt` on a bad header, checksum or truncation and `limit` on extension headers over budget;
 * `where` names the archive in these. A layer can hold a million members: no promise, no closure and one object for each.
 * Long because it is an object: its methods close over one state.
 */
export function tarMembers(source: ByteSource, where: string): Members {
  const body = countedBody(source, where);
  let padding = 0;
  let pending = NO_EXTENSIONS;

  /** Passes over what is left of the last member; false at the end of the input. */
  const pass = (): Soon<boolean> => {
    const wanted = body.remaining + padding;
    if (wanted === 0) return true;
    const passed = source.skip(wanted);
    return passed instanceof Promise ? passed.then((count) => after(count, wanted)) : after(passed, wanted);
  };
  const after = (passed: number, wanted: number): boolean => {
    if (passed < body.remaining) throw truncated(where, source.position);
    body.begin(0);
    padding = 0;
    // Some writers leave the padding of the very last member out; Go accepts that.
    return passed === wanted;
  };
  const header = (): Soon<TarMember | undefined> => {
    const start = source.position;
    const block = source.take(TAR_BLOCK);
    return block instanceof Promise ? block.then((bytes) => read(bytes, start)) : read(block, start);
  };
  const read = (block: Buffer, start: number): Soon<TarMember | undefined> => {
    if (block.length === 0) return undefined;
    if (block.length < TAR_BLOCK) throw truncated(where, start);
    if (isZeroBlock(block)) return end(start);
    const parsed = parseTarHeader(block);
    if (typeof parsed === 'string') throw corrupt(parsed, where, start);
    const { typeflag } = parsed;
    if (typeflag === 'x' || typeflag === 'g' || typeflag === 'L' || typeflag === 'K')
      return extend(pending, parsed, source, where).then((extensions) => {
        pending = extensions;
        return header();
      });
    if (typeflag === 'S') {
      const copy = Buffer.from(block);
      return skipSparseMap(copy, source, where).then(() => member(parsed, start));
    }
    return member(parsed, start);
  };
  const member = (parsed: TarHeader, start: number): TarMember => {
    const described = describe(parsed, pending, where, start, source.position, body);
    pending = NO_EXTENSIONS;
    body.begin(described.size);
    padding = (TAR_BLOCK - (described.size % TAR_BLOCK)) % TAR_BLOCK;
    return described;
  };
  const end = async (start: number): Promise<undefined> => {
    const second = await source.take(TAR_BLOCK);
    if (second.length === TAR_BLOCK && !isZeroBlock(second))
      throw corrupt('a lone zero block is followed by data', where, start);
  };
  return {
    next() {
      const more = pass();
      if (more instanceof Promise) return more.then((goesOn) => (goesOn ? header() : undefined));
      return more ? header() : undefined;
    },
  };
}

interface Extensions {
  readonly count: number;
  readonly name?: string;
  readonly link?: string;
  readonly pax?: ReadonlyMap<string, string>;
}

const NO_EXTENSIONS: Extensions = { count: 0 };

async function extend(pending: Extensions, header: TarHeader, source: ByteSource, where: string): Promise<Extensions> {
  const count = pending.count + 1;
  if (count > LIMITS.tarExtensions) {
    throw new PlimsollError('limit', `more than ${LIMITS.tarExtensions} tar extension headers in a row`, { where });
  }
  if (header.size > LIMITS.tarExtensionBytes) {
    throw new PlimsollError('limit', `a tar extension header claims ${header.size} bytes`, { where });
  }
  const start = source.position;
  const body = Buffer.from(await source.take(header.size));
  const padding = (TAR_BLOCK - (header.size % TAR_BLOCK)) % TAR_BLOCK;
  if (body.length < header.size || (await source.skip(padding)) < padding) throw truncated(where, start);
  if (header.typeflag === 'L' || header.typeflag === 'K') {
    const end = body.indexOf(0);
    const text = pathOfBytes(end < 0 ? body : body.subarray(0, end));
    return header.typeflag === 'L' ? { ...pending, count, name: text } : { ...pending, count, link: text };
  }
  const records = parsePaxRecords(body);
  if (!records) throw corrupt('a PAX extension header is malformed', where, start);
  // Go hands global headers out as members: they change none, and what stood before them is forgotten.
  return header.typeflag === 'x' ? { ...pending, count, pax: records } : { count };
}

function describe(
  header: TarHeader,
  extensions: Extensions,
  where: string,
  start: number,
  at: number,
  body: TarBody,
): TarMember {
  const pax = extensions.pax;
  const sparse = header.typeflag === 'S' || isPaxSparse(pax);
  // Where both speak, Go lets GNU's long names win over PAX.
  const name = (sparse && pax?.get('GNU.sparse.name')) || extensions.name || pax?.get('path') || header.name;
  const link = extensions.link || pax?.get('linkpath') || header.link;
  let size = header.size;
  const paxSize = pax?.get('size');
  if (paxSize) {
    if (!/^[0-9]{1,15}$/.test(paxSize)) throw corrupt('a PAX size is not a number', where, start);
    size = Number(paxSize);
  }
  if (name.includes('\0') || link.includes('\0')) throw corrupt('a name holds a NUL byte', where, start);
  if (name.length > LIMITS.pathBytes || link.length > LIMITS.pathBytes) {
    throw new PlimsollError('limit', `a path is longer than ${LIMITS.pathBytes} bytes`, { where });
  }
  const { typeflag } = header;
  // v7 archives mark a directory by a trailing slash only.
  const directory = typeflag === '\0' && name.endsWith('/');
  if (HEADER_ONLY.has(typeflag) || directory) size = 0;
  return {
    name,
    link,
    type: directory ? 'directory' : (TYPES[typeflag] ?? 'other'),
    mode: header.mode,
    uid: paxId(pax?.get('uid')) ?? header.uid,
    gid: paxId(pax?.get('gid')) ?? header.gid,
    size,
    mtime: (pax && Number(pax.get('mtime'))) || header.mtime,
    sparse,
    at,
    body,
  };
}

/** The three ways PAX marks a file stored without its holes. https://www.gnu.org/software/tar/manual/html_node/PAX-0.html */
function isPaxSparse(pax: ReadonlyMap<string, string> | undefined): boolean {
  if (!pax) return false;
  const version = `${pax.get('GNU.sparse.major') ?? ''}.${pax.get('GNU.sparse.minor') ?? ''}`;
  if (version !== '.') return ['0.0', '0.1', '1.0'].includes(version);
  return Boolean(pax.get('GNU.sparse.map')) || pax.has('GNU.sparse.offset');
}

function paxId(value: string | undefined): number | undefined {
  return value !== undefined && /^[0-9]{1,10}$/.test(value) ? Math.min(Number(value), 0xffff_ffff) : undefined;
}

/** An old GNU sparse member keeps the rest of its map in blocks before the body. */
async function skipSparseMap(block: Buffer, source: ByteSource, where: string): Promise<void> {
  let extended = block[482] !== 0;
  for (let blocks = 0; extended; blocks += 1) {
    if (blocks > LIMITS.tarExtensionBytes / TAR_BLOCK)
      throw new PlimsollError('limit', 'a sparse map has no end', { where });
    const more = await source.take(TAR_BLOCK);
    if (more.length < TAR_BLOCK) throw truncated(where, source.position);
    extended = more[504] !== 0;
  }
}

/** The body of whichever member comes next: one object for all of an archive. */
interface CountedBody extends TarBody {
  /** A body of so many bytes begins where the source stands. */
  begin(size: number): void;
}

function countedBody(source: ByteSource, where: string): CountedBody {
  let remaining = 0;
  let total = 0;
  const count = (chunk: Buffer): Buffer => {
    if (chunk.length === 0 && remaining > 0) throw truncated(where, source.position);
    remaining -= chunk.length;
    return chunk;
  };
  const passed = (asked: number, got: number): void => {
    if (got < asked) throw truncated(where, source.position);
    remaining -= got;
  };
  return {
    begin(size) {
      remaining = size;
      total = size;
    },
    whole: () => source.again?.(source.position - (total - remaining), total),
    get remaining() {
      return remaining;
    },
    chunk(max) {
      if (remaining === 0) return NOTHING;
      const next = source.chunk(Math.min(max, remaining));
      return next instanceof Promise ? next.then(count) : count(next);
    },
    skip(amount) {
      const asked = Math.min(amount, remaining);
      if (asked === 0) return undefined;
      const got = source.skip(asked);
      return got instanceof Promise ? got.then((value) => passed(asked, value)) : passed(asked, got);
    },
  };
}

const NOTHING = Buffer.alloc(0);

function corrupt(what: string, where: string, at: number): PlimsollError {
  return new PlimsollError('corrupt', `not a sound tar archive: ${what} at byte ${at}`, {
    where,
    hint: 'pull or save the image again',
  });
}

function truncated(where: string, at: number): PlimsollError {
  return new PlimsollError('corrupt', `the archive ends too early, at byte ${at}`, {
    where,
    hint: 'pull or save the image again',
  });
}
