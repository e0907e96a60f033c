import { closeSync, createReadStream, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { openZip } from '../../formats/archives/index.ts';
import { streamSource } from '../../layers/byte-source.ts';
import { decompressed } from '../../layers/decompress.ts';
import { readTar, type TarBody } from '../../layers/tar.ts';
import { LIMITS } from '../../limits.ts';
import type { FeedDocument, FeedFile } from './feed.ts';

/**
 * A feed's document in a file (or a folder of files) on this machine, read within the budgets of `LIMITS.feed*`. What has to be
 * unpacked to be read goes into `scratch`.
 */
export function localDocument(name: string, path: string, scratch = dirname(path)): FeedDocument {
  return {
    name,
    path,
    scratch,
    chunks: () => chunks(path),
    files() {
      if (statSync(path).isDirectory()) return folderFiles(path);
      return magic(path, 2).toString('latin1') === 'PK' ? zipFiles(path) : tarFiles(path);
    },
  };
}

const CHUNK_BYTES = 256 * 1024;

/** The bytes, gunzipped when the file says it is gzip, whatever its name. */
async function* chunks(path: string): AsyncGenerator<Buffer> {
  const size = statSync(path).size;
  const ceiling = inflatedCeiling(size);
  // Before the stream is made: what throws here would leave a stream that nobody hears or closes.
  const packed = isGzip(path);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const stream = packed ? file.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : file;
  file.once('error', (error) => stream.destroy(error));
  let total = 0;
  try {
    for await (const chunk of stream) {
      total += chunk.length;
      if (total > ceiling) throw bomb(ceiling);
      yield chunk;
    }
  } catch (error) {
    throw asPlimsollError(error, (error as NodeJS.ErrnoException).code?.startsWith('Z_') ? 'corrupt' : 'feed');
  } finally {
    file.destroy();
    stream.destroy();
  }
}

/** What a document of so many bytes may unpack to. */
function inflatedCeiling(size: number): number {
  return Math.min(LIMITS.feedInflatedBytes, Math.max(LIMITS.feedRatioFloor, size * LIMITS.feedRatio));
}

function bomb(ceiling: number): PlimsollError {
  return new PlimsollError(
    'limit',
    `it unpacks to more than ${Math.round(ceiling / 1_048_576)} MiB, which no feed of its size does`,
  );
}

function isGzip(path: string): boolean {
  return magic(path, 2).equals(Buffer.from([0x1f, 0x8b]));
}

/** The first bytes of a file. */
export function magic(path: string, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, 0));
  } finally {
    closeSync(file);
  }
}

async function* zipFiles(path: string): AsyncGenerator<FeedFile> {
  const zip = openZip(path);
  const ceiling = inflatedCeiling(statSync(path).size);
  let total = 0;
  try {
    for (const member of zip.members) {
      if (member.name.endsWith('/')) continue;
      // What was read counts, not what the directory claims: overlapping members unpack the same bytes again and again.
      if (total > ceiling) throw bomb(ceiling);
      yield {
        name: member.name,
        read() {
          const body = zip.read(member, Math.min(LIMITS.feedRecordBytes, ceiling));
          total += body.length;
          return body;
        },
      };
    }
  } finally {
    zip.close();
  }
}

/** A tar archive, packed with gzip or zstd or not at all. Bodies are read as they pass by. */
async function* tarFiles(path: string): AsyncGenerator<FeedFile> {
  const ceiling = inflatedCeiling(statSync(path).size);
  let total = 0;
  const bytes = decompressed(createReadStream(path, { highWaterMark: CHUNK_BYTES }), 'the archive');
  for await (const { name, type, size, body } of readTar(streamSource(bytes), 'the archive')) {
    total += size;
    if (total > ceiling) throw bomb(ceiling);
    if (type !== 'file') continue;
    const content = size > LIMITS.feedRecordBytes ? undefined : await whole(body);
    yield {
      name,
      read() {
        if (content === undefined) throw new Error(`it is larger than ${LIMITS.feedRecordBytes} bytes`);
        return content;
      },
    };
  }
}

async function whole(body: TarBody): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let part = await body.chunk(CHUNK_BYTES); part.length > 0; part = await body.chunk(CHUNK_BYTES))
    parts.push(part);
  return Buffer.concat(parts);
}

async function* folderFiles(path: string): AsyncGenerator<FeedFile> {
  for (const name of readdirSync(path).sort()) {
    const file = join(path, name);
    if (!statSync(file).isFile()) continue;
    yield {
      name,
      read() {
        if (statSync(file).size > LIMITS.feedRecordBytes)
          throw new Error(`it is larger than ${LIMITS.feedRecordBytes} bytes`);
        return readFileSync(file);
      },
    };
  }
}
