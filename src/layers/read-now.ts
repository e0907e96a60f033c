import type { AnalyzedFile, Analyzer, Fact } from '../analyzers/analyzer.ts';
import { decodedText } from '../bounded-file.ts';
import { LIMITS } from '../limits.ts';
import type { Entry, LayerContent } from '../model.ts';
import { type WorkClock, workClock } from '../work.ts';
import { type ByteSource, fileSource } from './byte-source.ts';
import { openInside } from './inside-folder.ts';
import type { CodeItem } from './layer-index.ts';

/** What all reads of one image are made into. */
const memory = { bytes: undefined as Buffer | undefined };

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
): readonly CodeItem[] {
  if (content.kind === 'stream') return [];
  return itemsOf({ path, size }, analyzers, clock, () => {
    memory.bytes ??= Buffer.allocUnsafe(LIMITS.readChunkBytes);
    if (content.kind === 'file') return fileSource(content.path, content.offset + at, size, memory.bytes);
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
  return analyzers.flatMap((analyzer) => {
    try {
      return clock
        .run(account, () => [...factsOf(analyzer, entry, open)])
        .flatMap((fact) => (fact.kind === 'code' ? [{ path, language: fact.language, text: fact.text }] : []));
    } catch {
      return [];
    }
  });
}

function factsOf(analyzer: Analyzer, entry: Entry, open: () => ByteSource): Iterable<Fact> {
  const { size } = entry;
  if (analyzer.stream === undefined && size > (analyzer.maxBytes ?? LIMITS.fileBytes)) return [];
  const source = open();
  try {
    if (analyzer.stream !== undefined) {
      const reader = analyzer.stream(entry);
      for (let next = 0; next < size; ) {
        source.skip(next - source.position);
        const wanted = Math.min(reader.enough?.() ?? LIMITS.readChunkBytes, LIMITS.readChunkBytes, size - next);
        const chunk = source.chunk(Math.max(1, wanted));
        if (chunk instanceof Promise || chunk.length === 0) break;
        next += chunk.length + Math.max(0, reader.push(chunk, next));
      }
      return [...reader.end()];
    }
    const bytes = wholeOf(source, size);
    const analyzed: AnalyzedFile = { path: entry.path, entry, bytes, text: () => decodedText(bytes) };
    return [...(analyzer.read?.(analyzed) ?? [])];
  } finally {
    source.close();
  }
}

/** The bytes of a file; of a small one those that the source has at hand, which the next file's take the place of. */
function wholeOf(source: ByteSource, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let left = size; left > 0; ) {
    const chunk = source.chunk(Math.min(left, LIMITS.readChunkBytes));
    if (chunk instanceof Promise || chunk.length === 0) break;
    left -= chunk.length;
    if (left === 0 && parts.length === 0) return chunk;
    parts.push(Buffer.from(chunk));
  }
  return Buffer.concat(parts);
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
