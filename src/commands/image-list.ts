import { existsSync } from 'node:fs';
import { boundedText, decodedText } from '../bounded-file.ts';
import { asSystemError, PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** What begins with a hyphen, or with a dash that a text program made of one. */
const DASHED = /^[-\u2010-\u2015\u2212]/;

/**
 * The targets of a run, each once: those of the line, and those of a list, one on each line, where blank lines and what begins with # say nothing.
 * `-`: the list comes from standard input. Throws `usage` for a list that names none, `limit` for one that is too long, `io`.
 */
export async function targetsOf(named: readonly string[], list: string | undefined): Promise<readonly string[]> {
  const option = named.find((name) => DASHED.test(name) && !existsSync(name));
  if (option !== undefined)
    throw new PlimsollError('usage', `"${option}" is no name of an image: it looks like an option`, {
      hint: 'an option begins with plain hyphens, and stands before a lone --',
    });
  if (list === undefined) return [...new Set(named)];
  const lines = (await textOf(list)).split(/\r?\n/).map((line) => line.trim());
  const listed = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (listed.length === 0)
    throw new PlimsollError('usage', 'the list names no image', { where: list, hint: 'write one on each line' });
  const all = [...new Set([...named, ...listed])];
  if (all.length > LIMITS.scannedImages)
    throw new PlimsollError('limit', `the list names more than ${LIMITS.scannedImages} images`, {
      where: list,
      hint: 'scan them in several runs',
    });
  return all;
}

async function textOf(list: string): Promise<string> {
  try {
    return list === '-' ? await standardInput() : await boundedText(list, LIMITS.imageListBytes);
  } catch (error) {
    const known = asSystemError(error);
    throw known === undefined
      ? error
      : new PlimsollError('io', `the list of images cannot be read: ${known.message}`, { where: list, cause: error });
  }
}

async function standardInput(): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of process.stdin) {
    bytes += (part as Buffer).length;
    if (bytes > LIMITS.imageListBytes)
      throw new PlimsollError('limit', `the list is larger than ${LIMITS.imageListBytes} bytes`, { where: '-' });
    parts.push(part as Buffer);
  }
  return decodedText(Buffer.concat(parts));
}
