import { rangeCollector } from '../../formats/compression/index.ts';
import {
  anchorSearch,
  type ElfSegment,
  elfEnd,
  elfHeader,
  elfSections,
  elfSegments,
  isElf,
  PT_LOAD,
  PT_NOTE,
} from '../../formats/executables/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, unknown } from '../analyzer.ts';

/** Enough for the program headers of any program. */
const HEAD = 4096;
/** Where those who pack programs write how to find what they put in, and sections have their names. */
const TAIL = LIMITS.closedBytes;
/** A thousand sections: no program that somebody links has more. */
const SECTIONS = 64 * 1024;

const NODE_IN_ONE = 'a Node.js program in one file';
/** What each packer leaves at the end of the file. */
const AT_THE_END: readonly (readonly [mark: string, what: string])[] = [
  // https://pyinstaller.org/en/stable/advanced-topics.html (the cookie of a CArchive)
  ['MEI\x0c\x0b\x0a\x0b\x0e', 'a Python program that PyInstaller packed'],
  // https://nodejs.org/api/single-executable-applications.html
  ['NODE_SEA_BLOB', NODE_IN_ONE],
  // https://github.com/yao-pkg/pkg: paths of the file system that it brings along
  ['"/snapshot/', 'a Node.js program that pkg packed'],
  ['\n---- Bun! ----\n', 'a program that Bun packed'],
  ['d3n0l4nd', 'a program that Deno packed'],
  // https://github.com/neurobin/shc (what its programs say where they cannot find themselves)
  ['neither argv[0] nor $_ works.', 'a script that shc encrypted'],
];
/** Most programs have none of them: looked for all at once. */
const ENDS = anchorSearch(AT_THE_END.map(([mark]) => mark));
/** What it begins with that lies behind a program. https://nuitka.net/user-documentation/user-manual.html (onefile) */
const BEHIND: readonly (readonly [mark: RegExp, what: string])[] = [
  [/^KA[XY]/, 'a Python program that Nuitka packed'],
  [/^hsqs/, 'a program with a squashfs file system behind it'],
  [/^PK\x03\x04/, 'a program with a zip archive behind it'],
  [/^(?:\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd)/, 'a program with a compressed archive behind it'],
];

/** Bytes at the beginning of a segment that tell what made it; notes follow one another, and whoever adds one puts it behind those of the linker. */
const beginningOf = ({ type, fileSize }: ElfSegment): number => Math.min(type === PT_NOTE ? 4096 : 16, fileSize);
/** What a note of a program is called in which Node.js keeps the program that it runs. https://nodejs.org/api/single-executable-applications.html */
const NODE_NOTE = 'NODE_SEA_BLOB';
/** Behind a checksum, where UPX begins the code of a library that it packed. https://github.com/upx/upx/blob/devel/src/stub/src/include/linux.h (l_info) */
const UPX_MARK = 'UPX!';

/** Programs that carry a file system, an interpreter's code or anything else behind what the loader reads, or in a note; libraries that UPX packed. */
export const closedPrograms = analyzer({
  name: 'closed-programs',
  version: 5,
  effort: 'glances',
  begins: '\x7f',
  magic: isElf,
  unownedOnly: true,
  stream({ size }) {
    const file = rangesOf(size);
    return {
      push: file.push,
      *end() {
        const beginning = file.head();
        if (beginning === undefined) return;
        yield { kind: 'program' };
        // https://github.com/AppImage/AppImageSpec/blob/master/draft.md (magic bytes)
        if (/^AI[\x01\x02]/.test(beginning.toString('latin1', 8, 11)))
          return yield { kind: 'closed', as: 'inside', what: 'an AppImage' };
        if (isPackedLibrary(file.segments()))
          yield unknown('packed with UPX: what it holds cannot be read, since it is a library');
        const what = packerOf(file) ?? carriedBehind(file, size);
        if (what !== undefined) yield { kind: 'closed', as: 'inside', what };
      },
    };
  },
});

interface Beginning {
  readonly segment: ElfSegment;
  readonly text: string;
}

/** The parts of a program that are looked at, collected while it passes by. */
interface Ranges {
  push(chunk: Buffer, offset: number): number;
  head(): Buffer | undefined;
  tail(): Buffer;
  /** Where the program ends by its own account, where that is known. */
  end(): number | undefined;
  /** What lies there. */
  behind(): string;
  /** How its code and its notes begin. */
  segments(): readonly Beginning[];
}

const NOTHING = Buffer.alloc(0);

