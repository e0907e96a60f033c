import { folderOf } from '../../layers/image-path.ts';
import { LIMITS } from '../../limits.ts';
import type { Edge, Language, Note, Process, ReachedAs, Session, World } from '../model.ts';
import { commandText, pathFrom } from '../programs.ts';
import { classPathOf, type KnownClass, type Place } from './class-path.ts';
import { isJava, javaCommand } from './command.ts';

/** Java: the classes that its main class leads to, and the archives they come from. */
export const java: Language = {
  name: 'java',
  begin: (process, world, note) => (isJava(process) ? session(process, world, note) : undefined),
};

/** Launchers that look for classes in archives within their own. https://docs.spring.io/spring-boot/specification/executable-jar/ */
const SPRING = /^org\/springframework\/boot\/loader\/(?:launch\/)?(?:Jar|War|Properties)Launcher$/;
const SPRING_LIBRARIES = /^(?:BOOT-INF\/lib|WEB-INF\/lib(?:-provided)?)\/[^/]+\.jar$/;
/** Programs that load others from folders that their configuration names. */
const CONTAINERS =
  /^(?:org\/apache\/catalina\/startup\/Bootstrap|org\/jboss\/modules\/Main|org\/eclipse\/jetty\/start\/Main|com\/ibm\/ws\/|org\/apache\/karaf\/|org\/codehaus\/plexus\/classworlds\/|org\/gradle\/)/;

/** A way of the search: to a class, and what leads there. */
interface Way {
  readonly name: string;
  readonly reach: ReachedAs;
  readonly deferred: number;
  readonly from?: string;
}

