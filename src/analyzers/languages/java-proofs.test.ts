import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { manifest, pom } from '../../../test/java-archive.ts';
import { zip } from '../../../test/zip.ts';
import { takeInventory } from '../../inventory/take.ts';

const [GROUP, CORE] = ['org.apache.logging.log4j', 'log4j-core'] as const;
const lines = (version: string): Record<string, string> =>
  manifest(
    `Implementation-Title: Apache Log4j Core\r\nImplementation-Version: ${version}\r\nBundle-SymbolicName: org.apache.logging.log4j.core\r\nBundle-Version: ${version}`,
  );
const noted = (version: string): Record<string, string> => pom(GROUP, CORE, version);
const pomXml = (version: string, group: string = GROUP, artifact: string = CORE): Record<string, string> => ({
  [`META-INF/maven/${group}/${artifact}/pom.xml`]: `<project><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></project>`,
});

/** Version, certainty and what contradicts it, of each package of an archive. */
const judged = async (path: string, files: Readonly<Record<string, string>>): Promise<string[]> => {
  const { inventory } = await inventoryOf(path, files);
  return inventory.packages.map(
    ({ version, certainty, recovered, properties }) =>
      `${version} ${certainty}${recovered === undefined ? '' : ` ${recovered}`}, not ${properties?.contradictedBy}`,
  );
};
const inventoryOf = (path: string, files: Readonly<Record<string, string>>) =>
  takeInventory(image(layer({ [path]: zip({ ...files, 'org/apache/logging/log4j/core/Logger.class': 'x' }) })));

describe('an archive of which one of its own proofs was raised', () => {
  it.each<[string, string, Record<string, string>, string]>([
    [
      'pom.properties, against its name and its manifest',
      'opt/log4j-core-2.14.1.jar',
      { ...noted('2.99.0'), ...lines('2.14.1') },
      '2.14.1 name trace, not 2.99.0',
    ],
    [
      'pom.properties, against the pom.xml beside it',
      'opt/log4j-core.jar',
      { ...noted('2.99.0'), ...pomXml('2.14.1') },
      '2.14.1 name trace, not 2.99.0',
    ],
    [
      'pom.xml alone',
      'opt/log4j-core-2.14.1.jar',
      { ...pomXml('2.99.0'), ...lines('2.14.1') },
      '2.14.1 name trace, not 2.99.0',
    ],
    [
      'pom.properties, of an archive whose name tells nothing',
      'opt/lib7.jar',
      { ...noted('2.99.0'), ...lines('2.14.1') },
      '2.14.1 name, not 2.99.0',
    ],
    ['its name, where Maven noted nothing', 'opt/log4j-core-2.99.0.jar', lines('2.14.1'), '2.14.1 name, not 2.99.0'],
    [
      'its name or one line of its manifest: commons-beanutils 1.7.0, as it was published',
      'opt/commons-beanutils-1.7.0.jar',
      manifest('Implementation-Title: org.apache.commons.beanutils\r\nImplementation-Version: 1.6'),
      '1.7.0 name, not 1.6',
    ],
    [
      'all but the manifest, which is told and does not decide',
      'opt/log4j-core-2.99.0.jar',
      { ...noted('2.99.0'), ...lines('2.14.1') },
      '2.99.0 exact, not 2.14.1',
    ],
  ])('%s', async (_, path, files, expected) => expect(await judged(path, files)).toEqual([expected]));

  it('what was shaded in too, by its pom.xml', async () => {
    const files = { ...pom('a', 'app', '1.0'), ...noted('2.99.0'), ...pomXml('2.14.1') };
    expect(await judged('opt/app-1.0.jar', files)).toEqual([
      '1.0 exact, not undefined',
      '2.14.1 name trace, not 2.99.0',
    ]);
  });

  const signsOf = async (path: string, files: Readonly<Record<string, string>>) => {
    const { inventory } = await inventoryOf(path, files);
    return (inventory.signs ?? []).map(({ check, level, message }) => `${level} ${check}: ${message}`);
  };

  it('is told with what each of them says, and as an information where a manifest alone speaks against it', async () => {
    expect(await signsOf('opt/log4j-core-2.14.1.jar', { ...noted('2.99.0'), ...lines('2.14.1') })).toEqual([
      'warning versions-contradicted: the package database or manifest says another thing of 1 package than what belongs to it: org.apache.logging.log4j:log4j-core 2.99.0 (its file name says 2.14.1, its manifest says 2.14.1): judged as the older, where one is told',
    ]);
    const [said, ...more] = await signsOf('opt/lib7.jar', { ...noted('2.99.0'), ...lines('2.14.1') });
    expect(said).toMatch(/^info versions-contradicted: .*log4j-core 2.99.0 \(its manifest says 2.14.1\)/);
    expect(more).toEqual([]);
  });
});

describe('nothing is said against', () => {
  it.each<[string, string, Record<string, string>, string]>([
    // As they are published.
    ['snakeyaml', 'lib/snakeyaml-1.26.jar', { ...pom('org.yaml', 'snakeyaml', '1.26'), ...manifest('Bundle-SymbolicName: org.yaml.snakeyaml\r\nBundle-Version: 1.26.0') }, '1.26 exact'],
    ['Guava', 'lib/guava-28.0-jre.jar', { ...pom('com.google.guava', 'guava', '28.0-jre'), ...manifest('Bundle-SymbolicName: com.google.guava\r\nBundle-Version: 28.0.0.jre') }, '28.0-jre exact'],
    ['a milestone of OSGi', 'lib/ecj-3.26.0.jar', { ...pom('org.eclipse.jdt', 'ecj', '3.26.0'), ...manifest('Bundle-SymbolicName: org.eclipse.jdt.core.compiler.batch.ecj\r\nBundle-Version: 3.26.0.v20210609-0549') }, '3.26.0 exact'],
    ['a build of a distributor', 'lib/hadoop-common-3.0.0-cdh6.3.2.jar', { ...pom('org.apache.hadoop', 'hadoop-common', '3.0.0-cdh6.3.2'), ...manifest('Implementation-Version: 3.0.0') }, '3.0.0-cdh6.3.2 exact'],
    ['a snapshot', 'lib/app-1.0-20230101.120000-1.jar', pom('a', 'app', '1.0-SNAPSHOT'), '1.0-SNAPSHOT exact'],
    ['a library in a product that has an older number', 'lib/gson.jar', { ...pom('com.google.code.gson', 'gson', '2.8.9'), ...manifest('Implementation-Title: Billing\r\nImplementation-Version: 1.0') }, '2.8.9 exact'],
    ['a manifest that has both', 'lib/jakarta.servlet-api-4.0.3.jar', { ...pom('jakarta.servlet', 'jakarta.servlet-api', '4.0.3'), ...manifest('Bundle-SymbolicName: jakarta.servlet-api\r\nImplementation-Version: 4.0.3\r\nBundle-Version: 4.0.0') }, '4.0.3 exact'],
    ['a newer manifest', 'lib/billing-1.0.jar', { ...pom('a', 'billing', '1.0'), ...manifest('Implementation-Title: billing\r\nImplementation-Version: 7.0') }, '1.0 exact'],
    ['Gradle, whose title is its project', 'lib/elasticsearch-7.10.0.jar', manifest('Implementation-Title: org.elasticsearch#server;7.10.0\r\nImplementation-Version: 7.10.0'), '7.10.0 name'],
  ])('%s', async (_, path, files, expected) => expect((await judged(path, files))[0]).toBe(`${expected}, not undefined`)); // biome-ignore format: a table
});
