import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { image, layer } from '../../../test/image.ts';
import { pom } from '../../../test/java-archive.ts';
import { zip } from '../../../test/zip.ts';
import { takeInventory } from '../../inventory/take.ts';
import { mergedIn } from './java-merged.ts';

const CLASS = Buffer.from('cafebabe00000034', 'hex');
const classes = (folder: string, count = 12): string[] =>
  Array.from({ length: count }, (_, at) => `${folder}/C${at}.class`);
const jar = (names: readonly string[], texts: Readonly<Record<string, string>> = {}): Buffer =>
  zip({
    'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n',
    ...texts,
    ...Object.fromEntries([...classes('com/acme/app', 20), ...names].map((name) => [name, CLASS])),
  });

async function signs(path: string, bytes: Buffer, more: Record<string, string> = {}): Promise<string[]> {
  const { inventory } = await takeInventory(image(layer({ [path]: bytes, ...more })));
  return (inventory.signs ?? []).map(({ check, level, message }) => `${level} ${check}: ${message}`);
}
const LOG4J = 'org/apache/logging/log4j/core/lookup';

describe('code of libraries in an archive that does not name them', () => {
  it.each([
    ['in its own packages', LOG4J],
    ['moved into others, as shading does', `com/acme/shaded/${LOG4J}`],
    ['among the classes of an application', `BOOT-INF/classes/${LOG4J}`],
  ])('is told: %s', async (_, folder) => {
    expect(await signs('opt/app.jar', jar(classes(folder)))).toEqual([
      'info code-merged: a Java archive with code that it does not name (log4j-core) (/opt/app.jar): the packages in there are not judged',
    ]);
  });

  it('names each library', async () => {
    const [said] = await signs('opt/app.jar', jar([...classes(LOG4J), ...classes('x/com/fasterxml/jackson/databind')]));
    expect(said).toContain('(log4j-core, jackson-databind)');
  });
});

describe('nothing is told', () => {
  it.each<[string, string, Buffer]>([
    [
      'of a library that Maven noted',
      'opt/app.jar',
      jar(classes(LOG4J), pom('org.apache.logging.log4j', 'log4j-core', '2.14.1')),
    ],
    ['of the library itself', 'opt/log4j-core-2.14.1.jar', jar(classes(LOG4J))],
    ['of a bridge of the same project', 'opt/log4j-1.2-api-2.20.0.jar', jar(classes('org/apache/log4j'))],
    ['of what took a project over', 'opt/reload4j-1.2.25.jar', jar(classes('org/apache/log4j'))],
    ['of a function or two', 'opt/app.jar', jar(classes(LOG4J, 3))],
    ['of what is in every second archive', 'opt/app.jar', jar(classes('com/acme/org/objectweb/asm'))],
    ["of somebody's folder of a usual name", 'opt/app.jar', jar(classes('com/acme/kotlin'))],
  ])('%s', async (_, path, bytes) => {
    expect(await signs(path, bytes)).toEqual([]);
  });

  it('of an archive that a package of the system owns', async () => {
    const owned = {
      'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
      'var/lib/dpkg/status':
        'Package: libacme-java\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: all\n\n',
      'var/lib/dpkg/info/libacme-java.list': '/usr/share/java/acme.jar\n',
    };
    expect(await signs('usr/share/java/acme.jar', jar(classes(LOG4J)), owned)).toEqual([]);
  });
});

it('looks no further into a long name of a folder than a package of the table is long', () => {
  const archive = (size: number) => ({
    fileName: 'app.jar',
    classes: { folders: new Map([['org/'.repeat(size / 4), 12]]) },
  });
  expect(growth((size) => mergedIn(archive(size) as never, []), 400_000)).toBeLessThan(IN_PROPORTION);
});
