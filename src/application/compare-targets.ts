import { open, stat } from 'node:fs/promises';
import { PlimsollError } from '../errors.ts';
import type { CompareRequest } from './compare.ts';
import { isLiveReport, spellingFor } from './report-target.ts';

type Wanted = Pick<CompareRequest, 'image' | 'lenses' | 'run'>;

/** A target that is a file, or names a service's findings, is a report; with --lens or --run the one that is none is the image. Throws `not-found` and `usage`. */
export async function sortTargets(
  targets: readonly string[],
  request: Wanted,
): Promise<{ files: readonly string[]; image: string | undefined }> {
  const files: string[] = [];
  let image = request.image;
  if (targets.filter((target) => target === '-').length > 1)
    throw new PlimsollError('usage', 'standard input can be read once only', {
      where: '-',
      hint: 'give one report as -, the others as files',
    });
  for (const target of targets) {
    if (target === '-' || (await isLiveReport(target))) {
      files.push(target);
      continue;
    }
    const status = await stat(target).catch(() => undefined);
    // An image archive is a file too: where lenses want an image and none is named, what is no text is one.
    if (status?.isFile() && !(wantsImage(request) && image === undefined && (await looksLikeArchive(target))))
      files.push(target);
    else if (image === undefined && wantsImage(request)) image = target;
    else if (status === undefined)
      throw new PlimsollError('not-found', 'no such report', {
        where: target,
        hint: (await spellingFor(target)) ?? 'an image is named with --image, or together with --lens or --run',
      });
    else throw new PlimsollError('usage', 'a report is a file, this is not one', { where: target });
  }
  return { files, image };
}

const wantsImage = ({ lenses, run }: Wanted): boolean => lenses !== undefined || run !== undefined;

/** A tar archive has its mark at byte 257, where a report has text. */
async function looksLikeArchive(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return (
      bytesRead === 512 && (buffer.toString('latin1', 257, 262) === 'ustar' || buffer.subarray(0, 512).includes(0))
    );
  } finally {
    await file.close();
  }
}

/** Whether a target is a file that can be a report by its beginning (JSON or XML): no archive, folder, requirements file or name in a registry. */
export async function isReportFile(target: string): Promise<boolean> {
  const status = await stat(target).catch(() => undefined);
  if (status?.isFile() !== true) return false;
  const file = await open(target, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return /^[\ufeff\s]*[{[<]/.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}
