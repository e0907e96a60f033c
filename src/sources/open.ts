import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { fileHead, layerCompression } from '../layers/decompress.ts';
import { fileMeant, missingFile } from '../missing-file.ts';
import type { Image } from '../model.ts';
import type { Http } from '../network/http.ts';
import { asRegistryImage } from './cloud-image.ts';
import type { EngineOptions } from './engine/index.ts';
import type { BlobStore } from './files/index.ts';
import type { OpenOptions } from './open-options.ts';
import { saidOfPlatform } from './platform.ts';
import { parseReference, parseTarget, type Target } from './reference.ts';
import type { RegistryOptions, TagList } from './registry/index.ts';

/** What a caller has to say; the rest is made here when a source needs it. */
type Opening = Omit<OpenOptions, 'http'>;

/**
 * Opens what the user named, from wherever it is. A prefix chooses the source; without one a path that exists is taken first,
 * then an image of the local engine, then a registry, and which it was is said.
 * Throws `usage`, `reference`, `not-found`, and what the source throws.
 */
export async function openImage(text: string, opening: Opening): Promise<Image> {
  const target = parseTarget(text);
  let http: Promise<Http> | undefined;
  const options: OpenOptions = {
    ...opening,
    http: () => {
      http ??= import('../network/http.ts').then(({ createHttp }) =>
        createHttp({ environment: opening.environment, progress: opening.progress }),
      );
      return http;
    },
  };
  const closeHttp = async (): Promise<void> => void (await (await http)?.close());
  try {
    const image = saidOfPlatform(
      await open(text, await asRegistryImage(text, target, options), options),
      options.platform,
    );
    return {
      ...image,
      close: async () => {
        await image.close();
        await closeHttp();
      },
    };
  } catch (error) {
    await closeHttp();
    throw target.hint === undefined || !(error instanceof PlimsollError) ? error : withHint(error, target.hint);
  }
}

/** A prefix may also have been meant as a name (`registry:2`): said when nothing was found. */
function withHint(error: PlimsollError, more: string): PlimsollError {
  const { code, message, where, hint } = error;
  return new PlimsollError(code, message, {
    ...(where === undefined ? {} : { where }),
    hint: hint === undefined ? more : `${hint}; ${more}`,
    cause: error,
  });
}

async function open(text: string, target: Target, options: OpenOptions): Promise<Image> {
  switch (target.source) {
    case undefined:
      return detect(text, target, options);
    case 'archive':
    case 'oci':
      return openSaved(text, target, options);
    case 'dir':
      return openFolder(text, target.target, options);
    case 'docker':
      return openEngine(text, target, options);
    case 'project':
      return openProjectAt(text, target.target);
    case 'sbom':
      return openBill(text, target.target);
    case 'registry':
      return openFromRegistry(text, target, options);
    default:
      throw new PlimsollError('unsupported', `no image can be opened from ${target.source}:`, { where: text });
  }
}

async function detect(text: string, target: Target, options: OpenOptions): Promise<Image> {
  if (target.target === '-') return openBill(text, target.target);
  const path = await withTag(target.target);
  if (path) {
    const { status } = path;
    if (status.isDirectory() && !(await isLayout(path.path))) {
      const { kind, said } = await (await import('./files/project.ts')).kindOfFolder(path.path);
      options.progress.say(said);
      return kind === 'project' ? openProjectAt(text, path.path) : openFolder(text, path.path, options);
    }
    if (status.isFile() && (await import('./files/project.ts')).isDeclaration(path.path)) {
      options.progress.say(`${path.path} declares packages: judged as it will be installed`);
      return openProjectAt(text, path.path);
    }
    if (status.isFile() && (await import('./files/lone-file.ts')).isLone(path.path)) {
      options.progress.say(`${path.path} is no image: judged by itself, as a folder with nothing else in it`);
      return openFolder(text, path.path, options);
    }
    if (status.isFile() && isText((await fileHead(path.path, 0, status.size)).toString('latin1'))) {
      const image = await openBill(text, path.path);
      options.progress.say(`${path.path} is no archive: read as a bill of materials`);
      return image;
    }
    return openSaved(text, target, options);
  }
  if (/^[./~]|\.(tar|tgz|tar\.gz|oci)$/.test(target.target)) {
    throw missingFile(target.target, 'file or folder');
  }
  const { engineHasImage } = await import('./engine/engine.ts');
  const engine = await engineHasImage(target.target, await engineOptions(text, target, options));
  if (engine.found) {
    options.progress.say(
      `${target.target} is an image of the local engine; registry:${target.target} would ask the registry`,
    );
    return openEngine(text, target, options);
  }
  if (engine.problem) options.progress.say(`the local engine was passed over: ${engine.problem.line}`);
  try {
    return await openFromRegistry(text, target, options);
  } catch (error) {
    // `model.docker` may be a file without its end; of `redis` nobody means redis.conf.
    const meant = /[./]/.test(target.target) && !/[:@]/.test(target.target) ? fileMeant(target.target) : undefined;
    const there = meant === undefined ? 'not there' : `not there, did you mean ${meant}?`;
    throw withTried(error, [`path ${target.target}: ${there}`, ...engine.tried]);
  }
}

