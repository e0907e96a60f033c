import { createHash } from 'node:crypto';
import { type LocalZipMember, walkZip } from '../../formats/archives/index.ts';
import { type Cursor, drive, fill, peek, remaining, type Steps } from '../../formats/cursor.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type Fact, unknown } from '../analyzer.ts';
import { readModel } from '../models/index.ts';
import { classFolders } from './java-class-folders.ts';
import { type Archive, archiveFacts } from './java-coordinates.ts';
import { manifestOf } from './java-manifest.ts';
import { mergedIn } from './java-merged.ts';
import { NETTY, nettyModules, POM, pomOf } from './java-poms.ts';

/** What was found on the way. */
interface Found {
  readonly archives: Archive[];
  readonly problems: string[];
  readonly models: Fact[];
  /** Archives that were opened, those that turned out to be none of Java's too, and members of all. */
  opened: number;
  members: number;
  isCut: boolean;
}

/** What loaders of models look for in a zip, whatever its name. */
const MODEL = /\.(?:pkl|pickle|npy|pt|pth|joblib)$/i;

const NESTED = /\.(?:jar|war|ear|rar|sar|par|lpkg|kar|nar)$/i;
/** What lies in nearly every archive and holds no other; behind any other name one may. */
const LEAF =
  /\/$|\.(?:class|java|kt|scala|groovy|clj|properties|xml|xsd|dtd|html?|css|m?js|map|ts|json|ya?ml|txt|md|sql|proto|png|gif|jpe?g|ico|svg|ttf|woff2?|so|dll|dylib|jnilib|SF|RSA|DSA|EC|MF|LIST|kotlin_\w+|tasty|sjsir)$/i;
/** An archive of this name alone is none of Java's: only what it holds is. */
const ANY_ZIP = /\.zip$/i;
const MANIFEST = 'META-INF/MANIFEST.MF';
/** A manifest or pom.properties beyond this is none. */
const TEXT = 1 << 20;

/**
 * Java archives and the archives inside them, whatever those are called, and those in zip archives; read front to back: what Maven noted (exact; several where others were
 * shaded in), else what the manifest says, else the file's name. The group is then that of a well-known artifact, or guessed from the
 * manifest and from the packages of the classes, with every other guess kept: advisories are asked for under all of them.
 */
export const javaArchives = analyzer({
  name: 'java-archives',
  version: 19,
  begins: 'P',
  magic: isJarOfAnotherName,
  files: ['jar', 'war', 'ear', 'par', 'sar', 'nar', 'kar', 'jpi', 'hpi', 'lpkg', 'zip'].map(
    (extension) => `**/*.${extension}`,
  ),
  stream(entry) {
    const archives: Archive[] = [];
    const problems: string[] = [];
    const models: Fact[] = [];
    const reader = drive(
      (cursor) =>
        readArchive(cursor, '', entry.path, 0, { archives, problems, models, opened: 0, members: 0, isCut: false }),
      entry.size,
    );
    // By the first Maven Central is asked, the second is what bills of materials are compared by.
    const sums = { sha1: createHash('sha1'), sha256: createHash('sha256') };
    let hashed = entry.size > LIMITS.digestedArchiveBytes || ANY_ZIP.test(entry.path) ? Number.NaN : 0;
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
          for (const archive of archives) {
            const facts = [...archiveFacts(archive, archive.inner === '' ? digests : {})];
            yield* facts;
            const merged = mergedIn(archive, facts);
            if (merged !== undefined) yield merged;
          }
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

/** As much of the beginning as tells the name of the first member. */
const HEADER_BYTES = 30 + 512;
const isZip = (head: Buffer): boolean => head.length >= 4 && head.readUInt32BE(0) === 0x504b0304;

/** What an archive holds, and those inside of it. Long because each kind of member is told where it is met: an archive passes by once. */
function* readArchive(cursor: Cursor, inner: string, name: string, depth: number, archiveFound: Found): Steps<void> {
  const { archives, problems } = archiveFound;
  const archive: Archive = {
    inner,
    fileName: fileNameOf(name),
    manifest: undefined,
    poms: new Map(),
    netty: [],
    classes: classFolders(),
  };
  archiveFound.opened += 1;
  if (archiveFound.opened > LIMITS.innerArchives || archiveFound.members > LIMITS.zipEntries) {
    if (!archiveFound.isCut)
      problems.push(
        `more than ${LIMITS.innerArchives} archives or ${LIMITS.zipEntries} files in all: ${inner} and what follows was not read`,
      );
    archiveFound.isCut = true;
    return;
  }
  const head = yield* peek(cursor, HEADER_BYTES);
  const isJava = isJarOfAnotherName(head) || (inner === '' ? !ANY_ZIP.test(name) : NESTED.test(name));
  archives.push(archive);
  const walk = yield* walkZip(cursor, {
    wants: ({ name: member }) =>
      member === MANIFEST ||
      member === NETTY ||
      POM.test(member) ||
      NESTED.test(member) ||
      (isJava && MODEL.test(member)) ||
      !LEAF.test(member),
    *body(member: LocalZipMember, body: Cursor): Steps<void> {
      if (member.name === MANIFEST) archive.manifest = manifestOf(yield* allText(body));
      else if (member.name === NETTY) archive.netty = nettyModules(yield* allText(body));
      else if (POM.test(member.name) && archive.poms.size < LIMITS.signaturesPerFile * 16) {
        const pom = pomOf(member.name, yield* allText(body));
        if (pom !== undefined) archive.poms.set(member.name, pom);
      } else if (isJava && MODEL.test(member.name)) {
        if (archiveFound.models.length >= LIMITS.signaturesPerFile) return;
        const where = inner === '' ? member.name : `${inner}!/${member.name}`;
        archiveFound.models.push(...(yield* readModel(body, { where, depth: depth + 1 })).facts);
      } else if (NESTED.test(member.name) || isZip(yield* peek(body, HEADER_BYTES))) {
        if (depth + 1 >= LIMITS.archiveDepth)
          problems.push(`archives inside archives deeper than ${LIMITS.archiveDepth}: ${member.name}`);
        else
          yield* readArchive(
            body,
            inner === '' ? member.name : `${inner}!/${member.name}`,
            member.name,
            depth + 1,
            archiveFound,
          );
      }
    },
  });
  archiveFound.members += walk.members.length;
  // Java goes by the directory at the end: a member that only it names was not seen on the way.
  const hidden = walk.problems.find(({ kind }) => kind === 'hidden' || kind === 'damaged');
  if (hidden !== undefined && problems.length < 16)
    problems.push(`${inner === '' ? '' : `${inner}: `}${hidden.name} ${hidden.detail}`.trim());
  for (const member of walk.members) archive.classes.add(member.name);
  if (walk.members.length === 0 || !isJava) archives.splice(archives.lastIndexOf(archive), 1);
}

/** A small body as text. */
function* allText(body: Cursor): Steps<string> {
  while (body.end - body.at < Math.min(TEXT, remaining(body)) && !body.ended) {
    if (!(yield* fill(body, body.end - body.at + 1))) break;
  }
  return body.bytes.toString('utf8', body.at, Math.min(body.end, body.at + TEXT));
}
