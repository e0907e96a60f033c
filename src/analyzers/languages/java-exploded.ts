import { maven } from '../../ecosystems/maven.ts';
import { folderOf } from '../../formats/paths.ts';
import { analyzer, type Fact } from '../analyzer.ts';
import { classFolders } from './java-class-folders.ts';
import { archiveFacts } from './java-coordinates.ts';
import { knownGroups } from './java-groups.ts';
import { manifestOf } from './java-manifest.ts';
import { pomOf } from './java-poms.ts';

const MANIFEST = 'META-INF/MANIFEST.MF';

/**
 * Java archives that somebody unpacked: what Maven wrote into them lies in a folder then, beside the classes, and the manifest. Of a manifest only
 * well-known artifacts are taken, and only where nothing of Maven's lies beside it (`hiding/unpacked-archives.ts`).
 * https://maven.apache.org/shared/maven-archiver/index.html
 */
export const javaExploded = analyzer({
  name: 'java-exploded',
  version: 3,
  files: ['**/META-INF/maven/*/*/pom.properties', '**/META-INF/maven/*/*/pom.xml', `**/${MANIFEST}`],
  maxBytes: 1024 * 1024,
  *read(file) {
    if (file.path.endsWith(MANIFEST)) return yield* ofManifest(file.path, file.text());
    const pom = pomOf(file.path, file.text());
    if (pom === undefined || pom.group === '' || pom.version === '') return;
    const name = `${pom.group}:${pom.artifact}`;
    yield { type: maven.type, name, version: pom.version };
    // What Maven wrote twice was edited where the one that is read first is of a later release.
    if (file.path.endsWith('.xml'))
      yield { kind: 'told', type: maven.type, of: name, madeOf: name, stated: pom.version };
  },
});

function* ofManifest(path: string, text: string): Generator<Fact> {
  const fileName = folderOf(folderOf(path)).split('/').at(-1) ?? '';
  const archive = {
    inner: '',
    fileName,
    manifest: manifestOf(text),
    poms: new Map(),
    netty: [],
    classes: classFolders(),
  };
  for (const fact of archiveFacts(archive, {})) {
    const artifact = fact.name.split(':').at(-1)!;
    if (fact.type === maven.type && fact.version !== '' && knownGroups(artifact).length > 0)
      yield { ...fact, certainty: 'name' };
  }
}
