import type { PackageFact } from '../analyzer.ts';
import { properties, withValues } from '../fact-values.ts';
import { libraryOf } from '../java-packages.ts';
import { type ClassFolders, groupsWithin } from './java-class-folders.ts';
import { type FileNamed, fromFileName, groupInName } from './java-file-names.ts';
import { knownGroups } from './java-groups.ts';
import { type JarManifest, releaseOf } from './java-manifest.ts';
import { type Pom, pomsOf } from './java-poms.ts';
import { disputedByProofs, namedAs, notedIn, statedOf } from './java-proofs.ts';

/** What one archive tells of itself; archives inside it stand on their own. */
export interface Archive {
  /** Path within the outermost archive, `` for that one. */
  readonly inner: string;
  readonly fileName: string;
  manifest: JarManifest | undefined;
  /** What Maven noted, by the path of each file. */
  readonly poms: Map<string, Pom>;
  /** What Netty noted of its modules that were put together here. */
  netty: readonly Pom[];
  readonly classes: ClassFolders;
}

/** What an archive is, and how sure the group is where Maven did not note it, and what else it may be. */
interface Coordinates extends Pom {
  readonly certainty?: 'content' | 'name';
  readonly otherGroups?: readonly string[];
}

/** The archive's own package, then what was shaded into it. */
export function* archiveFacts(archive: Archive, digests: Readonly<Record<string, string>>): Generator<PackageFact> {
  const isBare = archive.classes.bodies < Math.max(1, archive.poms.size);
  for (const fact of namedFacts(archive, digests)) yield isBare ? { ...fact, brings: [] } : fact;
}

function* namedFacts(archive: Archive, digests: Readonly<Record<string, string>>): Generator<PackageFact> {
  const named = fromFileName(archive.fileName);
  const noted = pomsOf(archive.poms, named);
  const poms = [...noted, ...archive.netty.filter((extra) => !noted.some((pom) => isSame(pom, extra)))];
  const own = ownPom(poms, archive.fileName, named?.artifact);
  yield* tomcat(archive);
  const shaded = poms.filter((pom) => pom !== own);
  if (own !== undefined)
    yield disputedByProofs(mavenFact(own, archive, 'exact', digests), [
      ...notedIn(own),
      ...namedAs(own, named),
      ...statedOf(own, archive.manifest),
    ]);
  else {
    const told = fromManifest(archive, named);
    if (told !== undefined)
      yield disputedByProofs(mavenFact(told, archive, told.certainty ?? 'name', digests), [
        ...namedAs(told, named),
        ...statedOf(told, archive.manifest),
      ]);
    // There is code, and nobody says which: it is listed, so that it does not count as judged.
    else if (archive.classes.count > 0 && poms.length === 0 && !OF_JAVA.test(archive.fileName))
      yield mavenFact(
        { artifact: archive.fileName.replace(/\.\w+$/, ''), version: '', group: '' },
        archive,
        'name',
        digests,
      );
  }
  for (const pom of shaded)
    yield { ...disputedByProofs(mavenFact(pom, archive, 'exact'), notedIn(pom)), role: 'vendored' };
}

const isSame = (pom: Pom, other: Pom): boolean => pom.group === other.group && pom.artifact === other.artifact;

/** The server, by the archive that is its core, under the name that NVD has for it. https://tomcat.apache.org/tomcat-9.0-doc/ */
function* tomcat({ fileName, manifest, inner }: Archive): Generator<PackageFact> {
  const version = manifest?.main.get('Implementation-Version')?.trim() ?? '';
  if (fileName !== 'catalina.jar' || manifest?.main.get('Implementation-Title')?.trim() !== 'Apache Tomcat') return;
  if (/^\d[\w.-]{0,40}$/.test(version))
    yield {
      type: 'generic',
      name: 'tomcat',
      version,
      certainty: 'content',
      properties: properties({ inside: inner, cpe: 'apache:tomcat' }) ?? {},
    };
}