/** Nothing said where the image is: so each place that was asked says why it has none, the last of them first. */
function withTried(error: unknown, tried: readonly string[]): unknown {
  if (!(error instanceof PlimsollError) || ['interrupted', 'usage', 'reference'].includes(error.code)) return error;
  const { code, message, where, hint } = error;
  return new PlimsollError(code, message, {
    ...(where === undefined ? {} : { where }),
    hint: `also tried: ${tried.join('; ')}${hint === undefined ? '' : `; ${hint}`}`,
    cause: error,
  });
}

/** JSON, XML, and the first lines of SPDX's tag-value form; a byte order mark may come first. */
const isText = (head: string): boolean =>
  /^(?:\xef\xbb\xbf|\xff\xfe)?\0?\s*(?:\{|<\?xml|<bom\b|<!--|SPDXVersion:|#|\{\0|<\0)/.test(head);

async function openEngine(text: string, target: Target, options: OpenOptions): Promise<Image> {
  const { openDockerEngine } = await import('./engine/engine.ts');
  return openDockerEngine(target.target, await engineOptions(text, target, options));
}

async function engineOptions(text: string, target: Target, options: OpenOptions): Promise<EngineOptions> {
  const { environment, platform, signal } = options;
  return { http: await options.http(), environment, engine: target.engine, platform, signal, written: text };
}

/** A folder, or one file as if it were alone in one. */
async function openFolder(text: string, path: string, { platform, progress }: OpenOptions): Promise<Image> {
  const status = await stat(path).catch(() => undefined);
  if (status?.isFile()) return (await import('./files/lone-file.ts')).openLoneFile(text, path);
  if (!status?.isDirectory()) throw missingFile(path, 'file or folder');
  const { openDirectory, wholeFileSystem } = await import('./files/directory.ts');
  const words = await wholeFileSystem(path);
  if (words !== undefined) progress.say(words);
  return openDirectory(text, path, platform);
}

async function openProjectAt(text: string, path: string): Promise<Image> {
  const { openProject } = await import('./files/project.ts');
  return openProject(text, path);
}

async function openBill(text: string, path: string): Promise<Image> {
  const { openSbom } = await import('./files/sbom.ts');
  return openSbom(text, path);
}

/** An archive or layout: `docker save` and OCI archives are told apart by what is in them, whatever the prefix says. */
async function openSaved(text: string, target: Target, options: OpenOptions): Promise<Image> {
  const archive = await withTag(target.target);
  if (!archive) throw missingFile(target.target, 'file or folder');
  const { path, status, tag } = archive;
  const [{ tarStore, folderStore }, { openArchive }, { openOciLayout }] = await Promise.all([
    import('./files/blob-store.ts'),
    import('./files/archive.ts'),
    import('./files/oci-layout.ts'),
  ]);
  if (status.isDirectory()) {
    if (await isLayout(path)) return openOciLayout(text, await folderStore(path), tag, options);
    throw new PlimsollError('corrupt', 'the folder is no OCI layout: it has no oci-layout and index.json', {
      where: path,
      hint: `for a root file system write dir:${path}`,
    });
  }
  if (!status.isFile()) throw new PlimsollError('unsupported', 'neither a file nor a folder', { where: path });
  if (layerCompression(await fileHead(path, 0, status.size)) !== 'none')
    return openCompressed(text, path, status.size, tag, options);
  const store = await asArchive(() => tarStore(path), path);
  if (await store.has('manifest.json')) return openArchive(text, store, tag, options);
  if (await store.has('index.json')) return openOciLayout(text, store, tag, options);
  throw new PlimsollError('corrupt', 'the tar holds no image: neither manifest.json nor index.json is in it', {
    where: path,
    hint: 'make one with docker save, podman save or skopeo copy; for a root file system unpack it and use dir:',
  });
}

async function openCompressed(
  text: string,
  path: string,
  size: number,
  tag: string | undefined,
  options: OpenOptions,
): Promise<Image> {
  const { openCompressedArchive } = await import('./files/compressed-archive.ts');
  return openCompressedArchive(text, path, size, tag, options);
}

/** A file that is no tar at all is worth another sentence than one that is damaged. */
async function asArchive(read: () => Promise<BlobStore>, path: string): Promise<BlobStore> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof PlimsollError) || !error.message.endsWith('at byte 0')) throw error;
    throw new PlimsollError('corrupt', 'the file is no image archive', {
      where: path,
      hint: `make one with docker save, podman save or skopeo copy; dir:${path} looks into a file that is none`,
      cause: error,
    });
  }
}

