import { lstatSync, opendirSync, readlinkSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { asSystemError, PlimsollError } from './errors.ts';
import { nearest } from './located-yaml.ts';

/** So many names of a folder are looked at for one that was meant: whoever mistyped waits for the answer. */
const MOST_NAMES = 2_000;
/** So many letters may be wrong, missing or too many in a name that was meant. */
const MOST_EDITS = 2;

/**
 * Why a file that a person named cannot be read: what the operating system says where it is there and refuses, else that it is not there, and where it
 * may be. `what`: what it was to be, as in "there is no such report".
 */
export function missingFile(path: string, what = 'file', cause?: unknown): PlimsollError {
  const said = cause ?? refusal(path);
  const code = (said as NodeJS.ErrnoException | undefined)?.code;
  const refused = code === undefined || code === 'ENOENT' || code === 'ENOTDIR' ? undefined : asSystemError(said);
  if (refused !== undefined)
    return new PlimsollError('io', refused.message, {
      where: path,
      hint: refused.hint ?? 'check the path',
      cause: said,
    });
  return new PlimsollError('not-found', `there is no such ${what}`, {
    where: path,
    hint: whereToLook(path),
    ...(said === undefined ? {} : { cause: said }),
  });
}

/** What the file system answers to the question what is there. */
function refusal(path: string): unknown {
  try {
    statSync(path);
    return undefined;
  } catch (error) {
    return error;
  }
}

function whereToLook(path: string): string {
  const link = linkOf(path);
  if (link !== undefined) return `it is a link to ${link}, which is not there`;
  const meant = fileMeant(path);
  if (meant !== undefined) return `did you mean ${meant}?`;
  const gone = missingFolder(dirname(resolve(path)));
  return gone === undefined ? 'check the path' : `check the path: there is no folder ${gone}`;
}

function linkOf(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** The uppermost folder of a path that is not there; undefined where all are, or where nobody may look. */
function missingFolder(folder: string): string | undefined {
  for (let at = folder, missing: string | undefined; ; at = dirname(at)) {
    const code = (refusal(at) as NodeJS.ErrnoException | undefined)?.code;
    if (code !== 'ENOENT') return missing;
    missing = at;
  }
}

/** The file beside it whose name is nearly the same, or the same but for capitals or what stands behind it; undefined: none. */
export function fileMeant(path: string): string | undefined {
  const asked = basename(path);
  const names = namesIn(dirname(path)).filter((name) => name !== asked);
  const near =
    names.find((name) => name.toLowerCase() === asked.toLowerCase()) ??
    nearest(
      asked,
      names.filter((name) => Math.abs(name.length - asked.length) <= MOST_EDITS),
      Math.min(MOST_EDITS, Math.floor(asked.length / 3)),
    ) ??
    names.find((name) => name.startsWith(`${asked}.`));
  return near === undefined ? undefined : join(dirname(path), near);
}

function namesIn(folder: string): string[] {
  const names: string[] = [];
  try {
    const opened = opendirSync(folder);
    try {
      for (let entry = opened.readSync(); entry !== null && names.length < MOST_NAMES; entry = opened.readSync())
        names.push(entry.name);
    } finally {
      opened.closeSync();
    }
  } catch {
    // A folder that is not there, or that nobody may look into, has no name to offer.
  }
  return names.sort();
}