/** Of several, the one that the file is named after: the others came along with shading. */
function ownPom(poms: readonly Pom[], fileName: string, artifact: string | undefined): Pom | undefined {
  const whole = poms.find((pom) => artifact === `${pom.group}.${pom.artifact}`);
  if (whole !== undefined) return whole;
  if (poms.length === 1) {
    const [pom] = poms;
    // One lonely pom.properties may be that of a shaded library in a jar built by something else.
    return artifact === undefined ||
      fileName.startsWith(pom!.artifact) ||
      artifact === pom!.artifact ||
      pom!.artifact.endsWith(artifact)
      ? pom
      : undefined;
  }
  return (
    poms.find((pom) => pom.artifact === (artifact ?? fileName.replace(/\.\w+$/, ''))) ??
    poms.find((pom) => fileName.startsWith(`${pom.artifact}-${pom.version}`))
  );
}

/** Implementation, then bundle, then specification: what builders fill in most carefully first. */
function fromManifest(archive: Archive, named: FileNamed | undefined): Coordinates | undefined {
  const { manifest, classes, fileName } = archive;
  const value = (key: string): string | undefined => stated(manifest?.main.get(key));
  const version =
    named?.version ??
    ['Implementation-Version', 'Bundle-Version', 'Specification-Version']
      .map((key) => releaseOf(value(key) ?? ''))
      .find((release) => release !== undefined) ??
    versionOfSections(archive);
  const symbolic = value('Bundle-SymbolicName')?.split(';')[0]?.trim() ?? value('Automatic-Module-Name');
  const title = value('Implementation-Title');
  const stem = fileName.replace(/\.\w+$/, '');
  const common = classes.common();
  const likely = common === undefined ? undefined : libraryOf(common);
  const library = likely !== undefined && classes.shareOf(likely.classes) >= NEARLY_ALL ? likely : undefined;
  const told =
    title !== undefined && /^[\w.-]+$/.test(title)
      ? title
      : symbolic === undefined
        ? undefined
        : artifactOfModule(symbolic);
  const artifact =
    named?.artifact ??
    // A copy under another name (`lib7.jar`): its title is often no artifact that anybody publishes.
    (library !== undefined && (told === undefined || knownGroups(told).length === 0) ? library.artifact : told) ??
    // `log4j-core.jar`, whose title has blanks: a name that somebody is known to publish under.
    (knownGroups(stem).length > 0 ? stem : undefined);
  if (artifact === undefined) return undefined;
  const edition = version === undefined ? undefined : bouncyCastle(artifact, version);
  if (edition !== undefined && version !== undefined)
    return { group: 'org.bouncycastle', artifact: edition, version, certainty: 'name' };
  if (version === undefined)
    return library === undefined || named ? undefined : { group: library.group, artifact, version: '' };
  // Jenkins' plugins state it outright. https://www.jenkins.io/doc/developer/plugin-development/
  const group = value('Group-Id') ?? groupOf(artifact, value('Implementation-Vendor-Id'), symbolic, title);
  const joined = named && groupInName(named, knownGroups);
  if (joined !== undefined) return { ...joined, version, certainty: 'content' };
  return {
    artifact,
    version,
    ...guessed(artifact, group, symbolic, common, library?.artifact === artifact ? library.group : undefined),
  };
}

/**
 * Bouncy Castle's bundles are called `bcprov`, which nobody publishes: the artifact has the oldest Java behind it. Which one is not told; the usual one
 * of that time is. https://www.bouncycastle.org/download/bouncy-castle-java/
 */
function bouncyCastle(artifact: string, version: string): string | undefined {
  const minor = /^1\.(\d{1,3})(?!\d)/.exec(version)?.[1];
  if (minor === undefined || !/^bc(?:prov|pkix|pg|mail|jmail|tls|util|tsp)$/.test(artifact)) return undefined;
  if (Number(minor) >= 71) return `${artifact}-jdk18on`;
  return Number(minor) >= 46 ? `${artifact}-jdk15on` : `${artifact}-jdk15`;
}

/** The part of an archive's classes that makes it the library whose package they share; a few more are there for its build tool or its licence. */
const NEARLY_ALL = 0.9;

/** A value of the manifest that was filled in. */
function stated(text: string | undefined): string | undefined {
  const value = text?.trim();
  return value === undefined || value === '' || value.includes('${') ? undefined : value;
}

/** What the manifest says of the folder that most classes lie in, or of a part of it: Ant, Xerces and their time state it there only. */
function versionOfSections({ manifest, classes }: Archive): string | undefined {
  const folder = `${classes.common()?.replaceAll('.', '/')}/`;
  return manifest?.sections
    .filter((section) => `${section.get('Name') ?? ''}/`.startsWith(folder))
    .map((section) => releaseOf(stated(section.get('Implementation-Version')) ?? ''))
    .find((release) => release !== undefined);
}

