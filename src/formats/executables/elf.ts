import { LIMITS } from '../../limits.ts';
import { before } from '../ends.ts';

/** https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html */
export interface ElfHeader {
  readonly bits: 32 | 64;
  readonly little: boolean;
  /** 2 executable, 3 shared object or position-independent executable. */
  readonly type: number;
  /** 62 x86-64, 183 AArch64, 21 ppc64, 22 s390. */
  readonly machine: number;
  readonly programHeaders: { readonly offset: number; readonly size: number; readonly count: number };
}

export interface ElfSegment {
  readonly type: number;
  readonly executable: boolean;
  readonly writable: boolean;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
}

export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;
/** The table by which whoever unwinds a stack finds what is said of a function. https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/progheader.html */
export const PT_GNU_EH_FRAME = 0x6474e550;

/** https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html (e_machine) */
const MACHINES: ReadonlyMap<number, readonly [little: string, big: string]> = new Map([
  [3, ['386', '386']],
  [8, ['mips64le', 'mips64']],
  [21, ['ppc64le', 'ppc64']],
  [22, ['s390x', 's390x']],
  [40, ['arm', 'arm']],
  [62, ['amd64', 'amd64']],
  [183, ['arm64', 'arm64']],
  [243, ['riscv64', 'riscv64']],
  [258, ['loong64', 'loong64']],
]);

/** What a file was built for, by its first 20 bytes, in the words of images: `amd64`. Undefined when it is no ELF file, or for a machine that no image is made for. */
export function elfArchitecture(head: Buffer): string | undefined {
  if (!isElf(head)) return undefined;
  const isLittle = head[5] === 1;
  const names = MACHINES.get(isLittle ? head.readUInt16LE(18) : head.readUInt16BE(18));
  return names?.[isLittle ? 0 : 1];
}

/** True for the first bytes of an ELF file. */
export const isElf = (head: Buffer): boolean =>
  head.length >= 20 && head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;

/** The file header from the first 64 bytes; undefined when it is no ELF file or nonsense. */
export function elfHeader(head: Buffer): ElfHeader | undefined {
  if (!isElf(head)) return undefined;
  const bits = head[4] === 2 ? 64 : head[4] === 1 ? 32 : undefined;
  if (bits === undefined || (head[5] !== 1 && head[5] !== 2) || head.length < (bits === 64 ? 64 : 52)) return undefined;
  const little = head[5] === 1;
  const read = new Words(head, little);
  const offset = bits === 64 ? read.u64(32) : read.u32(28);
  const size = read.u16(bits === 64 ? 54 : 42);
  const count = read.u16(bits === 64 ? 56 : 44);
  if (count > LIMITS.elfSegments || (count > 0 && size < (bits === 64 ? 56 : 32))) return undefined;
  return { bits, little, type: read.u16(16), machine: read.u16(18), programHeaders: { offset, size, count } };
}

/** The program headers from their bytes; those that do not fit are left out. */
export function elfSegments(header: ElfHeader, bytes: Buffer): ElfSegment[] {
  const { size, count } = header.programHeaders;
  const segments: ElfSegment[] = [];
  for (let index = 0; index < count && (index + 1) * size <= bytes.length; index++) {
    const read = new Words(bytes.subarray(index * size, (index + 1) * size), header.little);
    const wide = header.bits === 64;
    const flags = read.u32(wide ? 4 : 24);
    segments.push({
      type: read.u32(0),
      executable: (flags & 1) !== 0,
      writable: (flags & 2) !== 0,
      offset: wide ? read.u64(8) : read.u32(4),
      address: wide ? read.u64(16) : read.u32(8),
      fileSize: wide ? read.u64(32) : read.u32(16),
    });
  }
  return segments;
}

/** Where the table of sections lies, its rows and their size; undefined where there is none, or it is none that anybody could read. */
function sectionTable(head: Buffer): { offset: number; size: number; count: number } | undefined {
  const header = elfHeader(head);
  if (header === undefined) return undefined;
  const read = new Words(head, header.little);
  const wide = header.bits === 64;
  const table = {
    offset: wide ? read.u64(40) : read.u32(32),
    size: read.u16(wide ? 58 : 46),
    count: read.u16(wide ? 60 : 48),
  };
  return table.offset === 0 ? undefined : table;
}

/** Where an ELF file's table of sections lies, in bytes; undefined where it has none. https://gabi.xinuos.com/elf/02-eheader.html */
export function elfSections(head: Buffer): { readonly offset: number; readonly length: number } | undefined {
  const table = sectionTable(head);
  return table && { offset: table.offset, length: table.size * table.count };
}

/**
 * Where an ELF file ends by its own account: behind its last segment, its table of sections (`sections`, where it is known: Go's linker puts it at
 * the front, older ones before what debuggers read), and its last section. What lies further back was put there by something else. Undefined where
 * neither the head nor `headers` holds all program headers, which whoever rewrites a program puts further back.
 */
