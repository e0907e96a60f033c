import { LIMITS } from '../../limits.ts';

/** What the file of an archive is called after. */
export interface FileNamed {
  readonly artifact: string;
  readonly version: string;
}

/**
 * Tails that are part of a version: of a release on the way, of somebody's own build, of a snapshot's day, of a binding to a library that has its own
 * version (`zstd-jni-1.4.5-6.jar`, `openblas-0.3.9-1.5.3.jar`).
 */
const TAIL =
  '(?:SNAPSHOT|(?:RC|CR|M|SP|b|alpha|beta|milestone|preview)[-.]?\\d*|jre\\d*|android|incubating|hadoop\\d\\w*|cdh[\\w.]+|amzn-\\d+|(?:redhat|jbossorg|atlassian|mapr)-\\d+|Final|GA|(?<=\\d\\.\\d{1,4}-)\\d{1,3}|(?<=-\\d{1,4}\\.\\d{1,4}\\.\\d{1,4}-)\\d{1,3}(?:\\.\\d{1,3}){1,3}|\\d{8}\\.\\d{6}-\\d+)';
const ENDING_IN_VERSION = new RegExp(`^(.+?)-v?(\\d[\\w+]*(?:\\.[\\w+]+)*(?:[-.]${TAIL})*)\\.\\w+$`, 'i');
/** A classifier says which of several archives of one release it is: `-bin`, `-jdk15`, `-linux-x86_64`, `-jar-with-dependencies`. */
const WITH_CLASSIFIER = new RegExp(
  `^(.+?)-v?(\\d\\w*\\.\\w[\\w+]*(?:\\.[\\w+]+)*(?:[-.]${TAIL})*)(?:-[a-z][\\w.]*){1,4}\\.\\w+$`,
  'i',
);

/**
 * Artifact and version as Maven's repositories put them into the names of files, `artifact-version[-classifier].jar`: `log4j-core-2.14.1.jar`,
 * `guava-31.1-jre.jar`, `spark-core_2.12-3.3.1.jar`, `json-lib-2.4-jdk15.jar`. Undefined: it tells no version.
 * https://maven.apache.org/repository/layout.html
 */
export function fromFileName(fileName: string): FileNamed | undefined {
  if (fileName.length > LIMITS.nameBytes) return undefined;
  const match = ENDING_IN_VERSION.exec(fileName) ?? WITH_CLASSIFIER.exec(fileName);
  return match === null ? undefined : { artifact: match[1]!, version: match[2]! };
}

/**
 * Builders that put everything into one folder write the group before the artifact, joined by a dot: `io.netty.netty-handler-4.1.42.Final.jar`
 * (sbt-native-packager, Quarkus). Undefined where no group that is known to publish such an artifact stands there.
 */
export function groupInName(
  { artifact }: FileNamed,
  groupsOf: (artifact: string) => readonly string[],
): { readonly group: string; readonly artifact: string } | undefined {
  for (let dot = artifact.indexOf('.'); dot >= 0; dot = artifact.indexOf('.', dot + 1)) {
    const [group, rest] = [artifact.slice(0, dot), artifact.slice(dot + 1)];
    if (groupsOf(rest).includes(group)) return { group, artifact: rest };
  }
  return undefined;
}
