import { addTo } from '../../collections.ts';
import { deb } from '../../ecosystems/system-types.ts';
import type { ReadImage } from '../../layers/read-image.ts';
import { eachWantedFile } from '../../layers/wanted-files.ts';
import type { Image, Package } from '../../model.ts';

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
  const wanted = new Map<number, Map<string, Package[]>>();
  for (const pkg of packages)
    for (const path of witnesses(pkg)) {
      const place = files.find(path);
      if (place?.type !== 'file' || !layers.has(place.layer)) continue;
      const paths = wanted.get(place.layer) ?? new Map<string, Package[]>();
      addTo(paths, path, pkg);
      wanted.set(place.layer, paths);
    }
  const written = new Map<Package, number>();
  await eachWantedFile(image, wanted, signal, async ({ mtime }, owned) => {
    if (mtime > 0) for (const pkg of owned) if (!written.has(pkg)) written.set(pkg, mtime * 1_000);
  });
  return written;
}

/** The files whose time is that of an installation: a database that is written as a whole has the time of the last one. */
function witnesses({ type, name, architecture, evidence }: Package): string[] {
  if (type !== deb.type) return evidence.map(({ path }) => path);
  const info = 'var/lib/dpkg/info';
  return [`${info}/${name}.list`, ...(architecture === undefined ? [] : [`${info}/${name}:${architecture}.list`])];
}
