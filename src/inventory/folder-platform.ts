import { addTo } from '../collections.ts';
import { elfArchitecture } from '../formats/executables/index.ts';
import { firstBytes } from '../layers/first-bytes.ts';
import type { ReadImage } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import type { FolderPlatform, Image } from '../model.ts';

/** What says best which machine a folder is for: the interpreter that runs it, the C library, modules that an interpreter loads, any other native file. */
const TELLING: readonly RegExp[] = [
  /(?:^|\/)bin\/(?:python|pypy)[\d.]*$/,
  /(?:^|\/)(?:libc\.so\.6|ld-(?:linux|musl)[^/]*\.so\.\d|libpython3[^/]*)$/,
  /\/(?:site|dist)-packages\/.*\.so$/,
  /\.so(?:\.\d+)*$|(?:^|\/)bin\/[^/]+$/,
];

/** The bytes up to `e_machine`. */
const HEAD_BYTES = 20;

/** The machine that the native files of a folder were built for: what most of the best kind say. Undefined where nothing says, or it is no folder. */
export async function folderPlatform(
  image: Image,
  { files }: Pick<ReadImage, 'files'>,
  signal?: AbortSignal,
): Promise<FolderPlatform | undefined> {
  const [layer] = image.layers;
  if (image.subject.source !== 'dir' || layer === undefined) return undefined;
  const content = await layer.open(signal);
  for (const paths of tellingFiles(files)) {
    const said = new Map<string, string[]>();
    for (const path of paths) {
      const architecture = elfArchitecture(await firstBytes(content, path, HEAD_BYTES));
      if (architecture !== undefined) addTo(said, architecture, path);
    }
    const [most] = [...said].sort(([, a], [, b]) => b.length - a.length);
    if (most !== undefined) return { os: 'linux', architecture: most[0], by: most[1][0] as string };
  }
  return undefined;
}

/** A few files of each kind; what lies above others first, and each place once: a folder of other systems' roots is no exception. */
function tellingFiles(files: ReadImage['files']): readonly (readonly string[])[] {
  const paths: string[][] = TELLING.map(() => []);
  for (const { path, found: entry } of files.entries()) {
    if (entry.type !== 'file') continue;
    const kind = TELLING.findIndex((pattern) => pattern.test(path));
    if (kind >= 0) paths[kind]?.push(path);
  }
  const depth = (path: string): number => path.split('/').length;
  return paths.map((ofKind) =>
    ofKind.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1)).slice(0, LIMITS.machineFiles),
  );
}
