/** From an opened image to what the checks ask of it: the path tables of its layers, and the few files they read. */
import { lazily } from '../../collections.ts';
import { PlimsollError } from '../../errors.ts';
import { imagePath } from '../../layers/image-path.ts';
import type { ReadImage } from '../../layers/read-image.ts';
import { eachWantedFile, fileText } from '../../layers/wanted-files.ts';
import { LIMITS } from '../../limits.ts';
import type { Image, ImageConfig, Inventory } from '../../model.ts';
import { got, missed, type Reading } from '../reading.ts';
import type { ImageFacts, ImageFile, ImageScan, ImageSignatures } from './facts.ts';

/** What an image's checks need besides the image; each is asked for at most once. */
interface ImageSources {
  /** Reads the layers. */
  readonly read: () => Promise<{ readonly inventory: Inventory; readonly read: ReadImage }>;
  readonly scan: () => Promise<Reading<ImageScan>>;
  readonly signatures: () => Promise<Reading<ImageSignatures>>;
  readonly signal?: AbortSignal;
}

/** What an image without a configuration (a root file system) counts as. */
const NO_CONFIG: ImageConfig = {
  platform: { os: 'linux', architecture: 'unknown' },
  run: {},
  history: [],
  diffIDs: [],
};

/** The facts of an opened image. Layers are read when the first check asks for files. */
export function imageFactsOf(image: Image, sources: ImageSources): ImageFacts {
  const { subject } = image;
  const read = lazily(() => attempt(sources.read));
  let shown: ((layer: number) => Uint8Array) | undefined;
  const bodies = lazily(async () => {
    const layers = await read();
    return layers.ok ? attempt(() => prefetch(image, layers.value.read, sources.signal)) : layers;
  });
  return {
    name: subject.repoTags?.[0] ?? subject.reference,
    ...(subject.imageId === undefined ? {} : { id: subject.imageId }),
    ...(subject.annotations === undefined ? {} : { annotations: subject.annotations }),
    config: subject.config ?? NO_CONFIG,
    ...(subject.config === undefined ? { bare: true } : {}),
    files: async () => {
      const layers = await read();
      if (!layers.ok) return layers;
      const { read: image } = layers.value;
      shown ??= visibility(image);
      return got(filesOf(image, shown));
    },
    read: async (path) => {
      const layers = await read();
      if (!layers.ok) return layers;
      const target = layers.value.read.files.resolve(path);
      if (target === undefined || target.found.type !== 'file') return missed('absent', `/${path} is not in the image`);
      const size = layers.value.read.files.layers[target.found.layer]?.bytes(target.found.row) ?? 0;
      // Programs are asked for as well, to see whether they are scripts: reading no layer says that they are not.
      if (size > LIMITS.benchTextBytes)
        return missed('broken', `/${path} is larger than ${LIMITS.benchTextBytes} bytes`);
      const known = await bodies();
      if (!known.ok) return known;
      const body = known.value.get(target.path);
      return body === undefined ? missed('broken', `/${path} was not read`) : got(body);
    },
    inventory: async () => {
      const layers = await read();
      return layers.ok ? got(layers.value.inventory) : layers;
    },
    risks: async () => {
      const layers = await read();
      return layers.ok ? got(layers.value.inventory.risks) : layers;
    },
    scan: lazily(sources.scan),
    signatures: lazily(sources.signatures),
  };
}

/** Failures of the image become readings; an interruption and our own mistakes do not. */
async function attempt<T>(make: () => Promise<T>): Promise<Reading<T>> {
  try {
    return got(await make());
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.code === 'interrupted' || error.code === 'internal') throw error;
    return missed(error.code === 'unauthorized' ? 'denied' : 'broken', error.line);
  }
}

/** Every entry of every layer, and whether the final file system shows it; that is looked up once for all checks. */
function* filesOf({ files }: ReadImage, shown: (layer: number) => Uint8Array): Generator<ImageFile> {
  for (const [layer, table] of files.layers.entries()) {
    const visible = shown(layer);
    for (let row = 0; row < table.size; row++) {
      const type = table.type(row);
      if (type === 'whiteout' || type === 'opaque') continue;
      const path = table.path(row);
      const link = table.link(row);
      const attributes = { mode: table.mode(row), uid: table.uid(row), gid: table.gid(row), size: table.bytes(row) };
      const entry = { path, type, ...attributes, mtime: 0, ...(link === undefined ? {} : { link }) };
      yield { path, layer, visible: visible[row] === 1, entry };
    }
  }
}

/** For each row of a layer whether it is visible, as bytes: an image may have millions. */
function visibility({ files }: ReadImage): (layer: number) => Uint8Array {
  const known = new Map<number, Uint8Array>();
  return (layer) => {
    const table = files.layers[layer]!;
    const answer =
      known.get(layer) ??
      Uint8Array.from({ length: table.size }, (_, row) => Number(files.find(table.path(row))?.layer === layer));
    known.set(layer, answer);
    return answer;
  };
}

/** Files whose content some check reads. */
const READ = [
  'etc/passwd',
  'etc/group',
  'etc/sudoers',
  'etc/pip.conf',
  'etc/apt/sources.list',
  'etc/jupyter/jupyter_notebook_config.py',
  'etc/jupyter/jupyter_server_config.py',
  'etc/jupyter/jupyter_server_config.json',
  'etc/jupyter/jupyter_notebook_config.json',
];
const READ_BY_NAME =
  /^(?:etc\/sudoers\.d\/[^/]+|(?:root|home\/[^/]+)\/\.jupyter\/jupyter_(?:notebook|server|lab)_config\.(?:py|json)|etc\/apt\/sources\.list\.d\/[^/]+|etc\/yum\.repos\.d\/[^/]+\.repo)$/;

/** The texts of those files, by their path after links, in one pass over the layers that hold them. */
async function prefetch(
  image: Image,
  { files }: ReadImage,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map<number, Map<string, true>>();
  const want = (path: string) => {
    const target = files.resolve(path);
    const table = target === undefined ? undefined : files.layers[target.found.layer];
    if (target?.found.type !== 'file' || table === undefined || table.bytes(target.found.row) > LIMITS.benchTextBytes)
      return;
    const paths = wanted.get(target.found.layer) ?? new Map<string, true>();
    wanted.set(target.found.layer, paths.set(target.path, true));
  };
  for (const path of [...READ, ...startScripts(image.subject.config ?? NO_CONFIG)]) want(path);
  for (const { path } of files.entries()) if (READ_BY_NAME.test(path)) want(path);
  const bodies = new Map<string, string>();
  await eachWantedFile(image, wanted, signal, async (file, _asked, path) => {
    bodies.set(path, await fileText(file, LIMITS.benchTextBytes));
  });
  return bodies;
}

/** Where the first words of entrypoint and command may lie. */
function startScripts({ run }: ImageConfig): string[] {
  const path = run.Env?.find((pair) => pair.startsWith('PATH='))?.slice('PATH='.length);
  const folders = (path ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin').split(':').slice(0, 40);
  const words = [...(run.Entrypoint ?? []), ...(run.Cmd ?? [])].slice(0, 8);
  return words.flatMap((word) => {
    if (word.startsWith('/')) return [word.slice(1)];
    if (/^[\w.-]{1,80}$/.test(word)) return folders.map((folder) => `${folder.replace(/^\//, '')}/${word}`);
    return /^\.?[\w./-]{1,200}$/.test(word)
      ? [imagePath(`${run.WorkingDir ?? ''}/${word}`).path.replace(/^\//, '')]
      : [];
  });
}