/** Long because it is an object: its methods close over one state. */
function rangesOf(size: number): Ranges {
  const ranges = rangeCollector();
  const head = Math.min(HEAD, size);
  const tail = Math.min(TAIL, size);
  ranges.want(0, head);
  ranges.want(size - tail, tail);
  let header: ReturnType<typeof elfHeader>;
  let end: number | undefined;
  let segments: readonly ElfSegment[] | undefined;
  /** Where the program headers are, which whoever rewrites a program (postject, patchelf) puts at its end. */
  const headers = (known: Buffer): Buffer | undefined => {
    header ??= elfHeader(known);
    if (header === undefined) return undefined;
    const { offset, size: headerSize, count } = header.programHeaders;
    if (offset + headerSize * count <= known.length) return known.subarray(offset, offset + headerSize * count);
    ranges.want(offset, headerSize * count);
    return ranges.take(offset, headerSize * count);
  };
  let program: Buffer | undefined;
  const endsAt = (known: Buffer, table: Buffer, sections?: Buffer): void => {
    end = elfEnd(known, table, sections) ?? size;
    ranges.want(end, 16);
  };
  /** Older linkers put the table before what debuggers read: the end is known when it has passed by. */
  const endsBehindSections = (known: Buffer, chunk: Buffer, offset: number): void => {
    const sections = elfSections(known);
    const rows = sections && ranges.take(sections.offset, sections.length);
    if (program === undefined || rows === undefined) return;
    endsAt(known, program, rows);
    program = undefined;
    ranges.feed(chunk, offset);
  };
  const plan = (known: Buffer, table: Buffer): void => {
    endsAt(known, table);
    // Most tables are the last thing in the file, and say no more than where they end.
    const sections = elfSections(known);
    if (sections !== undefined && sections.length <= SECTIONS && sections.offset + sections.length < size - SECTIONS)
      ranges.want(sections.offset, sections.length);
    program = table;
    segments = elfSegments(header!, table).filter(
      ({ type, executable }) => type === PT_NOTE || (type === PT_LOAD && executable),
    );
    for (const segment of segments) ranges.want(segment.offset, beginningOf(segment));
  };
  const feedAgain = (known: Buffer, chunk: Buffer, offset: number): void => {
    ranges.feed(known, 0);
    ranges.feed(chunk, offset);
  };
  const at = (known: Buffer, offset: number, length: number): Buffer | undefined =>
    known.length >= offset + length ? known.subarray(offset, offset + length) : ranges.take(offset, length);
  return {
    push(chunk, offset) {
      ranges.feed(chunk, offset);
      const known = ranges.take(0, head);
      if (known !== undefined && segments === undefined) {
        let table = headers(known);
        // What of them is in the head or in this very chunk; what passed between cannot be asked for again.
        feedAgain(known, chunk, offset);
        table ??= headers(known);
        if (table !== undefined) {
          plan(known, table);
          feedAgain(known, chunk, offset);
        }
      }
      if (known !== undefined && program !== undefined) endsBehindSections(known, chunk, offset);
      return ranges.next(offset + chunk.length) - (offset + chunk.length);
    },
    head: () => ranges.take(0, head),
    tail: () => ranges.take(size - tail, tail) ?? NOTHING,
    end: () => end,
    behind: () => at(ranges.take(0, head)!, end!, 16)?.toString('latin1') ?? '',
    segments: () =>
      (segments ?? []).map((segment) => ({
        segment,
        text: at(ranges.take(0, head)!, segment.offset, beginningOf(segment))?.toString('latin1') ?? '',
      })),
  };
}

const isPackedLibrary = (segments: readonly Beginning[]): boolean =>
  segments.some(({ segment, text }) => segment.type === PT_LOAD && segment.offset > 0 && text.startsWith(UPX_MARK, 4));

/** Who packed it, as it says itself. */
function packerOf(file: Ranges): string | undefined {
  const isNode = file.segments().some(({ segment, text }) => segment.type === PT_NOTE && text.includes(NODE_NOTE));
  if (isNode) return NODE_IN_ONE;
  let first = AT_THE_END.length;
  const last = file.tail();
  ENDS.find(last, 0, last.length, (_, mark) => {
    first = Math.min(first, mark);
  });
  return AT_THE_END[first]?.[1];
}

/** What lies behind its end, where that is as much as an archive. */
function carriedBehind(file: Ranges, size: number): string | undefined {
  const end = file.end() ?? size;
  if (size - end < LIMITS.closedBytes) return undefined;
  const first = file.behind();
  return BEHIND.find(([mark]) => mark.test(first))?.[1] ?? 'a program with as much as an archive behind its end';
}
