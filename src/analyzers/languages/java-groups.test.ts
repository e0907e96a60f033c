import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { zip } from '../../../test/zip.ts';
import { lookupsOf } from '../../inventory/lookups.ts';
import type { PackageFact } from '../analyzer.ts';
import { javaArchives } from './java-archives.ts';
import { classFolders, groupsWithin } from './java-class-folders.ts';
import { knownGroups } from './java-groups.ts';

const archive = (path: string, manifest: string, ...classes: readonly string[]): PackageFact =>
  facts(
    javaArchives,
    path,
    zip({
      'META-INF/MANIFEST.MF': `Manifest-Version: 1.0\r\n${manifest}\r\n\r\n`,
      ...Object.fromEntries(classes.map((name) => [`${name}.class`, 'x'])),
    }),
  )[0] as PackageFact;

/** Names under which advisories on it are asked for. */
const asked = (fact: PackageFact): string[] => lookupsOf(fact, undefined).map(({ name }) => name);

describe('a Java archive without pom.properties', () => {
  it('of a well-known artifact has its group, the surer where its classes lie there', () => {
    const fact = archive(
      'app/lib/spring-security-core-3.0.5.RELEASE.jar',
      'Implementation-Title: spring-security-core\r\nImplementation-Version: 3.0.5.RELEASE',
      'org/springframework/security/core/Authentication',
      'org/springframework/security/access/AccessDecisionManager',
    );
    expect(fact).toMatchObject({
      name: 'org.springframework.security:spring-security-core',
      version: '3.0.5.RELEASE',
      certainty: 'content',
    });
    expect(asked(fact)).toContain('org.springframework.security:spring-security-core');
  });

  it.each([
    [
      'lib/commons-collections-3.2.1.jar',
      '',
      'org/apache/commons/collections/Bag',
      'commons-collections:commons-collections',
    ],
    ['lib/commons-text-1.9.jar', '', 'org/apache/commons/text/StringSubstitutor', 'org.apache.commons:commons-text'],
    ['lib/log4j-1.2.17.jar', '', 'org/apache/log4j/Logger', 'log4j:log4j'],
    ['lib/log4j-core-2.14.1.jar', '', 'org/apache/logging/log4j/core/Logger', 'org.apache.logging.log4j:log4j-core'],
    ['lib/fastjson-1.2.24.jar', '', 'com/alibaba/fastjson/JSON', 'com.alibaba:fastjson'],
    ['lib/struts2-core-2.5.10.jar', '', 'org/apache/struts2/Dispatcher', 'org.apache.struts:struts2-core'],
    // Of no table: the classes, or what the manifest says.
    ['lib/things-1.0.jar', '', 'io/acme/things/Thing', 'io.acme.things:things'],
    [
      'lib/acme-core-1.0.jar',
      'Bundle-SymbolicName: com.acme.acme-core;singleton:=true',
      'com/acme/internal/X',
      'com.acme:acme-core',
    ],
    ['lib/widget-2.0.jar', 'Automatic-Module-Name: com.acme.widget', 'com/acme/widget/X', 'com.acme:widget'],
  ])('%s: %s %s is asked for as %s', (path, manifest, name, wanted) => {
    expect(asked(archive(path, manifest, name))).toContain(wanted);
  });

  it.each([
    // After reports on other scanners: classifiers, releases on the way, vendors' own builds, snapshots of a day.
    ['mysql-connector-java-5.1.30-bin.jar', 'com/mysql/jdbc/Driver', 'mysql:mysql-connector-java', '5.1.30'],
    ['hsqldb-2.4.1-jdk6.jar', 'org/hsqldb/Database', 'hsqldb:hsqldb', '2.4.1'],
    ['netty-transport-4.1.42.Final-linux-x86_64.jar', 'io/netty/A', 'io.netty:netty-transport', '4.1.42.Final'],
    [
      'log4j-core-2.14.1.redhat-00001.jar',
      'org/apache/logging/log4j/core/A',
      'org.apache.logging.log4j:log4j-core',
      '2.14.1.redhat-00001',
    ],
    ['log4j-1.2-api-2.14.1.jar', 'org/apache/log4j/A', 'org.apache.logging.log4j:log4j-1.2-api', '2.14.1'],
    ['servlet-api-2.5-6.1.14.jar', 'org/mortbay/jetty/A', 'org.mortbay.jetty:servlet-api-2.5', '6.1.14'],
    ['struts2-core-2.1-beta-2.jar', 'org/apache/struts2/A', 'org.apache.struts:struts2-core', '2.1-beta-2'],
    ['fastjson-1.2-20210101.120000-1.jar', 'com/alibaba/fastjson/A', 'com.alibaba:fastjson', '1.2-20210101.120000-1'],
    ['jetty-util-9.4.15.v20190215.jar', 'org/eclipse/jetty/util/A', 'org.eclipse.jetty:jetty-util', '9.4.15.v20190215'],
    // Packages that do not begin with the group under which the archive is published.
    ['kafka_2.13-2.6.0.jar', 'kafka/server/A', 'org.apache.kafka:kafka_2.13', '2.6.0'],
    ['kotlin-stdlib-1.6.10.jar', 'kotlin/collections/A', 'org.jetbrains.kotlin:kotlin-stdlib', '1.6.10'],
    ['okio-2.8.0.jar', 'okio/internal/A', 'com.squareup.okio:okio', '2.8.0'],
    ['lz4-java-1.7.1.jar', 'net/jpountz/lz4/A', 'org.lz4:lz4-java', '1.7.1'],
    ['asm-7.1.jar', 'org/objectweb/asm/A', 'org.ow2.asm:asm', '7.1'],
    ['bsh-2.0b4.jar', 'bsh/util/A', 'org.beanshell:bsh', '2.0b4'],
    ['rome-0.9.jar', 'com/sun/syndication/io/A', 'rome:rome', '0.9'],
    ['onnxruntime-1.10.0.jar', 'ai/onnxruntime/A', 'com.microsoft.onnxruntime:onnxruntime', '1.10.0'],
    // A binding's own number after that of what it binds.
    ['zstd-jni-1.4.5-6.jar', 'com/github/luben/zstd/A', 'com.github.luben:zstd-jni', '1.4.5-6'],
    ['openblas-0.3.9-1.5.3-linux-x86_64.jar', 'org/bytedeco/openblas/A', 'org.bytedeco:openblas', '0.3.9-1.5.3'],
  ])('%s is %s %s of %s', (file, name, wanted, version) => {
    const fact = archive(`lib/${file}`, '', name);
    expect([asked(fact).includes(wanted), fact.version]).toEqual([true, version]);
  });

  it('a number inside a name is no version', () =>
    expect(archive('lib/foo-2-bar.jar', '', 'com/acme/A')).toMatchObject({ name: 'foo-2-bar', version: '' }));

  it('that nobody can name is listed, and counts as judged nowhere', () => {
    const nameless = archive('app/addon.jar', 'Created-By: me', 'Main');
    expect(nameless).toMatchObject({ name: 'addon', version: '', certainty: 'name' });
    expect(asked(nameless)).toEqual([]);
    expect(asked(archive('app/tool-1.0.jar', '', 'Main'))).toEqual([]);
  });

  it('whose short name is also of somebody well known is not taken for that', () => {
    expect(archive('lib/api-1.0.jar', '', 'com/acme/api/Api').name).toBe('com.acme.api:api');
  });
});

