import { LIMITS } from '../../limits.ts';
import { rangeCollector } from '../compression/index.ts';
import {
  type ElfHeader,
  type ElfSegment,
  elfDynamic,
  elfHeader,
  elfSegments,
  fileOffset,
  PT_DYNAMIC,
  PT_INTERP,
  PT_LOAD,
} from './elf.ts';
import { type ElfFile, elfStream } from './elf-stream.ts';

/** What a program or library asks of the dynamic loader. https://man7.org/linux/man-pages/man8/ld.so.8.html */
export interface ElfNeeds {
  readonly bits: 32 | 64;
  readonly machine: number;
  /** The loader that a program names; absent in libraries. */
  readonly interpreter?: string;
  readonly soname?: string;
  readonly needed: readonly string[];
  /** As written, with `$ORIGIN` and colons. */
  readonly rpath?: string;
  readonly runpath?: string;
  /** `-z nodefaultlib`: only the paths above are looked in. */
  readonly nowhereElse?: true;
  /** Names of libraries among its texts, where it can open libraries itself (`dlopen`): some of them it may open. */
  readonly opens?: readonly string[];
  /** It can open libraries itself, and names none: it works their names out, or is told. */
  readonly opensUntold?: true;
}

/** Reads an ELF file of any size while it passes by: as `BodyReader`, and what it needs in the end. */
interface NeedsStream {
  push(chunk: Buffer, offset: number): number;
  /** How many of the next bytes it can use. */
  enough(): number;
  /** Undefined when it is no ELF file. */
  end(): ElfNeeds | undefined;
}

/** Bytes before the dynamic section that patchelf may have moved the names to. */
const BEFORE = 256 * 1024;
/** Header and program headers, as a rule. */
const BEGINNING = 4 * 1024;
/** What is kept of a first segment that holds code as well. */
const WITH_CODE = 512 * 1024;
/** Where the table of segments has to end. */
const TABLE_BYTES = LIMITS.magicBytes * 8;
/** Kept even where the first segment is shorter, however much the first piece of a file brings. */
const FIRST_BYTES = 4_096;
/** One name, and one search path. */
const NAME_BYTES = 4_096;
/** Eight bytes: from that length on they are looked for in steps of the pattern's length. */
const OPENS = Buffer.from('\0dlopen\0', 'latin1');

/**
 * The dynamic section is near the end of most files, the names it points to near the beginning: that is kept, and the rest stepped over.
 * Only files that can open libraries by name, and those whose names are too many to be kept, are read whole but for their code.
 * Long because it is an object: its methods close over one state.
 */
