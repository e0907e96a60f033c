// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variable is one of Maven
import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';

/** As Maven wrote it into log4j-core-2.14.1.jar. */
const POM = '#Created by Apache Maven 3.6.3\nversion=2.14.1\ngroupId=org.apache.logging.log4j\nartifactId=log4j-core\n';
const packages = async (files: Record<string, string>): Promise<string[]> =>
  (await takeInventory(image(layer(files)))).inventory.packages.map(({ name, version }) => `${name} ${version}`);

describe('a Java archive that was unpacked', () => {
  it('is what Maven wrote into it', async () => {
    expect(
      await packages({
        'app/classes/META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties': POM,
        'app/classes/org/apache/logging/log4j/core/Logger.class': '',
      }),
    ).toEqual(['org.apache.logging.log4j:log4j-core 2.14.1']);
  });

  it('is what its pom.xml says where the other file was taken away, and the earlier where one of the two was raised', async () => {
    const folder = 'app/classes/META-INF/maven/org.apache.logging.log4j/log4j-core/';
    const xml =
      '<project><parent><groupId>org.apache.logging.log4j</groupId><version>2.14.1</version></parent><artifactId>log4j-core</artifactId></project>';
    expect(await packages({ [`${folder}pom.xml`]: xml })).toEqual(['org.apache.logging.log4j:log4j-core 2.14.1']);
    const raised = { [`${folder}pom.xml`]: xml, [`${folder}pom.properties`]: POM.replace('2.14.1', '2.17.1') };
    const { inventory } = await takeInventory(image(layer(raised)));
    expect(inventory.packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'org.apache.logging.log4j:log4j-core 2.14.1',
    ]);
    expect(inventory.signs?.map(({ check }) => check)).toEqual(['versions-contradicted']);
  });

  it('is what its manifest says where nothing of Maven’s is beside it, if everybody knows that artifact', async () => {
    const manifest = (artifact: string): string =>
      `Manifest-Version: 1.0\r\nBundle-SymbolicName: org.apache.logging.log4j.${artifact}\r\nImplementation-Version: 2.14.1\r\nImplementation-Title: Apache Log4j\r\n\r\n`;
    expect(await packages({ 'app/META-INF/MANIFEST.MF': manifest('core') })).toEqual([
      'org.apache.logging.log4j:log4j-core 2.14.1',
    ]);
    expect(
      await packages({
        'app/META-INF/MANIFEST.MF': manifest('core').replace('org.apache.logging.log4j.core', 'com.acme.own'),
      }),
    ).toEqual([]);
    const both = {
      'app/META-INF/maven/org.apache.logging.log4j/log4j-api/pom.properties': POM.replace('-core', '-api'),
    };
    expect(await packages({ 'app/META-INF/MANIFEST.MF': manifest('core'), ...both })).toEqual([
      'org.apache.logging.log4j:log4j-api 2.14.1',
    ]);
  });

  it('is nothing where that does not say what it is, or lies elsewhere', async () => {
    const place = 'app/META-INF/maven/g/a/pom.properties';
    for (const text of ['', 'version=1\nartifactId=a\n', 'groupId=g\nartifactId=a\nversion=${revision}\n'])
      expect(await packages({ [place]: text })).toEqual([]);
    expect(await packages({ 'app/target/maven-archiver/pom.properties': POM })).toEqual([]);
  });
});
