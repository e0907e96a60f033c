import { expect, it } from 'vitest';
import { fromFileName } from './java-file-names.ts';

it.each([
  ['guava-31.1-jre.jar', 'guava', '31.1-jre'],
  ['spark-core_2.12-3.3.1.jar', 'spark-core_2.12', '3.3.1'],
  ['log4j-1.2-api-2.14.1.jar', 'log4j-1.2-api', '2.14.1'],
  ['jackson-databind-2.9.8.1-sources.jar', 'jackson-databind', '2.9.8.1'],
  ['json-lib-2.4-jdk15.jar', 'json-lib', '2.4'],
  ['clickhouse-jdbc-0.4.6-all.jar', 'clickhouse-jdbc', '0.4.6'],
  ['hadoop-client-3.0.0-cdh6.3.2.jar', 'hadoop-client', '3.0.0-cdh6.3.2'],
  ['struts2-core-2.1-beta-2.jar', 'struts2-core', '2.1-beta-2'],
])('%s is %s %s', (file, artifact, version) => expect(fromFileName(file)).toEqual({ artifact, version }));

it.each(['core.jar', 'foo-2-bar.jar', `${'a'.repeat(5000)}-1.0.jar`])('%s tells no version', (file) =>
  expect(fromFileName(file)).toBeUndefined(),
);
