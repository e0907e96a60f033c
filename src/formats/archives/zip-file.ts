import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { inflateMember, promisedMembers, type ZipMember, zipMembers } from './zip.ts';

/** A zip archive on disk, of which only the directory and one member at a time are in memory. */
interface ZipFile {
  readonly members: readonly ZipMember[];
  /** The body of a member, its checksum verified. Throws an `Error` for one that is damaged or larger than `maxBytes`. */
  read(member: ZipMember, maxBytes: number): Buffer;
  close(): void;
}

const TAIL_BYTES = 256 * 1024;

/**
 * Opens a zip archive by its central directory, zip64 too.
 * Throws `corrupt` where there is none, or less of it than promised: the file is truncated, damaged, or something else.
 */
export function openZip(path: string): ZipFile {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const { members, base } = directory(file, size, path);
    return {
      members,
      read: (member, maxBytes) => read(file, size, base, member, maxBytes),
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Reads ever more of the end, until the whole directory is in it. Offsets come out relative to where that begins. */
function directory(file: number, size: number, path: string): { members: readonly ZipMember[]; base: number } {
  for (let length = Math.min(size, TAIL_BYTES); ; length = Math.min(size, length * 8)) {
    const tail = bytesAt(file, size - length, length);
    try {
      const members = [...zipMembers(tail)];
      const promised = promisedMembers(tail) ?? 0;
      // A directory that breaks off would otherwise pass for a smaller archive.
      if (members.length < promised)
        throw new PlimsollError('corrupt', `its directory holds ${members.length} of ${promised} members`, {
          where: path,
        });
      return { members, base: size - length };
    } catch (error) {
      if (error instanceof PlimsollError) throw error;
      if (length < size && length < LIMITS.zipDirectoryBytes) continue;
      throw new PlimsollError('corrupt', (error as Error).message, { where: path, cause: error });
    }
  }
}

function read(file: number, size: number, base: number, member: ZipMember, maxBytes: number): Buffer {
  const at = base + member.offset;
  if (member.encrypted) throw new Error('it is encrypted');
  if (at < 0 || at + 30 > size || member.compressedSize > size) throw new Error('it lies outside the archive');
  // One read for header, name and body in nearly every archive: extra fields are short.
  const guess = bytesAt(file, at, Math.min(size - at, 30 + member.name.length * 4 + 64 + member.compressedSize));
  if (guess.readUInt32LE(0) !== 0x04034b50) throw new Error('it has no local header');
  const begin = 30 + guess.readUInt16LE(26) + guess.readUInt16LE(28);
  const end = begin + member.compressedSize;
  const body = end <= guess.length ? guess.subarray(begin, end) : bytesAt(file, at + begin, member.compressedSize);
  if (body.length < member.compressedSize) throw new Error('it is truncated');
  const content = inflateMember(member.name, member.method, body, maxBytes);
  if (crc32(content) !== member.crc32) throw new Error('its checksum is wrong');
  return content;
}

function bytesAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(Math.max(0, length));
  let done = 0;
  while (done < buffer.length) {
    const count = readSync(file, buffer, done, buffer.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return buffer.subarray(0, done);
}
