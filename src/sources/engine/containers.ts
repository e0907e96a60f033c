import { PlimsollError } from '../../errors.ts';
import type { RunConfig } from '../../model.ts';
import { isDigest } from '../digest.ts';
import { parseRunConfig } from '../image-config.ts';
import { isObject, textOf, type UnknownRecord } from '../json.ts';
import { connectEngine, type EngineClient } from './client.ts';
import { engineEndpoints } from './endpoint.ts';
import { type EngineOptions, engineProgram, noEngine } from './engine.ts';
import { CONTAINER_NAME, containerImage, namedContainer } from './names.ts';

/** A container that runs. */
interface RunningContainer {
  readonly id: string;
  /** Without the engine's leading slash. */
  readonly name: string;
  /** The id of the image it was made from. */
  readonly image: string;
  /** That image as it was named, where the name still means it; else its id. */
  readonly reference: string;
  /** Of its first process, on the engine's machine. */
  readonly pid: number;
  /** What it was started with. */
  readonly run: RunConfig;
  /** Paths that it has written or added since it was made, as the engine tells them; absent where it does not. */
  readonly changed?: ReadonlySet<string>;
}

/**
 * The container of that name or id, or else all that run from the image of that name; the first engine that has one counts.
 * Throws `not-found` where none runs, `engine`, `config` and `unsupported` as `engineEndpoints` and `connectEngine`.
 */
export async function runningContainers(name: string, options: EngineOptions): Promise<readonly RunningContainer[]> {
  const environment = options.environment ?? process.env;
  let problem: unknown;
  const endpoints = await engineEndpoints(options);
  if (endpoints.length === 0) throw noEngine(options);
  for (const endpoint of endpoints) {
    try {
      const client = await connectEngine(endpoint, { http: options.http, environment, signal: options.signal });
      const containers = await containersOf(client, name, options);
      if (containers.length > 0) return containers;
    } catch (error) {
      if (!(error instanceof PlimsollError) || error.code !== 'engine') throw error;
      problem ??= error;
    }
  }
  throw (
    problem ??
    new PlimsollError('not-found', 'no container of that name runs, and none of an image of that name', {
      where: name,
      hint: `${engineProgram(options)} ps lists those that run; --live-pid takes the number of a process`,
    })
  );
}

async function containersOf(
  client: EngineClient,
  name: string,
  options: EngineOptions,
): Promise<readonly RunningContainer[]> {
  const { signal } = options;
  const ask = (path: string) => client.json(path, signal);
  const named = CONTAINER_NAME.test(name) ? await ask(`/containers/${name}/json`) : undefined;
  if (named !== undefined) {
    const known = await containerOf(client, named, signal);
    if (known === undefined) {
      const program = engineProgram(options);
      const image = (await namedContainer(client, name, signal))?.image;
      throw new PlimsollError('not-found', 'the container does not run, so that it has loaded nothing', {
        where: name,
        hint: `start it (${program} start ${name})${image === undefined ? '' : `, or leave --live out and name its image: ${program}:${image}`}`,
      });
    }
    return [known];
  }
  const filters = encodeURIComponent(JSON.stringify({ ancestor: [name], status: ['running'] }));
  const list = (await ask(`/containers/json?filters=${filters}`))?.list;
  const containers: RunningContainer[] = [];
  for (const entry of Array.isArray(list) ? list.slice(0, MOST) : []) {
    const id = isObject(entry) ? textOf(entry.Id) : undefined;
    if (id === undefined || !CONTAINER_NAME.test(id)) continue;
    const facts = await ask(`/containers/${id}/json`);
    const known = facts && (await containerOf(client, facts, signal));
    // All of one image: a tag may have moved between two starts.
    if (known && (containers.length === 0 || containers[0]?.image === known.image)) containers.push(known);
  }
  return containers;
}

/** Containers of one image that are looked at. */
const MOST = 100;

/** Undefined where it does not run. */
async function containerOf(
  client: EngineClient,
  facts: UnknownRecord,
  signal: AbortSignal | undefined,
): Promise<RunningContainer | undefined> {
  const { Id, Image, State, Config, Name } = facts;
  const [id, image] = [textOf(Id), textOf(Image)];
  const pid = isObject(State) ? State.Pid : undefined;
  if (id === undefined || !CONTAINER_NAME.test(id) || image === undefined)
    throw new PlimsollError('engine', 'the engine does not say which container it is', {
      where: client.endpoint.address,
    });
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  // Podman leaves the algorithm out.
  const digest = image.startsWith('sha256:') ? image : `sha256:${image}`;
  if (!isDigest(digest))
    throw new PlimsollError('engine', 'the engine does not say which image the container is of', {
      where: client.endpoint.address,
    });
  const changes = await changesOf(client, id, signal);
  return {
    id,
    name: (textOf(Name) ?? id).replace(/^\//, ''),
    image: digest,
    reference: await containerImage(client, isObject(Config) ? textOf(Config.Image) : undefined, digest, signal),
    pid,
    run: parseRunConfig(Config),
    ...(changes === undefined ? {} : { changed: changes }),
  };
}

/** Undefined where the engine does not tell, or tells of more than is read. */
async function changesOf(
  client: EngineClient,
  id: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string> | undefined> {
  try {
    const answer = await client.json(`/containers/${id}/changes`, signal);
    if (answer === undefined) return undefined;
    const list: readonly unknown[] = Array.isArray(answer.list) ? answer.list : [];
    return new Set(
      list.flatMap((change) => (isObject(change) && change.Kind !== DELETED ? (textOf(change.Path) ?? []) : [])),
    );
  } catch (error) {
    if (error instanceof PlimsollError && (error.code === 'engine' || error.code === 'limit')) return undefined;
    throw error;
  }
}

/** Of a change: 0 modified, 1 added, 2 deleted. https://docs.docker.com/reference/api/engine/version/v1.49/#tag/Container/operation/ContainerChanges */
const DELETED = 2;
