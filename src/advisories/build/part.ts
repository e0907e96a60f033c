import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptText } from '../../bounded-file.ts';
import { LIMITS } from '../../limits.ts';
import type { HttpResponse } from '../../network/http.ts';

/** What is kept beside a part of a download (`NAME.part`, `NAME.note`), so that only the rest of the same document is asked for. */
export interface PartNote {
  readonly etag?: string;
  readonly lastModified?: string;
  /** All of it is here, from a run that did not come to read it. */
  readonly complete?: boolean;
}

/** Bytes of it that are here; `path` is without its ending, here as below. */
export function partSize(path: string): number {
  return statSync(`${path}.part`, { throwIfNoEntry: false })?.size ?? 0;
}

/** Takes a part and its note away. */
export function discardPart(path: string): void {
  for (const end of ['.part', '.note']) rmSync(path + end, { force: true });
}

/** What was noted of a part; undefined where there is nothing that can be read. */
export function noteOf(path: string): PartNote | undefined {
  try {
    const value: unknown = JSON.parse(keptText(`${path}.note`, LIMITS.settingsBytes));
    return typeof value === 'object' && value !== null ? (value as PartNote) : undefined;
  } catch {
    return undefined;
  }
}

/** Notes it. */
export const writeNote = (path: string, note: PartNote): void => writeFileSync(`${path}.note`, JSON.stringify(note));

/** What of a host's answer is noted. */
export const notedOf = ({ etag, 'last-modified': lastModified }: HttpResponse['headers']): PartNote => ({
  ...(etag !== undefined && { etag }),
  ...(lastModified !== undefined && { lastModified }),
});

/** By what a host knows that the rest of the same bytes is meant: a weak etag does not promise them. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5 */
export const markOf = (note: PartNote | undefined): string | undefined =>
  note?.etag?.startsWith('"') ? note.etag : note?.lastModified;

const KEPT_DAYS = 7;
const ENDINGS = /\.(?:part|note)$/;

/** Clears away what stopped runs left in a folder of downloads and nobody can go on with, or came back for within a week. */
export function clearParts(folder: string, isLeftover: (name: string) => boolean): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    const isOld = stat !== undefined && Date.now() - stat.mtimeMs > KEPT_DAYS * 86_400_000;
    const isLost = ENDINGS.test(name) && markOf(noteOf(path.replace(ENDINGS, ''))) === undefined;
    if (isOld || isLost || isLeftover(name)) rmSync(path, { recursive: true, force: true });
  }
}

/** Whether a folder of downloads holds any that can be gone on with. */
export const hasParts = (folder: string): boolean =>
  existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.part'));
