import { rangeCollector } from '../../formats/compression/index.ts';
import { elfEnd, isElf } from '../../formats/executables/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';

/** Enough for the program headers of any program. */
const HEAD = 4096;
/** Where those who pack programs write how to find what they put in, and sections have their names. */
const TAIL = LIMITS.closedBytes;

/** What each packer leaves at the end of the file. */
const AT_THE_END: readonly (readonly [mark: string, what: string])[] = [
  // https://pyinstaller.org/en/stable/advanced-topics.html (the cookie of a CArchive)
  ['MEI\x0c\x0b\x0a\x0b\x0e', 'a Python program that PyInstaller packed'],
  // https://nodejs.org/api/single-executable-applications.html
  ['NODE_SEA_BLOB', 'a Node.js program in one file'],
  // https://github.com/yao-pkg/pkg: paths of the file system that it brings along
  ['"/snapshot/', 'a Node.js program that pkg packed'],
  ['\n---- Bun! ----\n', 'a program that Bun packed'],
  ['d3n0l4nd', 'a program that Deno packed'],
];
/** What it begins with that lies behind a program. https://nuitka.net/user-documentation/user-manual.html (onefile) */
const BEHIND: readonly (readonly [mark: RegExp, what: string])[] = [
  [/^KA[XY]/, 'a Python program that Nuitka packed'],
  [/^hsqs/, 'a program with a squashfs file system behind it'],
  [/^PK\x03\x04/, 'a program with a zip archive behind it'],
  [/^(?:\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd)/, 'a program with a compressed archive behind it'],
];

/** Programs that carry a file system, an interpreter's code or anything else behind what the loader reads. */
export const closedPrograms = analyzer({
  name: 'closed-programs',
  version: 3,
  magic: isElf,
  unownedOnly: true,
  stream({ size }) {
    const ranges = rangeCollector();
    const head = Math.min(HEAD, size);
    const tail = Math.min(TAIL, size);
    ranges.want(0, head);
    ranges.want(size - tail, tail);
    let end: number | undefined;
    return {
      push(chunk, offset) {
        ranges.feed(chunk, offset);
        const known = ranges.take(0, head);
        if (known !== undefined && end === undefined) {
          end = elfEnd(known) ?? size;
          ranges.want(end, 16);
          // What of it passed in this very chunk; what passed before cannot be asked for again.
          ranges.feed(chunk, offset);
        }
        return ranges.next(offset + chunk.length) - (offset + chunk.length);
      },
      *end() {
        const beginning = ranges.take(0, head);
        if (beginning === undefined) return;
        yield { kind: 'program' };
        // https://github.com/AppImage/AppImageSpec/blob/master/draft.md (magic bytes)
        if (/^AI[\x01\x02]/.test(beginning.toString('latin1', 8, 11)))
          return yield { kind: 'closed', as: 'inside', what: 'an AppImage' };
        const last = ranges.take(size - tail, tail)?.toString('latin1') ?? '';
        const packer = AT_THE_END.find(([mark]) => last.includes(mark));
        if (packer !== undefined) return yield { kind: 'closed', as: 'inside', what: packer[1] };
        const behind = size - (end ?? size);
        if (behind < LIMITS.closedBytes) return;
        const first =
          (beginning.length >= end! + 16 ? beginning.subarray(end!) : ranges.take(end!, 16))?.toString('latin1') ?? '';
        const kind = BEHIND.find(([mark]) => mark.test(first));
        const what = kind?.[1] ?? 'a program with as much as an archive behind its end';
        yield { kind: 'closed', as: 'inside', what };
      },
    };
  },
});
