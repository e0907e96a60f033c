import { deb } from '../../ecosystems/system-types.ts';
import { imagePath } from '../../layers/image-path.ts';
import { layerMembers } from '../../layers/layer-members.ts';
import type { ReadImage } from '../../layers/read-image.ts';
import type { Image, Package } from '../../model.ts';
import { eachLayer } from './image-texts.ts';

/**
 * When the files that prove packages were written, in milliseconds since 1970, for packages in these layers: the metadata of a
 * distribution, dpkg's list of a package's files. Goes through the headers of each of the layers once. Throws what reading a layer throws.
 */
export async function writtenAt(
  image: Image,
  { files }: ReadImage,
  packages: readonly Package[],
  layers: ReadonlySet<number>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<Package, number>> {
  const wanted = new Map<number, Map<string, string[]>>();
  const owners = new Map<string, Package[]>();
  for (const pkg of packages)
    for (const path of witnesses(pkg)) {
      const found = files.find(path);
      if (found?.type !== 'file' || !layers.has(found.layer)) continue;
      const paths = wanted.get(found.layer) ?? new Map<string, string[]>();
      paths.set(path, [path]);
      wanted.set(found.layer, paths);
      owners.set(path, [...(owners.get(path) ?? []), pkg]);
    }
  const written = new Map<Package, number>();
  await eachLayer(image, wanted, signal, async (layer, content, paths) => {
    const reading = await layerMembers({ ...layer, verify: false }, content, image.subject.reference);
    try {
      for (let member = await reading.members.next(); member; member = await reading.members.next()) {
        const { path } = imagePath(member.name);
        if (!paths.has(path) || member.mtime <= 0) continue;
        for (const pkg of owners.get(path) ?? []) if (!written.has(pkg)) written.set(pkg, member.mtime * 1_000);
      }
    } finally {
      reading.close();
    }
  });
  return written;
}

/** The files whose time is that of an installation: a database that is written as a whole has the time of the last one. */
function witnesses({ type, name, architecture, evidence }: Package): string[] {
  if (type !== deb.type) return evidence.map(({ path }) => path);
  const info = 'var/lib/dpkg/info';
  return [`${info}/${name}.list`, ...(architecture === undefined ? [] : [`${info}/${name}:${architecture}.list`])];
}
