import { walkZip } from '../../formats/archives/index.ts';
import { type Cursor, drive, fill, remaining, type Steps } from '../../formats/cursor.ts';
import { classesNamed, classFile, type JavaClass } from '../../formats/java/index.ts';
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
  /**
   * The class; 1 where it loads classes by names it works out, 2 where it makes loaders of its own, 3 for both; the number of names in its
   * code, those, and names that it mentions.
   */
  readonly classes: number[][];
  /** Artifacts that its `pom.xml` says it needs; absent: it has none. */
  needs?: string[];
  /** Names of classes in its configuration (`.xml`, `.properties`, `.yml`, ...): whoever reads that loads them. */
  configured?: string[];
}

/** What is kept of one file, and how much of it. */
interface Keeping {
  readonly code: JavaCode;
  /** Where a name stands among the names. */
  readonly places: Map<string, number>;
  /** Bytes of JSON that may still come. */
  left: number;
}

const NESTED = /\.(?:jar|war|ear|rar)$/i;
const SERVICE =
  /(?:^|\/)META-INF\/(?:services\/([\w.$]+)|spring\/([\w.$-]+)\.imports|(spring\.factories))$|(Log4j2Plugins\.dat)$/;
/** Reads the factories of all archives. */
const SPRING_FACTORIES = 'org.springframework.core.io.support.SpringFactoriesLoader';
/** Reads what Log4j's compiler of plug-ins has listed in a file of its own, and makes what the configuration names. */
const LOG4J_PLUGINS = 'org.apache.logging.log4j.core.config.plugins.util.PluginRegistry';
/** Texts in which frameworks are told which classes to make. */
const CONFIGURATION = /\.(?:xml|properties|ya?ml|conf|json|factories|imports)$/i;
const POM = /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.xml$/;
const WANTED =
  /^(?:Main-Class|Start-Class|Class-Path|Premain-Class|Agent-Class|Launcher-Agent-Class|Boot-Class-Path):(.*)$/i;
/** Texts that tell builders and readers of licences something, and nothing to what runs. */
const IDLE_TEXT =
  /^META-INF\/(?:maven|licenses?|native-image|proguard|sbom)\/|(?:^|\/)(?:git|build-info|pom)\.properties$/i;
/** What an entry takes at least, and a number of a row. */
const [ENTRY_BYTES, NUMBER_BYTES, NO_NAME] = [24, 7, -1] as const;
/** The runtime's own classes are where it is; of those for which others offer services it matters who names them. */
const OF_RUNTIME = /^(?:java\/(?:lang|util|io|math|time|text)|jdk|sun|com\/sun)\//;

/** Java's archives and classes that lie by themselves: which classes name which. */
export const javaCode = analyzer({
  name: 'code-java',
  version: 2,
  onDemand: true,
  rarely: true,
  files: ['**/*.jar', '**/*.war', '**/*.ear', '**/*.class'],
  stream(entry) {
    const kept: Keeping = { code: { archives: {}, names: [] }, places: new Map(), left: LIMITS.javaCodeBytes };
    const reader = drive<void>(
      (cursor) =>
        entry.path.endsWith('.class')
          ? readClass(cursor, archiveOf(kept.code, ''), kept)
          : readArchive(cursor, '', 0, kept),
      entry.size,
    );
    return {
      push: (chunk, offset) => reader.push(chunk, offset),
      *end() {
        try {
          reader.end();
        } catch {
          kept.code.isCut = true;
        }
        yield { kind: 'code', language: 'java', text: written(kept.code) };
      },
    };
  },
});

/** What is too large for one text is not told at all. */
function written(code: JavaCode): string {
  try {
    return JSON.stringify(code);
  } catch {
    return JSON.stringify({ archives: {}, names: [], isCut: true } satisfies JavaCode);
  }
}

function archiveOf(code: JavaCode, inner: string): ArchiveCode {
  const made = { manifest: {}, services: {}, classes: [] };
  code.archives[inner] ??= made;
  return code.archives[inner];
}

/** Takes from what may be kept; false, and said, where that is used up. */
function affords(kept: Keeping, bytes: number): boolean {
  kept.left -= bytes;
  if (kept.left < 0) kept.code.isCut = true;
  return kept.left >= 0;
}

/** Long because it is one table: what each kind of entry says. */
function* readArchive(cursor: Cursor, inner: string, depth: number, kept: Keeping): Steps<void> {
  const archive = archiveOf(kept.code, inner);
  const isWanted = ({ name }: { name: string }): boolean =>
    name.endsWith('.class') ||
    name === 'META-INF/MANIFEST.MF' ||
    SERVICE.test(name) ||
    CONFIGURATION.test(name) ||
    NESTED.test(name);
  const walk = yield* walkZip(cursor, {
    wants: isWanted,
    *body({ name }, body): Steps<void> {
      if (!affords(kept, ENTRY_BYTES + name.length) || kept.places.size > LIMITS.javaNames) kept.code.isCut = true;
      else if (name.endsWith('.class')) yield* readClass(body, archive, kept);
      else if (NESTED.test(name)) {
        if (depth + 1 >= LIMITS.archiveDepth) kept.code.isCut = true;
        else yield* readArchive(body, inner === '' ? name : `${inner}!/${name}`, depth + 1, kept);
      } else readText(name, yield* textOf(body, kept.code), archive, kept);
    },
  });
  if (walk.problems.some(({ kind }) => kind !== 'disagree' && kind !== 'crc')) kept.code.isCut = true;
}

