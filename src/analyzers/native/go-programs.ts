import { slidingWindow } from '../../formats/compression/index.ts';
import {
  type ElfSegment,
  elfHeader,
  elfStream,
  goStream,
  goTraces,
  isElf,
  PT_LOAD,
} from '../../formats/executables/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Entry } from '../../model.ts';
import { analyzer, type BodyReader } from '../analyzer.ts';
import { goFacts, traced } from './go-facts.ts';
import { unpacking } from './unpacking.ts';

/** No program of Go's is smaller. */
const SMALLEST = 1 << 20;
/** A table of sections that begins here stands before the program, where Go's linker alone puts it. */
const FRONT = 4096;

/**
 * Go programs that an OS package lists as its own, which `binaries` is not asked about: anybody can write a line into a package database, and what
 * was compiled into a program has no other list. Whether the package answers for it is said when all is known.
 */
export const goPrograms = analyzer({
  name: 'go-programs',
  version: 7,
  effort: 'scans',
  begins: '\x7f',
  magic: mayBeGo,
  ownedOnly: true,
  stream: (entry) => unpacking(entry, reader),
});

/** Programs with their sections at the front or without any (packed, or cut off), and large ones that a loader starts. */
function mayBeGo(head: Buffer, { size }: Pick<Entry, 'size'>): boolean {
  const header = elfHeader(head);
  if (!isElf(head) || header === undefined) return false;
  const at = header.bits === 64 ? 40 : 32;
  const table = header.little ? head.readUInt32LE(at) : head.readUInt32BE(header.bits === 64 ? at + 4 : at);
  if (table < FRONT) return true;
  return size >= SMALLEST && startedByLoader(head, header.programHeaders.offset);
}

/** PT_INTERP among the first program headers: a program, and no library. */
function startedByLoader(head: Buffer, offset: number): boolean {
  const header = elfHeader(head)!;
  const { size, count } = header.programHeaders;
  for (let index = 0; index < count && offset + index * size + 4 <= head.length; index += 1) {
    const where = offset + index * size;
    if ((header.little ? head.readUInt32LE(where) : head.readUInt32BE(where)) === 3) return true;
  }
  return false;
}

/**
 * Reads on where a note of the Go linker is among the first bytes. Another linker (cgo) may leave it out (`-buildid=`): then only what the program
 * can write to is looked through, where the build information of Go 1.18 and later lies whole. https://go.dev/src/debug/buildinfo/buildinfo.go
 */
function reader(entry: Entry): BodyReader {
  const segments = (): readonly ElfSegment[] | undefined => elf.segments;
  const go = goStream(segments);
  const traces = goTraces();
  const elf = elfStream(entry.size, (view) => {
    if (!elf.go) return;
    go.visit(view);
    traces.visit(view);
  });
  let data: readonly Range[] | undefined;
  const window = slidingWindow(0, AHEAD, go.visit);
  return {
    push(chunk, offset) {
      const end = offset + chunk.length;
      if (data === undefined) {
        const skipped = elf.push(chunk, offset);
        // The notes stand among the first bytes.
        if (end < NOTES || elf.go) return skipped;
        data = writable(elf.segments ?? []);
      }
      for (const { from, until } of data)
        if (from < end && until > offset)
          window.push(chunk.subarray(Math.max(0, from - offset), until - offset), Math.max(from, offset));
      return Math.min(...data.filter(({ until }) => until > end).map(({ from }) => Math.max(0, from - end)));
    },
    *end() {
      if (elf.end() === undefined) return;
      window.end();
      const info = go.end();
      if (info !== undefined) yield* goFacts(info, elf.go ? traces.compiled() : undefined);
      else if (elf.go) yield* traced(go.left(traces.end()));
    },
  };
}

interface Range {
  readonly from: number;
  readonly until: number;
}

/** What a program can write to, as it lies in the file: in all but Go's own and a few of C some hundred KB. */
const writable = (segments: readonly ElfSegment[]): readonly Range[] =>
  segments
    .filter(({ type, writable }) => type === PT_LOAD && writable)
    .slice(0, LIMITS.elfRanges)
    .map(({ offset, fileSize }) => ({ from: offset, until: offset + fileSize }))
    .sort((a, b) => a.from - b.from);

/** Longest header of Go's build information that has to be seen at once; what follows it is captured as it passes. */
const AHEAD = 1024;
/** As far as `elfStream` looks for notes. */
const NOTES = 65_536;
