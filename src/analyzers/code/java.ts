import { walkZip } from '../../formats/archives/index.ts';
import { type Cursor, drive, fill, remaining, type Steps } from '../../formats/cursor.ts';
import { classFile, type JavaClass } from '../../formats/java/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';

/** What an archive of Java says of what it loads, as JSON; names are told by their place in `names`. */
interface JavaCode {
  /** By the path within the file; empty: the file itself. */
  readonly archives: Record<string, ArchiveCode>;
  readonly names: string[];
  /** Not all of it could be read. */
  isCut?: true;
}
interface ArchiveCode {
  /** Attributes of the manifest that say what is started and where more is. */
  readonly manifest: Record<string, string>;
  /** Names of classes that files for loaders of services and plug-ins list, by what they are for. */
  readonly services: Record<string, string[]>;
  /** The class, 1 where it loads classes by names it works out, the number of names in its code, those, and names that it mentions. */
  readonly classes: number[][];
  /** Artifacts that its `pom.xml` says it needs; absent: it has none. */
  needs?: string[];
}

const NESTED = /\.(?:jar|war|ear|rar)$/i;
const SERVICE =
  /(?:^|\/)META-INF\/(?:services\/([\w.$]+)|spring\/([\w.$-]+)\.imports|(spring\.factories))$|(Log4j2Plugins\.dat)$/;
/** Reads the factories of all archives. */
const SPRING_FACTORIES = 'org.springframework.core.io.support.SpringFactoriesLoader';
/** Reads what Log4j's compiler of plug-ins has listed in a file of its own, and makes what the configuration names. */
const LOG4J_PLUGINS = 'org.apache.logging.log4j.core.config.plugins.util.PluginRegistry';
const POM = /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.xml$/;
const WANTED =
  /^(?:Main-Class|Start-Class|Class-Path|Premain-Class|Agent-Class|Launcher-Agent-Class|Boot-Class-Path):(.*)$/i;
/** The runtime's own classes are where it is; of those for which others offer services it matters who names them. */
const OF_RUNTIME = /^(?:java\/(?:lang|util|io|math|time|text)|jdk|sun|com\/sun)\//;

/** Java's archives and classes that lie by themselves: which classes name which. */
export const javaCode = analyzer({
  name: 'code-java',
  version: 1,
  onDemand: true,
  rarely: true,
  files: ['**/*.jar', '**/*.war', '**/*.ear', '**/*.class'],
  stream(entry) {
    const code: JavaCode = { archives: {}, names: [] };
    const places = new Map<string, number>();
    const reader = drive<void>(
      (cursor) =>
        entry.path.endsWith('.class')
          ? readClass(cursor, archiveOf(code, ''), code, places)
          : readArchive(cursor, '', 0, code, places),
      entry.size,
    );
    return {
      push: (chunk, offset) => reader.push(chunk, offset),
      *end() {
        try {
          reader.end();
        } catch {
          code.isCut = true;
        }
        yield { kind: 'code', language: 'java', text: JSON.stringify(code) };
      },
    };
  },
});

function archiveOf(code: JavaCode, inner: string): ArchiveCode {
  const made = { manifest: {}, services: {}, classes: [] };
  code.archives[inner] ??= made;
  return code.archives[inner];
}

