import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { manifest, pom, said } from '../../../test/java-archive.ts';
import { zip } from '../../../test/zip.ts';
import { javaArchives } from './java-archives.ts';

describe('what a Java archive is', () => {
  it.each([
    [
      'deployments/lib/main/io.netty.netty-handler-4.1.42.Final.jar',
      pom('io.netty', 'netty-handler', '4.1.42.Final'),
      'io.netty:netty-handler 4.1.42.Final exact',
    ],
    [
      'lib/com.acme.our.thing_2.13-1.0.jar',
      pom('com.acme', 'our.thing_2.13', '1.0'),
      'com.acme:our.thing_2.13 1.0 exact',
    ],
    [
      'opt/docker/lib/org.apache.logging.log4j.log4j-core-2.14.1.jar',
      {},
      'org.apache.logging.log4j:log4j-core 2.14.1 content',
    ],
    [
      'lib/javax.servlet-api-3.1.0.jar',
      pom('javax.servlet', 'javax.servlet-api', '3.1.0'),
      'javax.servlet:javax.servlet-api 3.1.0 exact',
    ],
  ])('called after group and artifact is one package: %s', (path, noted, expected) => {
    const jar = zip({ ...manifest('Created-By: x'), ...noted, 'x/Y.class': 'x' });
    expect(said(facts(javaArchives, path, jar))).toEqual([expected]);
  });

  it('Tomcat is known by its core, and by the names that its parts have at Maven', () => {
    const lines = (name: string) =>
      manifest(
        `Specification-Title: Apache Tomcat\r\nImplementation-Title: Apache Tomcat\r\nImplementation-Version: 9.0.46\r\nBundle-SymbolicName: org.apache.tomcat-${name}`,
      );
    expect(
      said(
        facts(
          javaArchives,
          'usr/local/tomcat/lib/catalina.jar',
          zip({ ...lines('catalina'), 'org/apache/catalina/X.class': 'x' }),
        ),
      ),
    ).toEqual(['tomcat 9.0.46 content', 'org.apache.tomcat:tomcat-catalina 9.0.46 name']);
    expect(
      said(
        facts(
          javaArchives,
          'usr/local/tomcat/lib/tomcat-coyote.jar',
          zip({ ...lines('coyote'), 'org/apache/coyote/X.class': 'x' }),
        ),
      ),
    ).toEqual(['org.apache.tomcat:tomcat-coyote 9.0.46 name']);
  });

  it('a plugin of Jenkins is of the group that it states', () => {
    const jar = zip(
      manifest(
        'Group-Id: org.jenkins-ci.plugins\r\nShort-Name: git\r\nImplementation-Title: git\r\nImplementation-Version: 4.11.0',
      ),
    );
    expect(said(facts(javaArchives, 'usr/share/jenkins/ref/plugins/git.jpi', jar))).toEqual([
      'org.jenkins-ci.plugins:git 4.11.0 name',
    ]);
  });

  it('called as a well-known artifact is that, where its manifest has a version and a title for people', () => {
    const lines = 'Implementation-Title: Apache Log4j Core\r\nImplementation-Version: 2.14.1';
    const jar = zip({ ...manifest(lines), 'org/apache/logging/log4j/core/Logger.class': 'x' });
    expect(said(facts(javaArchives, 'opt/log4j-core.jar', jar))).toEqual([
      'org.apache.logging.log4j:log4j-core 2.14.1 content',
    ]);
    const mixed = zip({
      ...manifest(lines),
      'org/apache/logging/log4j/core/Logger.class': 'x',
      'com/acme/X.class': 'x',
    });
    expect(said(facts(javaArchives, 'opt/our-thing.jar', mixed))).toEqual(['our-thing  name']);
  });

  it.each([
    ['1.78.1', 'bcprov-jdk18on'],
    ['1.70.0', 'bcprov-jdk15on'],
    ['1.45', 'bcprov-jdk15'],
  ])(
    'Bouncy Castle %s under another name is the edition that was usual then, and not the bundle, which nobody publishes',
    (version, artifact) => {
      const lines = `Bundle-SymbolicName: bcprov\r\nBundle-Version: ${version}`;
      const classes = { 'org/bouncycastle/crypto/Digest.class': 'x' };
      const [told] = facts(javaArchives, 'app/lib3.jar', zip({ ...manifest(lines), ...classes }));
      expect(told).toMatchObject({ name: `org.bouncycastle:${artifact}`, version, certainty: 'name' });
    },
  );

  it('Struts 2 under another name is what its bundle is called, with the number of its generation', () => {
    const lines = 'Bundle-SymbolicName: org.apache.struts.2-core\r\nBundle-Version: 2.5.28';
    const classes = { 'com/opensymphony/xwork2/Action.class': 'x', 'org/apache/struts2/StrutsConstants.class': 'x' };
    const [told] = facts(javaArchives, 'app/lib27.jar', zip({ ...manifest(lines), ...classes }));
    expect(told).toMatchObject({ name: 'org.apache.struts:struts2-core', version: '2.5.28' });
  });

  it.each([
    ['log4j core', 'Implementation-Title: Apache Log4j Core\r\nImplementation-Version: 2.14.1', 'org/apache/logging/log4j/core/Logger', 'org.apache.logging.log4j:log4j-core 2.14.1 content'],
    ['POI', 'Implementation-Title: Apache POI\r\nImplementation-Version: 3.17', 'org/apache/poi/POIDocument', 'org.apache.poi:poi 3.17 content'],
    ['Kotlin', 'Implementation-Title: kotlin-stdlib\r\nImplementation-Version: 1.6.10-release-923(1.6.10)', 'kotlin/collections/A', 'org.jetbrains.kotlin:kotlin-stdlib 1.6.10 content'],
    ['Scala', 'Bundle-SymbolicName: org.scala-lang.scala-library\r\nBundle-Version: 2.12.10.v20190904-150159-VFINAL-61701c2', 'scala/collection/A', 'org.scala-lang:scala-library 2.12.10 content'],
    ['Guava', 'Bundle-SymbolicName: com.google.guava\r\nBundle-Version: 28.0.0.jre', 'com/google/common/A', 'com.google.guava:guava 28.0-jre name'],
    ['Derby', 'Bundle-SymbolicName: derby\r\nBundle-Version: 10.14.2000000.1828579', 'org/apache/derby/A', 'org.apache.derby:derby 10.14.2.0 content'],
    ['Ant, which states it of a folder', 'Created-By: x\r\n\r\nName: org/apache/tools/ant/\r\nImplementation-Title: org.apache.tools.ant\r\nImplementation-Version: 1.9.7', 'org/apache/tools/ant/A', 'org.apache.ant:ant 1.9.7 content'],
    ['OkHttp, whose manifest has no version', 'Automatic-Module-Name: okhttp3', 'okhttp3/internal/A', 'com.squareup.okhttp3:okhttp  name'],
  ])('whose file was renamed is known by its classes and its manifest: %s', (_name, lines, member, expected) =>
    expect(said(facts(javaArchives, 'opt/lib7.jar', zip({ ...manifest(lines), [`${member}.class`]: 'x' })))).toEqual([
      expected,
    ]),
  ); // biome-ignore format: a table

  it.each([
    ['com.fasterxml.jackson.databind', 'com.fasterxml.jackson.core:jackson-databind'],
    ['org.apache.tomcat.embed.core', 'org.apache.tomcat.embed:tomcat-embed-core'],
    ['org.apache.commons.lang3', 'org.apache.commons:commons-lang3'],
    ['spring.core', 'org.springframework:spring-core'],
    ['com.example.billing', 'com.example:billing'],
  ])('the module %s of an archive without a telling name is %s', (module, name) => {
    const jar = zip(manifest(`Implementation-Version: 2.9.9\r\nAutomatic-Module-Name: ${module}`));
    expect(said(facts(javaArchives, 'app/lib/x.jar', jar))).toEqual([`${name} 2.9.9 name`]);
  });
});
