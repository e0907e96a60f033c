import { PlimsollError } from '../../errors.ts';
import { streamSource } from '../../layers/byte-source.ts';
import { decompressed, fileStream } from '../../layers/decompress.ts';
import { imagePath, linkTarget } from '../../layers/image-path.ts';
import { readTar } from '../../layers/tar.ts';
import { LIMITS } from '../../limits.ts';
import type { Image } from '../../model.ts';
import { exportedMember, passingLayers } from '../engine/index.ts';
import type { OpenOptions } from '../open-options.ts';
import { openArchive } from './archive.ts';
import type { BlobStore } from './blob-store.ts';
import type { LayerOf } from './local-layer.ts';
import { openOciLayout } from './oci-layout.ts';

/**
 * Opens an archive that was compressed as a whole (`docker save my-model | gzip`). Nothing can be sought in it, so one pass collects
 * the JSON documents and another shows the layers as they pass by; nothing is unpacked to disk.
 * Throws as `openArchive` and `openOciLayout`.
 */
export async function openCompressedArchive(
  reference: string,
  path: string,
  size: number,
  wanted: string | undefined,
  options: OpenOptions,
): Promise<Image> {
  const bytes = (): AsyncIterable<Uint8Array> => decompressed(fileStream(path, 0, size), path);
  const { store, real, files } = await documents(bytes(), path);
  const layerOf: LayerOf = async (info, name) => {
    if (!files.has(real(name)))
      throw new PlimsollError('corrupt', `the layer ${name} is missing`, { where: path, hint: 'save the image again' });
    return {
      ...info,
      identity: '',
      verify: false,
      open: async () => ({ kind: 'stream', bytes: exportedMember(bytes(), real(name), path) }),
    };
  };
  const isDocker = await store.has('manifest.json');
  if (!isDocker && !(await store.has('index.json'))) {
    throw new PlimsollError('corrupt', 'the archive holds no image: neither manifest.json nor index.json is in it', {
      where: path,
      hint: 'make one with docker save, podman save or skopeo copy',
    });
  }
  const image = await (isDocker ? openArchive : openOciLayout)(reference, store, wanted, options, layerOf);
  const diffIDs = new Set(image.layers.map(({ diffID }) => diffID));
  return { ...image, stream: (want) => passingLayers(bytes(), { diffIDs, want, where: path }) };
}

/** Every small JSON document of the archive, what its links stand for, and the names of its files. */
async function documents(
  bytes: AsyncIterable<Uint8Array>,
  where: string,
): Promise<{ store: BlobStore; real(name: string): string; files: ReadonlySet<string> }> {
  const files = new Set<string>();
  const kept = new Map<string, Buffer>();
  const links = new Map<string, string>();
  let held = 0;
  let members = 0;
  const source = streamSource(bytes);
  try {
    for await (const member of readTar(source, where)) {
      members += 1;
      if (members > LIMITS.archiveMembers)
        throw new PlimsollError('limit', `more than ${LIMITS.archiveMembers} files in the archive`, { where });
      const name = imagePath(member.name).path;
      if (member.type === 'symlink') links.set(name, linkTarget(name, member.link));
      else if (member.type === 'hardlink') links.set(name, imagePath(member.link).path);
      if (member.type === 'file') files.add(name);
      if (member.type !== 'file' || member.size > LIMITS.configBytes) continue;
      const parts: Buffer[] = [];
      while (member.body.remaining > 0) {
        const chunk = Buffer.from(await member.body.chunk(LIMITS.readChunkBytes));
        // Layers can be small too; a document begins with a brace.
        if (parts.length === 0 && !/^\s*[[{]/.test(chunk.toString('latin1', 0, 16))) break;
        parts.push(chunk);
        held += chunk.length;
        if (held > LIMITS.heldBytes)
          throw new PlimsollError('limit', `more than ${LIMITS.heldBytes} bytes of JSON in the archive`, { where });
      }
      if (parts.length > 0) kept.set(name, Buffer.concat(parts));
    }
  } finally {
    source.close();
  }
  const real = (name: string): string => {
    let current = imagePath(name).path;
    for (let hops = 0; hops < LIMITS.symlinks; hops += 1) current = links.get(current) ?? current;
    return current;
  };
  const store: BlobStore = {
    where,
    identity: where,
    has: async (name) => kept.has(real(name)),
    region: async () => undefined,
    async read(name, limit) {
      const content = kept.get(real(name));
      if (!content) throw new PlimsollError('corrupt', `${name} is missing`, { where, hint: 'save the image again' });
      if (content.length > limit)
        throw new PlimsollError('limit', `${name} has ${content.length} bytes, more than ${limit}`, { where });
      return content;
    },
  };
  return { store, real, files };
}
