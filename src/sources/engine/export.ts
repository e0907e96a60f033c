import { PlimsollError } from '../../errors.ts';
import { parseTarHeader, TAR_BLOCK } from '../../formats/archives/index.ts';
import { streamSource } from '../../layers/byte-source.ts';
import { layerCompression } from '../../layers/decompress.ts';
import { imagePath, linkTarget } from '../../layers/image-path.ts';
import { readTar, type TarBody, type TarMember } from '../../layers/tar.ts';
import { LIMITS } from '../../limits.ts';
import type { PassingLayer } from '../../model.ts';
import { jsonObject, textsOf } from '../json.ts';

/**
 * The layers in what `docker save` writes, as they pass by. Which layer a member is:
 * - its name says it: Docker 25 and newer (`blobs/sha256/<diffID>`) and Podman (`<diffID>.tar`);
 * - only its content does: older engines number layers at random (`<id>/layer.tar`) and explain that in manifest.json,
 *   at the end; the containerd store names compressed blobs by their own digest (`blobs/sha256/<digest>`).
 * https://github.com/moby/docker-image-spec/blob/main/v1.2.md#combined-image-json--filesystem-changeset-format
 */
export async function* passingLayers(
  bytes: AsyncIterable<Uint8Array>,
  options: { diffIDs: ReadonlySet<string>; want: (diffID: string) => boolean; where: string },
): AsyncGenerator<PassingLayer> {
  const { diffIDs, want, where } = options;
  for await (const member of members(bytes, where)) {
    if (member.type !== 'file') continue;
    const name = imagePath(member.name).path;
    const hex = /(?:^|\/)([0-9a-f]{64})(?:\.tar)?$/.exec(name)?.[1];
    const diffID = `sha256:${hex}`;
    if (diffIDs.has(diffID)) {
      if (want(diffID)) yield { diffID, content: { kind: 'stream', bytes: chunks(member.body) } };
    } else if (hex !== undefined || name.endsWith('.tar')) {
      const head = await take(member.body, TAR_BLOCK);
      if (isLayer(head)) yield { content: { kind: 'stream', bytes: chunks(member.body, head) } };
    }
  }
}

/** The names of the layers' members, lowest first, as manifest.json lists them, links resolved. Reads the whole export. */
export async function layerNames(bytes: AsyncIterable<Uint8Array>, where: string): Promise<readonly string[]> {
  const links = new Map<string, string>();
  let listed: readonly string[] | undefined;
  for await (const member of members(bytes, where)) {
    const name = imagePath(member.name).path;
    if (member.type === 'symlink') links.set(name, linkTarget(name, member.link));
    if (member.type === 'hardlink') links.set(name, imagePath(member.link).path);
    if (name === 'manifest.json' && member.type === 'file') listed = await layersIn(member, where);
  }
  if (!listed) throw new PlimsollError('corrupt', 'the export has no manifest.json', { where });
  return listed.map((name) => followLinks(imagePath(name).path, links));
}

/** One member of the export, by the name that `layerNames` gave. */
export async function* exportedMember(
  bytes: AsyncIterable<Uint8Array>,
  wanted: string,
  where: string,
): AsyncGenerator<Uint8Array> {
  for await (const member of members(bytes, where)) {
    if (member.type === 'file' && imagePath(member.name).path === wanted) return yield* chunks(member.body);
  }
  throw new PlimsollError('corrupt', `the export has no ${wanted}`, { where });
}

async function* members(bytes: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<TarMember> {
  const source = streamSource(bytes);
  let count = 0;
  try {
    for await (const member of readTar(source, where)) {
      count += 1;
      if (count > LIMITS.archiveMembers)
        throw new PlimsollError('limit', `more than ${LIMITS.archiveMembers} files in the export`, { where });
      yield member;
    }
  } finally {
    source.close();
  }
}

async function layersIn(member: TarMember, where: string): Promise<string[]> {
  const body = await take(member.body, LIMITS.manifestBytes);
  if (member.body.remaining > 0) throw new PlimsollError('limit', 'manifest.json is too large', { where });
  const { images } = jsonObject(
    Buffer.concat([Buffer.from('{"images":'), body, Buffer.from('}')]),
    where,
    'manifest.json',
  );
  const layers = textsOf(Array.isArray(images) ? images[0]?.Layers : undefined);
  if (!layers) throw new PlimsollError('corrupt', 'manifest.json lists no layers', { where });
  return layers;
}

function followLinks(name: string, links: ReadonlyMap<string, string>): string {
  let current = name;
  for (let hop = 0; hop < LIMITS.symlinks; hop += 1) {
    const next = links.get(current);
    if (next === undefined) return current;
    current = next;
  }
  return current;
}

/** A tar, compressed or not; the JSON documents between the layers are none. */
function isLayer(head: Buffer): boolean {
  if (head.length === 0) return false;
  if (layerCompression(head) !== 'none') return true;
  return head.length === TAR_BLOCK && (head.every((byte) => byte === 0) || typeof parseTarHeader(head) !== 'string');
}

async function take(body: TarBody, count: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let have = 0;
  while (have < count && body.remaining > 0) {
    // A copy: what a source hands out is only good until the next call.
    const part = Buffer.from(await body.chunk(count - have));
    parts.push(part);
    have += part.length;
  }
  return Buffer.concat(parts);
}

async function* chunks(body: TarBody, head?: Buffer): AsyncGenerator<Uint8Array> {
  if (head) yield head;
  while (body.remaining > 0) yield await body.chunk(LIMITS.readChunkBytes);
}
