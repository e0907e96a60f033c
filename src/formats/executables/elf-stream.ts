// Long because it is one pass: what is stepped over depends on all that was seen before.
import { LIMITS } from '../../limits.ts';
import { rangeCollector, slidingWindow, steadyBlocks, type WindowView } from '../compression/index.ts';
import {
  type ElfHeader,
  type ElfNote,
  type ElfSegment,
  elfDynamic,
  elfHeader,
  elfNotes,
  elfSections,
  elfSegments,
  fileOffset,
  PT_DYNAMIC,
  PT_LOAD,
  PT_NOTE,
} from './elf.ts';

/** What an ELF file says of itself, read front to back. */
export interface ElfFile {
  readonly header: ElfHeader;
  readonly segments: readonly ElfSegment[];
  readonly soname?: string;
  /** Libraries it asks the loader for. */
  readonly needed: readonly string[];
  readonly notes: readonly ElfNote[];
  /** Every text in it that is called as a library is, by its offset. */
  readonly libraryNames: ReadonlyMap<number, string>;
}

/** Reads an ELF file of any size while it passes by. */
interface ElfStream {
  /** As `BodyReader.push`: takes a chunk, returns how many of the following bytes nobody needs. */
  push(chunk: Buffer, offset: number): number;
  /** Undefined when it is no ELF file. */
  end(): ElfFile | undefined;
  /** Known once the program headers have passed. */
  readonly segments: readonly ElfSegment[] | undefined;
  /** True once a note of the Go linker has passed, or where its table of sections stands in front; both are among the first bytes. */
  readonly go: boolean;
}

/** Context that views of the file carry: the longest name or version text that may lie around a match. */
const BEHIND = 256;
const AHEAD = 1024;

/** A table of sections that begins here stands before the program, where Go's linker alone puts it. */
const FRONT = 4096;

/** What is skipped is decided at the end of a block, and may not depend on the pieces in which the source hands the file over. */
const BLOCK = 65_536;

/** `fatbin` header: device code follows, some 600 MB of it in a CUDA library, in which no text is to be found. */
const FATBIN = Buffer.from([0x50, 0xed, 0x55, 0xba, 0x01, 0x00, 0x10, 0x00]);
const FATBIN_WORD = FATBIN.readInt32LE(0);
/**
 * nvcc lets it begin where eight divides its place (`.align 8`). So do all 420 headers in the ten libraries of cuSPARSE 11.7, cuRAND 10.3,
 * faiss-gpu 1.14 and bitsandbytes 0.50: a search byte by byte finds no other.
 */
const FATBIN_ALIGN = 8;

/**
 * Machine code, device code and what no segment loads (debug information) are stepped over; everything else is shown to
 * `visit` in views that overlap, so a 760 MB libtorch_cuda costs the reading of some 60 MB where the source can seek.
 * The string table lies before the dynamic section in some files and behind it in others (patchelf), so names ending in
 * `.so` are remembered with their offsets until it is known which are meant.
 * Long because it is an object: its methods close over one state.
 */
