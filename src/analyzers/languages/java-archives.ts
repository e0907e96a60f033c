import { createHash } from 'node:crypto';
import { type LocalZipMember, walkZip } from '../../formats/archives/index.ts';
import { type Cursor, drive, fill, remaining, type Steps } from '../../formats/cursor.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { type MailHeaders, mailHeaders } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type Fact, type PackageFact, unknown } from '../analyzer.ts';
import { properties, withValues } from '../fact-values.ts';
import { readModel } from '../models/index.ts';
import { type FileNamed, fromFileName } from './java-file-names.ts';
import { type ClassFolders, classFolders, groupsWithin, knownGroups } from './java-groups.ts';
import { NETTY, nettyModules, POM, type Pom, pomOf, pomsOf } from './java-poms.ts';

/** What one archive tells of itself; archives inside it stand on their own. */
interface Archive {
  /** Path within the outermost archive, `` for that one. */
  readonly inner: string;
  readonly fileName: string;
  manifest: MailHeaders | undefined;
  /** What Maven noted, by the path of each file. */
  readonly poms: Map<string, Pom>;
  /** What Netty noted of its modules that were put together here. */
  netty: readonly Pom[];
  readonly classes: ClassFolders;
}

/** What was found on the way. */
interface Found {
  readonly archives: Archive[];
  readonly problems: string[];
  readonly models: Fact[];
}

/** What loaders of models look for in a zip, whatever its name. */
const MODEL = /\.(?:pkl|pickle|npy|pt|pth|joblib)$/i;

/** What an archive is, and how sure the group is where Maven did not note it, and what else it may be. */
interface Coordinates extends Pom {
  readonly certainty?: 'content' | 'name';
  readonly otherGroups?: readonly string[];
}

const NESTED = /\.(?:jar|war|ear|rar|sar|par|lpkg|kar|nar)$/i;
const MANIFEST = 'META-INF/MANIFEST.MF';
/** A manifest or pom.properties beyond this is none. */
const TEXT = 1 << 20;

/**
 * Java archives and the archives inside them, read front to back: what Maven noted (exact; several where others were
 * shaded in), else what the manifest says, else the file's name. The group is then that of a well-known artifact, or guessed from the
 * manifest and from the packages of the classes, with every other guess kept: advisories are asked for under all of them.
 */
export const javaArchives = analyzer({
  name: 'java-archives',
  version: 9,
  magic: isJarOfAnotherName,
  files: ['jar', 'war', 'ear', 'par', 'sar', 'nar', 'kar', 'jpi', 'hpi', 'lpkg'].map(
    (extension) => `**/*.${extension}`,
  ),
  stream(entry) {
    const archives: Archive[] = [];
    const problems: string[] = [];
    const models: Fact[] = [];
    const reader = drive(
      (cursor) => readArchive(cursor, '', entry.path, 0, { archives, problems, models }),
      entry.size,
    );
    // By the first Maven Central is asked, the second is what bills of materials are compared by.
    const sums = { sha1: createHash('sha1'), sha256: createHash('sha256') };
    let hashed = entry.size > LIMITS.digestedArchiveBytes ? Number.NaN : 0;
    return {
      push: (chunk, offset) => {
        const unneeded = reader.push(chunk, offset);
        if (offset !== hashed) return unneeded;
        for (const sum of Object.values(sums)) sum.update(chunk);
        hashed += chunk.length;
        // What the reader of the archive would pass over is hashed all the same.
        return hashed < entry.size ? 0 : unneeded;
      },
      *end(): Generator<Fact> {
        try {
          reader.end();
        } finally {
          // Of an archive inside another only the compressed bytes passed by.
          const digests: Readonly<Record<string, string>> =
            hashed === entry.size ? { sha1: sums.sha1.digest('hex'), sha256: sums.sha256.digest('hex') } : {};
          for (const archive of archives) yield* archiveFacts(archive, archive.inner === '' ? digests : {});
          for (const problem of problems) yield unknown(problem);
          yield* models;
        }
      },
    };
  },
});

/** Java reads an archive of any name; its tools write this member first, and nobody else a class. */
function isJarOfAnotherName(head: Buffer): boolean {
  if (head.length < 30 || head.readUInt32BE(0) !== 0x504b0304) return false;
  const first = head.toString('latin1', 30, 30 + head.readUInt16LE(26));
  return /^META-INF\/(?:MANIFEST\.MF)?$|\.class$/.test(first);
}

