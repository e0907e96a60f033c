import { closeSync, openSync } from 'node:fs';
import type { AnalyzedFile, Analyzer, BodyReader, Fact } from '../analyzers/analyzer.ts';
import { decodedText } from '../bounded-file.ts';
import { LIMITS } from '../limits.ts';
import type { Entry, LayerContent } from '../model.ts';
import { type WorkClock, workClock } from '../work.ts';
import { type ByteSource, fileSource } from './byte-source.ts';
import { openInside } from './inside-folder.ts';
import type { CodeItem } from './layer-index.ts';

/** What all reads of one image are made into. */
const memory = { bytes: undefined as Buffer | undefined };

/** An archive as it was opened, until another one is asked for. */
interface HeldArchive {
  /** Throws as `openSync`. */
  of(path: string): number;
  close(): void;
}

/** Holds the archive open that was read last: hundreds of files are asked about one by one, and nearly all lie in the same. */
export function heldArchive(): HeldArchive {
  let held: { readonly path: string; readonly file: number } | undefined;
  const close = (): void => {
    if (held !== undefined) closeSync(held.file);
    held = undefined;
  };
  return {
    of(path) {
      if (held?.path === path) return held.file;
      close();
      held = { path, file: openSync(path, 'r') };
      return held.file;
    },
    close,
  };
}

/** A file of a layer, and where its body begins in the layer's content. */
interface Place {
  readonly path: string;
  readonly size: number;
  readonly at?: number | undefined;
}

/**
 * What code analyzers say of one file of a layer that can be sought in, at once: there is nothing to wait for. Empty where the file cannot
 * be read, or is not what it seemed.
 */
export function readNow(
  content: LayerContent,
  { path, size, at = 0 }: Place,
  analyzers: readonly Analyzer[],
  clock: WorkClock = workClock(),
  archive?: HeldArchive,
): readonly CodeItem[] {
  if (content.kind === 'stream') return [];
  return itemsOf({ path, size }, analyzers, clock, () => {
    memory.bytes ??= Buffer.allocUnsafe(LIMITS.readChunkBytes);
    if (content.kind === 'file') {
      const from = archive?.of(content.path) ?? content.path;
      return fileSource(from, content.offset + at, size, memory.bytes, archive !== undefined);
    }
    // The folder may have changed since it was listed.
    return fileSource(openInside(content.path, path), 0, size, memory.bytes);
  });
}

/** The same of a file whose bytes are at hand. */
export const readBytes = (
  path: string,
  bytes: Buffer,
  analyzers: readonly Analyzer[],
  clock: WorkClock = workClock(),
): readonly CodeItem[] => itemsOf({ path, size: bytes.length }, analyzers, clock, () => bytesSource(bytes));

function itemsOf(
  { path, size }: Place,
  analyzers: readonly Analyzer[],
  clock: WorkClock,
  open: () => ByteSource,
): readonly CodeItem[] {
  const account = clock.open(size);
  const entry: Entry = { path, type: 'file', mode: 0, uid: 0, gid: 0, size, mtime: 0 };
  const facts = new Map<Analyzer, readonly Fact[]>();
  const readers = analyzers.flatMap((analyzer) => {
    // Whoever trips says nothing; the others read on.
    const guarded = <Value>(piece: () => Value): Value | undefined => {
      try {
        return clock.run(account, piece);
      } catch {
        return undefined;
      }
    };
    const reader = guarded(() => (analyzer.stream === undefined ? wholeFile(analyzer, entry) : analyzer.stream(entry)));
    const keep = (): void => {
      facts.set(analyzer, guarded(() => [...(reader as BodyReader).end()]) ?? []);
    };
    return reader === undefined ? [] : [{ reader, guarded, keep, next: 0, hasTripped: false }];
  });
  feedAll(readers, size, open);
  const items = analyzers
    .flatMap((analyzer) => facts.get(analyzer) ?? [])
    .flatMap((fact) => (fact.kind === 'code' ? [{ path, language: fact.language, text: fact.text }] : []));
  // Kept for each file that is asked about, of which there may be hundreds of thousands: a list that has grown has room for 17, its copy none to spare.
  return items.slice();
}

/** One analyzer at work on a file. */
interface ActiveReader {
  readonly reader: BodyReader;
  readonly guarded: <Value>(piece: () => Value) => Value | undefined;
  /** Keeps what it says at the end. */
  keep(): void;
  /** The next byte that it needs. */
  next: number;
  hasTripped: boolean;
}

/** Reads a file once for all, no further than they need; whoever asks for none of it, or trips, gets no more. */
function feedAll(readers: readonly ActiveReader[], size: number, open: () => ByteSource): void {
  let source: ByteSource;
  try {
    source = open();
  } catch {
    return;
  }
  try {
    for (;;) {
      const at = Math.min(...readers.map(({ next }) => next));
      if (at >= size) break;
      let wanted = 1;
      for (const { reader, next } of readers)
        if (next === at) wanted = Math.max(wanted, reader.enough?.() ?? LIMITS.readChunkBytes);
      source.skip(at - source.position);
      const chunk = source.chunk(Math.min(wanted, LIMITS.readChunkBytes, size - at));
      if (chunk instanceof Promise || chunk.length === 0) break;
      const end = at + chunk.length;
      for (const active of readers) {
        if (active.next >= end) continue;
        const skipped = active.guarded(() => active.reader.push(chunk.subarray(active.next - at), active.next));
        active.hasTripped = skipped === undefined;
        active.next = skipped === undefined ? Number.POSITIVE_INFINITY : end + Math.max(0, skipped);
      }
    }
    // Before the source is closed: a small file lies in its memory still.
    for (const { keep, hasTripped } of readers) if (!hasTripped) keep();
  } catch {
    // A file that cannot be read says nothing.
  } finally {
    source.close();
  }
}

/** Gathers a file for an analyzer that wants all of it; of one that is too large it says nothing. */
function wholeFile(analyzer: Analyzer, entry: Entry): BodyReader | undefined {
  if (entry.size > (analyzer.maxBytes ?? LIMITS.fileBytes)) return undefined;
  const parts: Buffer[] = [];
  let have = 0;
  return {
    push(chunk) {
      have += chunk.length;
      // What comes at once need not be copied: it is read before the source is asked for more.
      parts.push(have === entry.size && parts.length === 0 ? chunk : Buffer.from(chunk));
      return 0;
    },
    end() {
      const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
      const file: AnalyzedFile = { path: entry.path, entry, bytes, text: () => decodedText(bytes) };
      return analyzer.read?.(file) ?? [];
    },
  };
}

function bytesSource(bytes: Buffer): ByteSource {
  let position = 0;
  const take = (count: number): Buffer => {
    const part = bytes.subarray(position, position + count);
    position += part.length;
    return part;
  };
  return {
    get position() {
      return position;
    },
    take,
    chunk: take,
    skip(count) {
      const passed = Math.min(count, bytes.length - position);
      position += passed;
      return passed;
    },
    close() {},
  };
}
