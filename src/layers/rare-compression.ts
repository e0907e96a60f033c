import { PlimsollError } from '../errors.ts';
import { type DecompressEnd, decompress } from '../formats/compression/index.ts';
import { drive } from '../formats/cursor.ts';
import { intoRooms, type Room } from './room.ts';

/** What is shown to a decoder at a time: a block of bzip2's is 45 bytes at the least and 900 kB of output, all of it held here. */
const PORTION = 4 * 1024;

/**
 * Decompresses bzip2 and xz, any number of streams behind each other, into the rooms it is given, full but for the last.
 * Throws `corrupt` on damage or truncation, and for xz with filters other than LZMA2.
 */
export async function* unpackRare(
  how: 'bzip2' | 'xz',
  compressed: AsyncIterable<Uint8Array>,
  where: string,
  room: Room,
): AsyncGenerator<Uint8Array> {
  yield* intoRooms(pieces(how, compressed, where), room);
}

async function* pieces(
  how: 'bzip2' | 'xz',
  compressed: AsyncIterable<Uint8Array>,
  where: string,
): AsyncGenerator<Uint8Array> {
  let made: Buffer[] = [];
  const taken = (): Buffer[] => {
    const before = made;
    made = [];
    return before;
  };
  const reader = drive((cursor) => {
    const steps = decompress(cursor, how, (piece) => {
      made.push(Buffer.from(piece));
      return false;
    });
    if (steps === undefined) throw new Error(`no decoder for ${how}`);
    return steps;
  });
  let offset = 0;
  for await (const chunk of compressed) {
    for (let at = 0; at < chunk.length; at += PORTION) {
      const portion = Buffer.from(chunk.buffer, chunk.byteOffset + at, Math.min(PORTION, chunk.length - at));
      reader.push(portion, offset);
      offset += portion.length;
      yield* taken();
    }
  }
  const end = reader.end();
  yield* taken();
  if (end === 'end') return;
  throw new PlimsollError('corrupt', `the ${how} stream ${complaint(how, end)}`, {
    where,
    hint: `pull or save the image again, or unpack it with ${how} -d`,
  });
}

function complaint(how: 'bzip2' | 'xz', end: DecompressEnd): string {
  if (end === 'truncated') return 'is damaged: it ends too early';
  return how === 'xz' ? 'is damaged, or has a filter other than LZMA2' : 'is damaged';
}
