// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are those of Maven
import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { zip } from '../../../test/zip.ts';
import type { PackageFact } from '../analyzer.ts';
import { javaArchives } from './java-archives.ts';

describe('a pom.xml without the pom.properties beside it', () => {
  const of = (path: string, pom: string, more: Record<string, string> = {}): readonly PackageFact[] =>
    facts(
      javaArchives,
      path,
      zip({ 'META-INF/maven/g/a/pom.xml': `<project>${pom}</project>`, 'x/A.class': 'x', ...more }),
    ) as PackageFact[];
  it.each([
    ['<groupId>org.yaml</groupId><artifactId>snakeyaml</artifactId><version>1.26</version>', 'org.yaml:snakeyaml 1.26'],
    [
      '<parent><groupId>io.micronaut</groupId><version>3.2.0</version></parent><artifactId>micronaut-core</artifactId>',
      'io.micronaut:micronaut-core 3.2.0',
    ],
    [
      '<groupId>a.b</groupId><artifactId>c</artifactId><version>${revision}</version><properties><revision>2.1</revision></properties>',
      'a.b:c 2.1',
    ],
    [
      '<parent><groupId>a.b</groupId><version>4</version></parent><artifactId>c</artifactId><version>${project.parent.version}</version>',
      'a.b:c 4',
    ],
  ])('%s', (pom, expected) =>
    expect(of('lib/core.jar', pom).map(({ name, version, certainty }) => `${name} ${version} ${certainty}`)).toEqual([
      `${expected} exact`,
    ]),
  );
  it('leaves to the file’s name what the build knew', () => {
    const pom = '<groupId>a.b</groupId><artifactId>c</artifactId><version>${revision}${changelist}</version>';
    expect(of('lib/c-3.1.jar', pom)).toMatchObject([{ name: 'a.b:c', version: '3.1', certainty: 'exact' }]);
    expect(of('lib/other.jar', pom)).toMatchObject([{ name: 'other', version: '' }]);
  });
  it('gives way to the properties, and damage in it to the manifest', () => {
    const properties = { 'META-INF/maven/g/a/pom.properties': 'groupId=g\nartifactId=a\nversion=2' };
    expect(
      of('lib/a.jar', '<groupId>g</groupId><artifactId>a</artifactId><version>3</version>', properties),
    ).toMatchObject([{ name: 'g:a', version: '2' }]);
    expect(of('lib/guava-20.0.jar', '<broken')).toMatchObject([{ name: 'com.google.guava:guava', version: '20.0' }]);
  });
});
