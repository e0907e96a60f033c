import { elfArchitecture, elfHeader, isElf } from '../../formats/executables/index.ts';
import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { analyzer, type ClosedFact } from '../analyzer.ts';
import { isClosed, isElsewhere } from './closed-files.ts';
import { holdsSources, MANY } from './disguised-bytes.ts';

const ELF = Buffer.from('\x7fELF', 'latin1');
/** Programs and libraries; what compilers keep for themselves (1) and code of graphics processors is in many files. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const RUNS: ReadonlySet<number> = new Set([2, 3]);

/** A file system that is mounted as it lies there, by what stands behind the first bytes. */
const FILE_SYSTEMS: readonly (readonly [at: number, mark: Buffer, what: string])[] = [
  // https://www.kernel.org/doc/html/latest/filesystems/ext4/super.html (s_magic, s_state)
  [1024 + 0x38, Buffer.from([0x53, 0xef, 1, 0]), 'a disk image with a file system of Linux (ext)'],
  // https://www.kernel.org/doc/html/latest/filesystems/erofs.html
  [1024, Buffer.from([0xe2, 0xe1, 0xf5, 0xe0]), 'a disk image with a file system of Linux (erofs)'],
  // https://btrfs.readthedocs.io/en/latest/dev/On-disk-format.html
  [0x10040, Buffer.from('_BHRfS_M', 'latin1'), 'a disk image with a file system of Linux (btrfs)'],
  // https://www.ecma-international.org/publications-and-standards/standards/ecma-119/ (8.1)
  [0x8001, Buffer.from('CD001', 'latin1'), 'an image of a CD'],
  // https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html
  [512, Buffer.from('EFI PART', 'latin1'), 'an image of a whole disk'],
];

/**
 * How the code object of a module begins: no arguments, no local variables, what it needs of a stack, flags, and its instructions.
 * https://github.com/python/cpython/blob/main/Python/marshal.c (TYPE_CODE, FLAG_REF)
 */
const CODE_OBJECT = /[c\xe3]\0{12}(?:\0{4})?[\x01-\xff]\0{3}[\0-\xff]{4}[s\xf3]/g;
/** The name of the last section that compilers write, `.shstrtab`, as it stands in a program that was turned round. */
const BACKWARDS = Buffer.from('batrtshs.', 'latin1');

function isProgramIn(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(ELF, 1); at >= 0; at = bytes.indexOf(ELF, at + 1)) {
    tick();
    const head = bytes.subarray(at, at + 64);
    const header = elfHeader(head);
    if (header !== undefined && RUNS.has(header.type) && elfArchitecture(head) !== undefined) return true;
  }
  return false;
}

function hasManyModules(bytes: Buffer): boolean {
  let count = 0;
  for (const _ of bytes.toString('latin1').matchAll(CODE_OBJECT)) if (++count >= MANY) return true;
  return false;
}

function carriedIn(bytes: Buffer): Omit<ClosedFact, 'kind'> | undefined {
  const mounted = FILE_SYSTEMS.find(([at, mark]) => bytes.subarray(at, at + mark.length).equals(mark));
  if (mounted !== undefined) return { as: 'inside', what: mounted[2] };
  if (isProgramIn(bytes)) return { as: 'inside', what: 'a file with a program in it' };
  if (bytes.subarray(0, 65_536).includes(BACKWARDS)) return { as: 'inside', what: 'a program written backwards' };
  if (hasManyModules(bytes)) return { as: 'inside', what: 'Python code as marshal writes it' };
  return holdsSources(bytes) ? { as: 'archive', what: 'data with sources of Python in it' } : undefined;
}

/** What other readers look into, or was compiled where it lies. */
const READ_ELSEWHERE = /\.(?:py[cod]|ipynb|pt|pth|a|o|mo|class|nb[ci])$/i;
const isText = (head: Buffer): boolean => !/[\0-\x08\x0e-\x1a\x7f-\xff]/.test(head.toString('latin1', 0, 64));

/**
 * Files that nobody owns and nobody here knows, with a program, a file system or Python code behind other first bytes: behind a picture, behind noise, in a
 * pickle or a table of SQLite. The beginning of each is looked at.
 */
export const carriedBytes = analyzer({
  name: 'carried-bytes',
  version: 1,
  unownedOnly: true,
  leastBytes: LIMITS.closedBytes,
  magic: (head, entry) =>
    !isElf(head) &&
    !(head[0] === 0x50 && head[1] === 0x4b) &&
    !READ_ELSEWHERE.test(entry.path) &&
    !isText(head) &&
    !isElsewhere(entry.path),
  stream(entry) {
    const wanted = Math.min(entry.size, LIMITS.carriedBytes);
    const parts: Buffer[] = [];
    let size = 0;
    let isKnown = false;
    return {
      push(chunk, offset) {
        if (offset === 0) isKnown = isClosed(chunk.subarray(0, LIMITS.magicBytes), entry);
        if (isKnown) return Number.POSITIVE_INFINITY;
        parts.push(Buffer.from(chunk.subarray(0, wanted - size)));
        size += chunk.length;
        return size < wanted ? 0 : Number.POSITIVE_INFINITY;
      },
      *end() {
        const carried = isKnown ? undefined : carriedIn(Buffer.concat(parts));
        if (carried !== undefined) yield { kind: 'closed', ...carried };
      },
    };
  },
});