/** The path, or the path before a `:tag` behind it, whichever exists. */
async function withTag(target: string): Promise<{ path: string; status: Stats; tag?: string } | undefined> {
  const status = await stat(target).catch(() => undefined);
  if (status) return { path: target, status };
  for (let colon = target.indexOf(':'); colon > 0; colon = target.indexOf(':', colon + 1)) {
    const path = target.slice(0, colon);
    const before = await stat(path).catch(() => undefined);
    // `python:3.9` is an image even where a folder called python lies about.
    if (before && (before.isFile() || (await isLayout(path))))
      return { path, status: before, tag: target.slice(colon + 1) };
  }
  return undefined;
}

async function isLayout(path: string): Promise<boolean> {
  const statuses = await Promise.all(
    [stat(join(path, 'oci-layout')), stat(join(path, 'index.json'))].map((status) => status.catch(() => undefined)),
  );
  return statuses.every((status) => status?.isFile());
}

async function openFromRegistry(text: string, target: Target, options: OpenOptions): Promise<Image> {
  const { openRegistry } = await import('./registry/registry.ts');
  return openRegistry(target.target, { ...(await registryOptions(options)), written: text });
}

/** How a registry is spoken to: the credentials that were given are for theirs only. */
async function registryOptions(options: OpenOptions): Promise<RegistryOptions> {
  const [{ createKeychain }, http] = await Promise.all([import('./registry/keychain.ts'), options.http()]);
  const { platform, signal, progress, insecure, environment, credentials, namedBy } = options;
  const clouds = { http, progress };
  const keychain = createKeychain({ environment, ...(signal ? { signal } : {}), given: credentials, clouds });
  return { http, keychain, platform, signal, progress, insecure, environment, namedBy };
}

/** The tags of the repository that a reference names. Throws `reference`, and what the registry throws. */
export async function registryTags(reference: string, opening: Opening): Promise<TagList> {
  const [{ createHttp }, { listTags }] = await Promise.all([
    import('../network/http.ts'),
    import('./registry/tags.ts'),
  ]);
  const { environment, progress, insecure } = opening;
  const http = createHttp({ environment, progress, ...(insecure ? { insecure: true } : {}) });
  try {
    return await listTags(reference, await registryOptions({ ...opening, http: async () => http }));
  } finally {
    await http.close();
  }
}

/**
 * The registry that credentials given with a command are for: of the first of its images that may come from one. Undefined:
 * none does, and they are for nobody.
 */
export async function registryOf(targets: readonly string[]): Promise<string | undefined> {
  for (const text of targets) {
    try {
      const { source, target } = parseTarget(text);
      const local = source === undefined && (await withTag(target)) !== undefined;
      if (!local && (source === undefined || source === 'registry')) return parseReference(target).registry;
    } catch {
      // What cannot be read as a name is told when it is opened.
    }
  }
  return undefined;
}
