/**
 * Who looked at what: the facts of a check, with a note of everything that it asked for. A pass has to be earned: it lists
 * what was looked at, and there is none where something asked for could not be seen or was not told.
 */
import type { BenchItem } from './check.ts';
import type { Engine } from './engine/index.ts';
import type { Facts } from './facts.ts';
import type { DaemonConfiguration, Host } from './host/index.ts';
import type { ImageFacts } from './image/index.ts';
import type { Reading } from './reading.ts';

/** The facts of one check, and what it made of them. */
interface Witness {
  readonly facts: Facts;
  /** What was looked at and was there, each once, in the order of the questions. */
  seen(): readonly BenchItem[];
  /** What was asked for and could not be seen, in sentences. */
  missing(): readonly string[];
}

/** Evidence kept for one check: the rest would only repeat it. */
const MOST = 200;

/** Wraps facts for one check. */
export function witnessed(facts: Facts): Witness {
  const seen = new Map<string, BenchItem>();
  const missing = new Set<string>();
  const notes: Notes = {
    seen(subject, path) {
      if (seen.size < MOST && !seen.has(subject))
        seen.set(subject, { subject, ...(path === undefined ? {} : { path }) });
    },
    missing(reason) {
      if (missing.size < MOST) missing.add(reason);
    },
  };
  return {
    facts: watchedFacts(facts, notes),
    seen: () => [...seen.values()],
    missing: () => [...missing],
  };
}

interface Notes {
  seen(subject: string, path?: string): void;
  missing(reason: string): void;
}

/** What was found is noted as looked at; what exists and could not be read is missing. That something is absent is a fact. */
function noted<T>(reading: Reading<T>, subject: string, notes: Notes, path?: string): Reading<T> {
  if (reading.ok) notes.seen(subject, path);
  else if (reading.why !== 'absent') notes.missing(reading.reason);
  return reading;
}

function watchedFacts(facts: Facts, notes: Notes): Facts {
  return {
    ...facts,
    host: watchedHost(facts.host, notes),
    engine: watchedEngine(facts.engine, notes),
    environment: watchedEnvironment(facts.environment, notes),
    daemon: async () => watchedDaemon(await facts.daemon(), notes),
    containers: async () => {
      const all = noted(await facts.containers(), 'running containers', notes);
      if (!all.ok) return all;
      return {
        ok: true,
        value: all.value.map((container) => told(container, `container ${nameOf(container)}`, notes)),
      };
    },
    images: async () => {
      const all = noted(await facts.images(), 'images', notes);
      return all.ok ? { ok: true, value: all.value.map((image) => watchedImage(image, notes)) } : all;
    },
    ...(facts.dockerfile === undefined
      ? {}
      : {
          get dockerfile() {
            notes.seen(facts.dockerfile!.path, facts.dockerfile!.path);
            return facts.dockerfile!;
          },
        }),
  };
}

