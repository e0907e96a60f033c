import { join } from 'node:path';
import type { AnalyzedFile, Analyzer, Fact } from '../analyzers/analyzer.ts';
import { LIMITS } from '../limits.ts';
import type { Entry, LayerContent } from '../model.ts';
import { fileSource } from './byte-source.ts';
import type { CodeItem, Deferred } from './layer-index.ts';

/** What all reads of one image are made into. */
const memory = { bytes: undefined as Buffer | undefined };

/**
 * What code analyzers say of one file of a layer that can be sought in, at once: there is nothing to wait for. Empty where the file cannot
 * be read, or is not what it seemed.
 */
export function readNow(
  content: LayerContent,
  { path, size, at = 0 }: Deferred,
  analyzers: readonly Analyzer[],
): readonly CodeItem[] {
  if (content.kind === 'stream') return [];
  const [file, offset] = content.kind === 'file' ? [content.path, content.offset + at] : [join(content.path, path), 0];
  const entry: Entry = { path, type: 'file', mode: 0, uid: 0, gid: 0, size, mtime: 0 };
  return analyzers.flatMap((analyzer) => {
    try {
      const facts = factsOf(analyzer, entry, file, offset);
      return [...facts].flatMap((fact) =>
        fact.kind === 'code' ? [{ path, language: fact.language, text: fact.text }] : [],
      );
    } catch {
      return [];
    }
  });
}

function factsOf(analyzer: Analyzer, entry: Entry, file: string, offset: number): Iterable<Fact> {
  const { size } = entry;
  if (analyzer.stream === undefined && size > (analyzer.maxBytes ?? LIMITS.fileBytes)) return [];
  memory.bytes ??= Buffer.allocUnsafe(LIMITS.readChunkBytes);
  const source = fileSource(file, offset, size, memory.bytes);
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
    const parts: Buffer[] = [];
    for (let left = size; left > 0; ) {
      const chunk = source.chunk(Math.min(left, LIMITS.readChunkBytes));
      if (chunk instanceof Promise || chunk.length === 0) break;
      parts.push(Buffer.from(chunk));
      left -= chunk.length;
    }
    const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    const analyzed: AnalyzedFile = { path: entry.path, entry, bytes, text: () => bytes.toString('utf8') };
    return [...(analyzer.read?.(analyzed) ?? [])];
  } finally {
    source.close();
  }
}
