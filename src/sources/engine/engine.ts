import { type ErrorCode, PlimsollError } from '../../errors.ts';
import type { Image, ImageConfig, Layer, LayerInfo, Platform, Subject } from '../../model.ts';
import type { Http } from '../../network/http.ts';
import { isDigest } from '../digest.ts';
import { parseDiffIDs, parseRunConfig } from '../image-config.ts';
import { isObject, textOf, textsOf, type UnknownRecord } from '../json.ts';
import { layerInfos } from '../manifest.ts';
import { checkPlatform, UNSTATED } from '../platform.ts';
import { familiarName, parseReference } from '../reference.ts';
import { connectEngine, type EngineClient } from './client.ts';
import { engineEndpoints } from './endpoint.ts';
import { exportedMember, layerNames, passingLayers } from './export.ts';
import { engineHistory } from './history.ts';
import { engineName, type NamedContainer, namedContainer } from './names.ts';

export interface EngineOptions {
  readonly http: Http;
  /** Where `DOCKER_HOST`, contexts and sockets are looked up. Default: this process's. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** The user's home folder. */
  readonly home?: string | undefined;
  /** Only this engine, where the user named one (`podman:`). */
  readonly engine?: 'podman' | undefined;
  readonly platform?: Platform | undefined;
  readonly signal?: AbortSignal | undefined;
  /** As the user wrote it, where that is more than the reference (a prefix). */
  readonly written?: string | undefined;
}

/** An engine that has the image, and what it says of it. */
interface Inspected {
  readonly client: EngineClient;
  readonly facts: UnknownRecord;
}

/** The platform can be chosen from API 1.49 on, where an engine keeps images of several. */
const PLATFORMS = 1_049;

/**
 * Opens an image that a Docker Engine (or Podman) holds. What it is comes from questions that cost nothing; the bytes
 * come in one pass over the engine's export when a layer has to be read: see `Image.stream`.
 * Throws `engine`, `not-found`, `reference`, `platform`, `corrupt`, `limit`, `config`, `unsupported`.
 */
export async function openDockerEngine(reference: string, options: EngineOptions): Promise<Image> {
  const { inspected, problem } = await findImage(reference, options);
  if (!inspected) throw problem ?? noEngine(options);
  const { client, facts } = inspected;
  const where = `${reference} of ${client.endpoint.address}`;
  const id = textOf(facts.Id);
  if (id === undefined || !isDigest(id))
    throw new PlimsollError('engine', 'the engine does not say which image it is', { where });
  const history = await client.json(`/images/${id}/history${platformQuery(client, options.platform)}`, options.signal);
  const config = configOf(facts, history?.list, where);
  checkPlatform(config.platform, options.platform, where);
  const path = `/images/${id}/get${platformQuery(client, options.platform)}`;
  const source = exportSource(client, path, config, where);
  const layers = layerInfos(config, undefined, where).map(
    (info): Layer => ({ ...info, identity: '', verify: false, open: source.open(info) }),
  );
  return {
    subject: subjectOf(reference, options.written ?? reference, { facts, id, config, layers }),
    layers,
    stream: source.stream,
    close: async () => {},
  };
}

/** What is wrong with the engine or with how it is set up, as opposed to what was asked for. */
const PASSED_OVER = new Set<ErrorCode>(['engine', 'config', 'unsupported', 'corrupt', 'limit']);

/**
 * Whether an engine within reach holds the image; throws only for a malformed reference, or `interrupted`. `problem` tells why one that is
 * there could not be asked (no permission on its socket), `tried` what each said.
 */
export async function engineHasImage(
  reference: string,
  options: EngineOptions,
): Promise<{ found: boolean; problem?: PlimsollError; tried: readonly string[] }> {
  const tried: string[] = [];
  try {
    const { inspected, problem } = await findImage(reference, options, tried);
    return { found: inspected !== undefined, tried, ...(problem && problem.code !== 'not-found' ? { problem } : {}) };
  } catch (error) {
    if (!(error instanceof PlimsollError) || !PASSED_OVER.has(error.code)) throw error;
    return { found: false, problem: error, tried: [...tried, `engine: ${error.message}`] };
  }
}

/** The first engine that has it; otherwise what stood in the way, an engine's plain no before an engine that is silent. */
async function findImage(
  reference: string,
  options: EngineOptions,
  tried: string[] = [],
): Promise<{ inspected?: Inspected; problem?: PlimsollError }> {
  const name = engineName(reference);
  const environment = options.environment ?? process.env;
  let problem: PlimsollError | undefined;
  let isContainer = false;
  for (const endpoint of await engineEndpoints(options)) {
    try {
      const client = await connectEngine(endpoint, { http: options.http, environment, signal: options.signal });
      const facts = await client.json(`/images/${name}/json${platformQuery(client, options.platform)}`, options.signal);
      if (facts) return { inspected: { client, facts } };
      const container = await namedContainer(client, reference, options.signal);
      tried.push(`engine ${endpoint.address}: ${container ? 'has a container of that name' : 'has no such image'}`);
      // A container of that name is what was meant, whatever the next engine lacks.
      isContainer ||= container !== undefined;
      if (container || !isContainer) problem = noImage(client, reference, options, container);
    } catch (error) {
      if (!(error instanceof PlimsollError) || error.code !== 'engine') throw error;
      tried.push(`engine ${endpoint.address}: ${error.message}`);
      problem ??= error;
    }
  }
  if (tried.length === 0) tried.push('engine: no socket of Docker or Podman is here');
  return problem ? { problem } : {};
}

