import { LIMITS } from '../../limits.ts';
import { slidingWindow, type WindowView } from '../compression/index.ts';
import { type ElfHeader, type ElfSegment, elfHeader, elfSegments, PT_GNU_EH_FRAME, PT_LOAD } from './elf.ts';

/** Shows what an ELF file holds besides code, as it passes by. */
interface ElfConstants {
  /** As `BodyReader.push`: takes a chunk, returns how many of the following bytes nobody needs. */
  push(chunk: Buffer, offset: number): number;
  /** As `BodyReader.enough`: how many of the following bytes are wanted at once. */
  enough(): number;
  end(): void;
}

/** Context that views carry on either side of what they show, where it is there: no version text is longer. */
const BEHIND = 256;
const AHEAD = 1024;

/** Headers that stand further back than the beginning (rare: what patchelf wrote) are not waited for: then all of the file is shown. */
const HEAD = LIMITS.magicBytes * 8;

interface Range {
  readonly from: number;
  readonly until: number;
}

/**
 * Shows constants and data to `visit`, of which a third of most programs consists. Machine code is stepped over, and so is what only a linker, a
 * debugger or whoever throws an exception reads, where GNU's linker put it: tables of symbols in a segment before the code, those for unwinding
 * behind the constants. What a file is like is decided by its headers alone, so the same is shown in whatever chunks it comes.
 */
export function elfConstants(size: number, visit: (view: WindowView) => void): ElfConstants {
  let head: Buffer | undefined;
  let wanted: readonly Range[] | undefined;
  /** The first of these that has not passed. */
  let at = 0;
  let position = 0;
  const window = slidingWindow(BEHIND, AHEAD, visit);

  const known = (chunk: Buffer): boolean => {
    head = head === undefined ? chunk : Buffer.concat([head, chunk]);
    const need = headersEnd(head, size);
    if (head.length < need) {
      // The source may write over its chunk once it is through with it.
      if (head === chunk) head = Buffer.from(chunk);
      return false;
    }
    wanted = constantsOf(head, size);
    return true;
  };
  const show = (bytes: Buffer, offset: number): void => {
    const end = offset + bytes.length;
    for (let range = wanted?.[at]; range !== undefined && range.from < end; range = wanted?.[at]) {
      const from = Math.max(range.from, offset);
      const until = Math.min(range.until, end);
      const part = bytes.subarray(from - offset, until - offset);
      // Most come whole: nothing is copied.
      if (from === range.from && until === range.until) visit({ bytes: part, start: from, from: 0, to: part.length });
      else if (part.length > 0) window.push(part, from);
      if (until < range.until) return;
      window.end();
      at += 1;
    }
  };
  return {
    push(chunk, offset) {
      position = offset + chunk.length;
      if (wanted === undefined) {
        if (!known(chunk)) return 0;
        show(head as Buffer, position - (head as Buffer).length);
        head = undefined;
      } else show(chunk, offset);
      const next = wanted?.[at];
      return next === undefined ? Number.POSITIVE_INFINITY : Math.max(0, next.from - position);
    },
    enough() {
      const next = wanted?.[at];
      if (next === undefined) return LIMITS.magicBytes * 2;
      return Math.max(1, next.until - Math.max(position, next.from));
    },
    end: () => window.end(),
  };
}

/** How many bytes from the beginning have to be there before the program headers can be read. */
function headersEnd(head: Buffer, size: number): number {
  const table = elfHeader(head)?.programHeaders;
  if (table === undefined) return head.length < 64 ? Math.min(size, 64) : 0;
  const end = endOf(table);
  return end > HEAD ? 0 : Math.min(size, end);
}

const endOf = ({ offset, size, count }: ElfHeader['programHeaders']): number => offset + size * count;

/** What is not stepped over, in order and apart; nothing of what is no ELF file. */
function constantsOf(head: Buffer, size: number): readonly Range[] {
  const header = elfHeader(head);
  if (header === undefined) return [];
  const { programHeaders: table } = header;
  const segments = endOf(table) > HEAD ? [] : elfSegments(header, head.subarray(table.offset));
  const loads = segments.filter(({ type, fileSize }) => type === PT_LOAD && fileSize > 0);
  if (loads.length === 0) return [{ from: 0, until: size }];
  const isConstant = ({ executable, writable }: ElfSegment): boolean => !executable && !writable;
  const isCode = (segment: ElfSegment): boolean =>
    segment.executable && !segment.writable && segment.offset > 0 && loads.some(isConstant);
  const lastCode = Math.max(0, ...loads.filter(isCode).map((segment) => segment.offset));
  // `-z separate-code`, the default of GNU's linker since binutils 2.31: tables, code, constants, data. Others put constants in front.
  const isSeparate = loads.some((segment) => isConstant(segment) && segment.offset > lastCode) && lastCode > 0;
  const unwinding = segments.find(({ type }) => type === PT_GNU_EH_FRAME)?.offset ?? 0;
  const ranges = loads.flatMap((segment): Range[] => {
    const [from, until] = [segment.offset, Math.min(size, segment.offset + segment.fileSize)];
    if (isCode(segment) || (isSeparate && isConstant(segment) && from === 0)) return [];
    const isCut = isSeparate && isConstant(segment) && from < unwinding && unwinding < until;
    return from < until ? [{ from, until: isCut ? unwinding : until }] : [];
  });
  return merged(ranges);
}

/** In order; headers that lie may name the same bytes a hundred times. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const apart: Range[] = [];
  for (const range of [...ranges].sort((left, right) => left.from - right.from)) {
    const last = apart.at(-1);
    if (last === undefined || range.from > last.until) apart.push(range);
    else apart[apart.length - 1] = { from: last.from, until: Math.max(last.until, range.until) };
  }
  return apart;
}
