import * as zlib from 'node:zlib';
import { PlimsollError } from '../errors.ts';
import { loadZstd, openHandle, type ZlibStepper } from '../formats/compression/index.ts';
import { intoRooms, type Room } from './room.ts';
import { zstdFrames } from './zstd-frames.ts';

const INPUT_BYTES = 128 * 1024;
const OUTPUT_BYTES = 128 * 1024;

/** In Node from 22.15 on. https://nodejs.org/api/zlib.html#zlibcreatezstddecompressoptions */
const nodes = zlib as { createZstdDecompress?: () => { destroy(): void } };
/** `ZSTD_e_continue`. https://facebook.github.io/zstd/zstd_manual.html#Chapter8 */
const CONTINUE = 0;

/**
 * Decompresses zstd: any number of frames, skippable frames among them (as zstd:chunked has), by Node's own decoder where it has one,
 * which takes a third less time than WebAssembly. The pieces lie in the rooms it is given, full but for the last.
 * Throws `corrupt` on damage or truncation. Windows above 128 MiB are refused by the decoder (RFC 8878 section 3.1.1.1.2 lets it).
 */
export async function* unzstd(
  compressed: AsyncIterable<Uint8Array>,
  where: string,
  room: Room,
): AsyncGenerator<Uint8Array> {
  const decoder = nodes.createZstdDecompress && openHandle(nodes.createZstdDecompress());
  if (decoder === undefined) return yield* unzstdPortable(compressed, where, room);
  try {
    yield* byNode(decoder, compressed, where, room);
  } finally {
    decoder.close();
  }
}

/** The same by WebAssembly, in any Node. */
export async function* unzstdPortable(
  compressed: AsyncIterable<Uint8Array>,
  where: string,
  room: Room,
): AsyncGenerator<Uint8Array> {
  yield* intoRooms(windows(compressed, where), room);
}

async function* byNode(
  decoder: ZlibStepper,
  compressed: AsyncIterable<Uint8Array>,
  where: string,
  room: Room,
): AsyncGenerator<Uint8Array> {
  let output = await room();
  let filled = 0;
  let consumedAny = false;
  const frames = zstdFrames();
  /** Bytes of the input used up; stops where the room is full, and where a frame ends. */
  const step = (input: Uint8Array, from: number): number => {
    const { used, made, failure } = decoder.step(CONTINUE, input, from, output, filled);
    if (failure !== undefined) throw damaged(failure, where);
    if (used === 0 && made === 0 && from < input.length) throw damaged('no progress', where);
    filled += made;
    return used;
  };
  for await (const input of compressed) {
    let at = 0;
    frames.take(input);
    while (at < input.length || filled === output.length) {
      if (filled === output.length) {
        yield output;
        output = await room();
        filled = 0;
      }
      at += step(input, at);
      consumedAny = true;
    }
  }
  if (!consumedAny || !frames.isWhole) throw damaged('it ends too early', where);
  if (filled > 0) yield output.subarray(0, filled);
}

/** Pieces in the decoder's own memory: valid until the next is asked for. */
async function* windows(compressed: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<Uint8Array> {
  const zstd = await loadZstd();
  const context = zstd.ZSTD_createDCtx();
  // One block: input bytes, output bytes, and the two {pointer, size, position} structures.
  const base = zstd.malloc(INPUT_BYTES + OUTPUT_BYTES + 24);
  const output = base + INPUT_BYTES;
  const inputStruct = output + OUTPUT_BYTES;
  const outputStruct = inputStruct + 12;
  let expected = 0;
  let consumedAny = false;
  // Undefined: neither was input used nor output made.
  const step = (size: number, position: number): { position: number; bytes: Uint8Array } | undefined => {
    let view = new DataView(zstd.memory.buffer);
    write(view, inputStruct, base, size, position);
    write(view, outputStruct, output, OUTPUT_BYTES, 0);
    expected = zstd.ZSTD_decompressStream(context, outputStruct, inputStruct) | 0;
    if (expected < 0) throw damaged(`error ${-expected}`, where);
    view = new DataView(zstd.memory.buffer); // the memory may have grown
    const after = view.getUint32(inputStruct + 8, true);
    const produced = view.getUint32(outputStruct + 8, true);
    if (after === position && produced === 0) return undefined;
    return { position: after, bytes: new Uint8Array(zstd.memory.buffer, output, produced) };
  };
  try {
    if (base === 0) throw new PlimsollError('limit', 'no memory for the zstd decoder', { where });
    for await (const chunk of compressed) {
      for (let start = 0; start < chunk.length; start += INPUT_BYTES) {
        const part = chunk.subarray(start, start + INPUT_BYTES);
        new Uint8Array(zstd.memory.buffer, base, part.length).set(part);
        consumedAny = true;
        let position = 0;
        let full = true;
        // A full output buffer means that more may be waiting, even when the input is used up.
        while (position < part.length || (full && expected !== 0)) {
          const result = step(part.length, position);
          if (!result && position < part.length) throw damaged('no progress', where);
          if (!result) break;
          position = result.position;
          full = result.bytes.length === OUTPUT_BYTES;
          if (result.bytes.length > 0) yield result.bytes;
        }
      }
    }
    if (expected !== 0 || !consumedAny) throw damaged('it ends too early', where);
  } finally {
    zstd.ZSTD_freeDCtx(context);
    zstd.free(base);
  }
}

function write(view: DataView, at: number, pointer: number, size: number, position: number): void {
  view.setUint32(at, pointer, true);
  view.setUint32(at + 4, size, true);
  view.setUint32(at + 8, position, true);
}

function damaged(detail: string, where: string): PlimsollError {
  return new PlimsollError('corrupt', `the zstd stream is damaged: ${detail}`, {
    where,
    hint: 'pull or save the image again',
  });
}
