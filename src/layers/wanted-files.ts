import type { Image, Layer, LayerContent } from '../model.ts';
import { imagePath } from './image-path.ts';
import { layerMembers } from './layer-members.ts';
import type { TarMember } from './tar.ts';

/** What is wanted of a layer: something for each path of it. */
type Wanted<Asked> = ReadonlyMap<string, Asked>;

/**
 * Shows each wanted file of the layers of an image, in one pass over each layer that holds one; of two bodies of one path in a layer the
 * last counts. Digests are not checked again: they were when the inventory was taken. Throws what reading a layer throws.
 */
export async function eachWantedFile<Asked>(
  image: Image,
  wanted: ReadonlyMap<number, Wanted<Asked>>,
  signal: AbortSignal | undefined,
  take: (file: TarMember, asked: Asked, path: string) => Promise<void>,
): Promise<void> {
  await eachLayer(image, wanted, signal, async (layer, content, paths) => {
    const reading = await layerMembers({ ...layer, verify: false }, content, image.subject.reference);
    try {
      for (let member = await reading.members.next(); member; member = await reading.members.next()) {
        const { path } = imagePath(member.name);
        const asked = member.type === 'file' ? paths.get(path) : undefined;
        if (asked !== undefined) await take(member, asked, path);
      }
    } finally {
      reading.close();
    }
  });
}

/** In the source's own single pass where it has one, else layer by layer. */
async function eachLayer<Asked>(
  image: Image,
  wanted: ReadonlyMap<number, Wanted<Asked>>,
  signal: AbortSignal | undefined,
  take: (layer: Layer, content: LayerContent, paths: Wanted<Asked>) => Promise<void>,
): Promise<void> {
  const left = new Map(wanted);
  if (image.stream !== undefined && left.size > 0) {
    const byDiffID = new Map([...left.keys()].map((index) => [image.layers[index]!.diffID, index]));
    for await (const { diffID, content } of image.stream((diffID) => byDiffID.has(diffID), signal)) {
      const index = diffID === undefined ? undefined : byDiffID.get(diffID);
      const paths = index === undefined ? undefined : left.get(index);
      if (index === undefined || paths === undefined) continue;
      await take(image.layers[index]!, content, paths);
      left.delete(index);
      if (left.size === 0) break;
    }
  }
  for (const [index, paths] of left) {
    const layer = image.layers[index]!;
    await take(layer, await layer.open(signal), paths);
  }
}

/** A file as text, as far as `limit` bytes and the chunk that passes it. */
export async function fileText({ body }: Pick<TarMember, 'body'>, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  for (let total = 0; body.remaining > 0 && total <= limit; ) {
    const part = Buffer.from(await body.chunk(65_536));
    parts.push(part);
    total += part.length;
  }
  return Buffer.concat(parts).toString('utf8');
}