/** `com.fasterxml.jackson.databind` is the artifact `jackson-databind`: the parts that a well-known one has, else the last. */
function artifactOfModule(symbolic: string): string {
  const parts = symbolic.split('.', 16);
  const joined = [3, 2].map((count) => parts.slice(-count).join('-'));
  // `org.apache.struts.2-core`: no artifact's name begins with the number of its generation.
  if (/^\d/.test(parts.at(-1)!)) joined.unshift(parts.slice(-2).join(''));
  return joined.find((artifact) => knownGroups(artifact).length > 0) ?? parts.at(-1)!;
}

/** Java's own archives: the runtime is found by its release file. */
const OF_JAVA =
  /^(?:rt|jce|jsse|charsets|resources|jfr|tools|dt|sa-jdi|jconsole|jrt-fs|src|classes|cldrdata|dnsns|jaccess|localedata|nashorn|sun\w+|zipfs|ct|deploy|plugin|javaws|jfxrt|jfxswt|management-agent|alt-rt|alt-string)\.\w+$/;

/** The group of an artifact: from the tables where it is well known, else what the archive states, else what its classes say. */
function guessed(
  artifact: string,
  stated: string,
  symbolic: string | undefined,
  classes: string | undefined,
  ofLibrary: string | undefined,
): Pick<Coordinates, 'group' | 'certainty' | 'otherGroups'> {
  const fromClasses = classes === undefined ? [] : groupsWithin(classes);
  // A short name (`api`) may be anybody's: what the archive says of itself has to agree, where it says something. Packages like `okhttp3.internal` are no domain.
  const tops = [stated, classes ?? ''].filter((name) => DOMAIN.test(name)).map(topOf);
  const known = knownGroups(artifact).filter(
    (group) => tops.length === 0 || !group.includes('.') || tops.includes(topOf(group)) || group === ofLibrary,
  );
  const all = [
    ...new Set([
      ...(ofLibrary === undefined ? [] : [ofLibrary]),
      ...known,
      ...(stated === '' ? [] : [stated]),
      ...fromClasses,
      ...groupsWithin(symbolic ?? ''),
    ]),
  ];
  const ofClasses = known.find((group) => fromClasses.includes(group)) ?? ofLibrary;
  const group = ofClasses ?? known[0] ?? (stated !== '' ? stated : (fromClasses[0] ?? all[0] ?? ''));
  return {
    group,
    certainty: ofClasses !== undefined ? 'content' : 'name',
    otherGroups: all.filter((other) => other !== group).slice(0, 12),
  };
}

/** A group is mostly a domain turned round. */
const DOMAIN = /^(?:com|org|net|io|dev|edu|gov|me|co|ai|app|cloud|tech|javax?|jakarta|[a-z]{2})\.[\w-]+(?:\.[\w-]+)*$/;

/** `org.apache` of `org.apache.logging.log4j`. */
const topOf = (name: string): string => name.split('.', 2).join('.');

/** A bundle's name is mostly group and artifact together, Gradle's title is `group#artifact`. */
function groupOf(
  artifact: string,
  vendorId: string | undefined,
  symbolic: string | undefined,
  title: string | undefined,
): string {
  const fromTitle = /^([\w.-]+)#/.exec(title ?? '')?.[1];
  if (fromTitle !== undefined && DOMAIN.test(fromTitle)) return fromTitle;
  if (vendorId !== undefined && DOMAIN.test(vendorId)) return vendorId;
  if (symbolic === undefined || !DOMAIN.test(symbolic)) return '';
  const tail = `.${artifact}`;
  return symbolic.endsWith(tail) ? symbolic.slice(0, -tail.length) : symbolic;
}

/** Maven's names are `group:artifact`; where the group is not known, the artifact alone. */
function mavenFact(
  { group, artifact, version, otherGroups }: Coordinates,
  archive: Archive,
  certainty: 'exact' | 'content' | 'name',
  digests: Readonly<Record<string, string>> = {},
): PackageFact {
  return withValues({
    type: 'maven',
    name: group === '' ? artifact : `${group}:${artifact}`,
    version,
    certainty,
    properties: properties({ inside: archive.inner, groups: otherGroups?.join(' '), ...digests }),
  });
}
