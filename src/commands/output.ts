import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asPlimsollError, PlimsollError } from '../errors.ts';
import type { Context } from './command.ts';

/**
 * Writes a rendering to standard output, or to a file that appears whole or not at all. A device or pipe
 * (`/dev/null`, `/dev/stderr`) is written to and not replaced. Throws `io`.
 */
export async function writeOutput(
  pieces: Iterable<string>,
  file: string | undefined,
  context: Pick<Context, 'stdout'>,
): Promise<void> {
  if (file === undefined || file === '-') {
    for (const piece of pieces) if (!context.stdout.write(piece)) await once(context.stdout, 'drain');
    return;
  }
  const partial = `${file}.${process.pid}.partial`;
  try {
    if (await isSpecial(file)) return await writeAll(pieces, file, 'a');
    await writeAll(pieces, partial, 'wx');
    const written = await open(partial, 'r+');
    await written.sync().finally(() => written.close());
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof PlimsollError) throw error;
    throw new PlimsollError('io', `the result could not be written: ${asPlimsollError(error, 'io').message}`, {
      where: file,
      hint: `check that ${dirname(file)} exists and has room`,
      cause: error,
    });
  }
}

async function isSpecial(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

async function writeAll(pieces: Iterable<string>, file: string, flags: 'a' | 'wx'): Promise<void> {
  const stream = createWriteStream(file, { flags });
  await once(stream, 'open');
  for (const piece of pieces) if (!stream.write(piece)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'close');
}