function readText(name: string, text: string, archive: ArchiveCode, kept: Keeping): void {
  const service = SERVICE.exec(name);
  if (name === 'META-INF/MANIFEST.MF') readManifest(text, archive, kept);
  else if (POM.test(name)) {
    archive.needs ??= [];
    put(archive.needs, affordable(artifactsOf(text), kept));
  } else if (service) {
    const [, own, spring, factories, plugins] = service;
    const listed = plugins === undefined ? classesIn(text) : classesAmong(text);
    offers(archive, own ?? spring ?? (factories && SPRING_FACTORIES) ?? LOG4J_PLUGINS, affordable(listed, kept));
  } else if (!IDLE_TEXT.test(name)) {
    const named = affordable(classesNamed(text), kept);
    if (named.length === 0) return;
    archive.configured ??= [];
    put(archive.configured, named);
  }
}

/** As many of these as can be kept. */
const affordable = (names: readonly string[], kept: Keeping): string[] =>
  names.filter((name) => affords(kept, name.length + 3));

function offers(archive: ArchiveCode, service: string, providers: readonly string[]): void {
  const { services } = archive;
  // A service may have any name, `__proto__` too.
  if (!Object.hasOwn(services, service)) Object.defineProperty(services, service, { value: [], enumerable: true });
  put(services[service] as string[], providers);
}

function put(list: string[], more: readonly string[]): void {
  for (const item of more) list.push(item);
}

function* readClass(body: Cursor, archive: ArchiveCode, kept: Keeping): Steps<void> {
  const bytes = yield* bytesOf(body);
  const told = bytes.length < LIMITS.javaClassBytes ? classFile(bytes) : undefined;
  if (told === undefined) kept.code.isCut = true;
  else if (told.services !== undefined)
    for (const [service, providers] of told.services)
      offers(archive, service.replaceAll('/', '.'), affordable(providers, kept));
  else archive.classes.push(row(told, kept));
}

function row({ name, names, mentions, isOpen, isLoader }: JavaClass, kept: Keeping): number[] {
  const placeOf = (name: string): number => {
    const known = kept.places.get(name);
    if (known !== undefined || !affords(kept, name.length + 3)) return known ?? NO_NAME;
    kept.places.set(name, kept.code.names.length);
    return kept.code.names.push(name) - 1;
  };
  const told = (list: readonly string[]): number[] =>
    list.flatMap((name) => (OF_RUNTIME.test(name) || !affords(kept, NUMBER_BYTES) ? [] : placeOf(name)));
  const own = told(names);
  return [placeOf(name), (isOpen ? 1 : 0) + (isLoader ? 2 : 0), own.length, ...own, ...told(mentions)];
}

/** Lines are cut at 72 bytes; the space that goes on with one is no part of it. */
function readManifest(text: string, archive: ArchiveCode, kept: Keeping): void {
  for (const line of text.replace(/\r\n?/g, '\n').replace(/\n /g, '').split('\n')) {
    const value = WANTED.exec(line)?.[1];
    if (value !== undefined && affords(kept, value.length))
      archive.manifest[line.slice(0, line.indexOf(':')).toLowerCase()] = value.trim();
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
    [name, name.slice(1)].map((written) => written.replaceAll('.', '/')),
  );

/** `<dependency>`s of a `pom.xml`, but for tests and what somebody else brings. */
function artifactsOf(text: string): string[] {
  return text
    .split('<dependency>')
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf('</dependency>')))
    .filter((dependency) => !dependency.includes('<scope>test</scope>'))
    .flatMap((dependency) => /<artifactId>([\w.-]{1,200})<\/artifactId>/.exec(dependency)?.[1] ?? []);
}

function* bytesOf(body: Cursor): Steps<Buffer> {
  while (body.end - body.at < Math.min(LIMITS.javaClassBytes, remaining(body)) && !body.ended)
    if (!(yield* fill(body, body.end - body.at + 1))) break;
  return body.bytes.subarray(body.at, Math.min(body.end, body.at + LIMITS.javaClassBytes));
}

/** A text; one that is longer than is read may say more. */
function* textOf(body: Cursor, code: JavaCode): Steps<string> {
  const bytes = yield* bytesOf(body);
  if (bytes.length >= LIMITS.javaClassBytes) code.isCut = true;
  return bytes.toString('utf8');
}
