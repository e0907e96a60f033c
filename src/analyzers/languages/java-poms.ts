import { child, childText, readXml, type XmlElement } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { FileNamed } from './java-file-names.ts';

/** What Maven calls an archive. The version is empty where it is a property that only the build knew. */
export interface Pom {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  /** Which of Maven's files it was taken from; absent: none of them. */
  readonly file?: 'pom.properties' | 'pom.xml';
  /** What the `pom.xml` says where the `pom.properties` beside it was taken. */
  readonly besides?: string;
}

/** What Maven writes into what it packages: `pom.properties`, and the `pom.xml` itself; some builds write only one of them. */
export const POM = /^(META-INF\/maven\/[^/]+\/[^/]+\/)pom\.(properties|xml)$/;

/** One of these files; undefined where it does not say of what it is. https://maven.apache.org/shared/maven-archiver/index.html */
export function pomOf(path: string, text: string): Pom | undefined {
  const pom = path.endsWith('.xml') ? pomXml(text) : pomProperties(text);
  return pom === undefined || pom.artifact === '' || /[\s:${}]/.test(pom.artifact + pom.group) ? undefined : pom;
}

/**
 * Everything that was noted, each once. `pom.properties` has what the build made of all properties, so that it goes before the `pom.xml`
 * beside it; a version that the latter leaves to the build is that of the file's name, where the file is named after it.
 */
export function pomsOf(noted: ReadonlyMap<string, Pom>, named: FileNamed | undefined): readonly Pom[] {
  const byFolder = new Map<string, Pom>();
  for (const [path, pom] of noted) {
    const [, folder = '', kind] = POM.exec(path) ?? [];
    const version = pom.version === '' && named?.artifact === pom.artifact ? named.version : pom.version;
    if (version === '') continue;
    const beside = byFolder.get(folder);
    if (kind === 'properties')
      byFolder.set(folder, { ...pom, version, file: 'pom.properties', ...(beside && { besides: beside.version }) });
    else byFolder.set(folder, beside ? { ...beside, besides: version } : { ...pom, version, file: 'pom.xml' });
  }
  return [...byFolder.values()];
}

/** Written by Netty's build into each module, and gathered in `netty-all` and by what shades modules in. */
export const NETTY = 'META-INF/io.netty.versions.properties';

/** The modules that such a file names, each with its version. */
export function nettyModules(text: string): readonly Pom[] {
  const lines = text.matchAll(/^(netty[\w-]{0,60})\.version[ \t]{0,8}[=:][ \t]{0,8}(\d[\w.-]{0,60})[ \t\r]{0,8}$/gm);
  const byName = new Map<string, Pom>();
  for (const [, artifact = '', version = ''] of lines) {
    if (byName.size >= LIMITS.signaturesPerFile) break;
    byName.set(artifact, { group: 'io.netty', artifact, version });
  }
  return [...byName.values()];
}

function pomProperties(text: string): Pom {
  const value = (key: string): string =>
    new RegExp(`^[ \\t]*${key}[ \\t]*[=:][ \\t]*(\\S+)[ \\t\\r]*$`, 'm').exec(text)?.[1] ?? '';
  return { group: value('groupId'), artifact: value('artifactId'), version: known(value('version')) };
}

/** Group and version may be the parent's. https://maven.apache.org/pom.html#Inheritance */
function pomXml(text: string): Pom | undefined {
  let project: XmlElement;
  try {
    project = readXml(text);
  } catch {
    return undefined;
  }
  const parent = child(project, 'parent');
  const set = child(project, 'properties');
  const value = (key: string): string => {
    const stated = childText(project, key) ?? (parent && childText(parent, key)) ?? '';
    const property = /^\$\{([\w.-]+)\}$/.exec(stated)?.[1];
    if (property === undefined) return stated;
    const other = /^(?:project|pom)\.(?:parent\.)?(groupId|version)$/.exec(property)?.[1];
    return (other !== undefined ? parent && childText(parent, other) : set && childText(set, property)) ?? stated;
  };
  return {
    group: value('groupId'),
    artifact: childText(project, 'artifactId') ?? '',
    version: known(value('version')),
  };
}

const known = (version: string): string => (version.includes('${') ? '' : version);
