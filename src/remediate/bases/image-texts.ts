import { imagePath } from '../../layers/image-path.ts';
import { layerMembers } from '../../layers/layer-members.ts';
import type { ReadImage } from '../../layers/read-image.ts';
import type { TarMember } from '../../layers/tar.ts';
import { LIMITS } from '../../limits.ts';
import type { Image, Layer, LayerContent } from '../../model.ts';

/**
 * The texts of a few visible files of an image, by the path that was asked for, links followed. What is missing, larger than a
 * configuration file or no file is left out. Goes once through each layer that holds one of them.
 * Throws what reading a layer throws.
 */
export async function imageTexts(
  image: Image,
  { files }: ReadImage,
  wanted: (path: string) => boolean,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const byLayer = new Map<number, Map<string, string[]>>();
  for (const { path } of files.entries()) {
    if (!wanted(path)) continue;
    const target = files.resolve(path);
    if (target?.found.type !== 'file') continue;
    const size = files.layers[target.found.layer]?.bytes(target.found.row) ?? 0;
    if (size > LIMITS.settingsBytes) continue;
    const paths = byLayer.get(target.found.layer) ?? new Map<string, string[]>();
    paths.set(target.path, [...(paths.get(target.path) ?? []), path]);
    byLayer.set(target.found.layer, paths);
  }
  const texts = new Map<string, string>();
  await eachLayer(image, byLayer, signal, async (layer, content, paths) => {
    // The bytes are configuration that is shown to the user, and were verified when the inventory was taken.
    const reading = await layerMembers({ ...layer, verify: false }, content, image.subject.reference);
    try {
      for (let member = await reading.members.next(); member; member = await reading.members.next()) {
        const asked = member.type === 'file' ? paths.get(imagePath(member.name).path) : undefined;
        if (asked === undefined) continue;
        const body = await textOf(member);
        for (const path of asked) texts.set(path, body);
      }
    } finally {
      reading.close();
    }
  });
  return texts;
}

type Paths = ReadonlyMap<string, readonly string[]>;

/** Shows each of the wanted layers with its paths: in the source's own single pass where it has one, else layer by layer. */
export async function eachLayer(
  image: Image,
  wanted: ReadonlyMap<number, Paths>,
  signal: AbortSignal | undefined,
  take: (layer: Layer, content: LayerContent, paths: Paths) => Promise<void>,
): Promise<void> {
  const left = new Map(wanted);
  if (image.stream !== undefined && left.size > 0) {
    const byDiffID = new Map([...left.keys()].map((index) => [image.layers[index]!.diffID, index]));
    for await (const { diffID, content } of image.stream((one) => byDiffID.has(one), signal)) {
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

async function textOf(member: TarMember): Promise<string> {
  const parts: Buffer[] = [];
  for (let total = 0; member.body.remaining > 0 && total <= LIMITS.settingsBytes; ) {
    const part = Buffer.from(await member.body.chunk(65_536));
    parts.push(part);
    total += part.length;
  }
  return Buffer.concat(parts).toString('utf8');
}
