import type { Analyzer, Fact } from '../src/analyzers/analyzer.ts';

/** What an analyzer says of one file, wherever its body is cut into chunks. */
export function facts(analyzer: Analyzer, path: string, content: string | Uint8Array): readonly Fact[] {
  const bytes = Buffer.from(content as string);
  const entry = { path, type: 'file' as const, mode: 0o644, uid: 0, gid: 0, size: bytes.length, mtime: 0 };
  if (analyzer.read) return [...analyzer.read({ path, entry, bytes, text: () => bytes.toString('utf8') })];
  const reader = analyzer.stream?.(entry);
  if (!reader) return [];
  let offset = 0;
  while (offset < bytes.length) {
    const chunk = bytes.subarray(offset, offset + 4096);
    offset += chunk.length + reader.push(chunk, offset);
  }
  return [...reader.end()];
}