const nameOf = ({ Name, Id }: { readonly Name?: string; readonly Id: string }): string =>
  (Name ?? '').replace(/^\//, '') || Id.slice(0, 12);

function watchedHost(host: Host, notes: Notes): Host {
  return {
    root: host.root,
    read: async (path) => noted(await host.read(path), path, notes, path),
    readFirst: async (paths) => noted(await host.readFirst(paths), paths[0]!, notes, paths[0]!),
    stat: async (path) => noted(await host.stat(path), path, notes, path),
    list: async (path) => noted(await host.list(path), path, notes, path),
  };
}

/** An Engine that does not answer is missing whatever the reason: what it would have said is not known. */
function watchedEngine(engine: Engine, notes: Notes): Engine {
  const asked = async <T>(question: string, answer: Promise<Reading<T>>): Promise<Reading<T>> => {
    const reading = await answer;
    if (!reading.ok) {
      notes.missing(reading.reason);
      return reading;
    }
    notes.seen(`the Engine's ${question}`);
    const { value } = reading;
    return { ok: true, value: typeof value === 'object' && value !== null ? told(value, question, notes) : value };
  };
  return {
    endpoint: engine.endpoint,
    version: () => asked('version', engine.version()),
    info: () => asked('info', engine.info()),
    containers: () => asked('containers', engine.containers()),
    allContainers: () => asked('list of containers', engine.allContainers()),
    images: () => asked('images', engine.images()),
    history: (image) => asked('image history', engine.history(image)),
    networks: () => asked('networks', engine.networks()),
    swarm: () => asked('swarm', engine.swarm()),
    nodes: () => asked('nodes', engine.nodes()),
    services: () => asked('services', engine.services()),
    secrets: () => asked('secrets', engine.secrets()),
    top: (container) => asked('list of processes', engine.top(container)),
    exec: (id) => asked('exec sessions', engine.exec(id)),
  };
}

const watchedEnvironment = (environment: NodeJS.ProcessEnv, notes: Notes): NodeJS.ProcessEnv =>
  new Proxy(environment, {
    get(target, name) {
      if (typeof name === 'string' && target[name] !== undefined) notes.seen(`the variable ${name}`);
      return Reflect.get(target, name);
    },
  });

function watchedDaemon(daemon: DaemonConfiguration, notes: Notes): DaemonConfiguration {
  const look = (): void => {
    const { file, path, commandFrom } = daemon;
    if (!file.ok && file.why !== 'absent') notes.missing(file.reason);
    if (file.ok) notes.seen(path, path);
    if (commandFrom !== 'none') notes.seen(`the command line of ${commandFrom}`);
    else if (!file.ok) notes.missing(file.reason);
  };
  const after =
    <Args extends unknown[], Result>(ask: (...args: Args) => Result) =>
    (...args: Args): Result => {
      look();
      return ask(...args);
    };
  return {
    ...daemon,
    get path() {
      look();
      return daemon.path;
    },
    setting: after(daemon.setting),
    values: after(daemon.values),
    isTrue: after(daemon.isTrue),
    isFalse: after(daemon.isFalse),
  };
}

function watchedImage(image: ImageFacts, notes: Notes): ImageFacts {
  const of = (what: string): string => `${image.name}: ${what}`;
  return {
    ...image,
    get config() {
      if (!image.bare) notes.seen(of('configuration and history'));
      return image.config;
    },
    files: async () => noted(await image.files(), of('files'), notes),
    read: async (path) => noted(await image.read(path), of(`/${path}`), notes),
    inventory: async () => noted(await image.inventory(), of('inventory'), notes),
    risks: async () => noted(await image.risks(), of('secrets, notebooks and models'), notes),
    scan: async () => noted(await image.scan(), of('vulnerabilities'), notes),
    signatures: async () => noted(await image.signatures(), of('signatures'), notes),
  };
}

/** Names that others chose: a key that is not there was not set. */
const MAPS: ReadonlySet<string> = new Set(['IndexConfigs', 'Labels', 'Networks', 'Options', 'Ports', 'Runtimes']);

/**
 * Members that the Engine leaves out where they say nothing, or that came with a later version: their absence tells.
 * https://docs.docker.com/reference/api/engine/
 */
const OPTIONAL: ReadonlySet<string> = new Set([
  'BuildTime',
  'CgroupVersion',
  'CgroupnsMode',
  'Components',
  'ContainerSpec',
  'DeviceCgroupRules',
  'DeviceRequests',
  'Env',
  'Experimental',
  'ExposedPorts',
  'Health',
  'Healthcheck',
  'ManagerStatus',
  'NodeCertExpiry',
  'TLSInfo',
  'Tmpfs',
  'TrustRoot',
  'Type',
  'privileged',
  'user',
]);

/** Asked by the language, not by a check. */
const OF_THE_LANGUAGE: ReadonlySet<string> = new Set(['then', 'toJSON', 'constructor']);

/** An answer of the Engine that notes every member that was asked for and is not in it. */
function told<T extends object>(value: T, from: string, notes: Notes): T {
  return new Proxy(value, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof name !== 'string' || OF_THE_LANGUAGE.has(name)) return member;
      if (member === undefined && !(name in target)) {
        if (!OPTIONAL.has(name) && !/^\d+$/.test(name)) notes.missing(`${from} does not say ${name}`);
        return member;
      }
      if (typeof member !== 'object' || member === null || MAPS.has(name)) return member;
      return told(member, /^\d+$/.test(name) ? from : `${from}, ${name}`, notes);
    },
  });
}