export function elfEnd(
  head: Buffer,
  headers: Buffer = head.subarray(elfHeader(head)?.programHeaders.offset),
  sections?: Buffer,
): number | undefined {
  const header = elfHeader(head);
  if (header === undefined) return undefined;
  const { offset, size, count } = header.programHeaders;
  if (size * count > headers.length) return undefined;
  const wide = header.bits === 64;
  const ends = elfSegments(header, headers).map((segment) => segment.offset + segment.fileSize);
  ends.push(offset + size * count);
  const table = sectionTable(head);
  if (table === undefined) return Math.max(...ends);
  const length = table.size * table.count;
  ends.push(table.offset + length);
  const rows = sections ?? head.subarray(table.offset, table.offset + length);
  if (rows.length < length || table.size < (wide ? 64 : 40)) return Math.max(...ends);
  for (let index = 0; index < table.count; index += 1) {
    const section = new Words(rows.subarray(index * table.size), header.little);
    // A section without bytes (SHT_NOBITS) only has a place in memory.
    if (section.u32(4) !== 8) ends.push(wide ? section.u64(24) + section.u64(32) : section.u32(16) + section.u32(20));
  }
  return Math.max(...ends);
}

/** Where an address lies in the file; undefined when no loaded segment holds it. */
export function fileOffset(segments: readonly ElfSegment[], address: number): number | undefined {
  const segment = segments.find(
    (segment) => segment.type === PT_LOAD && address >= segment.address && address < segment.address + segment.fileSize,
  );
  return segment === undefined ? undefined : segment.offset + (address - segment.address);
}

/** What the dynamic section says, names still as offsets into the string table. */
interface ElfDynamic {
  /** Address of the string table. */
  readonly strings: number;
  /** Its length; 0 where it is not said. */
  readonly stringBytes: number;
  readonly soname?: number;
  readonly rpath?: number;
  readonly runpath?: number;
  readonly needed: readonly number[];
  /** The loader's own folders are not looked in for what it needs (`-z nodefaultlib`). */
  readonly nowhereElse: boolean;
}

const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_SONAME = 14;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
const DT_FLAGS_1 = 0x6ffffffb;
const DF_1_NODEFLIB = 0x800;

/** Reads the bytes of PT_DYNAMIC. */
export function elfDynamic(header: ElfHeader, bytes: Buffer): ElfDynamic {
  const read = new Words(bytes, header.little);
  const width = header.bits === 64 ? 8 : 4;
  const word = (at: number): number => (width === 8 ? read.u64(at) : read.u32(at));
  const tags = new Map<number, number>();
  const needed: number[] = [];
  for (let at = 0; at + 2 * width <= bytes.length; at += 2 * width) {
    const tag = word(at);
    if (tag === DT_NULL) break;
    if (tag === DT_NEEDED) needed.push(word(at + width));
    else tags.set(tag, word(at + width));
  }
  const named = { soname: tags.get(DT_SONAME), rpath: tags.get(DT_RPATH), runpath: tags.get(DT_RUNPATH) };
  return {
    strings: tags.get(DT_STRTAB) ?? 0,
    stringBytes: tags.get(DT_STRSZ) ?? 0,
    ...(named.soname === undefined ? {} : { soname: named.soname }),
    ...(named.rpath === undefined ? {} : { rpath: named.rpath }),
    ...(named.runpath === undefined ? {} : { runpath: named.runpath }),
    needed,
    nowhereElse: ((tags.get(DT_FLAGS_1) ?? 0) & DF_1_NODEFLIB) !== 0,
  };
}

/** One note: the linker's or packager's remark. */
export interface ElfNote {
  readonly owner: string;
  readonly type: number;
  readonly body: Buffer;
}

/** Reads the bytes of a PT_NOTE segment (fields and padding of four bytes, as every producer writes them). */
export function elfNotes(header: ElfHeader, bytes: Buffer): ElfNote[] {
  const read = new Words(bytes, header.little);
  const notes: ElfNote[] = [];
  for (let at = 0; at + 12 <= bytes.length; ) {
    const nameSize = read.u32(at);
    const bodySize = read.u32(at + 4);
    const body = at + 12 + padded(nameSize);
    if (body + bodySize > bytes.length) break;
    const owner = before(bytes.toString('latin1', at + 12, at + 12 + nameSize), '\0');
    notes.push({ owner, type: read.u32(at + 8), body: bytes.subarray(body, body + bodySize) });
    at = body + padded(bodySize);
  }
  return notes;
}

/** No bit operation: sizes of two gigabytes would turn negative. */
const padded = (size: number): number => Math.ceil(size / 4) * 4;

/** Integers of either byte order; 64-bit ones as numbers, since no file offset exceeds 2^53. */
class Words {
  private readonly bytes: Buffer;
  private readonly little: boolean;

  constructor(bytes: Buffer, little: boolean) {
    this.bytes = bytes;
    this.little = little;
  }

  u16(at: number): number {
    return this.little ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at);
  }

  u32(at: number): number {
    return this.little ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }

  u64(at: number): number {
    const [low, high] = this.little ? [at, at + 4] : [at + 4, at];
    return this.u32(high) * 2 ** 32 + this.u32(low);
  }
}
