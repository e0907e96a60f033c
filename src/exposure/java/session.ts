import { addTo } from '../../collections.ts';
import { classesNamed } from '../../formats/java/index.ts';
import { fileNameOf, folderOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import type { Edge, Language, Note, Process, ReachedAs, Session, World } from '../model.ts';
import { commandText, pathFrom } from '../programs.ts';
import { classPathOf, type KnownClass, type Place, pathsIn } from './class-path.ts';
import { isJava, isOtherJava, javaCommand } from './command.ts';
import { beside, runtime } from './runtime.ts';
import { offeredBy } from './services.ts';

/** Java: the classes that its main class leads to, and the archives they come from. */
export const java: Language = {
  name: 'java',
  begin(process, world, note) {
    if (isJava(process)) return session(process, world, note);
    const name = commandText([process.calledAs ?? process.program]);
    const unread = (): void =>
      note({ message: `${name} starts a machine of Java, and what that is given is not read`, widens: 'all' });
    if (isOtherJava(process)) unread();
    return {
      starts: [],
      follow: ({ path }) => {
        if (MACHINE.test(path)) unread();
        return [];
      },
    };
  },
};

/** The machine as a library: whoever loads it gives it a class path of its own. */
const MACHINE = /(?:^|\/)lib(?:jvm|j9vm\d*)\.so$/;
/** Launchers that look for classes in archives within their own. https://docs.spring.io/spring-boot/specification/executable-jar/ */
const SPRING = /^org\/springframework\/boot\/loader\/(?:launch\/)?(?:Jar|War|Properties)Launcher$/;
/** Looks where properties, variables and a file of its own say. */
const SPRING_ANYWHERE = /PropertiesLauncher$/;
/** Spring's launchers make loaders, of what is followed. */
const OF_SPRING = /^org\/springframework\/boot\/loader\//;
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

/** What its classes lead to. What is known of those is let go of: of hundreds of processes each may have hundreds of thousands. */
function session(process: Process, world: World, note: (note: Note) => void): Session {
  const { starts, edges, places } = searched(process, world, note);
  return { starts, follow: ({ path }) => edges.get(placeOf(path, places)) ?? [] };
}

/** A folder of classes is reached by one of them. */
function placeOf(path: string, places: readonly string[]): string {
  if (!path.endsWith('.class')) return path;
  return places.find((place) => path.startsWith(`${place}/`)) ?? path;
}

/** What is left of the search through the classes of a process. */
interface Searched {
  readonly starts: readonly Edge[];
  /** By the archive that leads there: the empty path is the command line. */
  readonly edges: ReadonlyMap<string, readonly Edge[]>;
  /** The paths of its class path. */
  readonly places: readonly string[];
}

/** Long because it is one search: its steps close over one state. */
function searched(process: Process, world: World, note: (note: Note) => void): Searched {
  const command = javaCommand(process, world);
  const unclear = (message: string): void => note({ message, widens: 'all' });
  const classPath = classPathOf(world, unclear);
  const edges = new Map<string, Edge[]>();
  const placed = new Map<Place, ReachedAs>();
  const open = new Set<Place>();
  const loaders = new Set<Place>();

  for (const word of command.unread) unclear(`what ${commandText([word])} brings into Java is not read`);
  const roots = mains();
  for (const name of roots)
    if (classPath.find(name) === undefined)
      unclear(`Java is to run the class ${name.replaceAll('/', '.')}, which is not found`);
  search(roots, command.values.flatMap(classesNamed));
  widen(roots);
  return {
    starts: [...runtime(process, world), ...beside(command, process, world, unclear), ...(edges.get('') ?? [])],
    edges,
    places: classPath.places.map(({ path }) => path),
  };

  /** The classes that are started, and the class path made ready for them, in the order in which it is looked in. */
  function mains(): string[] {
    for (const agent of command.agents)
      for (const part of pathsIn(attribute(agent, 'boot-class-path') ?? ''))
        classPath.add(pathFrom(folderOf(agent), part));
    for (const path of command.before) classPath.add(path);
    const started = program();
    for (const agent of command.agents) {
      if (!classPath.add(agent)) unclear(`/${agent} is to be loaded by Java and is not there`);
      started.push(...classOf(agent, 'premain-class'));
    }
    return started;
  }

  function program(): string[] {
    const { kind, what } = command.main;
    const modules = kind === 'module' || command.addsModules;
    if (modules) addAll(command.modulePath);
    if (kind === 'jar' && !classPath.add(what)) unclear(`/${what} is to be run by Java and is not there`);
    if (kind !== 'jar' || command.isClassPathForced) addAll(command.classPath);
    if (!modules) addAll(command.modulePath);
    if (kind === 'jar') return archive(what);
    if (kind === 'none' && command.asksOnly) return [];
    if (kind === 'untold' || kind === 'none') {
      unclear(
        kind === 'none'
          ? 'Java is started without a program'
          : `what Java is given to run cannot be told: ${commandText([what])}`,
      );
      return [];
    }
    if (kind === 'module') {
      const [, name] = what.split('/', 2);
      if (name === undefined) unclear(`Java is to run the module ${what}, whose main class is not read`);
      return name === undefined ? [] : [name.replaceAll('.', '/')];
    }
    if (SPRING.test(what)) springFolder();
    return [what];
  }

  function addAll(paths: readonly string[]): void {
    for (const path of paths) classPath.add(path);
  }

  /** What `java -jar` starts. */
  function archive(path: string): string[] {
    const main = classOf(path, 'main-class');
    if (main.length === 0) unclear(`/${path} is to be run by Java and does not say which class`);
    if (main.some((name) => SPRING.test(name))) {
      if (main.some((name) => SPRING_ANYWHERE.test(name)))
        unclear(`/${path} looks for its libraries where its configuration says, which is not read`);
      classPath.addInner(path, SPRING_LIBRARIES);
      main.push(...classOf(path, 'start-class'));
    }
    return [...main, ...classOf(path, 'launcher-agent-class')];
  }

  /** An archive that was unpacked: its launcher looks in the same folders. */
  function springFolder(): void {
    for (const { path } of [...classPath.places]) {
      classPath.add(pathFrom(path, 'BOOT-INF/classes'));
      for (const name of world.tree.list(`${path}/BOOT-INF/lib`)) classPath.add(`${path}/BOOT-INF/lib/${name}`);
    }
    unclear('an application of Spring that was unpacked is started: which class of it is not read');
  }

  function attribute(path: string, name: string): string | undefined {
    return classPath.manifestOf(path)?.[name];
  }

  function classOf(path: string, name: string): string[] {
    return attribute(path, name)?.replaceAll('.', '/').split(/\s+/, 1) ?? [];
  }

  function search(roots: readonly string[], mentioned: readonly string[]): void {
    // By its name, the first of the queues that a class waits in or was followed in: it waits once, however many name it.
    const steps = new Map<string, number>();
    const queues: Way[][] = Array.from({ length: LIMITS.javaSteps + 1 }, () => []);
    let ways = 0;
    const put = (way: Way): void => {
      if (way.deferred >= (steps.get(way.name) ?? queues.length)) return;
      ways += 1;
      if (ways > LIMITS.javaWays) return;
      steps.set(way.name, way.deferred);
      queues[way.deferred]?.push(way);
    };
    for (const name of roots) put({ name, reach: 'loaded', deferred: 0 });
    for (const name of mentioned) put({ name, reach: 'importable', deferred: 1 });
    const services = offeredBy(classPath);
    for (const queue of queues)
      for (let at = 0; at < queue.length; at += 1) {
        const way = queue[at] as Way;
        // It waited here too, and was followed by a way with fewer steps.
        if (steps.get(way.name) !== way.deferred) continue;
        const known = classPath.find(way.name);
        // A text names a class within another one with a dot.
        const inner = way.name.replace(/\/(?=[^/]*$)/, '$');
        if (known === undefined) {
          if (classPath.find(inner) !== undefined) put({ ...way, name: inner });
          continue;
        }
        const isNew = !placed.has(known.place);
        arrived(way, known);
        const { names, mentions, place } = known;
        for (const name of names) put({ ...way, name, from: way.name });
        const later = { reach: 'importable', deferred: way.deferred + 1, from: way.name } as const;
        for (const name of mentions) put({ name, ...later });
        for (const name of isNew ? (place.configured ?? []) : []) put({ name, ...later });
        for (const name of services(way.name, names)) put({ name, ...later });
      }
    if (ways > LIMITS.javaWays) unclear('the classes that Java is started with lead to more ways than are followed');
  }

  function arrived({ name, reach, from }: Way, known: KnownClass): void {
    if (known.isOpen) open.add(known.place);
    if (known.isLoader && !OF_SPRING.test(name)) loaders.add(known.place);
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
    addTo(edges, asker, { to: file, reach: isAsSure ? 'loaded' : reach, how });
  }

  /** What is named when it runs is anything on the class path; of a library that says what it needs, that. */
  function widen(roots: readonly string[]): void {
    const agents = new Set(command.agents.flatMap((path) => world.tree.real(path) ?? []));
    const own = new Set(roots.flatMap((name) => classPath.find(name)?.place ?? []));
    const left = classPath.places.filter((place) => !placed.has(place)).map(({ path }) => path);
    if (roots.some((name) => CONTAINERS.test(name)))
      unclear(`${roots[0]?.replaceAll('/', '.')} loads what its configuration names, which is not read`);
    for (const { path } of loaders)
      if ([...own].some((place) => place.path === path) && !agents.has(path))
        unclear(`${fileNameOf(path)} makes loaders of classes of its own: archives from anywhere may be meant`);
    const named = new Map<string, string[]>();
    for (const path of left) addTo(named, artifactOf(path), path);
    let said = 0;
    for (const place of open) {
      const { needs } = place;
      const meant = own.has(place) || needs === undefined ? left : needs.flatMap((need) => named.get(need) ?? []);
      said += meant.length;
      if (said > LIMITS.exposureWidenings) {
        unclear('names of classes are worked out in many archives: anything may be meant');
        return;
      }
      for (const path of meant)
        note({
          who: fileNameOf(place.path),
          message: 'names of classes are worked out when it runs; what is on the class path may be meant',
          widens: { below: path },
        });
    }
  }
}

/** `lib/slf4j-api-2.0.9.jar` is `slf4j-api`. */
const artifactOf = (path: string): string => fileNameOf(path).replace(/(?:-\d.*)?\.jar$/, '');