/** Long because it is one search: its steps close over one state. */
function session(process: Process, world: World, note: (note: Note) => void): Session | undefined {
  const command = javaCommand(process, world);
  if (command.asksOnly && command.main.kind === 'none')
    return { starts: [...runtime(process, world)], follow: () => [] };
  const unclear = (message: string): void => note({ message, widens: 'all' });
  const classPath = classPathOf(world, (path) =>
    unclear(`/${path} is more than is read of an archive of Java, or damaged`),
  );
  /** By the archive that leads there: the empty path is the command line. */
  const edges = new Map<string, Edge[]>();
  const placed = new Map<Place, ReachedAs>();
  const open = new Set<Place>();

  const roots = mains();
  for (const name of roots)
    if (classPath.find(name) === undefined)
      unclear(`Java is to run the class ${name.replaceAll('/', '.')}, which is not found`);
  search(roots);
  widen(roots);
  return {
    starts: [...runtime(process, world), ...(edges.get('') ?? [])],
    follow: ({ path }) => edges.get(placeOf(path)) ?? [],
  };

  /** A folder of classes is reached by one of them. */
  function placeOf(path: string): string {
    if (!path.endsWith('.class')) return path;
    return classPath.places.find((place) => path.startsWith(`${place.path}/`))?.path ?? path;
  }

  /** The classes that are started, and the class path made ready for them. */
  function mains(): string[] {
    const started: string[] = [];
    for (const agent of command.agents) {
      if (!classPath.add(agent)) unclear(`/${agent} is to be loaded by Java and is not there`);
      started.push(...attributes(agent, ['premain-class']));
    }
    const { kind, what } = command.main;
    if (kind === 'untold' || kind === 'none') {
      unclear(
        kind === 'none'
          ? 'Java is started without a program'
          : `what Java is given to run cannot be told: ${commandText([what])}`,
      );
      return started;
    }
    if (kind === 'jar') {
      if (!classPath.add(what)) unclear(`/${what} is to be run by Java and is not there`);
      const main = attributes(what, ['main-class']);
      if (main.length === 0) unclear(`/${what} is to be run by Java and does not say which class`);
      if (main.some((name) => SPRING.test(name))) {
        classPath.addInner(what, SPRING_LIBRARIES);
        main.push(...attributes(what, ['start-class']));
      }
      return [...started, ...main, ...attributes(what, ['launcher-agent-class'])];
    }
    for (const path of [
      ...(kind === 'module' ? command.modulePath : []),
      ...command.classPath.slice(0, LIMITS.javaPlaces),
    ])
      classPath.add(path);
    if (kind === 'module') {
      const [, name] = what.split('/', 2);
      if (name === undefined) unclear(`Java is to run the module ${what}, whose main class is not read`);
      return [...started, ...(name === undefined ? [] : [name.replaceAll('.', '/')])];
    }
    if (SPRING.test(what)) springFolder();
    return [...started, what];
  }

  /** An archive that was unpacked: its launcher looks in the same folders. */
  function springFolder(): void {
    for (const { path } of [...classPath.places]) {
      classPath.add(pathFrom(path, 'BOOT-INF/classes'));
      for (const name of world.tree.list(`${path}/BOOT-INF/lib`)) classPath.add(`${path}/BOOT-INF/lib/${name}`);
    }
    unclear('an application of Spring that was unpacked is started: which class of it is not read');
  }

  function attributes(path: string, names: readonly string[]): string[] {
    const manifest = classPath.manifestOf(path) ?? {};
    return names.flatMap((name) => manifest[name]?.replaceAll('.', '/') ?? []);
  }

  function search(roots: readonly string[]): void {
    const seen = new Set<string>();
    const queues: Way[][] = Array.from({ length: LIMITS.javaSteps + 1 }, () => []);
    const put = (way: Way): void => void queues[way.deferred]?.push(way);
    for (const name of roots) put({ name, reach: 'loaded', deferred: 0 });
    const services = new Set<string>();
    for (const queue of queues)
      for (let at = 0; at < queue.length; at += 1) {
        const way = queue[at] as Way;
        if (seen.has(way.name)) continue;
        seen.add(way.name);
        const known = classPath.find(way.name);
        // A text names a class within another one with a dot.
        const inner = way.name.replace(/\/(?=[^/]*$)/, '$');
        if (known === undefined) {
          if (classPath.find(inner) !== undefined) put({ ...way, name: inner });
          continue;
        }
        arrived(way, known);
        const { names, mentions } = known;
        for (const name of names) put({ ...way, name, from: way.name });
        const later = { reach: 'importable', deferred: way.deferred + 1, from: way.name } as const;
        for (const name of mentions) put({ name, ...later });
        offered(way, known, services).forEach(put);
      }
  }

  /** What the class path offers for a class, and for one of the runtime's where somebody names one of its package. */
  function offered({ name, deferred }: Way, known: KnownClass, done: Set<string>): Way[] {
    const packages = new Set([name, ...known.names].map(packageOf));
    const ways: Way[] = [];
    for (const { services } of classPath.places)
      for (const [service, providers] of Object.entries(services)) {
        if (done.has(service)) continue;
        const wanted = service.replaceAll('.', '/');
        const isOurs = classPath.find(wanted) !== undefined;
        if (wanted !== name && (isOurs || !packages.has(packageOf(wanted)))) continue;
        for (const provider of providers)
          ways.push({ name: provider, reach: 'importable', deferred: deferred + 1, from: name });
      }
    for (const { services } of ways.length > 0 ? classPath.places : [])
      for (const service of Object.keys(services)) {
        const wanted = service.replaceAll('.', '/');
        if (wanted === name || (classPath.find(wanted) === undefined && packages.has(packageOf(wanted))))
          done.add(service);
      }
    return ways;
  }

  function arrived({ name, reach, from }: Way, known: KnownClass): void {
    if (known.isOpen) open.add(known.place);
    if (placed.has(known.place)) return;
    placed.set(known.place, reach);
    const place = from === undefined ? undefined : classPath.find(from)?.place;
    const asker = place?.path ?? '';
    // What an archive that is not sure itself leads to is as sure as that.
    const isAsSure = place !== undefined && placed.get(place) === reach;
    const shownName = name.replaceAll('/', '.');
    const how = from === undefined ? `java ${shownName}` : `${from.replaceAll('/', '.')} names ${shownName}`;
    const to = known.place.path;
    // A folder of classes is reached by the class in it.
    const file = world.tree.isFolder(to) ? `${to}/${name}.class` : to;
    edges.set(asker, [...(edges.get(asker) ?? []), { to: file, reach: isAsSure ? 'loaded' : reach, how }]);
  }

  /** What is named when it runs is anything on the class path; of a library that says what it needs, that. */
  function widen(roots: readonly string[]): void {
    const own = new Set(roots.flatMap((name) => classPath.find(name)?.place ?? []));
    const left = classPath.places.filter((place) => !placed.has(place));
    if (roots.some((name) => CONTAINERS.test(name)))
      unclear(`${roots[0]?.replaceAll('/', '.')} loads what its configuration names, which is not read`);
    for (const place of open) {
      const { needs } = place;
      const meant =
        own.has(place) || needs === undefined
          ? left
          : left.filter(({ path }) => needs.some((artifact) => isOf(path, artifact)));
      for (const { path } of meant)
        note({
          who: fileOf(place.path),
          message: 'names of classes are worked out when it runs; what is on the class path may be meant',
          widens: { below: path },
        });
    }
  }
}

const packageOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);
const fileOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** `lib/slf4j-api-2.0.9.jar` is `slf4j-api`. */
const isOf = (path: string, artifact: string): boolean => {
  const name = fileOf(path);
  return name.startsWith(artifact) && /^(?:-\d.*)?\.jar$/.test(name.slice(artifact.length));
};

/** The machine itself: its launcher opens it by a path that it makes from its own. */
function* runtime({ program }: Process, { tree }: World): Generator<Edge> {
  const home = folderOf(folderOf(program));
  const [machine, archives] = [`${home}/lib/server/libjvm.so`, `${home}/lib/modules`];
  for (const to of [
    machine,
    archives,
    ...['libjava', 'libjimage', 'libjli', 'libzip', 'libverify'].map((name) => `${home}/lib/${name}.so`),
  ])
    yield { to, reach: 'loaded', how: "Java's runtime" };
  // Before Java 9 its classes are archives.
  for (const folder of [`${home}/lib`, `${home}/jre/lib`]) {
    for (const name of ['rt.jar', 'jce.jar', 'jsse.jar', 'amd64/server/libjvm.so', 'amd64/libjava.so'])
      yield { to: `${folder}/${name}`, reach: 'loaded', how: "Java's runtime" };
    for (const name of tree.list(folder))
      if (/\.so$/.test(name))
        yield { to: `${folder}/${name}`, reach: 'importable', how: "a library of Java's runtime" };
  }
}