function* readArchive(cursor: Cursor, inner: string, name: string, depth: number, found: Found): Steps<void> {
  const { archives, problems } = found;
  const archive: Archive = {
    inner,
    fileName: fileNameOf(name),
    manifest: undefined,
    poms: new Map(),
    netty: [],
    classes: classFolders(),
  };
  if (archives.length >= LIMITS.zipEntries) return;
  archives.push(archive);
  const walk = yield* walkZip(cursor, {
    wants: ({ name: member }) =>
      member === MANIFEST || member === NETTY || POM.test(member) || NESTED.test(member) || MODEL.test(member),
    *body(member: LocalZipMember, body: Cursor): Steps<void> {
      if (member.name === MANIFEST) archive.manifest = mailHeaders(unfolded(yield* allText(body)));
      else if (member.name === NETTY) archive.netty = nettyModules(yield* allText(body));
      else if (POM.test(member.name) && archive.poms.size < LIMITS.signaturesPerFile * 16) {
        const pom = pomOf(member.name, yield* allText(body));
        if (pom !== undefined) archive.poms.set(member.name, pom);
      } else if (NESTED.test(member.name)) {
        if (depth + 1 >= LIMITS.archiveDepth)
          problems.push(`archives inside archives deeper than ${LIMITS.archiveDepth}: ${member.name}`);
        else
          yield* readArchive(
            body,
            inner === '' ? member.name : `${inner}!/${member.name}`,
            member.name,
            depth + 1,
            found,
          );
      } else if (MODEL.test(member.name) && found.models.length < LIMITS.signaturesPerFile) {
        const where = inner === '' ? member.name : `${inner}!/${member.name}`;
        found.models.push(...(yield* readModel(body, { where, depth: depth + 1 })).facts);
      }
    },
  });
  // Java goes by the directory at the end: a member that only it names was not seen on the way.
  const hidden = walk.problems.find(({ kind }) => kind === 'hidden' || kind === 'damaged');
  if (hidden !== undefined && problems.length < 16)
    problems.push(`${inner === '' ? '' : `${inner}: `}${hidden.name} ${hidden.detail}`.trim());
  for (const member of walk.members) archive.classes.add(member.name);
  if (walk.members.length === 0) archives.splice(archives.indexOf(archive), 1);
}

/** A small body as text. */
function* allText(body: Cursor): Steps<string> {
  while (body.end - body.at < Math.min(TEXT, remaining(body)) && !body.ended) {
    if (!(yield* fill(body, body.end - body.at + 1))) break;
  }
  return body.bytes.toString('utf8', body.at, Math.min(body.end, body.at + TEXT));
}

/** Manifest lines are cut at 72 bytes, within words: the space that continues one is no part of the text. */
const unfolded = (text: string): string => text.replace(/\r\n?/g, '\n').replace(/\n /g, '');

/** The archive's own package, then what was shaded into it. */
function* archiveFacts(archive: Archive, digests: Readonly<Record<string, string>>): Generator<PackageFact> {
  const named = fromFileName(archive.fileName);
  const noted = pomsOf(archive.poms, named);
  const poms = [...noted, ...archive.netty.filter((one) => !noted.some((pom) => isSame(pom, one)))];
  const own = ownPom(poms, archive.fileName, named?.artifact);
  const shaded = poms.filter((pom) => pom !== own);
  if (own !== undefined) yield mavenFact(own, archive, 'exact', digests);
  else {
    const told = fromManifest(archive, named);
    if (told !== undefined) yield mavenFact(told, archive, told.certainty ?? 'name', digests);
    // There is code, and nobody says which: it is listed, so that it does not count as judged.
    else if (archive.classes.count > 0 && poms.length === 0 && !OF_JAVA.test(archive.fileName))
      yield mavenFact(
        { artifact: archive.fileName.replace(/\.\w+$/, ''), version: '', group: '' },
        archive,
        'name',
        digests,
      );
  }
  for (const pom of shaded) yield { ...mavenFact(pom, archive, 'exact'), role: 'vendored' };
}

const isSame = (one: Pom, other: Pom): boolean => one.group === other.group && one.artifact === other.artifact;

/** Of several, the one that the file is named after: the others came along with shading. */
function ownPom(poms: readonly Pom[], fileName: string, artifact: string | undefined): Pom | undefined {
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
    poms.find((pom) => pom.artifact === artifact) ??
    poms.find((pom) => fileName.startsWith(`${pom.artifact}-${pom.version}`))
  );
}

