import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asSystemError, PlimsollError } from '../errors.ts';
import type { ReportFormat } from '../report/index.ts';

/** Characters of a file's name that are taken from an image's; with an ending it stays below the 255 bytes of file systems. */
const NAME = 150;

/** Whether what `-f NAME=...` names is a folder, into which each image gets a file of its own: it ends with a slash. */
export const isFolder = (file: string): boolean => file.endsWith('/');

/**
 * Names files after images: `registry.io/team/model:1` becomes `registry.io_team_model_1`. A name that was given before, also where a file system
 * holds capital letters for the same, gets a digest of the image's own.
 */
export function fileNames(): (target: string) => string {
  const given = new Set<string>();
  return (target) => {
    const plain =
      target
        .replace(/[^A-Za-z0-9._-]+/g, '_')
        .replace(/^[._-]+/, '')
        .slice(-NAME) || 'image';
    const isTaken = given.has(plain.toLowerCase());
    const name = isTaken ? `${plain}-${createHash('sha256').update(target).digest('hex').slice(0, 8)}` : plain;
    given.add(name.toLowerCase());
    return name;
  };
}

/** `model_1.json`, `model_1.grype.json`: the ending says the format, also where several share an extension. */
export function fileOf(folder: string, name: string, format: ReportFormat): string {
  const { name: word, extension } = format;
  const ending =
    word === extension || extension.includes('.') || !SHARED.has(extension) ? extension : `${word}.${extension}`;
  return join(folder, `${name}.${ending}`);
}

/** Extensions that several formats have. */
const SHARED: ReadonlySet<string> = new Set(['json', 'txt']);

/** Makes the folder, but none above it. Throws `io`. */
export async function makeReportFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
    const known = asSystemError(error);
    throw new PlimsollError(
      'io',
      `the folder for the results could not be made: ${known?.message ?? (error as Error).message}`,
      {
        where: folder,
        hint: 'check that the folder above it exists and can be written',
        cause: error,
      },
    );
  }
}
