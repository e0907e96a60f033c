import { type MailHeaders, mailHeaders } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';

/** What a manifest says of the archive as a whole, and of the folders within it. */
export interface JarManifest {
  readonly main: MailHeaders;
  /** Sections of folders and classes that state a version. https://docs.oracle.com/javase/8/docs/technotes/guides/jar/jar.html#JAR_Manifest */
  readonly sections: readonly MailHeaders[];
}

/** Reads a manifest. Of its sections (one for each class of a signed archive) the first that state a version are kept. */
export function manifestOf(folded: string): JarManifest {
  // Lines are cut at 72 bytes, within words: the space that continues one is no part of the text.
  const text = folded.replace(/\r\n?/g, '\n').replace(/\n /g, '');
  const sections: MailHeaders[] = [];
  const lines = /\nImplementation-Version:/gi;
  const start = text.indexOf('\n\n') + 1;
  for (lines.lastIndex = start; start > 0 && sections.length < LIMITS.signaturesPerFile; ) {
    const match = lines.exec(text);
    if (match === null) break;
    const from = text.lastIndexOf('\n\n', match.index) + 2;
    sections.push(mailHeaders(text.slice(from, from + MOST_OF_SECTION)));
  }
  return { main: mailHeaders(text), sections };
}

/** Characters of a section that are read. */
const MOST_OF_SECTION = 4_096;

/** What builders write after the release: a commit, the number and the day of the build. */
const STAMPS = [
  // Kotlin: `1.6.10-release-923(1.6.10)`.
  /-release-\d{1,6}(?:\([\w.-]{1,40}\))?$/,
  // ZooKeeper: `3.4.14-4c25d480e66aadd371de8bd2fd8da255ac140bcf`.
  /-[0-9a-f]{40}$/,
  // Scala: `2.12.10.v20190904-150159-VFINAL-61701c2`.
  /\.v\d{8}-\d{6}-VFINAL-[0-9a-f]{7,12}$/,
];

/**
 * The release that a version line of a manifest is about; undefined where it is none. Lucene writes `8.6.0 a9c5fb0d - builder - 2020-07-07`, OSGi wants four parts
 * of which only the last may be a word (`28.0.0.jre`), and Derby puts its third and fourth together (`10.14.2000000.1828579`, which is 10.14.2.0).
 */
export function releaseOf(text: string): string | undefined {
  let version = text.trim().split(/\s/, 1)[0]!.slice(0, LIMITS.nameBytes);
  for (const stamp of STAMPS) version = version.replace(stamp, '');
  version = version
    .replace(/^(\d+\.\d+)\.0\.(jre|android)$/, '$1-$2')
    .replace(/^(\d+\.\d+)\.(\d{1,3})00000(\d)\.\d{6,8}$/, '$1.$2.$3');
  return /^[\w.+-]+$/.test(version) && /^v?\d/.test(version) ? version : undefined;
}
