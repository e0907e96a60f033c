import { analyzer } from '../analyzer.ts';
import { properties, withValues } from '../fact-values.ts';

/**
 * Java runtimes by the `release` file in their folder. https://openjdk.org/jeps/223 gives the version's form; up to 8 it
 * is `1.8.0_372`.
 */
export const jdk = analyzer({
  name: 'jdk',
  version: 1,
  files: ['**/release'],
  maxBytes: 64 * 1024,
  *read(file) {
    const content = file.text();
    const value = (key: string): string | undefined =>
      new RegExp(`^${key}="?([^"\\n]*)"?[ \\t\\r]*$`, 'm').exec(content)?.[1]?.trim() || undefined;
    const version = value('JAVA_VERSION');
    if (version === undefined || !/^\d[\w.+-]*$/.test(version)) return;
    const implementor = value('IMPLEMENTOR') ?? '';
    const graal = value('GRAALVM_VERSION');
    const oracle = /^Oracle/.test(implementor) && value('BUILD_TYPE') === 'commercial';
    yield withValues({
      type: 'generic',
      name: graal !== undefined ? 'graalvm' : oracle ? 'oracle-jdk' : 'openjdk',
      version: graal ?? version,
      certainty: 'exact',
      properties: properties({
        implementor,
        build: value('JAVA_RUNTIME_VERSION') ?? value('FULL_VERSION'),
        java: graal === undefined ? undefined : version,
        cpe: graal !== undefined ? 'oracle:graalvm' : oracle ? 'oracle:jdk' : 'oracle:openjdk',
      }),
    });
  },
});