/** Implementation, then bundle, then specification: what builders fill in most carefully first. */
function fromManifest({ manifest, classes, fileName }: Archive, named: FileNamed | undefined): Coordinates | undefined {
  const value = (key: string): string | undefined => {
    const text = manifest?.get(key)?.trim();
    return text === undefined || text === '' || text.includes('${') ? undefined : text;
  };
  const version =
    named?.version ?? value('Implementation-Version') ?? value('Bundle-Version') ?? value('Specification-Version');
  const symbolic = value('Bundle-SymbolicName')?.split(';')[0]?.trim() ?? value('Automatic-Module-Name');
  const title = value('Implementation-Title');
  const stem = fileName.replace(/\.\w+$/, '');
  const artifact =
    named?.artifact ??
    (title !== undefined && /^[\w.-]+$/.test(title) ? title : symbolic && artifactOfModule(symbolic)) ??
    // `log4j-core.jar`, whose title has blanks: a name that somebody is known to publish under.
    (knownGroups(stem).length > 0 ? stem : undefined);
  if (artifact === undefined || version === undefined || !/^[\w.+-]+$/.test(version) || !/\d/.test(version))
    return undefined;
  const stated = groupOf(artifact, value('Implementation-Vendor-Id'), symbolic, title);
  return { artifact, version, ...guessed(artifact, stated, symbolic, classes.common()) };
}

/** `com.fasterxml.jackson.databind` is the artifact `jackson-databind`: the parts that a well-known one has, else the last. */
function artifactOfModule(symbolic: string): string {
  const parts = symbolic.split('.', 16);
  const joined = [3, 2].map((count) => parts.slice(-count).join('-'));
  return joined.find((artifact) => knownGroups(artifact).length > 0) ?? parts.at(-1)!;
}

/** Java's own archives: the runtime is found by its release file. */
const OF_JAVA =
  /^(?:rt|jce|jsse|charsets|resources|jfr|tools|dt|sa-jdi|jconsole|jrt-fs|src|classes|cldrdata|dnsns|jaccess|localedata|nashorn|sun\w+|zipfs|ct|deploy|plugin|javaws|jfxrt|jfxswt|management-agent|alt-rt|alt-string)\.\w+$/;

/** The group of an artifact: from the table where it is well known, else what the archive states, else what its classes say. */
function guessed(
  artifact: string,
  stated: string,
  symbolic: string | undefined,
  classes: string | undefined,
): Pick<Coordinates, 'group' | 'certainty' | 'otherGroups'> {
  const fromClasses = classes === undefined ? [] : groupsWithin(classes);
  // A short name (`api`) may be anybody's: what the archive says of itself has to agree, where it says something.
  const tops = [stated, classes ?? ''].filter(Boolean).map(topOf);
  const known = knownGroups(artifact).filter(
    (group) => tops.length === 0 || !group.includes('.') || tops.includes(topOf(group)),
  );
  const all = [
    ...new Set([...known, ...(stated === '' ? [] : [stated]), ...fromClasses, ...groupsWithin(symbolic ?? '')]),
  ];
  const ofClasses = known.find((group) => fromClasses.includes(group));
  const group = ofClasses ?? known[0] ?? (stated !== '' ? stated : (fromClasses[0] ?? all[0] ?? ''));
  return {
    group,
    certainty: ofClasses !== undefined ? 'content' : 'name',
    otherGroups: all.filter((other) => other !== group).slice(0, 12),
  };
}

/** `org.apache` of `org.apache.logging.log4j`. */
const topOf = (name: string): string => name.split('.', 2).join('.');

/** A group is a domain turned round; a bundle's name is mostly group and artifact together, Gradle's title is `group#artifact`. */
function groupOf(
  artifact: string,
  vendorId: string | undefined,
  symbolic: string | undefined,
  title: string | undefined,
): string {
  const domain =
    /^(?:com|org|net|io|dev|edu|gov|me|co|ai|app|cloud|tech|javax?|jakarta|[a-z]{2})\.[\w-]+(?:\.[\w-]+)*$/;
  const fromTitle = /^([\w.-]+)#/.exec(title ?? '')?.[1];
  if (fromTitle !== undefined && domain.test(fromTitle)) return fromTitle;
  if (vendorId !== undefined && domain.test(vendorId)) return vendorId;
  if (symbolic === undefined || !domain.test(symbolic)) return '';
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
