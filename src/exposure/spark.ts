import { fileNameOf, folderOf } from '../formats/paths.ts';
import { LIMITS } from '../limits.ts';
import type { Edge, Language, Process, World } from './model.ts';
import { isUntold, pathFrom, started } from './programs.ts';

/** What stands in `bin` of a Spark, and leads to `spark-class`, which starts Java. https://spark.apache.org/docs/latest/submitting-applications.html */
const SCRIPTS =
  /^(?:spark-(?:class|submit|shell|sql|connect-shell)|pyspark|sparkR|beeline|run-example|start-\w[\w-]*\.sh|spark-daemon\.sh)$/;
const SUBMIT = 'org.apache.spark.deploy.SparkSubmit';
const LAUNCHER = 'org.apache.spark.launcher.Main';
const CLASS = /^[a-z]\w*(?:\.\w+){2,20}$/;

/**
 * Apache Spark, as PySpark and its own scripts start it: a first Java puts together the command of a second, with every archive in `jars` on its class path,
 * so that no reader of shell scripts can tell it. Workers that run Python are started by the second.
 * https://github.com/apache/spark/blob/master/bin/spark-class , https://github.com/apache/spark/blob/master/python/pyspark/daemon.py
 */
export const spark: Language = {
  name: 'Spark',
  begin(process, world) {
    const at = process.arguments.findIndex((word) => word.startsWith('/') && SCRIPTS.test(fileNameOf(word)));
    const script = process.arguments[at];
    if (at < 0 || at > 2 || script === undefined) return undefined;
    const home = folderOf(folderOf(pathFrom('', script)));
    if (!world.tree.list(`${home}/jars`).some((name) => name.startsWith('spark-core_'))) return undefined;
    return { starts: [...machines(home, process.arguments.slice(at), process, world)], follow: () => [] };
  },
};

function* machines(
  home: string,
  [script = '', first]: readonly string[],
  process: Process,
  world: World,
): Generator<Edge> {
  const variable = (name: string): string | undefined => {
    const value = process.environment.get(name);
    return value === undefined || value === '' || isUntold(value) ? undefined : value;
  };
  const around = { ...process, world, isAttached: false };
  const java = variable('JAVA_HOME') === undefined ? 'java' : `${variable('JAVA_HOME')}/bin/java`;
  const main = fileNameOf(script) === 'spark-class' && first !== undefined && CLASS.test(first) ? first : SUBMIT;
  const conf = variable('SPARK_CONF_DIR') ?? `/${home}/conf`;
  for (const [classPath, ...words] of [
    [`/${home}/jars/*`, LAUNCHER, main],
    [`${conf}/:/${home}/jars/*`, main, 'pyspark-shell'],
  ] as const) {
    const edge = started([java, '-cp', classPath, ...words], around, 'loaded', `spark-class ${words[0]}`);
    if (edge !== undefined) yield edge;
  }
  yield* workers(home, variable('PYSPARK_PYTHON') ?? 'python3', around);
}

/** Java starts Python with Spark's own modules first: an archive of them, or what pip installed. */
function* workers(home: string, python: string, around: Process & { readonly world: World }): Generator<Edge> {
  const library = `${home}/python/lib`;
  const archives = around.world.tree.list(library).filter((name) => name.endsWith('.zip'));
  for (const name of archives.slice(0, LIMITS.searchFolders))
    yield { to: `${library}/${name}`, reach: 'importable', how: "modules of Spark's workers" };
  const modules = fileNameOf(home) === 'pyspark' ? folderOf(home) : `${home}/python`;
  const given = around.environment.get('PYTHONPATH');
  const path = given === undefined ? `/${modules}` : `/${modules}:${given}`;
  const environment = new Map([...around.environment, ['PYTHONPATH', path] as const]);
  const how = "starts pyspark.daemon, a worker of Spark's";
  const edge = started([python, '-m', 'pyspark.daemon'], { ...around, environment }, 'importable', how);
  if (edge !== undefined) yield edge;
}
