import { lstat, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import { fileSource } from '../../layers/byte-source.ts';
import { imagePath, linkTarget } from '../../layers/image-path.ts';
import { readTar } from '../../layers/tar.ts';
import { LIMITS } from '../../limits.ts';

/** A stretch of a local file. */
interface Region {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** The files of an archive or of an OCI layout folder, by name; nothing outside it can be reached through one. */
export interface BlobStore {
  /** As the user named it. */
  readonly where: string;
  /** What else than the bytes identifies the whole: path, size and time of change. */
  readonly identity: string;
  has(name: string): Promise<boolean>;
  /** Where its bytes are; undefined when there is no such file. */
  region(name: string): Promise<Region | undefined>;
  /** The whole of a small file. Throws `corrupt` when it is missing, `limit` when it is larger than `limit` bytes. */
  read(name: string, limit: number): Promise<Buffer>;
}

/** An uncompressed tar file: its members are found by seeking from header to header, once. Throws `not-found`, `io`, `corrupt`. */
export async function tarStore(path: string): Promise<BlobStore> {
  const status = await stat(path);
  const members = new Map<string, Region | { readonly link: string }>();
  const source = fileSource(path, 0, status.size, 4 * 1024);
  try {
    for await (const member of readTar(source, path)) {
      const name = imagePath(member.name).path;
      if (members.size >= LIMITS.archiveMembers)
        throw new PlimsollError('limit', `more than ${LIMITS.archiveMembers} files in the archive`, { where: path });
      if (member.type === 'file') members.set(name, { path, offset: source.position, length: member.size });
      // Old `docker save` writes a layer once and links to it from the other images that have it.
      else if (member.type === 'symlink') members.set(name, { link: linkTarget(name, member.link) });
      else if (member.type === 'hardlink') members.set(name, { link: imagePath(member.link).path });
    }
  } finally {
    source.close();
  }
  const find = (name: string): Region | undefined => {
    let current = members.get(imagePath(name).path);
    for (let hops = 0; current && 'link' in current; hops += 1) {
      current = hops < LIMITS.symlinks ? members.get(current.link) : undefined;
    }
    return current;
  };
  return {
    where: path,
    identity: `${path}\n${status.size}\n${status.mtimeMs}\n${status.ino}`,
    has: async (name) => find(name) !== undefined,
    region: async (name) => find(name),
    read: (name, limit) => readRegion(find(name), name, limit, path),
  };
}

/** A folder on this machine. Only names that an OCI layout can have are looked up in it. */
export async function folderStore(path: string): Promise<BlobStore> {
  const region = async (name: string): Promise<Region | undefined> => {
    if (!/^(oci-layout|index\.json|blobs\/[a-z0-9]+\/[0-9a-f]{32,128})$/.test(name)) return undefined;
    const full = join(path, name);
    const status = await lstat(full).catch(() => undefined);
    // A link could lead anywhere on this machine.
    return status?.isFile() ? { path: full, offset: 0, length: status.size } : undefined;
  };
  return {
    where: path,
    identity: path,
    has: async (name) => (await region(name)) !== undefined,
    region,
    read: async (name, limit) => readRegion(await region(name), name, limit, path),
  };
}

async function readRegion(region: Region | undefined, name: string, limit: number, where: string): Promise<Buffer> {
  if (!region) throw new PlimsollError('corrupt', `${name} is missing`, { where, hint: 'save the image again' });
  if (region.length > limit)
    throw new PlimsollError('limit', `${name} has ${region.length} bytes, more than ${limit}`, { where });
  if (region.offset === 0 && region.path !== where) return readFile(region.path);
  const file = await open(region.path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(region.length), 0, region.length, region.offset);
    if (bytesRead < region.length)
      throw new PlimsollError('corrupt', `the archive ends too early, within ${name}`, { where });
    return buffer;
  } finally {
    await file.close();
  }
}