export function elfStream(
  size: number,
  visit: (view: WindowView) => void,
  /** Asked where the last segment ends: whether what no segment loads is to be shown as well. */
  wantsRest: () => boolean = () => false,
): ElfStream {
  let head: Buffer = NOTHING;
  let header: ElfHeader | undefined;
  let failed = false;
  let segments: ElfSegment[] | undefined;
  let go = false;
  let sectionsInFront = false;
  let gaps: readonly Gap[] = [];
  let gapUntil = 0;
  const names: Names = { found: new Map(), tries: 0 };
  const collector = rangeCollector();
  const window = slidingWindow(BEHIND, AHEAD, (view) => {
    rememberNames(view, names);
    visit(view);
  });

  const begin = (): void => {
    const known = head.subarray(0, headSize());
    header = elfHeader(known);
    sectionsInFront = (elfSections(known)?.offset ?? FRONT) < FRONT;
    const table = header?.programHeaders;
    if (table === undefined) failed = true;
    // A table further back (rare: old patchelf) is not waited for: then nothing is known to be skippable.
    else if (table.offset <= LIMITS.magicBytes * 8) {
      segments = elfSegments(header!, known.subarray(table.offset));
      const kept = segments.filter(({ type }) => type === PT_DYNAMIC || type === PT_NOTE);
      for (const { offset, fileSize } of kept.slice(0, LIMITS.elfRanges))
        collector.want(offset, Math.min(fileSize, LIMITS.elfSectionBytes));
      gaps = skippable(segments, size);
    }
  };
  /** How many bytes from the file's beginning have to be there before the program headers can be read. */
  const headSize = (): number => {
    const early = head.length >= 64 ? elfHeader(head)?.programHeaders : undefined;
    const end = early === undefined ? 64 : early.offset + early.size * early.count;
    return Math.min(
      size,
      early !== undefined && early.offset > LIMITS.magicBytes * 8 ? 64 : Math.max(64, end),
      65_536 * 4,
    );
  };

  const feed = (bytes: Buffer, offset: number): number => {
    collector.feed(bytes, offset);
    if (!go && segments !== undefined && offset < BLOCK) {
      go = collected(segments, collector, header!).some(({ owner, type }) => owner === 'Go' && type === 4);
      if (go) gaps = [...gaps, ...goText(segments)].sort((gap, other) => gap.from - other.from);
      // Linked with `-buildid=`, as builds do that want to come out the same, it has no note; where its sections stand is Go's linker's own.
      else go = sectionsInFront;
    }
    let at = Math.max(0, gapUntil - offset);
    while (at < bytes.length) {
      let gap = gaps.find(({ until }) => until > offset + at);
      if (gap?.until === Number.POSITIVE_INFINITY && offset + bytes.length > gap.from && wantsRest()) {
        gaps = gaps.filter((left) => left !== gap);
        gap = undefined;
      }
      const stop = Math.min(bytes.length, gap === undefined ? bytes.length : Math.max(at, gap.from - offset));
      const device = size < 1 << 20 ? -1 : deviceCodeIn(bytes, at, stop, offset);
      const until = device >= 0 ? device : stop;
      if (until > at) window.push(bytes.subarray(at, until), offset + at);
      if (device >= 0) gapUntil = offset + device + deviceCode(bytes, device);
      else if (gap !== undefined && gap.from <= offset + stop && (stop < bytes.length || !restIsOpen(gap)))
        gapUntil = gap.until;
      at = Math.max(until, gapUntil - offset);
    }
    const next = offset + bytes.length;
    if (gapUntil <= next) return 0;
    // What the collector still waits for is read even inside a gap.
    return Math.max(0, Math.min(gapUntil, collector.next(next)) - next);
  };
  const blocks = steadyBlocks(size, BLOCK, feed);

  // Whether the rest is wanted is decided by the bytes before it, so it is not stepped into ahead of its first byte.
  const restIsOpen = (gap: Gap): boolean => gap.until === Number.POSITIVE_INFINITY;

  return {
    get segments() {
      return segments;
    },
    get go() {
      return go;
    },
    push(chunk, offset) {
      if (failed) return Number.POSITIVE_INFINITY;
      if (header !== undefined) return blocks.push(chunk, offset);
      // Nearly always all of it is in the first chunk, which is then not copied.
      let used = 0;
      if (head.length === 0) {
        head = chunk;
        used = chunk.length;
      }
      // How much it is stands in its own first bytes.
      for (let wanted = headSize(); head.length < wanted && used < chunk.length; wanted = headSize()) {
        const more = chunk.subarray(used, used + wanted - head.length);
        head = Buffer.concat([head, more]);
        used += more.length;
      }
      if (head.length < headSize()) {
        if (head === chunk) head = Buffer.from(chunk);
        return 0;
      }
      begin();
      const known = head;
      head = NOTHING;
      if (failed) return Number.POSITIVE_INFINITY;
      const skip = blocks.push(known, 0);
      return used < chunk.length ? blocks.push(chunk.subarray(used), offset + used) : skip;
    },
    end() {
      if (header === undefined && !failed && head.length > 0) {
        begin();
        if (!failed) blocks.push(head, 0);
      }
      blocks.end();
      window.end();
      return header === undefined ? undefined : finish(header, segments ?? [], collector, names.found);
    },
  };
}

const NOTHING = Buffer.alloc(0);

interface Gap {
  readonly from: number;
  readonly until: number;
}

/** Code in segments of its own (`-z separate-code`, the default since binutils 2.31 and of lld), and all behind the last segment. */
function skippable(segments: readonly ElfSegment[], size: number): Gap[] {
  const loads = segments.filter(({ type }) => type === PT_LOAD);
  const readOnly = loads.some(({ executable, writable }) => !executable && !writable);
  const gaps = loads
    .filter(({ executable, writable, offset }) => readOnly && executable && !writable && offset > 0)
    .map(({ offset, fileSize }) => ({ from: offset, until: offset + fileSize }));
  const end = Math.max(0, ...segments.map(({ offset, fileSize }) => offset + fileSize));
  if (loads.length > 0 && end < size) gaps.push({ from: end, until: Number.POSITIVE_INFINITY });
  return gaps.sort((left, other) => left.from - other.from);
}

/**
 * Go's own linker puts the headers and the code in the first segment, and constants in the second. Another one (cgo, by binutils before 2.31 or by
 * gold) may put constants and the line table in with the code: then nothing that is only read stands beside it, and all of it is read.
 */
