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

  it('is nothing where that does not say what it is, or lies elsewhere', async () => {
    const place = 'app/META-INF/maven/g/a/pom.properties';
    for (const text of ['', 'version=1\nartifactId=a\n', 'groupId=g\nartifactId=a\nversion=${revision}\n'])
      expect(await packages({ [place]: text })).toEqual([]);
    expect(await packages({ 'app/target/maven-archiver/pom.properties': POM })).toEqual([]);
  });
});
