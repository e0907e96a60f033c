import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../test/exposure.ts';
import { javaClass } from '../../test/java.ts';
import { zip } from '../../test/zip.ts';

const HOME = 'opt/spark';
const jar = (names: Readonly<Record<string, Buffer>>): Buffer => zip({ ...names });
const files = {
  'usr/bin/java': program(),
  'usr/bin/python3': program(),
  'usr/lib/python3.11/os.py': '',
  'usr/lib/python3.11/encodings/__init__.py': '',
  [`${HOME}/bin/spark-submit`]:
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of a shell
    '#!/bin/bash\nexec "${SPARK_HOME}"/bin/spark-class org.apache.spark.deploy.SparkSubmit "$@"\n',
  [`${HOME}/bin/spark-class`]: '#!/bin/bash\nexec "$(worked out)"\n',
  [`${HOME}/jars/spark-launcher_2.12-3.5.3.jar`]: jar({
    'org/apache/spark/launcher/Main.class': javaClass('org/apache/spark/launcher/Main'),
  }),
  [`${HOME}/jars/spark-core_2.12-3.5.3.jar`]: jar({
    'org/apache/spark/deploy/SparkSubmit.class': javaClass('org/apache/spark/deploy/SparkSubmit', {
      names: ['com/acme/Needed'],
    }),
    'org/apache/spark/deploy/worker/Worker.class': javaClass('org/apache/spark/deploy/worker/Worker', {
      names: ['com/acme/OfWorker'],
    }),
  }),
  [`${HOME}/jars/needed-1.jar`]: jar({ 'com/acme/Needed.class': javaClass('com/acme/Needed') }),
  [`${HOME}/jars/worker-1.jar`]: jar({ 'com/acme/OfWorker.class': javaClass('com/acme/OfWorker') }),
  [`${HOME}/python/lib/pyspark.zip`]: 'PK',
  [`${HOME}/python/pyspark/__init__.py`]: '',
  [`${HOME}/python/pyspark/daemon.py`]: 'import pyspark.worker\n',
  [`${HOME}/python/pyspark/worker.py`]: '',
  [`${HOME}/python/pyspark/shell.py`]: '',
};
const jars = async (...command: string[]) =>
  reachedOf(await exposed(files, { Cmd: command }), /^opt\/spark\/jars/).map((line) =>
    line.slice(`${HOME}/jars/`.length),
  );

describe('Spark', () => {
  it('starts Java twice, the second with all archives on its class path, and Python for its workers', async () => {
    expect(await jars(`/${HOME}/bin/spark-submit`, 'job.py')).toEqual([
      'needed-1.jar: loaded',
      'spark-core_2.12-3.5.3.jar: loaded',
      'spark-launcher_2.12-3.5.3.jar: loaded',
    ]);
    const report = await exposed(files, { Cmd: [`/${HOME}/bin/spark-submit`, 'job.py'] });
    expect(reachedOf(report, /^opt\/spark\/python/)).toEqual([
      `${HOME}/python/lib/pyspark.zip: importable`,
      `${HOME}/python/pyspark/__init__.py: importable`,
      `${HOME}/python/pyspark/daemon.py: importable`,
      `${HOME}/python/pyspark/worker.py: importable`,
    ]);
  });

  it('runs the class that spark-class is given', async () => {
    expect(await jars(`/${HOME}/bin/spark-class`, 'org.apache.spark.deploy.worker.Worker')).toContain(
      'worker-1.jar: loaded',
    );
  });

  it('is nothing that is only called so', async () => {
    const report = await exposed(
      { 'opt/x/bin/spark-submit': '#!/bin/sh\ntrue\n', 'usr/bin/java': program() },
      { Cmd: ['/opt/x/bin/spark-submit'] },
    );
    expect(reachedOf(report, /java/)).toEqual([]);
  });
});