function goText(segments: readonly ElfSegment[]): Gap[] {
  const loads = segments.filter(({ type }) => type === PT_LOAD);
  if (!loads.some(({ executable, writable }) => !executable && !writable)) return [];
  return loads
    .filter(({ executable, offset, fileSize }) => executable && offset === 0 && fileSize > 65_536)
    .map(({ fileSize }) => ({ from: 65_536, until: fileSize }));
}

/** Where device code begins in [at, stop) of bytes that stand at `offset` of the file; -1 where none does. */
function deviceCodeIn(bytes: Buffer, at: number, stop: number, offset: number): number {
  const first = at + ((FATBIN_ALIGN - ((offset + at) % FATBIN_ALIGN)) % FATBIN_ALIGN);
  const begin = bytes.byteOffset + first;
  const last = stop - FATBIN.length;
  if (LITTLE_ENDIAN && begin % Int32Array.BYTES_PER_ELEMENT === 0 && first <= last) {
    // Every second word of this machine: a third of what a search byte by byte takes.
    const words = new Int32Array(bytes.buffer, begin, ((last - first) >> 2) + 1);
    for (let next = wordFrom(words, 0); next >= 0; next = wordFrom(words, next + 2))
      if (FATBIN.compare(bytes, first + next * 4, first + next * 4 + FATBIN.length) === 0) return first + next * 4;
    return -1;
  }
  const within = bytes.subarray(0, stop);
  for (let next = within.indexOf(FATBIN, at); next >= 0; next = within.indexOf(FATBIN, next + 1))
    if ((offset + next) % FATBIN_ALIGN === 0) return next;
  return -1;
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function wordFrom(words: Int32Array, from: number): number {
  for (let at = from; at < words.length; at += 2) if (words[at] === FATBIN_WORD) return at;
  return -1;
}

function deviceCode(bytes: Buffer, at: number): number {
  if (at + 16 > bytes.length) return 16;
  return 16 + Number(bytes.readBigUInt64LE(at + 8));
}

interface Names {
  readonly found: Map<number, string>;
  /** Places looked at: each costs up to `BEHIND` bytes of looking back. */
  tries: number;
}

/** Names that end in `.so` or `.so.N`, with the offset of their first byte. */
function rememberNames({ bytes, start, from, to }: WindowView, names: Names): void {
  for (let dot = bytes.indexOf('.so', from); dot >= 0 && dot < to; dot = bytes.indexOf('.so', dot + 3)) {
    if (names.tries++ >= LIMITS.elfNames) return;
    let begin = dot;
    const lowest = Math.max(0, dot - BEHIND);
    while (begin > lowest && bytes[begin - 1] !== 0) begin--;
    let end = dot;
    const highest = Math.min(bytes.length, dot + 64);
    while (end < highest && bytes[end] !== 0) end++;
    if (begin === lowest || end === highest) continue;
    const name = bytes.toString('latin1', begin, end);
    if (/^[\w.+@:/-]+\.so(\.[\w.]+)?$/.test(name)) names.found.set(start + begin, name);
  }
}

function collected(
  segments: readonly ElfSegment[],
  collector: ReturnType<typeof rangeCollector>,
  header: ElfHeader,
): ElfNote[] {
  return segments.flatMap(({ type, offset, fileSize }) => {
    if (type !== PT_NOTE) return [];
    const bytes = collector.take(offset, Math.min(fileSize, LIMITS.elfSectionBytes));
    return bytes === undefined ? [] : elfNotes(header, bytes);
  });
}

function finish(
  header: ElfHeader,
  segments: readonly ElfSegment[],
  collector: ReturnType<typeof rangeCollector>,
  names: ReadonlyMap<number, string>,
): ElfFile {
  const notes = collected(segments, collector, header);
  const section = segments.find(({ type }) => type === PT_DYNAMIC);
  const bytes = section && collector.take(section.offset, Math.min(section.fileSize, LIMITS.elfSectionBytes));
  if (bytes === undefined) return { header, segments, needed: [], notes, libraryNames: names };
  const dynamic = elfDynamic(header, bytes);
  const table = fileOffset(segments, dynamic.strings);
  const name = (offset: number): string | undefined =>
    table === undefined ? undefined : nameAt(names, table + offset);
  const soname = dynamic.soname === undefined ? undefined : name(dynamic.soname);
  const needed = dynamic.needed.slice(0, LIMITS.elfSegments).flatMap((offset) => name(offset) ?? []);
  return { header, segments, ...(soname === undefined ? {} : { soname }), needed, notes, libraryNames: names };
}

/** Linkers let one string be the tail of another, so the offset may point into a longer name. */
function nameAt(names: ReadonlyMap<number, string>, offset: number): string | undefined {
  for (let back = 0; back <= BEHIND; back++) {
    const name = names.get(offset - back);
    if (name !== undefined) return back < name.length ? name.slice(back) : undefined;
  }
  return undefined;
}
