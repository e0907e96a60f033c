import { analyzer } from '../analyzer.ts';
import { pomOf } from './java-poms.ts';

/**
 * Java archives that somebody unpacked: what Maven wrote into them lies in a folder then, beside the classes.
 * https://maven.apache.org/shared/maven-archiver/index.html
 */
export const javaExploded = analyzer({
  name: 'java-exploded',
  version: 1,
  files: ['**/META-INF/maven/*/*/pom.properties'],
  maxBytes: 64 * 1024,
  *read(file) {
    const pom = pomOf(file.path, file.text());
    if (pom === undefined || pom.group === '' || pom.version === '') return;
    yield { type: 'maven', name: `${pom.group}:${pom.artifact}`, version: pom.version };
  },
});
