import { appendFileSync, existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
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

/** Takes a part and what is kept beside it away. */
export function discardPart(path: string): void {
  for (const end of ['.part', '.note', '.sums']) rmSync(path + end, { force: true });
}

/** Bytes that have a sum of their own. */
const BLOCK = 1 << 20;

/** Keeps sums of a part while it grows (`NAME.sums`: a line of bytes and CRC-32 for each block): on a disk bytes change. */
export class PartSums {
  readonly #path: string;
  #count = 0;
  #crc = 0;

  /** `goesOn`: behind those that are there. */
  constructor(path: string, goesOn: boolean) {
    this.#path = `${path}.sums`;
    if (!goesOn) rmSync(this.#path, { force: true });
  }

  /** Takes in bytes that are written. */
  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + BLOCK - this.#count);
      this.#crc = crc32(piece, this.#crc);
      this.#count += piece.length;
      at += piece.length;
      if (this.#count === BLOCK) this.end();
    }
  }

  /** Writes the sum of what came since the last. */
  end(): void {
    if (this.#count > 0) appendFileSync(this.#path, `${this.#count} ${this.#crc.toString(16)}\n`);
    this.#count = 0;
    this.#crc = 0;
  }
}

/** Cuts a part off where its bytes are no longer those that came, or have no sum: without an end that was noted that is where a run was killed. */
export async function keepSound(path: string): Promise<void> {
  const size = partSize(path);
  if (size === 0) return;
  const note = noteOf(path);
  let sound = 0;
  const file = await open(`${path}.part`, 'r');
  try {
    for (const line of sumsOf(path)) {
      const [, count, sum] = /^(\d{1,7}) ([0-9a-f]{1,8})$/.exec(line) ?? [];
      const bytes = Buffer.alloc(Math.min(Number(count ?? 0), BLOCK));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, sound);
      if (bytesRead === 0 || bytesRead < bytes.length || crc32(bytes) !== Number.parseInt(sum ?? '', 16)) break;
      sound += bytesRead;
    }
  } finally {
    await file.close();
  }
  if (sound === size) return;
  if (sound === 0 || note === undefined) return discardPart(path);
  truncateSync(`${path}.part`, sound);
  const { complete: _, ...marks } = note;
  writeNote(path, marks);
}

function sumsOf(path: string): string[] {
  try {
    return keptText(`${path}.sums`, LIMITS.settingsBytes).split('\n');
  } catch {
    return [];
  }
}

/** What was noted of a part; undefined where there is nothing that can be read, or other bytes than were written. */
export function noteOf(path: string): PartNote | undefined {
  try {
    const [text = '', sum] = keptText(`${path}.note`, LIMITS.settingsBytes).split('\n');
    const value: unknown = crc32(text) === Number.parseInt(sum ?? '', 16) ? JSON.parse(text) : undefined;
    return typeof value === 'object' && value !== null ? (value as PartNote) : undefined;
  } catch {
    return undefined;
  }
}

/** Notes it, with a sum: of other marks the host might say that nothing has changed. */
export function writeNote(path: string, note: PartNote): void {
  const text = JSON.stringify(note);
  writeFileSync(`${path}.note`, `${text}\n${crc32(text).toString(16)}\n`);
}

/** What of a host's answer is noted. */
export const notedOf = ({ etag, 'last-modified': lastModified }: HttpResponse['headers']): PartNote => ({
  ...(etag !== undefined && { etag }),
  ...(lastModified !== undefined && { lastModified }),
});

/** By what a host knows that the rest of the same bytes is meant: a weak etag does not promise them. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5 */
export const markOf = (note: PartNote | undefined): string | undefined =>
  note?.etag?.startsWith('"') ? note.etag : note?.lastModified;

/** A database that is packed to be pushed, with the number of the process. */
export const PACKED = /^push-(\d{1,10})\.gz$/;

const KEPT_DAYS = 7;
const ENDINGS = /\.(?:part|note|sums)$/;

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
