/**
 * Well-known libraries whose classes lie in packages that do not begin with their Maven group, or that are often copied under another file name:
 * `package group:artifact`. The artifact is that of an archive all of whose classes lie there. Read off the archives in Maven's central repository. Data only.
 */
const KNOWN: readonly string[] = [
  'org.objectweb.asm org.ow2.asm:asm',
  'net.jpountz org.lz4:lz4-java',
  'okhttp3 com.squareup.okhttp3:okhttp',
  'okio com.squareup.okio:okio',
  'kotlin org.jetbrains.kotlin:kotlin-stdlib',
  'kotlinx.coroutines org.jetbrains.kotlinx:kotlinx-coroutines-core-jvm',
  'scala org.scala-lang:scala-library',
  'clojure org.clojure:clojure',
  'bsh org.beanshell:bsh',
  'groovy org.codehaus.groovy:groovy',
  'com.sun.syndication rome:rome',
  'com.lowagie com.lowagie:itext',
  'com.alibaba.fastjson com.alibaba:fastjson',
  'com.google.protobuf com.google.protobuf:protobuf-java',
  'com.google.gson com.google.code.gson:gson',
  'com.mysql com.mysql:mysql-connector-j',
  'ai.onnxruntime com.microsoft.onnxruntime:onnxruntime',
  'javax.servlet javax.servlet:javax.servlet-api',
  'org.apache.axis axis:axis',
  'org.apache.commons.httpclient commons-httpclient:commons-httpclient',
  'org.apache.commons.collections commons-collections:commons-collections',
  'org.apache.commons.fileupload commons-fileupload:commons-fileupload',
  'org.apache.commons.beanutils commons-beanutils:commons-beanutils',
  'org.apache.commons.io commons-io:commons-io',
  'org.apache.commons.codec commons-codec:commons-codec',
  'org.apache.commons.lang commons-lang:commons-lang',
  'org.apache.commons.lang3 org.apache.commons:commons-lang3',
  'org.apache.commons.text org.apache.commons:commons-text',
  'org.apache.commons.compress org.apache.commons:commons-compress',
  'org.apache.http.client org.apache.httpcomponents:httpclient',
  'org.apache.log4j log4j:log4j',
  'org.apache.logging.log4j.core org.apache.logging.log4j:log4j-core',
  'org.apache.poi org.apache.poi:poi',
  'org.apache.tools org.apache.ant:ant',
  'org.apache.velocity org.apache.velocity:velocity',
  'org.apache.xerces xerces:xercesImpl',
  'org.apache.zookeeper org.apache.zookeeper:zookeeper',
  'org.apache.struts2 org.apache.struts:struts2-core',
  'org.dom4j dom4j:dom4j',
  'org.h2 com.h2database:h2',
  'org.hsqldb hsqldb:hsqldb',
  'org.junit junit:junit',
  'org.mozilla org.mozilla:rhino',
  'org.postgresql org.postgresql:postgresql',
  'org.python org.python:jython-standalone',
  'org.threeten.bp org.threeten:threetenbp',
  'org.yaml.snakeyaml org.yaml:snakeyaml',
  'org.jsoup org.jsoup:jsoup',
  'org.springframework.beans org.springframework:spring-beans',
  'org.eclipse.jetty.server org.eclipse.jetty:jetty-server',
  'org.apache.commons.collections4 org.apache.commons:commons-collections4',
  'com.fasterxml.jackson.core com.fasterxml.jackson.core:jackson-core',
  'com.fasterxml.jackson.databind com.fasterxml.jackson.core:jackson-databind',
  'com.google.common.collect com.google.guava:guava',
  'com.nimbusds.jose com.nimbusds:nimbus-jose-jwt',
  'com.thoughtworks.xstream com.thoughtworks.xstream:xstream',
  'ch.qos.logback.core ch.qos.logback:logback-core',
  'net.minidev.json net.minidev:json-smart',
];

/** A library that is known by where its classes lie. */
interface KnownLibrary {
  readonly group: string;
  readonly artifact: string;
  /** The package that they lie in or below. */
  readonly classes: string;
}

const known = new Map<string, KnownLibrary>();
for (const line of KNOWN) {
  const [classes = '', coordinates = ''] = line.split(' ');
  const [group = '', artifact = ''] = coordinates.split(':');
  known.set(classes, { group, artifact, classes });
}

/** The most parts that a package of the table has. */
const MOST_PARTS = Math.max(...[...known.keys()].map((name) => name.split('.').length));

/** What the packages of the table begin with. */
const FIRST_PARTS: ReadonlySet<string> = new Set([...known.keys()].map((name) => name.split('.')[0]!));

/** The library whose classes lie in this package or above it, by the longest package that is known. */
export function libraryOf(name: string): KnownLibrary | undefined {
  const parts = name.split('.', MOST_PARTS + 1);
  for (let count = Math.min(parts.length, MOST_PARTS); count > 0; count -= 1) {
    const library = known.get(parts.slice(0, count).join('.'));
    if (library !== undefined) return library;
  }
  return undefined;
}

/** In many archives, and nothing was ever published on them, or they are declarations alone: by artifact. */
export const EVERYWHERE: ReadonlySet<string> = new Set(['asm', 'javax.servlet-api', 'junit']);

/** The library that the parts of a folder lead into, wherever in it its package begins: also one that was moved below another (`com/acme/shaded/org/h2`). */
export function libraryIn(parts: readonly string[]): (KnownLibrary & { readonly at: number }) | undefined {
  for (let at = 0; at < parts.length; at += 1) {
    if (!FIRST_PARTS.has(parts[at]!)) continue;
    const library = libraryOf(parts.slice(at, at + MOST_PARTS).join('.'));
    // One word alone is a name for anybody's folder: `kotlin`, `scala`.
    if (library !== undefined && (at === 0 || library.classes.includes('.'))) return { ...library, at };
  }
  return undefined;
}

/** Other archives of the same project are called so as well: `kotlin-reflect`, `log4j-1.2-api`; reload4j is log4j under its old packages. */
export const kinOf = (artifact: string): readonly string[] => {
  const first = artifact.toLowerCase().split('-')[0]!.replace(/impl$/, '');
  return first === 'log4j' ? ['log4j', 'reload4j'] : first === 'commons' ? [artifact.toLowerCase()] : [first];
};