/** That the engine has no image of that name, and what it has: people name a container where they mean the image that it runs. */
function noImage(
  client: EngineClient,
  reference: string,
  options: EngineOptions,
  container: NamedContainer | undefined,
): PlimsollError {
  const where = `${reference}, ${client.endpoint.address}`;
  const program = engineProgram(options);
  if (container === undefined) {
    const hint = `get it with ${program} pull ${reference}, or scan it where it is: registry:${reference}`;
    return new PlimsollError('not-found', 'the engine has no such image', { where, hint });
  }
  const { isRunning, image } = container;
  const scan = image === undefined ? 'name the image that it was made from' : `name its image: ${program}:${image}`;
  const live = `plimsoll scan ${program}:${reference} --live`;
  const look = isRunning ? live : `${program} start ${reference} and ${live}`;
  const message = `${isRunning ? 'that is a container' : 'that is a container, which does not run'}, and no image`;
  return new PlimsollError('not-found', message, { where, hint: `${scan}; for what it has loaded: ${look}` });
}

/** The program that people ask the engine with, for what to do. */
export const engineProgram = ({ engine }: Pick<EngineOptions, 'engine'>): string =>
  engine === 'podman' ? 'podman' : 'docker';

/** That there is no engine to ask, and what to do. */
export function noEngine({ engine }: EngineOptions): PlimsollError {
  const name = engine === 'podman' ? 'Podman' : 'Docker Engine';
  const hint =
    engine === 'podman'
      ? 'start its socket: systemctl --user start podman.socket'
      : 'start it, set DOCKER_HOST, or scan a registry, archive or folder';
  return new PlimsollError('engine', `no ${name} was found on this machine`, { hint });
}

function platformQuery({ version }: EngineClient, platform: Platform | undefined): string {
  return platform && version >= PLATFORMS ? `?platform=${encodeURIComponent(JSON.stringify(platform))}` : '';
}

function configOf(facts: UnknownRecord, history: unknown, where: string): ImageConfig {
  const rootfs = isObject(facts.RootFS) ? facts.RootFS : {};
  const diffIDs = parseDiffIDs(Array.isArray(rootfs.Layers) ? rootfs.Layers : [], where);
  const created = textOf(facts.Created);
  const author = textOf(facts.Author);
  const variant = textOf(facts.Variant);
  const architecture = textOf(facts.Architecture) ?? UNSTATED;
  return {
    platform: { os: textOf(facts.Os) ?? 'linux', architecture, ...(variant === undefined ? {} : { variant }) },
    ...(created === undefined ? {} : { created }),
    ...(author === undefined ? {} : { author }),
    run: parseRunConfig(facts.Config),
    history: engineHistory(history, diffIDs.length),
    diffIDs,
  };
}

interface ExportSource {
  readonly stream: NonNullable<Image['stream']>;
  readonly open: (info: LayerInfo) => Layer['open'];
}

function exportSource(client: EngineClient, path: string, config: ImageConfig, where: string): ExportSource {
  const diffIDs = new Set(config.diffIDs);
  const start = async (signal: AbortSignal | undefined): Promise<AsyncIterable<Uint8Array>> =>
    (await client.export(path, signal)).body;
  let names: Promise<readonly string[]> | undefined;
  return {
    async *stream(want, signal) {
      yield* passingLayers(await start(signal), { diffIDs, want, where });
    },
    open: (info) => async (signal) => {
      // A single layer costs a pass to learn its name and one to get it; `stream` is there for all of them at once.
      names ??= start(signal).then((bytes) => layerNames(bytes, where));
      names.catch(() => {
        names = undefined;
      });
      const name = (await names)[info.index];
      if (name === undefined)
        throw new PlimsollError('corrupt', 'the export lists fewer layers than the image has', { where });
      return { kind: 'stream', bytes: exportedMember(await start(signal), name, where) };
    },
  };
}

interface Opened {
  readonly facts: UnknownRecord;
  readonly id: string;
  readonly config: ImageConfig;
  readonly layers: readonly Layer[];
}

function subjectOf(reference: string, written: string, { facts, id, config, layers }: Opened): Subject {
  const repoTags = textsOf(facts.RepoTags) ?? [];
  const repoDigests = textsOf(facts.RepoDigests) ?? [];
  const descriptor = isObject(facts.Descriptor) ? textOf(facts.Descriptor.digest) : undefined;
  return {
    reference: written,
    source: 'docker',
    name: nameOf(reference, id, repoTags),
    ...(descriptor === undefined ? {} : { digest: descriptor }),
    imageId: id,
    repoTags,
    repoDigests,
    platform: config.platform,
    ...(config.created === undefined ? {} : { created: config.created }),
    ...(typeof facts.Size === 'number' ? { size: facts.Size } : {}),
    layers: layers.map(({ open: _open, identity: _identity, verify: _verify, ...info }) => info),
    config,
  };
}

/** The name asked for where the image has it; else its own: Podman finds `localhost/app` under `app`, and an id names nothing. */
function nameOf(reference: string, id: string, repoTags: readonly string[]): string {
  const isId = id.slice('sha256:'.length).startsWith(reference.replace(/^sha256:/, ''));
  const asked = isId ? undefined : parseReference(reference);
  const names = asked ? [asked.name, `${familiarName(asked)}:${asked.tag}`] : [];
  const known = repoTags.some((tag) => names.includes(tag));
  return asked && (known || asked.digest !== undefined || repoTags.length === 0) ? asked.name : (repoTags[0] ?? id);
}
