import { describe, expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';

/** As log4j-core is laid out: more classes than somebody copies for a function or two. */
const log4j = (folder: string, count = 12): Record<string, string> =>
  Object.fromEntries(
    ['lookup/JndiLookup', ...Array.from({ length: count - 1 }, (_, at) => `net/Part${at}`)].map((name) => [
      `${folder}org/apache/logging/log4j/core/${name}.class`,
      'x',
    ]),
  );
const signs = async (files: Record<string, string>): Promise<string[]> =>
  ((await takeInventory(image(layer(files)))).inventory.signs ?? []).map(
    ({ check, message }) => `${check}: ${message}`,
  );
const TOLD = ['code-unlisted: 1 Java library (log4j-core) that nothing lists, and that tell no version: not judged'];

describe('classes of a well-known library as files of their own', () => {
  it('are told, in their own packages and below others', async () => {
    expect(await signs(log4j('app/classes/'))).toEqual(TOLD);
    expect(await signs(log4j('srv/com/acme/shaded/'))).toEqual(TOLD);
  });

  it('are not where a few were copied, or the classes are somebody’s own', async () => {
    expect(await signs(log4j('app/classes/', 9))).toEqual([]);
    const own = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [`app/classes/com/acme/Part${at}.class`, 'x']),
    );
    expect(await signs(own)).toEqual([]);
  });

  it('are not where what Maven wrote into the archive lies there too, of this project; another of Apache’s commons says nothing', async () => {
    const pom = (group: string, artifact: string): Record<string, string> => ({
      [`app/classes/META-INF/maven/${group}/${artifact}/pom.properties`]: `version=2.14.1\ngroupId=${group}\nartifactId=${artifact}\n`,
    });
    expect(await signs({ ...log4j('app/classes/'), ...pom('org.apache.logging.log4j', 'log4j-core') })).toEqual([]);
    expect(await signs({ ...log4j('app/classes/'), ...pom('com.acme', 'app') })).toEqual(TOLD);
    const io = Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [`app/classes/org/apache/commons/io/Part${at}.class`, 'x']),
    );
    expect(await signs({ ...io, ...pom('org.apache.commons', 'commons-text') })).toEqual([
      TOLD[0]!.replace('log4j-core', 'commons-io'),
    ]);
  });
});
