/** From what the user asked for to the facts that checks look at. */
import { lazily } from '../collections.ts';
import { matchesGlob } from '../formats/text/index.ts';
import type { Engine, EngineContainer, EngineImage } from './engine/index.ts';
import { containerName, type DockerfileFacts, type Facts, type Scope } from './facts.ts';
import { type Host, readDaemon } from './host/index.ts';
import { type ImageFacts, listedImage } from './image/index.ts';
import { got, missed, type Reading } from './reading.ts';

/** What is judged. */
interface Target {
  readonly host: Host;
  readonly engine: Engine;
  readonly scope: Scope;
  readonly environment: NodeJS.ProcessEnv;
  readonly now: number;
  readonly dockerfile?: DockerfileFacts;
  /** Images that were named: containers and local images are then left alone. */
  readonly named?: readonly ImageFacts[];
  /** Opens a local image whole. Absent: configuration and history only. */
  readonly openLocal?: (image: EngineImage) => Promise<ImageFacts>;
}

/** Facts about the target; lists are made when the first check asks. */
export function gatherFacts(target: Target): Facts {
  const { host, engine, scope, environment, now, dockerfile, named } = target;
  const onlyNamed = named !== undefined || dockerfile !== undefined;
  return {
    host,
    engine,
    scope,
    environment,
    now,
    ...(dockerfile === undefined ? {} : { dockerfile }),
    remote: isRemote(engine),
    daemon: lazily(() => readDaemon(host, isRemote(engine) ? null : engine.endpoint.address)),
    containers: lazily(async () =>
      onlyNamed
        ? missed('absent', 'an image or a Dockerfile is judged, not this host')
        : scopedContainers(engine, scope),
    ),
    images: lazily(async () => {
      if (named !== undefined) return got(named);
      return dockerfile === undefined ? scopedImages(target) : missed('absent', 'only a Dockerfile is judged');
    }),
  };
}

/** An Engine that is reached over the network runs on another host. */
function isRemote({ endpoint: { socketPath, address } }: Engine): boolean {
  return socketPath === undefined && !/\/\/(?:localhost|127\.|\[::1\])/.test(address);
}

/** Docker Bench matches a pattern anywhere in a name; `*` and `?` make it a pattern for the whole. */
const named = (pattern: string, name: string) =>
  /[*?]/.test(pattern) ? matchesGlob(name, pattern) : name.includes(pattern);

/** Whether a container or image with these names is looked at. */
function inScope(scope: Scope, names: readonly string[], labels: Readonly<Record<string, string>>): boolean {
  if (scope.label !== undefined && Object.hasOwn(labels, scope.label)) return false;
  const any = (patterns: readonly string[]) => patterns.some((pattern) => names.some((name) => named(pattern, name)));
  if (any(scope.exclude)) return false;
  return scope.include.length === 0 || any(scope.include);
}

async function scopedContainers(engine: Engine, scope: Scope): Promise<Reading<readonly EngineContainer[]>> {
  const all = await engine.containers();
  if (!all.ok) return all;
  const wanted = (container: EngineContainer) =>
    inScope(scope, [containerName(container)], container.Config?.Labels ?? {});
  return got(all.value.filter(wanted));
}

async function scopedImages({ engine, scope, openLocal }: Target): Promise<Reading<readonly ImageFacts[]>> {
  const all = await engine.images();
  if (!all.ok) return all;
  const images: ImageFacts[] = [];
  for (const image of all.value) {
    const names = image.RepoTags?.length ? image.RepoTags : [image.Id.replace('sha256:', '').slice(0, 12)];
    if (!inScope(scope, names, image.Config?.Labels ?? {})) continue;
    images.push(openLocal === undefined ? await listedImage(engine, image) : await openLocal(image));
  }
  return got(images);
}
