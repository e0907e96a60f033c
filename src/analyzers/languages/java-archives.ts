import type { ZipMember } from '../../formats/archives/index.ts';
import { walkZip } from '../../formats/archives/index.ts';
import { type Cursor, drive, fill, remaining, type Steps } from '../../formats/cursor.ts';
import { type MailHeaders, mailHeaders } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type Fact, type PackageFact, unknown } from '../analyzer.ts';
import { properties, withValues } from '../fact-values.ts';

/** What one archive tells of itself; archives inside it stand on their own. */
interface Archive {
  /** Path within the outermost archive, `` for that one. */
  readonly inner: string;
  readonly fileName: string;
  manifest: MailHeaders | undefined;
  readonly poms: PomProperties[];
}

/** `META-INF/maven/GROUP/ARTIFACT/pom.properties`, which Maven writes into what it packages. */
interface PomProperties {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

const NESTED = /\.(?:jar|war|ear|rar|sar|par|lpkg|kar|nar)$/i;
const MANIFEST = 'META-INF/MANIFEST.MF';
const POM = /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/;
/** A manifest or pom.properties beyond this is none. */
const TEXT = 1 << 20;

/**
 * Java archives and the archives inside them, read front to back: what Maven noted (exact; several where others were
 * shaded in), else what the manifest says, else the file's name.
 */
export const javaArchives = analyzer({
  name: 'java-archives',
  version: 1,
  files: ['jar', 'war', 'ear', 'par', 'sar', 'nar', 'kar', 'jpi', 'hpi', 'lpkg'].map(
    (extension) => `**/*.${extension}`,
  ),
  stream(entry) {
    const found: Archive[] = [];
    const problems: string[] = [];
    const reader = drive((cursor) => readArchive(cursor, '', entry.path, 0, found, problems), entry.size);
    return {
      push: (chunk, offset) => reader.push(chunk, offset),
      *end(): Generator<Fact> {
        try {
          reader.end();
        } finally {
          for (const archive of found) yield* archiveFacts(archive);
          for (const problem of problems) yield unknown(problem);
        }
      },
    };
  },
});

function* readArchive(
  cursor: Cursor,
  inner: string,
  name: string,
  depth: number,
  found: Archive[],
  problems: string[],
): Steps<void> {
  const archive: Archive = { inner, fileName: name.slice(name.lastIndexOf('/') + 1), manifest: undefined, poms: [] };
  if (found.length >= LIMITS.zipEntries) return;
  found.push(archive);
  const walk = yield* walkZip(cursor, {
    wants: ({ name: member }) => member === MANIFEST || POM.test(member) || NESTED.test(member),
    *body(member: ZipMember, body: Cursor): Steps<void> {
      if (member.name === MANIFEST) archive.manifest = mailHeaders(unfolded(yield* allText(body)));
      else if (POM.test(member.name) && archive.poms.length < LIMITS.signaturesPerFile * 16) {
        const pom = pomProperties(yield* allText(body));
        if (pom !== undefined) archive.poms.push(pom);
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
            problems,
          );
      }
    },
  });
  // Java goes by the directory at the end: a member that only it names was not seen on the way.
  const hidden = walk.problems.find(({ kind }) => kind === 'hidden' || kind === 'damaged');
  if (hidden !== undefined && problems.length < 16)
    problems.push(`${inner === '' ? '' : `${inner}: `}${hidden.name} ${hidden.detail}`.trim());
  if (walk.members.length === 0) found.splice(found.indexOf(archive), 1);
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

function pomProperties(text: string): PomProperties | undefined {
  const value = (key: string): string =>
    new RegExp(`^[ \\t]*${key}[ \\t]*[=:][ \\t]*(\\S+)[ \\t\\r]*$`, 'm').exec(text)?.[1] ?? '';
  const pom = { group: value('groupId'), artifact: value('artifactId'), version: value('version') };
  return pom.artifact === '' || pom.version === '' || pom.version.includes('${') ? undefined : pom;
}

/** The archive's own package, then what was shaded into it. */
function* archiveFacts(archive: Archive): Generator<PackageFact> {
  const named = fromFileName(archive.fileName);
  const own = ownPom(archive, named?.artifact);
  const shaded = archive.poms.filter((pom) => pom !== own);
  if (own !== undefined) yield mavenFact(own, archive, 'exact');
  else {
    const told = fromManifest(archive, named);
    if (told !== undefined) yield mavenFact(told, archive, 'name');
  }
  for (const pom of shaded) yield { ...mavenFact(pom, archive, 'exact'), role: 'vendored' };
}

/** Of several, the one that the file is named after: the others came along with shading. */
function ownPom({ poms, fileName }: Archive, artifact: string | undefined): PomProperties | undefined {
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

interface Named {
  readonly artifact: string;
  readonly version: string;
}

/** `log4j-core-2.14.1.jar`, `guava-31.1-jre.jar`, `spark-core_2.12-3.3.1.jar`. */
function fromFileName(fileName: string): Named | undefined {
  if (fileName.length > LIMITS.nameBytes) return undefined;
  const match =
    /^(.+?)-v?(\d[\w.+]*(?:-(?:SNAPSHOT|RC\d*|M\d+|jre|android|alpha\d*|beta\d*|incubating|hadoop\d\w*|cdh[\w.]+|amzn-\d+|Final|GA|b\d+))*)\.\w+$/i.exec(
      fileName,
    );
  return match === null ? undefined : { artifact: match[1]!, version: match[2]! };
}

/** Implementation, then bundle, then specification: what builders fill in most carefully first. */
function fromManifest({ manifest }: Archive, named: Named | undefined): PomProperties | undefined {
  const value = (key: string): string | undefined => {
    const text = manifest?.get(key)?.trim();
    return text === undefined || text === '' || text.includes('${') ? undefined : text;
  };
  const version =
    named?.version ?? value('Implementation-Version') ?? value('Bundle-Version') ?? value('Specification-Version');
  const symbolic = value('Bundle-SymbolicName')?.split(';')[0]?.trim() ?? value('Automatic-Module-Name');
  const title = value('Implementation-Title');
  const artifact =
    named?.artifact ??
    (title !== undefined && /^[\w.-]+$/.test(title) ? title : symbolic?.slice(symbolic.lastIndexOf('.') + 1));
  if (artifact === undefined || version === undefined || !/^[\w.+-]*\d[\w.+-]*$/.test(version)) return undefined;
  return { artifact, version, group: groupOf(artifact, value('Implementation-Vendor-Id'), symbolic, title) };
}

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
  { group, artifact, version }: PomProperties,
  archive: Archive,
  certainty: 'exact' | 'name',
): PackageFact {
  return withValues({
    type: 'maven',
    name: group === '' ? artifact : `${group}:${artifact}`,
    version,
    certainty,
    properties: properties({ inside: archive.inner }),
  });
}
