import { access, chmod, constants, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import type { Context } from './command.ts';
import { chunked, endOfLinks, isOpenFile, isStandardOutput, told, toStandardOutput } from './output.ts';

/** A result that is written while the work goes on. A file appears whole, when it is ended, or not at all. */
export interface GrowingOutput {
  add(pieces: Iterable<string>): Promise<void>;
  end(): Promise<void>;
  /** Removes what was not ended. */
  discard(): Promise<void>;
}

/** Begins a result on standard output, or beside the file that it is to become. A device or pipe is written to at once. Throws `io`. */
export async function growingOutput(
  file: string | undefined,
  context: Pick<Context, 'stdout'>,
): Promise<GrowingOutput> {
  if (await isStandardOutput(file))
    return { add: (pieces) => toStandardOutput(pieces, context.stdout), end: async () => {}, discard: async () => {} };
  return toFile(file!);
}

function toFile(file: string): Promise<GrowingOutput> {
  return told(file, async () => {
    const target = await endOfLinks(file);
    const there = await stat(target).catch(() => undefined);
    if (there?.isDirectory())
      throw new PlimsollError('io', 'the result could not be written: this is a folder', {
        where: file,
        hint: `with a slash at its end (${file}/) each image gets a file in it`,
      });
    if (there?.isFile()) await access(target, constants.W_OK);
    const isDevice = there !== undefined && (!there.isFile() || isOpenFile(target));
    const place = isDevice ? target : join(dirname(target), `.plimsoll-${process.pid}-${begun++}.partial`);
    const handle = await open(place, isDevice ? 'a' : 'wx');
    let isOpen = true;
    const close = async (): Promise<void> => {
      if (isOpen) await handle.close();
      isOpen = false;
    };
    return {
      add: (pieces) =>
        told(file, async () => {
          for (const chunk of chunked(pieces)) await handle.writeFile(chunk);
        }),
      end: () =>
        told(file, async () => {
          if (!isDevice) await handle.sync();
          await close();
          if (isDevice) return;
          if (there) await chmod(place, there.mode & 0o7777);
          await rename(place, target);
        }),
      discard: async () => {
        await close();
        if (!isDevice) await rm(place, { force: true }).catch(() => {});
      },
    };
  });
}

/** Several may grow in one folder; `writeOutputs` numbers its own from 0. */
let begun = 1_000;