function* readArchive(
  cursor: Cursor,
  inner: string,
  depth: number,
  code: JavaCode,
  places: Map<string, number>,
): Steps<void> {
  const archive = archiveOf(code, inner);
  const isWanted = ({ name }: { name: string }): boolean =>
    name.endsWith('.class') ||
    name === 'META-INF/MANIFEST.MF' ||
    SERVICE.test(name) ||
    POM.test(name) ||
    NESTED.test(name);
  const walk = yield* walkZip(cursor, {
    wants: isWanted,
    *body({ name }, body): Steps<void> {
      if (places.size > LIMITS.javaNames) code.isCut = true;
      else if (name.endsWith('.class')) yield* readClass(body, archive, code, places);
      else if (name === 'META-INF/MANIFEST.MF') readManifest(yield* textOf(body), archive);
      else if (POM.test(name)) archive.needs = [...(archive.needs ?? []), ...artifactsOf(yield* textOf(body))];
      else if (!NESTED.test(name)) {
        const [, service, spring, factories, plugins] = SERVICE.exec(name) as RegExpExecArray;
        const text = yield* textOf(body);
        const listed = plugins === undefined ? classesIn(text) : classesAmong(text);
        archive.services[service ?? spring ?? (factories && SPRING_FACTORIES) ?? LOG4J_PLUGINS] = listed;
      } else if (depth + 1 >= LIMITS.archiveDepth) code.isCut = true;
      else yield* readArchive(body, inner === '' ? name : `${inner}!/${name}`, depth + 1, code, places);
    },
  });
  if (walk.problems.some(({ kind }) => kind !== 'disagree' && kind !== 'crc')) code.isCut = true;
}

function* readClass(body: Cursor, archive: ArchiveCode, code: JavaCode, places: Map<string, number>): Steps<void> {
  const bytes = yield* bytesOf(body);
  const told = bytes.length < LIMITS.javaClassBytes ? classFile(bytes) : undefined;
  if (told === undefined) code.isCut = true;
  else archive.classes.push(row(told, code, places));
}

function row({ name, names, mentions, isOpen }: JavaClass, code: JavaCode, places: Map<string, number>): number[] {
  const placeOf = (name: string): number => {
    const known = places.get(name);
    if (known !== undefined) return known;
    places.set(name, code.names.length);
    return code.names.push(name) - 1;
  };
  const [own, others] = [names, mentions].map((list) => list.filter((name) => !OF_RUNTIME.test(name)).map(placeOf)) as [
    number[],
    number[],
  ];
  return [placeOf(name), isOpen ? 1 : 0, own.length, ...own, ...others];
}

/** Lines are cut at 72 bytes; the space that goes on with one is no part of it. */
function readManifest(text: string, archive: ArchiveCode): void {
  for (const line of text.replace(/\r\n?/g, '\n').replace(/\n /g, '').split('\n')) {
    const value = WANTED.exec(line)?.[1];
    if (value !== undefined) archive.manifest[line.slice(0, line.indexOf(':')).toLowerCase()] = value.trim();
  }
}

/** Names of classes in a list of services, or among the values of properties. */
const classesIn = (text: string): string[] =>
  text
    .replace(/\\\r?\n/g, '')
    .split('\n')
    .map((line) => (line.includes('#') ? line.slice(0, line.indexOf('#')) : line))
    .flatMap((line) => line.split(/[=,\s]/))
    .filter((name) => /^[A-Za-z_$][\w$]*(?:\.[\w$]+)+$/.test(name))
    .map((name) => name.replaceAll('.', '/'));

/** Names of classes in a file that is no text: the length before each may look like the first letter of it. */
const classesAmong = (text: string): string[] =>
  [...text.matchAll(/[A-Za-z][\w$]{0,200}(?:\.[\w$]{1,200}){2,20}/g)].flatMap(([name]) =>
    [name, name.slice(1)].map((one) => one.replaceAll('.', '/')),
  );

/** `<dependency>`s of a `pom.xml`, but for tests and what somebody else brings. */
function artifactsOf(text: string): string[] {
  return text
    .split('<dependency>')
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf('</dependency>')))
    .filter((one) => !one.includes('<scope>test</scope>'))
    .flatMap((one) => /<artifactId>([\w.-]{1,200})<\/artifactId>/.exec(one)?.[1] ?? []);
}

function* bytesOf(body: Cursor): Steps<Buffer> {
  while (body.end - body.at < Math.min(LIMITS.javaClassBytes, remaining(body)) && !body.ended)
    if (!(yield* fill(body, body.end - body.at + 1))) break;
  return body.bytes.subarray(body.at, Math.min(body.end, body.at + LIMITS.javaClassBytes));
}

function* textOf(body: Cursor): Steps<string> {
  return (yield* bytesOf(body)).toString('utf8');
}