describe('groups', () => {
  it('are known by the longest beginning, or guessed from the longest to the shortest', () => {
    expect(knownGroups('spring-security-web')).toEqual(['org.springframework.security']);
    expect(knownGroups('jetty-server')).toEqual(['org.eclipse.jetty']);
    expect(knownGroups('nobody-knows-this')).toEqual([]);
    expect(knownGroups('spring-security-oauth2')).toContain('org.springframework.security.oauth');
    expect(knownGroups('jetty-ee10-servlets')).toEqual(['org.eclipse.jetty.ee10']);
  });

  it.each([
    ['dom4j', ['dom4j', 'org.dom4j']],
    ['myfaces-shared-core', ['org.apache.myfaces.core', 'org.apache.myfaces.shared']],
    ['bootstrap', ['org.webjars', 'org.webjars.npm']],
    ['bcprov-jdk15on', ['bouncycastle', 'org.bouncycastle']],
    ['xmlsec', ['org.apache.santuario', 'xml-security']],
    ['jetty-util', ['org.eclipse.jetty', 'org.mortbay.jetty']],
    ['hibernate-validator', ['org.hibernate', 'org.hibernate.validator']],
    ['hibernate-core', ['org.hibernate', 'org.hibernate.orm']],
    ['groovy', ['org.apache.groovy', 'org.codehaus.groovy']],
  ])('that %s was published under at different times are all asked about', (artifact, groups) => {
    expect([...knownGroups(artifact)].sort()).toEqual(groups);
    expect(groupsWithin('a.b.c')).toEqual(['a.b.c', 'a.b']);
    expect(groupsWithin('a')).toEqual([]);
  });

  it('come from the packages that most classes share', () => {
    const folders = classFolders();
    for (const name of [
      'com/acme/a/X.class',
      'com/acme/b/Y.class',
      'com/acme/b/c/Z.class',
      'shaded/org/x/Q.class',
      'META-INF/versions/9/com/acme/X.class',
    ])
      folders.add(name);
    expect([folders.common(), folders.count]).toEqual(['com.acme', 4]);
  });
});