export function elfNeeds(size: number): NeedsStream {
  /** The first pieces, where one alone does not hold the header. */
  let before: Buffer | undefined;
  let header: ElfHeader | undefined;
  let segments: readonly ElfSegment[] = [];
  let failed = false;
  /** [offset, length] of what is kept. */
  const kept: (readonly [number, number])[] = [];
  const collector = rangeCollector(true);
  let firstBytes = 0;
  let isCut = false;
  /** The byte that is needed next. */
  let next = 0;
  let isDecided = false;
  let canOpen = false;
  let whole: ReturnType<typeof elfStream> | undefined;
  let wholeNext = 0;
  /** Behind it is what is written to: there are addresses of texts, and not the texts. */
  let constantsEnd = Number.POSITIVE_INFINITY;
  let dynamic: ReturnType<typeof elfDynamic> | undefined;

  const keep = (offset: number, length: number): void => {
    kept.push([offset, length]);
    collector.want(offset, length);
  };
  const begin = (head: Buffer): void => {
    header = elfHeader(head);
    const table = header?.programHeaders;
    const tableEnd = table === undefined ? 0 : table.offset + table.size * table.count;
    if (header === undefined || table === undefined || tableEnd > Math.min(head.length, TABLE_BYTES)) {
      failed = true;
      return;
    }
    segments = elfSegments(header, head.subarray(table.offset));
    const first = segments.find(({ type, offset }) => type === PT_LOAD && offset === 0);
    // Not what happens to be at hand: what is found may not depend on how large the first piece was.
    const until = Math.min(size, Math.max(first?.fileSize ?? 0, tableEnd, FIRST_BYTES));
    // Names stand before the code where both are in one segment.
    firstBytes = Math.min(until, first?.executable ? WITH_CODE : LIMITS.elfHeadBytes);
    isCut = firstBytes < until;
    const written = segments.filter(({ type, writable }) => type === PT_LOAD && writable).map(({ offset }) => offset);
    if (!isCut && written.length > 0) constantsEnd = Math.min(...written);
    keep(0, firstBytes);
    for (const { type, offset, fileSize } of segments.slice(0, LIMITS.elfRanges)) {
      if (type === PT_INTERP) keep(offset, Math.min(fileSize, NAME_BYTES));
      if (type !== PT_DYNAMIC) continue;
      const from = Math.max(offset - BEFORE, firstBytes < offset ? firstBytes : 0);
      keep(from, offset - from);
      keep(offset, Math.min(fileSize, LIMITS.elfSectionBytes));
    }
  };
  const dynamicSection = (): readonly [number, number] | undefined => {
    const section = segments.find(({ type }) => type === PT_DYNAMIC);
    return section && [section.offset, Math.min(section.fileSize, LIMITS.elfSectionBytes)];
  };
  /** Whether the whole file has to be looked at is known once its beginning is there. */
  const decide = (bytes: Buffer, offset: number): void => {
    const start = collector.take(0, firstBytes);
    if (isDecided || start === undefined) return;
    isDecided = true;
    canOpen = start.includes(OPENS);
    if (!isCut && !canOpen) return;
    whole = elfStream(size, () => {});
    wholeNext = firstBytes + whole.push(start, 0);
    showWhole(bytes, offset);
  };
  const showWhole = (bytes: Buffer, offset: number): void => {
    const from = Math.max(0, wholeNext - offset);
    const shown = bytes.subarray(0, Math.max(0, Math.min(bytes.length, constantsEnd - offset)));
    if (whole === undefined || from >= shown.length) return;
    const after = offset + shown.length + whole.push(shown.subarray(from), offset + from);
    wholeNext = after >= constantsEnd ? Number.POSITIVE_INFINITY : after;
  };
  const feed = (bytes: Buffer, offset: number): number => {
    collector.feed(bytes, offset);
    if (isDecided) showWhole(bytes, offset);
    else decide(bytes, offset);
    const position = offset + bytes.length;
    const place = dynamic === undefined ? dynamicSection() : undefined;
    const section = place && collector.take(...place);
    if (place !== undefined && section !== undefined) {
      dynamic = elfDynamic(header!, section);
      const strings = fileOffset(segments, dynamic.strings);
      if (strings !== undefined && strings >= place[0] + place[1] && strings < size) {
        const length = dynamic.stringBytes > 0 ? dynamic.stringBytes : BEFORE;
        keep(strings, Math.min(length, size - strings, LIMITS.elfHeadBytes));
        // They may begin in this very piece.
        collector.feed(bytes, offset);
      }
    }
    next = Math.max(position, Math.min(collector.next(position), whole === undefined ? size : wholeNext));
    return next - position;
  };
  const textAt = (offset: number): string | undefined => {
    for (const [from, length] of kept) {
      if (offset < from || offset >= from + length) continue;
      const bytes = collector.take(from, length);
      const end = bytes?.indexOf(0, offset - from) ?? -1;
      if (bytes !== undefined && end >= 0 && end - (offset - from) <= NAME_BYTES)
        return bytes.toString('utf8', offset - from, end);
    }
    return undefined;
  };

  const needs = (): ElfNeeds | undefined => {
    if (header === undefined || failed) return undefined;
    const section = dynamic;
    const file = whole?.end();
    const { bits, machine } = header;
    const interpreter = interpreterOf(segments, textAt);
    const common = { bits, machine, ...(interpreter === undefined ? {} : { interpreter }) };
    const table = section && fileOffset(segments, section.strings);
    if (section === undefined || table === undefined) return { ...common, needed: [] };
    const told = named(section, (at) => textAt(table + at), file);
    return { ...common, ...told, ...(canOpen && told.opens === undefined && { opensUntold: true as const }) };
  };

  return {
    push(chunk, offset) {
      if (failed) return Number.POSITIVE_INFINITY;
      if (header !== undefined) return feed(chunk, offset);
      // What has to be known of a header lies among its first bytes: a chunk may be a megabyte.
      const head = before === undefined ? chunk : Buffer.concat([before, chunk.subarray(0, TABLE_BYTES)]);
      const table = elfHeader(head)?.programHeaders;
      const enough = table === undefined ? 64 : Math.min(table.offset + table.size * table.count, TABLE_BYTES);
      if (head.length < Math.min(size, Math.max(64, enough))) {
        // A chunk is the source's own, and valid until the next.
        before = Buffer.from(head);
        return 0;
      }
      begin(head);
      if (failed) return Number.POSITIVE_INFINITY;
      if (before !== undefined) feed(before, 0);
      before = undefined;
      return feed(chunk, offset);
    },
    enough() {
      if (header === undefined || failed) return BEGINNING;
      if (whole !== undefined && wholeNext <= next) return Number.POSITIVE_INFINITY;
      const range = kept.find(([from, length]) => next >= from && next < from + length);
      return range === undefined ? BEGINNING : range[0] + range[1] - next;
    },
    end() {
      const told = needs();
      // Texts are told, and no bytes of the file.
      collector.over();
      return told;
    },
  };
}

function interpreterOf(
  segments: readonly ElfSegment[],
  textAt: (offset: number) => string | undefined,
): string | undefined {
  const segment = segments.find(({ type }) => type === PT_INTERP);
  return segment && textAt(segment.offset);
}

function named(
  { soname, rpath, runpath, needed, nowhereElse }: ReturnType<typeof elfDynamic>,
  text: (offset: number) => string | undefined,
  file: ElfFile | undefined,
): Omit<ElfNeeds, 'bits' | 'machine' | 'interpreter'> {
  const own = soname === undefined ? undefined : (text(soname) ?? file?.soname);
  const paths = { rpath: rpath === undefined ? undefined : text(rpath), runpath: runpath && text(runpath) };
  const names = needed.slice(0, LIMITS.elfSegments).map(text);
  const all = names.includes(undefined) && file !== undefined ? file.needed : names.flatMap((name) => name ?? []);
  const opens = [...new Set(file?.libraryNames.values())].filter((name) => !all.includes(name) && name !== own);
  return {
    ...(own === undefined ? {} : { soname: own }),
    needed: all,
    ...(paths.rpath ? { rpath: paths.rpath } : {}),
    ...(paths.runpath ? { runpath: paths.runpath } : {}),
    ...(nowhereElse ? { nowhereElse } : {}),
    ...(opens.length > 0 ? { opens: opens.slice(0, LIMITS.elfOpens) } : {}),
  };
}
