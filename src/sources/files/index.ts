export { type BlobStore, tarStore } from './blob-store.ts';
export { type MemoryImage, type MemoryInstruction, type MemoryLayer, memoryImage } from './memory.ts';
export type { TarEntries, TarEntry } from './tar-writer.ts';
