import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { makeFolder } from '../../home.ts';
import { streamSource } from '../../layers/byte-source.ts';
import { decompressed } from '../../layers/decompress.ts';
import { readTar, type TarBody } from '../../layers/tar.ts';
import { LIMITS } from '../../limits.ts';
import { magic } from './document.ts';
import type { FeedDocument } from './feed.ts';

/** How folders of unpacked databases begin: one that a killed run left is removed by the next. */
export const UNPACKED = 'unpacked-';

/** Another scanner's database as a plain file; `remove` it when it has been read. */
interface PlainDatabase {
  readonly path: string;
  remove(): void;
}

/**
 * The database file of another scanner, out of the archive in which it is published (tar, gzip or zstd) or as it is. It is
 * unpacked into the document's scratch folder, under a name of our own. Throws `corrupt` when the archive lacks it.
 */
export async function plainDatabase(
  { path, scratch = dirname(path) }: Pick<FeedDocument, 'path' | 'scratch'>,
  isDatabase: (head: Buffer) => boolean,
  member: RegExp,
): Promise<PlainDatabase> {
  if (isDatabase(magic(path, 64))) return { path, remove() {} };
  makeFolder(scratch);
  const folder = mkdtempSync(join(scratch, UNPACKED));
  const target = join(folder, 'database');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await unpack(path, target, member);
    if (!isDatabase(magic(target, 64)))
      throw new PlimsollError('corrupt', 'what is in the archive is no such database');
    return { path: target, remove };
  } catch (error) {
    remove();
    throw asPlimsollError(error, 'corrupt');
  }
}

async function unpack(path: string, target: string, member: RegExp): Promise<void> {
  const source = streamSource(decompressed(createReadStream(path), 'the archive'));
  for await (const entry of readTar(source, 'the archive')) {
    if (entry.type !== 'file' || !member.test(entry.name)) continue;
    if (entry.size > LIMITS.databaseBytes)
      throw new PlimsollError('limit', `it is larger than ${LIMITS.databaseBytes} bytes`);
    await pipeline(Readable.from(body(entry.body), { objectMode: false }), createWriteStream(target));
    return;
  }
  throw new PlimsollError('corrupt', 'the archive holds no database');
}

async function* body(content: TarBody): AsyncGenerator<Buffer> {
  for (let chunk = await content.chunk(CHUNK_BYTES); chunk.length > 0; chunk = await content.chunk(CHUNK_BYTES))
    yield chunk;
}

const CHUNK_BYTES = 1 << 18;
