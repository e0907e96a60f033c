import { type ElfSegment, elfHeader, elfStream, goStream, goTraces, isElf } from '../../formats/executables/index.ts';
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
  version: 4,
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

/** Reads on where a note of the Go linker is among the first bytes, and no further elsewhere. */
function reader(entry: Entry): BodyReader {
  const segments = (): readonly ElfSegment[] | undefined => elf.segments;
  const go = goStream(segments);
  const traces = goTraces();
  const elf = elfStream(entry.size, (view) => {
    if (!elf.go) return;
    go.visit(view);
    traces.visit(view);
  });
  return {
    push(chunk, offset) {
      const skipped = elf.push(chunk, offset);
      // The notes stand among the first bytes.
      return offset + chunk.length >= NOTES && !elf.go ? Number.POSITIVE_INFINITY : skipped;
    },
    *end() {
      if (elf.end() === undefined || !elf.go) return;
      const info = go.end();
      yield* info === undefined ? traced(traces.end()) : goFacts(info, traces.compiled());
    },
  };
}

/** As far as `elfStream` looks for notes. */
const NOTES = 65_536;
