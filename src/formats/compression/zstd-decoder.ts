import { PlimsollError } from '../../errors.ts';

/** The exports of zstddec's WebAssembly module that streaming needs. https://facebook.github.io/zstd/zstd_manual.html */
interface ZstdExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(size: number): number;
  free(pointer: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): number;
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

let loaded: ZstdExports | undefined;

/**
 * The library starts once in a process, and shows its exports to the first who starts it alone: a second copy of this file (the library of this
 * package beside its program, two versions of it) finds them here.
 */
const STARTED = Symbol.for('plimsoll.zstddec');
const started = globalThis as { [STARTED]?: Promise<ZstdExports> };

/**
 * Loads the decoder of zstd. It refuses windows over 128 MiB of its own, as Node's and containerd's do (RFC 8878 recommends 8 MiB). The library's own streaming call pulls its input synchronously and does not look at error codes (a corrupt
 * frame makes it spin for ever), so we drive its exports ourselves; `_init` is where it shows them.
 */
export function loadZstd(): Promise<ZstdExports> {
  started[STARTED] ??= (async () => {
    const { ZSTDDecoder } = await import('zstddec/stream');
    const decoder = new ZSTDDecoder();
    const original = decoder._init;
    let exports: ZstdExports | undefined;
    decoder._init = (result) => {
      original.call(decoder, result);
      exports = result.instance.exports as unknown as ZstdExports;
    };
    await withoutFetch(() => decoder.init());
    if (!exports) throw new PlimsollError('internal', 'the zstd decoder did not start');
    return exports;
  })();
  return started[STARTED].then((exports) => {
    loaded = exports;
    return exports;
  });
}

/**
 * The library would `fetch` its own code out of a `data:` address, for which Node loads an HTTP client: 30 ms and 6 MB in each thread, as much
 * as all the rest of it. It asks before its first pause whether there is one.
 */
function withoutFetch<Result>(begin: () => Result): Result {
  const { fetch } = globalThis;
  Reflect.deleteProperty(globalThis, 'fetch');
  try {
    return begin();
  } finally {
    globalThis.fetch = fetch;
  }
}

/**
 * Unpacks a whole zstd body that is at hand, of at most `limit` bytes unpacked; `loadZstd` has to have been awaited.
 * Throws `corrupt` for what is damaged or cut off, `limit` beyond the limit. https://www.rfc-editor.org/rfc/rfc8878
 */
export function unzstdWhole(bytes: Buffer, limit: number): Buffer {
  const zstd = loaded;
  if (zstd === undefined) throw new PlimsollError('internal', 'the zstd decoder was not loaded');
  const context = zstd.ZSTD_createDCtx();
  const base = zstd.malloc(bytes.length + PIECE + 24);
  const [output, input] = [base + bytes.length, base + bytes.length + PIECE];
  const parts: Buffer[] = [];
  try {
    if (base === 0) throw new PlimsollError('limit', 'no memory for the zstd decoder');
    new Uint8Array(zstd.memory.buffer, base, bytes.length).set(bytes);
    for (let position = 0, size = 0; ; ) {
      let view = new DataView(zstd.memory.buffer);
      for (const [at, value] of [base, bytes.length, position, output, PIECE, 0].entries())
        view.setUint32(input + at * 4, value, true);
      const expected = zstd.ZSTD_decompressStream(context, input + 12, input) | 0;
      if (expected < 0) throw new PlimsollError('corrupt', 'the zstd data is damaged');
      view = new DataView(zstd.memory.buffer); // the memory may have grown
      const [after, produced] = [view.getUint32(input + 8, true), view.getUint32(input + 20, true)];
      parts.push(Buffer.from(new Uint8Array(zstd.memory.buffer, output, produced)));
      size += produced;
      if (size > limit) throw new PlimsollError('limit', `unpacks to more than ${limit} bytes`);
      // A full piece may have more behind it, but not where its frame has ended: asked again, the decoder would speak of the next one.
      if (after === bytes.length && (expected === 0 || produced < PIECE)) {
        if (expected !== 0) throw new PlimsollError('corrupt', 'the zstd data ends too early');
        return Buffer.concat(parts);
      }
      if (after === position && produced === 0) throw new PlimsollError('corrupt', 'the zstd data is damaged');
      position = after;
    }
  } finally {
    zstd.ZSTD_freeDCtx(context);
    zstd.free(base);
  }
}

/** Bytes that are taken out at a time. */
const PIECE = 128 * 1024;
