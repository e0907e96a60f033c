import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../ecosystems/fixing.ts';
import { PlimsollError } from '../errors.ts';
import { missingFile } from '../missing-file.ts';
import { parseReference, parseTarget } from '../sources/reference.ts';
import type { CompareRequest } from './compare.ts';
import { isLiveReport, spellingFor } from './report-target.ts';

type Wanted = Pick<CompareRequest, 'image' | 'lenses' | 'run'>;

/**
 * A target that is a file, or names a service's findings, is a report. The image is what can be nothing else: an archive, a layout, a
 * place with its prefix, a name with its tag or digest; with --lens or --run whatever is no report. Throws `not-found` and `usage`.
 */
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
    const wanted = image === undefined && (wantsImage(request) || (await isImage(target, status)));
    // An image archive is a file too: where lenses want an image and none is named, what is no text is one.
    if (status?.isFile() && !(wanted && (await looksLikeArchive(target, wantsImage(request))))) files.push(target);
    else if (wanted) image = target;
    else if (status === undefined) {
      const missing = missingFile(target, 'report');
      if (missing.code !== 'not-found') throw missing;
      const others = targets.filter((other) => other !== target);
      throw new PlimsollError('not-found', missing.message, {
        where: target,
        hint:
          (await spellingFor(target)) ??
          `${missing.hint}; if it is the image: plimsoll compare ${[...others, '--image', target].map(shellWord).join(' ')}`,
      });
    } else throw new PlimsollError('usage', 'a report is a file, this is not one', { where: target });
  }
  return { files, image };
}

const wantsImage = ({ lenses, run }: Wanted): boolean => lenses !== undefined || run !== undefined;

/** Whether a target is an image by how it is written or by what is there: no report is any of these. */
async function isImage(target: string, status: Stats | undefined): Promise<boolean> {
  if (status?.isFile()) return looksLikeArchive(target, false);
  if (status?.isDirectory()) return (await stat(join(target, 'oci-layout')).catch(() => undefined))?.isFile() === true;
  if (status !== undefined) return false;
  if (/^[a-z-]+:/.test(target) && parseTarget(target).source !== undefined) return true;
  if (!/[:@]/.test(target.slice(target.lastIndexOf('/') + 1)) || (await spellingFor(target)) !== undefined)
    return false;
  try {
    return parseReference(target) !== undefined;
  } catch {
    return false;
  }
}

/** A tar archive has its mark at byte 257, where a report has text; a compressed one, like a compressed report, is no text. */
async function looksLikeArchive(path: string, compressed: boolean): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return (
      bytesRead === 512 &&
      (buffer.toString('latin1', 257, 262) === 'ustar' || (compressed && buffer.subarray(0, 512).includes(0)))
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
