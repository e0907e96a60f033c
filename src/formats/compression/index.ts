export { bunzip } from './bunzip.ts';
export { type Compression, compressionOf, decompress } from './compressed-stream.ts';
export { type ForwardCapture, forwardCapture } from './forward-capture.ts';
export { type DecompressEnd, inflate, type Sink } from './inflate.ts';
export { LzmaDecoder } from './lzma.ts';
export { rangeCollector } from './range-collector.ts';
export { slidingWindow, type WindowView } from './sliding-window.ts';
export { unzipLzma } from './xz.ts';
export { loadZstd, unzstdWhole } from './zstd-decoder.ts';
